"""What subscribers are told. The ledger comes first: event and deliveries are rows of the act's own transaction."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from alerts.filters import wants
from models import (
    Alert,
    BriefVersion,
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Subscription,
    SubscriptionState,
    User,
)

# Whoever was told of a brief or of an answer to come is told what became of it, whatever the filters say by then.
_FOLLOW_UPS = frozenset(
    {
        EventType.BRIEF_UPDATED,
        EventType.BRIEF_CORRECTED,
        EventType.BRIEF_WITHDRAWN,
        EventType.ALERT_RETRACTED,
    }
)
MISSED = frozenset({DeliveryState.GIVEN_UP, DeliveryState.CANCELLED})


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

    Its priority is that of the alert it is about, as it is now. Whose account was switched off is told of nothing
    new, but still of what becomes of a brief that was sent there. That there will be no answer concerns nobody who had
    not heard that there would be one.
    """
    event = add_event(
        session, event_type, data, now=now, alert_id=alert_id, brief_version_id=brief_version_id
    )
    earlier = find_told_before(session, event)
    active = (
        select(Subscription, User.is_active)
        .join(User, User.id == Subscription.owner_id)
        .where(Subscription.state == SubscriptionState.ACTIVE)
        .order_by(Subscription.id)
    )
    for subscription, has_account in session.execute(active):
        if subscription.id in earlier or (
            event_type is not EventType.ALERT_RETRACTED
            and has_account
            and wants(
                subscription,
                event_type,
                language=language,
                subject=subject,
                desk=desk,
                priority=event.priority,
            )
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


def find_told_before(session: Session, event: Event) -> frozenset[int]:
    """The subscriptions that were told of a brief before this, if it says what has become of the brief; of an answer to
    come, if it says that there is none.
    """
    if event.type not in _FOLLOW_UPS:
        return frozenset()
    if event.type is EventType.ALERT_RETRACTED:
        announced = (
            select(Delivery.subscription_id)
            .join(Event, Event.id == Delivery.event_id)
            .where(
                Event.alert_id == event.alert_id,
                Event.type == EventType.ALERT_CONFIRMED,
                Event.id < event.id,
            )
        )
        return frozenset(session.scalars(announced))
    brief = select(BriefVersion.brief_id).where(BriefVersion.id == event.brief_version_id).scalar_subquery()
    earlier = (
        select(Delivery.subscription_id)
        .join(Event, Event.id == Delivery.event_id)
        .join(BriefVersion, BriefVersion.id == Event.brief_version_id)
        .where(BriefVersion.brief_id == brief, Event.id < event.id)
    )
    return frozenset(session.scalars(earlier))


def catch_up(session: Session, subscription_id: int, *, now: datetime) -> int:
    """What has become of briefs and answers that an endpoint was told of, while it was told of nothing: due now, in
    order and whatever its filters say; how many messages.
    """
    arrived, earlier, text = aliased(Delivery), aliased(Event), aliased(BriefVersion)
    heard = (
        select(arrived.id)
        .join(earlier, earlier.id == arrived.event_id)
        .where(
            arrived.subscription_id == subscription_id,
            arrived.state.in_((DeliveryState.DELIVERED, DeliveryState.PENDING)),
            earlier.id < Event.id,
        )
    )
    of_the_brief = heard.join(text, text.id == earlier.brief_version_id).where(
        text.brief_id == BriefVersion.brief_id
    )
    of_the_answer = heard.where(
        Event.type == EventType.ALERT_RETRACTED,
        earlier.type == EventType.ALERT_CONFIRMED,
        earlier.alert_id == Event.alert_id,
    )
    own = and_(Delivery.event_id == Event.id, Delivery.subscription_id == subscription_id)
    rows = session.execute(
        select(Event.id, Delivery)
        .outerjoin(BriefVersion, BriefVersion.id == Event.brief_version_id)
        .outerjoin(Delivery, own)
        .where(
            Event.type.in_(_FOLLOW_UPS),
            or_(of_the_brief.exists(), of_the_answer.exists()),
            or_(Delivery.id.is_(None), Delivery.state.in_(MISSED)),
        )
        .order_by(Event.id)
    ).all()
    for event_id, delivery in rows:
        if delivery is None:
            session.add(Delivery(event_id=event_id, subscription_id=subscription_id, next_attempt_at=now))
        else:
            begin_anew(delivery, now)
    session.flush()
    return len(rows)


def begin_anew(delivery: Delivery, now: datetime) -> None:
    """A finished delivery, due once more with its whole schedule before it."""
    delivery.state, delivery.state_reason = DeliveryState.PENDING, "replayed"
    delivery.attempts, delivery.next_attempt_at = 0, now
