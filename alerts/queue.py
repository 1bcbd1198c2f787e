"""From assessments to alerts: one alert for each claim group, whatever the number of reprints and translations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.clocks import start_clocks, tighten
from alerts.errors import Conflict, Invalid
from alerts.permissions import Act, require
from alerts.policy import STANDARD, Policy
from alerts.priority import total, weigh
from alerts.routing import describe_group, read_rules, route
from alerts.sightings import count_sightings
from alerts.subjects import label_subject
from alerts.transitions import find, need_text
from alerts.urgency import allow, is_more_urgent
from models import (
    Alert,
    AlertState,
    Article,
    Assessment,
    Claim,
    ClaimGroup,
    Sessions,
    User,
    writing,
)

OPEN = (AlertState.NEW, AlertState.HELD, AlertState.SNOOZED)
"""Nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What one pass did: assessments looked at, alerts raised, and sightings that joined an alert there was."""

    considered: int
    raised: int
    joined: int


def raise_due(
    sessions: Sessions,
    *,
    now: datetime,
    policy: Policy = STANDARD,
    batch: int = 200,
) -> Raised:
    """Look at every assessment that the queue has not seen; raise an alert for each new contradicted group.

    Each batch is one transaction, so that a kill at any point leaves every assessment either due or done.
    """
    considered = raised = joined = 0
    while _any_due(sessions):
        with writing(sessions) as session:
            audit.take_turn(session)
            due = session.execute(_due().limit(batch)).all()
            session.execute(
                update(Assessment)
                .where(Assessment.id.in_([assessment_id for assessment_id, _, _ in due]))
                .values(considered_at=now)
            )
            groups = [group_id for _, worthy, group_id in due if worthy and group_id is not None]
            for group_id in dict.fromkeys(groups):
                is_new = _raise_or_join(session, group_id, policy=policy, now=now)
                raised, joined = raised + is_new, joined + (not is_new)
            considered += len(due)
    return Raised(considered, raised, joined)


def raise_by_hand(
    session: Session,
    claim_id: int,
    *,
    actor: User,
    note: str,
    now: datetime,
    policy: Policy = STANDARD,
) -> Alert:
    """An alert that a person raised for a claim's group. Raises Conflict, with the alert, if there is one already."""
    audit.take_turn(session)
    require(actor, Act.RAISE)
    claim = find(session, Claim, claim_id)
    if claim.group_id is None:
        raise Invalid("claim", f"claim {claim_id} is not grouped yet; try again in a moment")
    existing = session.scalar(select(Alert).where(Alert.group_id == claim.group_id))
    if existing is not None:
        raise Conflict(f"alert {existing.id} stands for this claim already", existing)
    reason = need_text("note", note)
    assessment = session.scalar(
        select(Assessment)
        .where(Assessment.claim_id == claim_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.id.desc())
        .limit(1)
    )
    group = find(session, ClaimGroup, claim.group_id)
    return add_alert(
        session,
        group,
        assessment,
        policy=policy,
        actor=actor,
        now=now,
        why=reason,
    )


def reweigh_open(sessions: Sessions, *, now: datetime, policy: Policy = STANDARD, batch: int = 500) -> int:
    """Weigh undecided alerts again, as outlets join and days pass; the number that changed.

    The version stays: a priority is nothing that people contend for, and their pages would go stale each time.
    """
    changed, after = 0, 0
    while True:
        with writing(sessions) as session:
            audit.take_turn(session)
            rows = session.execute(
                select(Alert, ClaimGroup, Assessment.probability)
                .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
                .outerjoin(Assessment, Assessment.id == Alert.assessment_id)
                .where(Alert.state.in_(OPEN), Alert.id > after)
                .order_by(Alert.id)
                .limit(batch)
            ).all()
            if not rows:
                return changed
            after = rows[-1][0].id
            seen = count_sightings(session, [group for _, group, _ in rows], now=now)
            for alert, group, probability in rows:
                parts = weigh(
                    probability=probability or 0.0,
                    sightings=seen[group.id],
                    subject=group.subject,
                    weights=policy.weights,
                    now=now,
                )
                if parts != alert.priority_parts:
                    _reprioritise(session, alert, parts, policy)
                    changed += 1


def _any_due(sessions: Sessions) -> bool:
    # A look costs nobody anything; taking the writer's turn every few seconds to find nothing would.
    with sessions() as session:
        return session.scalar(_due().limit(1)) is not None


def _due() -> Select[int, bool, int | None]:
    """Assessments nobody has considered. A contradicted one waits until its claim belongs to a group."""
    return (
        select(Assessment.id, Assessment.alert_worthy, Claim.group_id)
        .join(Claim, Claim.id == Assessment.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            Assessment.considered_at.is_(None),
            Assessment.alert_worthy.is_(False) | Claim.group_id.is_not(None),
        )
        .order_by(Article.published_at.nulls_last(), Article.url, Claim.start, Assessment.id)
    )


def _raise_or_join(session: Session, group_id: int, *, policy: Policy, now: datetime) -> bool:
    """Whether the group's alert is new. One that stands already is weighed again unless it has been decided."""
    alert = session.scalar(select(Alert).where(Alert.group_id == group_id))
    if alert is None:
        group, assessment = find(session, ClaimGroup, group_id), leading_assessment(session, group_id)
        add_alert(session, group, assessment, policy=policy, actor=None, now=now, why="assessed")
        return True
    while alert.duplicate_of_id is not None:
        alert = find(session, Alert, alert.duplicate_of_id)
    if alert.state in OPEN:
        refresh_alert(session, alert, policy=policy, now=now)
    return False


def refresh_alert(session: Session, alert: Alert, *, policy: Policy, now: datetime) -> None:
    """Point an undecided alert to its group's leading assessment and weigh it again."""
    group = find(session, ClaimGroup, alert.group_id)
    assessment = leading_assessment(session, group.id)
    if assessment is None and alert.assessment_id is not None and alert.raised_by_id is not None:
        # Raised by hand from a claim that the machine had not found contradicted: that stays what is shown.
        assessment = session.get(Assessment, alert.assessment_id)
    alert.assessment_id = assessment.id if assessment else None
    parts = _parts(session, group, assessment, policy=policy, now=now)
    _reprioritise(session, alert, parts, policy)
    alert.updated_at = now


def add_alert(
    session: Session,
    group: ClaimGroup,
    assessment: Assessment | None,
    *,
    policy: Policy,
    actor: User | None,
    now: datetime,
    why: str,
) -> Alert:
    """A group's alert, labelled, routed, weighed and in the log."""
    if group.subject is None:
        group.subject = label_subject(group.text).subject
    chosen = route(read_rules(session), describe_group(session, group))
    parts = _parts(session, group, assessment, policy=policy, now=now)
    alert = Alert(
        group_id=group.id,
        assessment_id=assessment.id if assessment else None,
        raised_at=now,
        updated_at=now,
        priority=total(parts),
        priority_parts=parts,
        desk_id=chosen.desk_id,
        raised_by_id=actor.id if actor else None,
        route_reason=chosen.reason,
    )
    session.add(alert)
    session.flush()
    start_clocks(session, alert, policy=policy, now=now)
    audit.record(
        session,
        actor=actor or audit.SYSTEM,
        action="alert.raised",
        object_type="alert",
        object_id=alert.id,
        details={"group": group.id, "assessment": alert.assessment_id, "route": chosen.reason, "why": why},
        now=now,
    )
    return alert


def _reprioritise(session: Session, alert: Alert, parts: dict[str, float], policy: Policy) -> None:
    before = allow(alert.priority, policy.allowances).urgency
    alert.priority_parts, alert.priority = parts, total(parts)
    if is_more_urgent(allow(alert.priority, policy.allowances).urgency, before):
        tighten(session, alert, policy=policy)


def _parts(
    session: Session, group: ClaimGroup, assessment: Assessment | None, *, policy: Policy, now: datetime
) -> dict[str, float]:
    return weigh(
        probability=assessment.probability if assessment else 0.0,
        sightings=count_sightings(session, [group], now=now)[group.id],
        subject=group.subject,
        weights=policy.weights,
        now=now,
    )


def leading_assessment(session: Session, group_id: int) -> Assessment | None:
    """The contradicted assessment of the group's earliest claim: the same one in whatever order they arrived.

    Of an article's versions the last that says it counts, and of a claim's assessments the latest.
    """
    later = aliased(Assessment)
    is_latest = ~(
        select(later.id)
        .where(
            later.claim_id == Assessment.claim_id,
            later.id > Assessment.id,
            later.considered_at.is_not(None),
        )
        .exists()
    )
    return session.scalar(
        select(Assessment)
        .join(Claim, Claim.id == Assessment.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            Claim.group_id == group_id,
            Assessment.alert_worthy,
            Assessment.considered_at.is_not(None),
            is_latest,
        )
        .order_by(
            Article.published_at.nulls_last(),
            Article.url,
            Claim.version_id.desc(),
            Claim.start,
            Assessment.id,
        )
        .limit(1)
    )
