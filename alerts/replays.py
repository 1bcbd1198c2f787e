"""Sending again: one delivery, a range of time, or only what was missed in it. Message ids stay what they were."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.errors import Conflict, Invalid
from alerts.events import MISSED, begin_anew, find_told_before
from alerts.filters import wants
from alerts.ownership import find_own, need_open, note_change
from alerts.transitions import find
from models import Delivery, DeliveryState, Event, EventType, Subscription, User

# Messages that only ever concern one subscription: sent again one by one, never with a range.
_OWN = (EventType.TEST, EventType.CHALLENGE)
_FINISHED = MISSED | {DeliveryState.DELIVERED}


def replay_delivery(session: Session, delivery_id: int, *, actor: User, now: datetime) -> Delivery:
    """A finished delivery, due once more, its schedule begun anew; one that waits for its next attempt, due now.

    Raises Conflict while it is being sent, and where it says that a claim will be answered, which was taken back since.
    """
    audit.take_turn(session)
    delivery = find(session, Delivery, delivery_id)
    subscription = _reachable(session, delivery.subscription_id, actor)
    if session.scalar(select(Event.id).where(Event.id == delivery.event_id, _taken_back())) is not None:
        raise Conflict(f"what delivery {delivery.id} announced was taken back since", delivery)
    if delivery.state is not DeliveryState.PENDING:
        begin_anew(delivery, now)
    elif not may_send_now(delivery, subscription, now):
        raise Conflict(f"delivery {delivery.id} is under way", delivery)
    _send_now(session, subscription, [delivery], now)
    note_change(session, subscription, "delivery.replayed", actor=actor, now=now, delivery=delivery.id)
    return delivery


def replay_range(
    session: Session,
    subscription_id: int,
    *,
    since: datetime,
    until: datetime,
    actor: User,
    now: datetime,
    only_missed: bool = False,
) -> int:
    """Make due whatever happened from `since` to before `until`; the number of messages.

    Missed is what was given up or cancelled, and what its filters let through while it was paused, unverified or
    switched off. What waits for its next attempt is tried at once, with the attempts that it has left. That a claim
    will be answered is not said again where that has been taken back.
    """
    audit.take_turn(session)
    subscription = _reachable(session, subscription_id, actor)
    if since >= until:
        raise Invalid("since", "must be earlier than until")
    rows = session.execute(
        select(Event, Delivery)
        .outerjoin(Delivery, (Delivery.event_id == Event.id) & (Delivery.subscription_id == subscription_id))
        .where(Event.occurred_at >= since, Event.occurred_at < until, Event.type.not_in(_OWN), ~_taken_back())
        .order_by(Event.id)
    ).all()
    again = MISSED if only_missed else _FINISHED
    waiting = [delivery for _, delivery in rows if delivery and may_send_now(delivery, subscription, now)]
    replayed = len(waiting)
    replayed += sum(_replay(session, subscription, event, delivery, again, now) for event, delivery in rows)
    if replayed:
        _send_now(session, subscription, waiting, now)
    details = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "only_missed": only_missed,
        "messages": replayed,
    }
    note_change(session, subscription, "subscription.replayed", actor=actor, now=now, **details)
    return replayed


def _replay(
    session: Session,
    subscription: Subscription,
    event: Event,
    delivery: Delivery | None,
    again: frozenset[DeliveryState],
    now: datetime,
) -> bool:
    if delivery is not None:
        if delivery.state in again:
            begin_anew(delivery, now)
            return True
        return False
    data: dict[str, Any] = json.loads(event.body)["data"]
    facts = {name: data.get(name) for name in ("language", "subject", "desk")}
    is_news = event.type is not EventType.ALERT_RETRACTED
    is_told = is_news and wants(subscription, event.type, **facts, priority=event.priority)
    if not is_told and subscription.id not in find_told_before(session, event):
        return False
    session.add(Delivery(event_id=event.id, subscription_id=subscription.id, next_attempt_at=now))
    return True


def may_send_now(delivery: Delivery, subscription: Subscription, now: datetime) -> bool:
    """Whether a delivery waits, for its next attempt or for its endpoint's rest, and could be tried at once."""
    rests = subscription.resting_until is not None and subscription.resting_until > now
    waits = delivery.next_attempt_at is not None and delivery.next_attempt_at > now
    return delivery.state is DeliveryState.PENDING and (waits or rests)


def _send_now(
    session: Session, subscription: Subscription, deliveries: Sequence[Delivery], now: datetime
) -> None:
    """Due now, the endpoint's rest over; of an ordered endpoint also what must be taken before them."""
    subscription.resting_until = None
    for delivery in deliveries:
        delivery.next_attempt_at = min(delivery.next_attempt_at or now, now)
    session.flush()
    if subscription.is_ordered and deliveries:
        session.execute(
            update(Delivery)
            .where(
                Delivery.subscription_id == subscription.id,
                Delivery.state == DeliveryState.PENDING,
                Delivery.event_id < max(delivery.event_id for delivery in deliveries),
                Delivery.next_attempt_at > now,
            )
            .values(next_attempt_at=now)
        )


def _taken_back() -> ColumnElement[bool]:
    """Events that a claim will be answered, where it was said later that it will not be."""
    later = aliased(Event)
    return and_(
        Event.type == EventType.ALERT_CONFIRMED,
        select(later.id)
        .where(
            later.alert_id == Event.alert_id,
            later.type == EventType.ALERT_RETRACTED,
            later.id > Event.id,
        )
        .exists(),
    )


def _reachable(session: Session, subscription_id: int, actor: User) -> Subscription:
    subscription = find_own(session, subscription_id, actor)
    need_open(subscription)
    return subscription
