"""Alerts: the exact sentence, what stands beside it, and why it ranks where it ranks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, load_only

from alerts import count_sightings, find_repeats, find_viewers, list_outlets, standing
from api.views.base import Moment, Out
from api.views.changes import find_changes, is_still_said
from api.views.clocks import ClockOut, describe_clocks
from api.views.evidence import DifferenceOut, EvidenceOut, read_differences, read_evidence
from api.views.record_changes import RecordChangeOut, find_record_changes
from api.views.reroutes import RerouteOut, find_reroutes
from api.views.sightings import SightingOut, describe_sighting, find_sightings, first_sightings
from models import (
    Alert,
    AlertState,
    Article,
    ArticleVersion,
    Assessment,
    Brief,
    Claim,
    ClaimGroup,
    Decision,
    DecisionForm,
    Desk,
    Ground,
    Label,
    Outcome,
    OutletChange,
    PublisherKind,
    RecordTask,
    Source,
    User,
)


class AlertOut(Out):
    """An alert as the queue shows it."""

    id: int
    version: int
    state: AlertState
    outcome: Outcome | None
    duplicate_of: int | None
    claim: str
    subject: str | None
    desk: str | None
    sighting: SightingOut
    outlets: list[str]
    outlet_count: int
    """How many outlets carry it, those of alerts that repeat it included."""
    outlets_lately: int
    """How many of them began within the last day; 0 while one outlet alone carries it."""
    first_seen_at: Moment
    last_seen_at: Moment
    label: Label | None
    is_alert_worthy: bool | None
    """False for an alert that a person raised although the machine would not have."""
    probability: float | None
    threshold: float | None
    model: str | None
    differences: list[DifferenceOut]
    evidence: list[EvidenceOut]
    official_only: bool
    """Whether every passage looked at was published by an official body."""
    record_change: RecordChangeOut | None
    """What was found when the alert was raised, if the record has changed since."""
    priority: float
    priority_parts: dict[str, float]
    raised_at: Moment
    updated_at: Moment
    raised_by: str | None
    held_by_id: int | None
    held_by: str | None
    held_until: Moment | None
    snoozed_until: Moment | None
    outlet_changed_at: Moment | None
    """When it was last noted that an outlet had changed the sentence."""
    viewers: list["ViewerOut"]
    clocks: list[ClockOut]
    brief_id: int | None


class ViewerOut(Out):
    """A colleague who has the alert open at this moment."""

    id: int
    name: str


class DecisionOut(Out):
    """Who decided what, when and why."""

    outcome: Outcome
    decided_by_id: int
    decided_by: str
    decided_at: Moment
    note: str
    ground: Ground | None
    passage_id: int | None
    """What bears a right claim out, or what is wrong in the record."""
    task_id: int | None
    """The task that a wrong record opened for the desk that owns it."""


class OutletChangeOut(Out):
    """What an outlet made of the sentence in a later version of its page; `after` is empty where it is gone."""

    claim_id: int
    version: int
    changed_at: Moment
    before: str
    after: str | None


class RepeatOut(Out):
    """An alert that people found to repeat this one."""

    id: int
    claim: str
    language: str | None
    outlets: list[str]


class AlertDetailOut(AlertOut):
    """An alert with every sighting, every decision, and what repeats it."""

    route_reason: str
    """Why the rules sent it to its first desk; `reroutes` are people's acts since."""
    reroutes: list[RerouteOut]
    sightings: list[SightingOut]
    repeats: list[RepeatOut]
    changes: list[OutletChangeOut]
    proposes_closing: bool
    """Whether no outlet says it any more, or what repeats it, so that an undecided alert might be closed; a person
    decides."""
    decisions: list[DecisionOut]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside an alert in other tables; `sighting` is the claim that was assessed, if one was."""

    group: ClaimGroup
    desk: str | None
    brief_id: int | None
    assessment: Assessment | None
    sighting: tuple[Claim, Article, Source] | None
    is_newest_version: bool


# Made once: making a statement takes about as long as asking it.
_BESIDE = (
    select(
        Alert.id,
        ClaimGroup,
        Desk.slug,
        select(func.max(Brief.id)).where(Brief.alert_id == Alert.id).scalar_subquery(),
        Assessment,
        Claim,
        Article,
        Source,
        ArticleVersion.number == Article.versions,
    )
    .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
    .outerjoin(Desk, Desk.id == Alert.desk_id)
    .outerjoin(Assessment, Assessment.id == Alert.assessment_id)
    .outerjoin(Claim, Claim.id == Assessment.claim_id)
    .outerjoin(Article, Article.id == Claim.article_id)
    .outerjoin(Source, Source.id == Article.source_id)
    .outerjoin(ArticleVersion, ArticleVersion.id == Claim.version_id)
    .where(Alert.id.in_(bindparam("alerts", expanding=True)))
    # A source is a wide row, of which two columns are shown.
    .options(load_only(Source.title, Source.country))
)


def describe_alerts(session: Session, alerts: Sequence[Alert], now: datetime) -> list[AlertOut]:
    """A page of alerts, each with the passage that decided."""
    return [AlertOut(**shown) for shown in _describe(session, alerts, now, most_evidence=1)]


def describe_alert(session: Session, alert: Alert, now: datetime) -> AlertDetailOut:
    """One alert with everything that bears on a decision."""
    (shown,) = _describe(session, [alert], now, most_evidence=10)
    decisions = session.execute(
        select(Decision, User.name, DecisionForm, RecordTask.id)
        .join(User, User.id == Decision.decided_by_id)
        .outerjoin(DecisionForm, DecisionForm.decision_id == Decision.id)
        .outerjoin(RecordTask, RecordTask.decision_id == Decision.id)
        .where(Decision.alert_id == alert.id)
        .order_by(Decision.id)
    )
    groups = [alert.group_id, *find_repeats(session, [alert.group_id])]
    # Those of its claims, wherever they were noted: alerts are merged and parted again.
    changes = session.scalars(
        select(OutletChange)
        .join(Claim, Claim.id == OutletChange.claim_id)
        .where(Claim.group_id.in_(groups))
        .order_by(OutletChange.id)
    )
    is_undecided = alert.state in (AlertState.NEW, AlertState.HELD, AlertState.SNOOZED)
    return AlertDetailOut(
        **shown,
        route_reason=alert.route_reason,
        reroutes=find_reroutes(session, alert.id),
        sightings=find_sightings(session, alert.group_id),
        changes=[OutletChangeOut.model_validate(change) for change in changes],
        proposes_closing=is_undecided and not is_still_said(session, groups),
        repeats=_find_repeats(session, alert),
        decisions=[
            DecisionOut(
                outcome=one.outcome,
                decided_by_id=one.decided_by_id,
                decided_by=name,
                decided_at=one.decided_at,
                note=one.note,
                ground=form.ground if form else None,
                passage_id=form.passage_id if form else None,
                task_id=task_id,
            )
            for one, name, form, task_id in decisions
        ],
    )


def _find_repeats(session: Session, alert: Alert) -> list[RepeatOut]:
    rows = session.execute(
        select(Alert.id, ClaimGroup)
        .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
        .where(Alert.duplicate_of_id == alert.id)
        .order_by(ClaimGroup.first_seen_at, Alert.id)
    ).all()
    outlets = list_outlets(session, [group.id for _, group in rows])
    return [
        RepeatOut(id=alert_id, claim=group.text, language=group.language, outlets=outlets[group.id])
        for alert_id, group in rows
    ]


def _describe(
    session: Session, alerts: Sequence[Alert], now: datetime, *, most_evidence: int
) -> list[dict[str, Any]]:
    ids = [alert.id for alert in alerts]
    beside = _read_beside(session, ids)
    evidence = read_evidence(session, {one.assessment.id for one in beside.values() if one.assessment})
    sightings = _leading_sightings(session, beside)
    resting_on = {one.assessment.id: one.assessment for one in beside.values() if one.assessment}
    record_changes = find_record_changes(session, alerts, resting_on)
    seen = count_sightings(session, [one.group for one in beside.values()], now=now)
    clocks = describe_clocks(session, ids, now)
    viewers = find_viewers(session, ids, now=now)
    people = _names(session, {i for a in alerts for i in (a.held_by_id, a.raised_by_id) if i})
    shown = []
    for alert in alerts:
        here, sighting = beside[alert.id], sightings[alert.id]
        group, assessment = here.group, here.assessment
        passages = evidence[assessment.id] if assessment else []
        state = standing(alert, now)
        held = state is AlertState.HELD
        shown.append(
            {
                "id": alert.id,
                "version": alert.version,
                "state": state,
                "outcome": alert.outcome,
                "duplicate_of": alert.duplicate_of_id,
                "claim": group.text,
                "subject": group.subject,
                "desk": here.desk,
                "sighting": sighting,
                "outlets": seen[group.id].titles,
                "outlet_count": seen[group.id].outlets,
                "outlets_lately": seen[group.id].lately,
                "first_seen_at": group.first_seen_at,
                "last_seen_at": group.last_seen_at,
                "label": assessment.label if assessment else None,
                "is_alert_worthy": assessment.alert_worthy if assessment else None,
                "probability": assessment.probability if assessment else None,
                "threshold": assessment.threshold if assessment else None,
                "model": assessment.model if assessment else None,
                "differences": _differences(assessment, passages, sighting) if assessment else [],
                "evidence": passages[:most_evidence],
                "official_only": {one.passage.publisher_kind for one in passages} == {PublisherKind.OFFICIAL},
                "record_change": record_changes.get(alert.id),
                "priority": alert.priority,
                "priority_parts": alert.priority_parts,
                "raised_at": alert.raised_at,
                "updated_at": alert.updated_at,
                "raised_by": people[alert.raised_by_id] if alert.raised_by_id else None,
                "held_by_id": alert.held_by_id if held else None,
                "held_by": people[alert.held_by_id] if held and alert.held_by_id else None,
                "held_until": alert.held_until if held else None,
                "snoozed_until": alert.snoozed_until,
                "outlet_changed_at": alert.outlet_changed_at,
                "clocks": clocks.get(alert.id, []),
                "viewers": [ViewerOut.model_validate(one) for one in viewers.get(alert.id, ())],
                "brief_id": here.brief_id,
            }
        )
    return shown


def _read_beside(session: Session, alert_ids: Sequence[int]) -> dict[int, _Beside]:
    read: dict[int, _Beside] = {}
    for row in session.execute(_BESIDE, {"alerts": alert_ids}):
        alert_id, group, desk, brief_id, assessment, claim, article, source, is_newest = row
        sighting = None if claim is None else (claim, article, source)
        read[alert_id] = _Beside(group, desk, brief_id, assessment, sighting, bool(is_newest))
    return read


def _differences(
    assessment: Assessment, evidence: Sequence[EvidenceOut], sighting: SightingOut
) -> list[DifferenceOut]:
    passage = evidence[0].passage.text if evidence else ""
    return read_differences(assessment.differences, sighting.sentence, passage)


def _leading_sightings(session: Session, beside: Mapping[int, _Beside]) -> dict[int, SightingOut]:
    """By alert id, the sentence that was assessed, or the group's earliest when none was."""
    assessed = {alert_id: one.sighting for alert_id, one in beside.items() if one.sighting is not None}
    changes = find_changes(
        session, [claim for i, (claim, _, _) in assessed.items() if not beside[i].is_newest_version]
    )
    shown = {
        alert_id: describe_sighting(claim, article, source, changes.get(claim.id))
        for alert_id, (claim, article, source) in assessed.items()
    }
    others = {one.group.id: alert_id for alert_id, one in beside.items() if alert_id not in assessed}
    first = first_sightings(session, others)
    shown |= {alert_id: first[group_id] for group_id, alert_id in others.items()}
    return shown


def _names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(user_ids))).all())
