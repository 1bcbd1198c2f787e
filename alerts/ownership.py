"""Whose a subscription is, whether it may be sent to, and the note of what is done to it."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict, NotAllowed
from alerts.permissions import Act, may, require
from alerts.transitions import find
from models import Subscription, SubscriptionState, User


def find_own(session: Session, subscription_id: int, actor: User) -> Subscription:
    """The subscription, if it is the actor's or the actor keeps everybody's. Raises NotFound, NotAllowed."""
    subscription = find(session, Subscription, subscription_id)
    require(actor, Act.SUBSCRIBE)
    if subscription.owner_id != actor.id and not may(actor.role, Act.SUBSCRIBE_FOR_OTHERS):
        raise NotAllowed("the subscription is somebody else's")
    return subscription


def need_open(subscription: Subscription) -> None:
    """Raise Conflict unless messages may be sent to the endpoint."""
    if subscription.state is SubscriptionState.DISABLED:
        raise Conflict(f"subscription {subscription.id} is disabled; resume it first", subscription)
    if subscription.state is SubscriptionState.UNVERIFIED:
        raise Conflict(
            f"subscription {subscription.id} is unverified: its endpoint has not answered the challenge",
            subscription,
        )


def note_change(
    session: Session,
    subscription: Subscription,
    action: str,
    *,
    actor: User | str,
    now: datetime,
    **details: object,
) -> None:
    """Put what was done to a subscription in the audit log."""
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="subscription",
        object_id=subscription.id,
        details={"version": subscription.version, **details},
        now=now,
    )
