"""Alerts: the exact sentence, what stands beside it, and why it ranks where it ranks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import count_sightings, find_viewers, standing
from api.views.base import Moment, Out, Place
from api.views.changes import find_changes
from api.views.clocks import ClockOut, describe_clocks
from api.views.passages import PassageOut, describe_passages
from api.views.reroutes import RerouteOut, find_reroutes
from api.views.sightings import SightingOut, describe_sighting, find_sightings, first_sightings, list_outlets
from models import (
    Alert,
    AlertState,
    Article,
    Assessment,
    AssessmentPassage,
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


class DifferenceOut(Out):
    """What claim and passage say differently, in the words of each and where they stand; empty where one is silent."""

    kind: str
    claim: str | None
    passage: str | None
    claim_at: Place | None
    passage_at: Place | None


class EvidenceOut(Out):
    """A passage that the assessment looked at; rank 1 decided."""

    rank: int
    score: float
    passage: PassageOut


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
    """Whether no outlet says it any more, so that an undecided alert might be closed; a person decides."""
    decisions: list[DecisionOut]


@dataclass(frozen=True, slots=True)
class _Assessed:
    assessment: Assessment
    evidence: list[EvidenceOut]
    official_only: bool


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
    sightings = find_sightings(session, alert.group_id)
    changes = session.scalars(
        select(OutletChange).where(OutletChange.alert_id == alert.id).order_by(OutletChange.id)
    )
    is_undecided = alert.state in (AlertState.NEW, AlertState.HELD, AlertState.SNOOZED)
    return AlertDetailOut(
        **shown,
        route_reason=alert.route_reason,
        reroutes=find_reroutes(session, alert.id),
        sightings=sightings,
        changes=[OutletChangeOut.model_validate(change) for change in changes],
        proposes_closing=is_undecided and all(one.change is not None for one in sightings),
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
    groups = _by_id(session, ClaimGroup, {alert.group_id for alert in alerts})
    assessed = _read_assessed(session, {a.assessment_id for a in alerts if a.assessment_id}, most_evidence)
    sightings = _leading_sightings(session, alerts, assessed)
    outlets = list_outlets(session, groups)
    seen = count_sightings(session, groups.values(), now=now)
    clocks = describe_clocks(session, [alert.id for alert in alerts], now)
    viewers = find_viewers(session, [alert.id for alert in alerts], now=now)
    people = _by_id(session, User, {i for a in alerts for i in (a.held_by_id, a.raised_by_id) if i})
    desks = _by_id(session, Desk, {a.desk_id for a in alerts if a.desk_id})
    briefs: dict[int, int] = {
        alert_id: brief_id
        for alert_id, brief_id in session.execute(
            select(Brief.alert_id, Brief.id).where(Brief.alert_id.in_([alert.id for alert in alerts]))
        )
        if alert_id is not None
    }
    shown = []
    for alert in alerts:
        group = groups[alert.group_id]
        found = assessed.get(alert.assessment_id or 0)
        sighting = sightings[alert.id]
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
                "desk": desks[alert.desk_id].slug if alert.desk_id else None,
                "sighting": sighting,
                "outlets": outlets[group.id],
                "outlet_count": seen[group.id].outlets,
                "outlets_lately": seen[group.id].lately,
                "first_seen_at": group.first_seen_at,
                "last_seen_at": group.last_seen_at,
                "label": found.assessment.label if found else None,
                "is_alert_worthy": found.assessment.alert_worthy if found else None,
                "probability": found.assessment.probability if found else None,
                "threshold": found.assessment.threshold if found else None,
                "model": found.assessment.model if found else None,
                "differences": _differences(found, sighting) if found else [],
                "evidence": found.evidence if found else [],
                "official_only": bool(found and found.official_only),
                "priority": alert.priority,
                "priority_parts": alert.priority_parts,
                "raised_at": alert.raised_at,
                "updated_at": alert.updated_at,
                "raised_by": people[alert.raised_by_id].name if alert.raised_by_id else None,
                "held_by_id": alert.held_by_id if held else None,
                "held_by": people[alert.held_by_id].name if held and alert.held_by_id else None,
                "held_until": alert.held_until if held else None,
                "snoozed_until": alert.snoozed_until,
                "outlet_changed_at": alert.outlet_changed_at,
                "clocks": clocks.get(alert.id, []),
                "viewers": [ViewerOut.model_validate(one) for one in viewers.get(alert.id, ())],
                "brief_id": briefs.get(alert.id),
            }
        )
    return shown


def read_differences(
    differences: Iterable[Mapping[str, Any]], claim: str, passage: str
) -> list[DifferenceOut]:
    """Stored spans with the words they cover."""
    return [
        describe_difference(one["kind"], one["claim"], one["passage"], claim, passage) for one in differences
    ]


def describe_difference(
    kind: str,
    claim_at: Sequence[int] | None,
    passage_at: Sequence[int] | None,
    claim: str,
    passage: str,
) -> DifferenceOut:
    """One difference; the places are `[start, end)` in either text."""
    return DifferenceOut(
        kind=kind,
        claim=None if claim_at is None else claim[claim_at[0] : claim_at[1]],
        passage=None if passage_at is None else passage[passage_at[0] : passage_at[1]],
        claim_at=None if claim_at is None else (claim_at[0], claim_at[1]),
        passage_at=None if passage_at is None else (passage_at[0], passage_at[1]),
    )


def _differences(found: _Assessed, sighting: SightingOut) -> list[DifferenceOut]:
    passage = found.evidence[0].passage.text if found.evidence else ""
    return read_differences(found.assessment.differences, sighting.sentence, passage)


def read_evidence(session: Session, assessment_ids: set[int]) -> dict[int, list[EvidenceOut]]:
    """By assessment id, the passages it looked at, best first."""
    rows = session.scalars(
        select(AssessmentPassage)
        .where(AssessmentPassage.assessment_id.in_(assessment_ids))
        .order_by(AssessmentPassage.assessment_id, AssessmentPassage.rank)
    ).all()
    passages = describe_passages(session, (row.passage_id for row in rows))
    read: dict[int, list[EvidenceOut]] = defaultdict(list)
    for row in rows:
        shown = EvidenceOut(rank=row.rank, score=row.score, passage=passages[row.passage_id])
        read[row.assessment_id].append(shown)
    return read


def _read_assessed(session: Session, assessment_ids: set[int], most: int) -> dict[int, _Assessed]:
    evidence = read_evidence(session, assessment_ids)
    return {
        assessment.id: _Assessed(
            assessment,
            evidence[assessment.id][:most],
            {one.passage.publisher_kind for one in evidence[assessment.id]} == {PublisherKind.OFFICIAL},
        )
        for assessment in _by_id(session, Assessment, assessment_ids).values()
    }


def _leading_sightings(
    session: Session, alerts: Sequence[Alert], assessed: Mapping[int, _Assessed]
) -> dict[int, SightingOut]:
    """By alert id, the sentence that was assessed, or the group's earliest when none was."""
    by_claim = {
        found.assessment.claim_id: alert.id
        for alert in alerts
        if (found := assessed.get(alert.assessment_id or 0)) is not None
    }
    rows = session.execute(
        select(Claim, Article, Source)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.id.in_(by_claim))
    ).all()
    changes = find_changes(session, [claim for claim, _, _ in rows])
    shown = {by_claim[row[0].id]: describe_sighting(*row, changes.get(row[0].id)) for row in rows}
    others = {alert.group_id: alert.id for alert in alerts if alert.id not in shown}
    first = first_sightings(session, others)
    shown |= {alert_id: first[group_id] for group_id, alert_id in others.items()}
    return shown


def _by_id(session: Session, table: type[Any], identifiers: set[int]) -> dict[int, Any]:
    if not identifiers:
        return {}
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(identifiers)))}
