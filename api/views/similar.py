"""What is near a claim: earlier claims with what became of them, and published briefs. Nothing is confirmed by it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.permissions import Actor, is_within_reach
from api.views.base import Moment, Out
from api.views.sightings import SightingOut, find_sightings
from classify.precedents import Similar
from models import Alert, AlertState, Assessment, Brief, BriefState, Claim, Decision, Label, Outcome


class SimilarAlertOut(Out):
    """The alert that a similar claim raised, and the latest decision about it."""

    id: int
    state: AlertState
    outcome: Outcome | None
    note: str | None
    decided_at: Moment | None


class SimilarClaimOut(Out):
    """An earlier claim like this one, where it was first published, and its latest label.

    `alert` is empty where none was raised or where it is another desk's.
    """

    group_id: int
    text: str
    language: str | None
    first_seen_at: Moment
    score: float
    sighting: SightingOut
    label: Label | None
    alert: SimilarAlertOut | None


class SimilarBriefOut(Out):
    """A published text with the part of it that is most like this claim."""

    brief_id: int
    language: str
    title: str
    part: str
    state: BriefState
    published_at: Moment | None
    score: float


class SimilarOut(Out):
    """Suggestions, best first; `score` is 0..1. Whether they are about the same thing is for a person to say."""

    claims: list[SimilarClaimOut]
    briefs: list[SimilarBriefOut]


def describe_similar(session: Session, similar: Similar, actor: Actor) -> SimilarOut:
    """With what the rows say of each today."""
    groups = [one.group_id for one in similar.claims]
    # Claims that a person moved to another group leave an empty one behind.
    sightings = {group: seen[0] for group in groups if (seen := find_sightings(session, group, limit=1))}
    labels = _labels(session, groups)
    alerts = _alerts(session, groups, actor)
    wanted = select(Brief).where(Brief.id.in_({one.brief_id for one in similar.briefs}))
    briefs = {brief.id: brief for brief in session.scalars(wanted)}
    return SimilarOut(
        claims=[
            SimilarClaimOut(
                group_id=one.group_id,
                text=one.text,
                language=one.language,
                first_seen_at=one.first_seen_at,
                score=one.score,
                sighting=sightings[one.group_id],
                label=labels.get(one.group_id),
                alert=alerts.get(one.group_id),
            )
            for one in similar.claims
            if one.group_id in sightings
        ],
        briefs=[
            SimilarBriefOut(
                brief_id=one.brief_id,
                language=one.language,
                title=one.title,
                part=one.part,
                state=briefs[one.brief_id].state,
                published_at=briefs[one.brief_id].published_at,
                score=one.score,
            )
            for one in similar.briefs
        ],
    )


def _labels(session: Session, groups: list[int]) -> dict[int, Label]:
    rows = session.execute(
        select(Claim.group_id, Assessment.label)
        .join(Assessment, Assessment.claim_id == Claim.id)
        .where(Claim.group_id.in_(groups))
        .order_by(Assessment.id)
    )
    return {group_id: label for group_id, label in rows if group_id is not None}


def _alerts(session: Session, groups: list[int], actor: Actor) -> dict[int, SimilarAlertOut]:
    raised = session.scalars(select(Alert).where(Alert.group_id.in_(groups))).all()
    alerts = [alert for alert in raised if is_within_reach(alert.desk_id, actor)]
    decided = session.scalars(
        select(Decision).where(Decision.alert_id.in_([alert.id for alert in alerts])).order_by(Decision.id)
    )
    decisions = {decision.alert_id: decision for decision in decided}
    shown = {}
    for alert in alerts:
        decision = decisions.get(alert.id)
        shown[alert.group_id] = SimilarAlertOut(
            id=alert.id,
            state=alert.state,
            outcome=alert.outcome,
            note=decision.note if decision else None,
            decided_at=decision.decided_at if decision else None,
        )
    return shown
