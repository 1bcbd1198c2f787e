"""What subscribers are told. The ledger comes first: event and deliveries are rows of the act's own transaction."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Alert, BriefVersion, Delivery, Event, EventType, Subscription, SubscriptionState

# Whoever was told of a brief is told what became of it, whatever the filters say by then.
_FOLLOW_UPS = frozenset({EventType.BRIEF_UPDATED, EventType.BRIEF_CORRECTED, EventType.BRIEF_WITHDRAWN})


def record_event(
    session: Session,
    event_type: EventType,
    data: Mapping[str, Any],
    *,
    now: datetime,
    language: str | None = None,
    subject: str | None = None,
    desk: str | None = None,
    alert_id: int | None = None,
    brief_version_id: int | None = None,
) -> Event:
    """An event, and one delivery of it, due at once, for every active subscription that it concerns.

    Its priority is that of the alert it is about, as it is now.
    """
    event = add_event(
        session, event_type, data, now=now, alert_id=alert_id, brief_version_id=brief_version_id
    )
    earlier = _told_before(session, event) if event_type in _FOLLOW_UPS else frozenset()
    active = (
        select(Subscription).where(Subscription.state == SubscriptionState.ACTIVE).order_by(Subscription.id)
    )
    for subscription in session.scalars(active):
        if subscription.id in earlier or wants(
            subscription,
            event_type,
            language=language,
            subject=subject,
            desk=desk,
            priority=event.priority,
        ):
            session.add(Delivery(event_id=event.id, subscription_id=subscription.id, next_attempt_at=now))
    session.flush()
    return event


def add_event(
    session: Session,
    event_type: EventType,
    data: Mapping[str, Any],
    *,
    now: datetime,
    alert_id: int | None = None,
    brief_version_id: int | None = None,
) -> Event:
    """The event alone. Its body is written once, so that every attempt signs and sends the same bytes."""
    body = {"type": event_type, "timestamp": now.astimezone(UTC).isoformat(), "data": dict(data)}
    event = Event(
        message_id=new_message_id(),
        type=event_type,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
        occurred_at=now,
        priority=session.scalar(select(Alert.priority).where(Alert.id == alert_id)) if alert_id else None,
        alert_id=alert_id,
        brief_version_id=brief_version_id,
    )
    session.add(event)
    session.flush()
    return event


def new_message_id() -> str:
    """A fresh `webhook-id`: 144 random bits, without the dot that separates the signed parts."""
    return f"msg_{secrets.token_urlsafe(18)}"


def wants(
    subscription: Subscription,
    event_type: EventType,
    *,
    language: str | None = None,
    subject: str | None = None,
    desk: str | None = None,
    priority: float | None = None,
) -> bool:
    """Whether an event passes a subscription's filters. An empty filter lets everything through.

    An event that has no language, subject, desk or priority passes the filter on it: what cannot be told apart is
    not kept back.
    """
    least = subscription.least_priority
    return (
        _passes(subscription.event_types, event_type)
        and _passes(subscription.languages, language)
        and _passes(subscription.subjects, subject)
        and _passes(subscription.desks, desk)
        and (least is None or priority is None or priority >= least)
    )


def _passes(chosen: Sequence[str], value: str | None) -> bool:
    return not chosen or value is None or value in chosen


def _told_before(session: Session, event: Event) -> frozenset[int]:
    brief = select(BriefVersion.brief_id).where(BriefVersion.id == event.brief_version_id).scalar_subquery()
    earlier = (
        select(Delivery.subscription_id)
        .join(Event, Event.id == Delivery.event_id)
        .join(BriefVersion, BriefVersion.id == Event.brief_version_id)
        .where(BriefVersion.brief_id == brief)
    )
    return frozenset(session.scalars(earlier))
