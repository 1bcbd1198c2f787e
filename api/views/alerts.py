"""Alerts: the exact sentence, what stands beside it, and why it ranks where it ranks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import standing
from api.views.base import Moment, Out
from api.views.changes import SentenceChangeOut, find_changes, is_said_last
from api.views.passages import PassageOut, describe_passages
from models import (
    Alert,
    AlertState,
    Article,
    AssertedBy,
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
    PublisherKind,
    RecordTask,
    Source,
    User,
)


class SightingOut(Out):
    """The claim in one article: the sentence as published, where, and what the outlet has made of it since.

    `page_note` says why the page cannot be read any more, if so.
    """

    claim_id: int
    sentence: str
    asserted_by: AssertedBy
    quoted_party: str | None
    article_id: int
    url: str
    title: str
    outlet: str
    country: str | None
    language: str | None
    published_at: Moment | None
    change: SentenceChangeOut | None
    page_note: str | None


class DifferenceOut(Out):
    """What claim and passage say differently, in the words of each and where they stand; empty where one is silent."""

    kind: str
    claim: str | None
    passage: str | None
    claim_at: tuple[int, int] | None
    passage_at: tuple[int, int] | None


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
    brief_id: int | None


class DecisionOut(Out):
    """Who decided what, when and why."""

    outcome: Outcome
    decided_by: str
    decided_at: Moment
    note: str
    ground: Ground | None
    passage_id: int | None
    """What bears a right claim out, or what is wrong in the record."""
    task_id: int | None
    """The task that a wrong record opened for the desk that owns it."""


class AlertDetailOut(AlertOut):
    """An alert with every sighting and every decision."""

    sightings: list[SightingOut]
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
    return AlertDetailOut(
        **shown,
        sightings=find_sightings(session, alert.group_id),
        decisions=[
            DecisionOut(
                outcome=one.outcome,
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


def find_sightings(session: Session, group_id: int, *, limit: int = 100) -> list[SightingOut]:
    """Where a claim group was published, earliest first; of an article's versions, the last that says it."""
    rows = session.execute(
        select(Claim, Article, Source)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.group_id == group_id, is_said_last())
        .order_by(Article.published_at.nulls_last(), Article.url, Claim.start)
        .limit(limit)
    ).all()
    changes = find_changes(session, [claim for claim, _, _ in rows])
    return [_sighting(*row, changes.get(row[0].id)) for row in rows]


def _describe(
    session: Session, alerts: Sequence[Alert], now: datetime, *, most_evidence: int
) -> list[dict[str, Any]]:
    groups = _by_id(session, ClaimGroup, {alert.group_id for alert in alerts})
    assessed = _read_assessed(session, {a.assessment_id for a in alerts if a.assessment_id}, most_evidence)
    sightings = _leading_sightings(session, alerts, assessed)
    outlets = _outlets(session, groups)
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
    shown = {by_claim[row[0].id]: _sighting(*row, changes.get(row[0].id)) for row in rows}
    for alert in alerts:
        if alert.id not in shown:
            shown[alert.id] = find_sightings(session, alert.group_id, limit=1)[0]
    return shown


def _outlets(session: Session, groups: Mapping[int, ClaimGroup]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {group_id: [] for group_id in groups}
    rows = session.execute(
        select(Claim.group_id, Source.title, func.min(Article.first_seen_at))
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.group_id.in_(groups))
        .group_by(Claim.group_id, Source.id, Source.title)
        .order_by(func.min(Article.first_seen_at), Source.title)
    )
    for group_id, title, _ in rows:
        if group_id is not None:
            found[group_id].append(title)
    return found


def _sighting(
    claim: Claim, article: Article, source: Source, change: SentenceChangeOut | None
) -> SightingOut:
    _, _, page_note = article.state_reason.partition("read; later ")
    return SightingOut(
        claim_id=claim.id,
        sentence=claim.text,
        asserted_by=claim.asserted_by,
        quoted_party=claim.quoted_party,
        article_id=article.id,
        url=article.url,
        title=article.title,
        outlet=source.title,
        country=source.country,
        language=claim.language,
        published_at=article.published_at,
        change=change,
        page_note=page_note or None,
    )


def _by_id(session: Session, table: type[Any], identifiers: set[int]) -> dict[int, Any]:
    if not identifiers:
        return {}
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(identifiers)))}
