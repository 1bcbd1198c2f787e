"""Subscriptions and their deliveries. A secret is never shown again."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.envelopes import wrap_body
from api.views.base import Moment, Out
from models import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Envelope,
    Event,
    EventType,
    SigningScheme,
    Subscription,
    SubscriptionState,
)

BODY_SHOWN = 64_000


class SubscriptionOut(Out):
    """Where somebody is told, of what, and how that goes."""

    id: int
    version: int
    owner_id: int
    url: str
    description: str
    event_types: list[str]
    languages: list[str]
    subjects: list[str]
    desks: list[str]
    least_priority: float | None
    signing: SigningScheme
    envelope: Envelope
    is_ordered: bool
    state: SubscriptionState
    state_reason: str
    created_at: Moment
    failures: int
    failing_since: Moment | None
    resting_until: Moment | None
    old_secret_until: Moment | None


class AttemptOut(Out):
    """One request to the endpoint, and what came back, capped."""

    at: Moment
    elapsed_ms: int
    http_status: int | None
    error: str
    response_body: str


class DeliveryOut(Out):
    """One event on its way to one subscription."""

    id: int
    event_id: int
    message_id: str
    event_type: EventType
    occurred_at: Moment
    state: DeliveryState
    state_reason: str
    attempts: int
    """Every request that was made, those before it was sent again included."""
    next_attempt_at: Moment | None
    delivered_at: Moment | None


class DeliveryDetailOut(DeliveryOut):
    """A delivery with the exact body that is signed (shown to 64,000 characters), and every attempt."""

    body: str
    attempt_log: list[AttemptOut]


def describe_subscription(row: Subscription) -> SubscriptionOut:
    """One subscription."""
    return SubscriptionOut.model_validate(row)


def describe_deliveries(session: Session, rows: Sequence[Delivery]) -> list[DeliveryOut]:
    """A page of deliveries."""
    events = {
        event.id: event
        for event in session.scalars(select(Event).where(Event.id.in_([row.event_id for row in rows])))
    }
    made = select(DeliveryAttempt.delivery_id, func.count()).where(
        DeliveryAttempt.delivery_id.in_([row.id for row in rows])
    )
    attempts = dict(session.execute(made.group_by(DeliveryAttempt.delivery_id)).all())
    return [_delivery(row, events[row.event_id], attempts.get(row.id, 0)) for row in rows]


def describe_delivery(session: Session, row: Delivery, *, source: str) -> DeliveryDetailOut:
    """One delivery with its attempts; `source` names us in CloudEvents."""
    event = session.get_one(Event, row.event_id)
    attempts = session.scalars(
        select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == row.id).order_by(DeliveryAttempt.id)
    )
    log = [AttemptOut.model_validate(one) for one in attempts]
    envelope = session.get_one(Subscription, row.subscription_id).envelope
    wrapped = wrap_body(event.body, message_id=event.message_id, envelope=envelope, source=source)
    body = wrapped.body.decode()[:BODY_SHOWN]
    return DeliveryDetailOut(**_delivery(row, event, len(log)).model_dump(), body=body, attempt_log=log)


def _delivery(row: Delivery, event: Event, attempts: int) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        event_id=event.id,
        message_id=event.message_id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        state=row.state,
        state_reason=row.state_reason,
        # Attempts are forgotten before the delivery is.
        attempts=max(attempts, row.attempts),
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
    )
