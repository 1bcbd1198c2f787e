"""Subscriptions: where an editor wants to be told, of what, and the secret that signs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import MultiFernet
from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict, Invalid, NotAllowed
from alerts.events import add_event
from alerts.permissions import Act, may, require
from alerts.sender import PORTS
from alerts.signing import new_secret
from alerts.subjects import Subject
from alerts.transitions import clean_text, find, swap
from models import (
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Subscription,
    SubscriptionState,
    User,
)
from models.network import Network

OVERLAP = timedelta(hours=24)
_URL_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A subscription and its fresh secret, which is shown this once and kept only encrypted."""

    subscription: Subscription
    secret: str

    def __repr__(self) -> str:
        return f"NewSecret(subscription={self.subscription.id})"


def create_subscription(
    session: Session,
    *,
    actor: User,
    url: str,
    cipher: MultiFernet,
    now: datetime,
    allowed_networks: Sequence[Network] = (),
    description: str = "",
    event_types: Sequence[str] = (),
    languages: Sequence[str] = (),
    subjects: Sequence[str] = (),
    desks: Sequence[str] = (),
) -> NewSecret:
    """A subscription of the actor's, told from now on. Raises Invalid for a bad address or filter."""
    audit.take_turn(session)
    require(actor, Act.SUBSCRIBE)
    secret = new_secret()
    subscription = Subscription(
        owner_id=actor.id,
        url=check_url(url, allowed_networks),
        secret_encrypted=cipher.encrypt(secret.encode()),
        created_at=now,
        **_check_filters(
            description=description,
            event_types=event_types,
            languages=languages,
            subjects=subjects,
            desks=desks,
        ),
    )
    session.add(subscription)
    session.flush()
    note_change(session, subscription, "subscription.created", actor=actor, now=now, url=subscription.url)
    return NewSecret(subscription, secret)


def change_subscription(
    session: Session,
    subscription_id: int,
    *,
    actor: User,
    version: int,
    now: datetime,
    allowed_networks: Sequence[Network] = (),
    url: str | None = None,
    **filters: Any,
) -> Subscription:
    """The subscription with another address or other filters (the keywords of create_subscription)."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    changes = _check_filters(**filters)
    if url is not None:
        changes["url"] = check_url(url, allowed_networks)
    swap(session, subscription, version=version, **changes)
    note_change(session, subscription, "subscription.changed", actor=actor, now=now, changes=changes)
    return subscription


def rotate_secret(
    session: Session, subscription_id: int, *, actor: User, cipher: MultiFernet, version: int, now: datetime
) -> NewSecret:
    """A fresh secret. For a day messages carry a signature by each, so that no receiver misses one."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    secret = new_secret()
    swap(
        session,
        subscription,
        version=version,
        secret_encrypted=cipher.encrypt(secret.encode()),
        old_secret_encrypted=subscription.secret_encrypted,
        old_secret_until=now + OVERLAP,
    )
    note_change(session, subscription, "subscription.secret_rotated", actor=actor, now=now)
    return NewSecret(subscription, secret)


def pause_subscription(
    session: Session, subscription_id: int, *, actor: User, version: int, now: datetime
) -> Subscription:
    """The subscription, told of nothing new until it is resumed. What is under way still arrives."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state is not SubscriptionState.ACTIVE:
        raise Conflict(f"subscription {subscription.id} is {subscription.state}", subscription)
    swap(
        session,
        subscription,
        version=version,
        state=SubscriptionState.PAUSED,
        state_reason="paused by its owner",
    )
    note_change(session, subscription, "subscription.paused", actor=actor, now=now)
    return subscription


def resume_subscription(
    session: Session, subscription_id: int, *, actor: User, version: int, now: datetime
) -> Subscription:
    """The subscription, told again; also after it was switched off for failing."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state is SubscriptionState.ACTIVE:
        raise Conflict(f"subscription {subscription.id} is active", subscription)
    state = SubscriptionState.ACTIVE
    swap(session, subscription, version=version, state=state, state_reason="", failing_since=None)
    note_change(session, subscription, "subscription.resumed", actor=actor, now=now)
    return subscription


def disable_subscription(
    session: Session, subscription_id: int, *, reason: str, actor: User | str, now: datetime
) -> Subscription:
    """The subscription, switched off with the reason on its row; deliveries under way are cancelled."""
    audit.take_turn(session)
    if isinstance(actor, str):
        subscription = find(session, Subscription, subscription_id)
    else:
        subscription = find_own(session, subscription_id, actor)
    if subscription.state is SubscriptionState.DISABLED:
        return subscription
    state = SubscriptionState.DISABLED
    swap(session, subscription, version=subscription.version, state=state, state_reason=reason)
    session.execute(
        update(Delivery)
        .where(Delivery.subscription_id == subscription_id, Delivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.CANCELLED, state_reason=reason, next_attempt_at=None)
    )
    note_change(session, subscription, "subscription.disabled", actor=actor, now=now, reason=reason)
    return subscription


def send_test(session: Session, subscription_id: int, *, actor: User, now: datetime) -> Event:
    """A test event for this subscription alone; it takes the same way as every other."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state is SubscriptionState.DISABLED:
        raise Conflict(f"subscription {subscription.id} is disabled; resume it first", subscription)
    event = add_event(session, EventType.TEST, {"subscription": subscription.id}, now=now)
    session.add(Delivery(event_id=event.id, subscription_id=subscription.id, next_attempt_at=now))
    note_change(session, subscription, "subscription.tested", actor=actor, now=now, event=event.message_id)
    return event


def check_url(url: str, allowed_networks: Sequence[Network] = ()) -> str:
    """The address, if a webhook may be sent there. Raises Invalid.

    https to a host on a port of the web or above 1023; plain http only to an address, written as such, in an
    allowed network. Where a name leads is judged at every connection, not here.
    """
    if len(url) > _URL_LIMIT:
        raise Invalid("url", f"is longer than {_URL_LIMIT} characters")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise Invalid("url", "must not contain spaces or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise Invalid("url", str(problem)) from None
    if not parts.hostname:
        raise Invalid("url", "names no host")
    if parts.username is not None or parts.password is not None:
        raise Invalid("url", "must not contain a user name or password")
    if parts.fragment:
        raise Invalid("url", "must not have a fragment")
    if port is not None and port not in PORTS:
        raise Invalid("url", f"port {port} is not one of the web's")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and _is_allowed(parts.hostname, allowed_networks)
    ):
        raise Invalid("url", "must begin with https://")
    return url


def _is_allowed(host: str, networks: Sequence[Network]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _check_filters(**filters: Any) -> dict[str, Any]:
    known = {
        "event_types": {str(member) for member in EventType},
        "subjects": {str(member) for member in Subject},
    }
    checked: dict[str, Any] = {}
    for name, value in filters.items():
        if name == "description":
            checked[name] = clean_text(name, value)
        elif name in ("event_types", "languages", "subjects", "desks"):
            checked[name] = [str(item) for item in dict.fromkeys(value)]
            unknown = set(checked[name]) - known.get(name, set(checked[name]))
            if unknown:
                raise Invalid(name, f"does not know {', '.join(sorted(unknown))}")
        else:
            raise TypeError(f"a subscription has no {name}")
    return checked


def find_own(session: Session, subscription_id: int, actor: User) -> Subscription:
    """The subscription, if it is the actor's or the actor keeps everybody's. Raises NotFound, NotAllowed."""
    subscription = find(session, Subscription, subscription_id)
    require(actor, Act.SUBSCRIBE)
    if subscription.owner_id != actor.id and not may(actor.role, Act.SUBSCRIBE_FOR_OTHERS):
        raise NotAllowed("the subscription is somebody else's")
    return subscription


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
