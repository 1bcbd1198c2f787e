"""Whether an endpoint is its subscriber's own: it is sent a word, and its answer must hold it."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict
from alerts.events import add_event, catch_up
from alerts.ownership import find_own, note_change
from alerts.transitions import find, swap
from models import Delivery, DeliveryState, Event, EventType, Subscription, SubscriptionState, User


def challenge_again(session: Session, subscription_id: int, *, actor: User, now: datetime) -> Event:
    """A fresh challenge to an endpoint that has not answered one yet. Its rest ends: whoever asks says that it listens.

    Raises Conflict when there is no need.
    """
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state is not SubscriptionState.UNVERIFIED:
        raise Conflict(f"subscription {subscription.id} is {subscription.state}", subscription)
    event = challenge_endpoint(session, subscription, now=now)
    subscription.resting_until = None
    note_change(session, subscription, "subscription.challenged", actor=actor, now=now)
    return event


def challenge_endpoint(session: Session, subscription: Subscription, *, now: datetime) -> Event:
    """Send the endpoint a word that its answer must hold; until it does, it is told of nothing else.

    An earlier word counts no more, and is not sent any more.
    """
    session.execute(
        update(Delivery)
        .where(
            Delivery.subscription_id == subscription.id,
            Delivery.state == DeliveryState.PENDING,
            Delivery.event_id.in_(select(Event.id).where(Event.type == EventType.CHALLENGE)),
        )
        .values(
            state=DeliveryState.CANCELLED, state_reason="a newer challenge was sent", next_attempt_at=None
        )
    )
    subscription.challenge = secrets.token_urlsafe(24)
    subscription.state = SubscriptionState.UNVERIFIED
    subscription.state_reason = "its endpoint has not answered the challenge yet"
    session.flush()
    data = {"subscription": subscription.id, "challenge": subscription.challenge}
    event = add_event(session, EventType.CHALLENGE, data, now=now)
    session.add(Delivery(event_id=event.id, subscription_id=subscription.id, next_attempt_at=now))
    session.flush()
    return event


def accept_answer(session: Session, subscription_id: int, *, challenge: str, now: datetime) -> bool:
    """The endpoint has answered with the challenge: it is told of everything from now on; False when too late."""
    subscription = find(session, Subscription, subscription_id)
    if subscription.state is not SubscriptionState.UNVERIFIED or subscription.challenge != challenge:
        return False
    state = SubscriptionState.ACTIVE
    swap(session, subscription, version=subscription.version, state=state, state_reason="", challenge=None)
    catch_up(session, subscription.id, now=now)
    note_change(session, subscription, "subscription.verified", actor=audit.SYSTEM, now=now)
    return True
