"""Telling subscribers that a claim will be answered, once that cannot be undone any more, and taking it back.

Whoever decides has ten minutes in which nothing leaves the building. Then, or as soon as the brief is begun, the
announcement is an event like any other; another decision later is told to everybody who was to hear of the first. Where
the record has changed since the decision so that it does not contradict the claim any more, nothing is announced by
itself: whoever begins the brief nevertheless has been told, and subscribers hear of no relation to the record.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.events import record_event
from alerts.findings import finding
from alerts.transitions import find
from models import (
    Alert,
    AlertState,
    Article,
    Assessment,
    Claim,
    ClaimGroup,
    Decision,
    Delivery,
    DeliveryState,
    Desk,
    Event,
    EventType,
    Label,
    Outcome,
    Sessions,
    User,
    writing,
)

UNDO_FOR = timedelta(minutes=10)
"""How long a decision can be undone, and so how long its announcement waits."""


def announce_due(sessions: Sessions, *, now: datetime) -> int:
    """Announce the answers whose ten minutes are over; how many. Safe to repeat and to kill."""
    decided_at = (
        select(func.max(Decision.decided_at))
        .where(Decision.alert_id == Alert.id)
        .correlate(Alert)
        .scalar_subquery()
    )
    waiting = (
        select(Alert.id, decided_at, Assessment)
        .outerjoin(Assessment, Assessment.id == Alert.assessment_id)
        .where(
            Alert.state == AlertState.DRAFTING,
            decided_at < now - UNDO_FOR,
            ~select(Event.id)
            .where(
                Event.alert_id == Alert.id,
                Event.type == EventType.ALERT_CONFIRMED,
                Event.occurred_at >= decided_at,
            )
            .exists(),
        )
        .order_by(Alert.id)
    )
    with sessions() as session:
        due = [
            alert_id
            for alert_id, decided, assessment in session.execute(waiting)
            if not waits_for_person(assessment, decided_at=decided)
        ]
    announced = 0
    for alert_id in due:
        with writing(sessions) as session:
            audit.take_turn(session)
            alert = find(session, Alert, alert_id)
            decision = find_decision(session, alert_id)
            if decision is None or decision.decided_at >= now - UNDO_FOR:
                continue
            assessment = session.get(Assessment, alert.assessment_id) if alert.assessment_id else None
            if not waits_for_person(assessment, decided_at=decision.decided_at):
                announced += announce(session, alert, actor=audit.SYSTEM, now=now)
    return announced


def waits_for_person(assessment: Assessment | None, *, decided_at: datetime) -> bool:
    """Whether a decision to answer is not announced by itself: what was found since is no contradiction."""
    if assessment is None or assessment.assessed_at <= decided_at:
        return False
    return finding(assessment.label, assessment.alert_worthy) is not Label.CONTRADICTED


def announce(session: Session, alert: Alert, *, actor: User | str, now: datetime) -> bool:
    """Tell subscribers that the claim will be answered, unless they have been told or it is not to be."""
    decision = find_decision(session, alert.id)
    if alert.state is not AlertState.DRAFTING or decision is None or find_told(session, decision) is not None:
        return False
    assessment = session.get(Assessment, alert.assessment_id) if alert.assessment_id else None
    # What the record was found to say since, nobody has decided by: it does not leave the building.
    label = None
    if assessment is not None and not waits_for_person(assessment, decided_at=decision.decided_at):
        label = finding(assessment.label, assessment.alert_worthy)
    said = {"status": "response in preparation", "label": label}
    event = _record(session, alert, EventType.ALERT_CONFIRMED, said, now)
    audit.record(
        session,
        actor=actor,
        action="alert.announced",
        object_type="alert",
        object_id=alert.id,
        details={"event": event.message_id},
        now=now,
    )
    return True


def retract(session: Session, alert: Alert, outcome: Outcome, *, now: datetime) -> Event | None:
    """Tell whoever was to hear of the answer that there will be none, and what was found instead; None if nobody was.

    What has not arrived yet is not sent any more.
    """
    decision = find_decision(session, alert.id)
    announced = None if decision is None else find_told(session, decision)
    if announced is None:
        return None
    session.execute(
        update(Delivery)
        .where(Delivery.event_id == announced.id, Delivery.state == DeliveryState.PENDING)
        .values(
            state=DeliveryState.CANCELLED, state_reason="what it says no longer holds", next_attempt_at=None
        )
        .execution_options(synchronize_session=False)
    )
    data = {"status": "no response", "outcome": outcome, "announced": announced.message_id}
    return _record(session, alert, EventType.ALERT_RETRACTED, data, now)


def find_decision(session: Session, alert_id: int) -> Decision | None:
    """An alert's latest decision."""
    return session.scalar(
        select(Decision).where(Decision.alert_id == alert_id).order_by(Decision.id.desc()).limit(1)
    )


def find_told(session: Session, decision: Decision) -> Event | None:
    """What subscribers were last told of an alert since a decision; None while nothing has left the building."""
    return session.scalar(
        select(Event)
        .where(Event.alert_id == decision.alert_id, Event.occurred_at >= decision.decided_at)
        .order_by(Event.id.desc())
        .limit(1)
    )


def _record(
    session: Session, alert: Alert, event_type: EventType, said: dict[str, Any], now: datetime
) -> Event:
    """An event about the claim: what it says, where it stands, nothing of its author."""
    group = find(session, ClaimGroup, alert.group_id)
    url = session.scalar(
        select(Article.url)
        .join(Claim, Claim.article_id == Article.id)
        .where(Claim.group_id == group.id)
        .order_by(Article.published_at.nulls_last(), Article.url, Claim.start)
        .limit(1)
    )
    desk = session.scalar(select(Desk.slug).where(Desk.id == alert.desk_id))
    data = {"alert": alert.id, "claim": group.text, "article": url}
    data |= {"language": group.language, "subject": group.subject, "desk": desk, **said}
    return record_event(
        session,
        event_type,
        data,
        now=now,
        language=group.language,
        subject=group.subject,
        desk=desk,
        alert_id=alert.id,
    )
