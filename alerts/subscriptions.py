"""Subscriptions: where an editor wants to be told, of what, and the secret that signs it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.addresses import check_url
from alerts.errors import Conflict, Invalid, NotAllowed
from alerts.events import add_event, catch_up
from alerts.notices import notify_person
from alerts.permissions import Act, may, require
from alerts.signing import new_secret, verification_key
from alerts.subjects import Subject
from alerts.transitions import clean_text, find, swap
from models import (
    Delivery,
    DeliveryState,
    Envelope,
    Event,
    EventType,
    SigningScheme,
    Subscription,
    SubscriptionState,
    User,
)
from models.network import Network

OVERLAP = timedelta(hours=24)
# Secrets that were replaced within a day. More signatures than that no receiver has reason to expect.
_MOST_OLD = 4

_SWITCHED_OFF = """\
Đăng ký nhận tin số {number} đã bị tắt: {url}
Lý do: {reason}
Những tin chưa nhận được giữ lại; sau khi khắc phục, hãy bật lại (POST /subscriptions/{number}/resume) và yêu cầu \
gửi lại những tin đã lỡ (POST /subscriptions/{number}/replay, "only_missed": true).

Subscription {number} has been switched off: {url}
Reason: {reason}
What it missed is kept. Once mended, resume it (POST /subscriptions/{number}/resume) and ask for what was missed \
(POST /subscriptions/{number}/replay, "only_missed": true).
"""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A subscription and what its receiver verifies with: a secret, shown this once, or our public key."""

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
    least_priority: float | None = None,
    signing: SigningScheme = SigningScheme.V1,
    envelope: Envelope = Envelope.STANDARD,
    is_ordered: bool = False,
    challenged: bool = False,
) -> NewSecret:
    """A subscription of the actor's, told from now on. Raises Invalid for a bad address or filter.

    `challenged` is for whoever is not known to own the endpoint: it is told of nothing before it has answered a
    challenge.
    """
    audit.take_turn(session)
    require(actor, Act.SUBSCRIBE)
    secret = new_secret(signing)
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
            least_priority=least_priority,
            envelope=envelope,
            is_ordered=is_ordered,
        ),
        signing=signing,
    )
    session.add(subscription)
    session.flush()
    note_change(session, subscription, "subscription.created", actor=actor, now=now, url=subscription.url)
    if challenged:
        challenge_endpoint(session, subscription, now=now)
    return NewSecret(subscription, verification_key(secret))


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
    """The subscription with another address or other filters (the keywords of create_subscription).

    Another address is challenged before anything else is sent there.
    """
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    changes = _check_filters(**filters)
    if url is not None:
        changes["url"] = check_url(url, allowed_networks)
    moved = changes.get("url", subscription.url) != subscription.url
    swap(session, subscription, version=version, **changes)
    note_change(session, subscription, "subscription.changed", actor=actor, now=now, changes=changes)
    if moved:
        challenge_endpoint(session, subscription, now=now)
    return subscription


def rotate_secret(
    session: Session,
    subscription_id: int,
    *,
    actor: User,
    cipher: MultiFernet,
    version: int,
    now: datetime,
    signing: SigningScheme | None = None,
) -> NewSecret:
    """A fresh secret, of another scheme if so wished. For a day messages carry a signature by the old one too.

    Raises Conflict when it was rotated so often within the day that a message would carry too many.
    """
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    scheme = signing or subscription.signing
    secret = new_secret(scheme)
    old = [pair for pair in subscription.old_secrets if datetime.fromisoformat(pair[1]) > now]
    if len(old) >= _MOST_OLD:
        raise Conflict(
            f"subscription {subscription.id} has {len(old)} old secrets that still sign", subscription
        )
    swap(
        session,
        subscription,
        version=version,
        signing=scheme,
        secret_encrypted=cipher.encrypt(secret.encode()),
        old_secrets=[[subscription.secret_encrypted.decode(), (now + OVERLAP).isoformat()], *old],
    )
    note_change(session, subscription, "subscription.secret_rotated", actor=actor, now=now)
    return NewSecret(subscription, verification_key(secret))


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
    """The subscription, told again; also after it was switched off for failing. Its rest is over.

    What has meanwhile become of briefs that it was sent is due now; anything else that it missed is for its owner to
    ask for.
    """
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state in (SubscriptionState.ACTIVE, SubscriptionState.UNVERIFIED):
        raise Conflict(f"subscription {subscription.id} is {subscription.state}", subscription)
    swap(
        session,
        subscription,
        version=version,
        # Switched off before its endpoint had answered, it still has to.
        state=SubscriptionState.UNVERIFIED if subscription.challenge else SubscriptionState.ACTIVE,
        state_reason="",
        failures=0,
        failing_since=None,
        resting_until=None,
    )
    if not subscription.challenge:
        catch_up(session, subscription.id, now=now)
    note_change(session, subscription, "subscription.resumed", actor=actor, now=now)
    return subscription


def disable_subscription(
    session: Session, subscription_id: int, *, reason: str, actor: User | str, now: datetime
) -> Subscription:
    """The subscription, switched off with the reason on its row; deliveries under way are cancelled.

    Whoever did not do it themselves is told by e-mail.
    """
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
    if actor == audit.SYSTEM:
        text = _SWITCHED_OFF.format(number=subscription.id, url=subscription.url, reason=reason)
        subject = f"Webhook {subscription.id}: đã tắt · switched off"
        notify_person(session, subscription.owner_id, subject=subject, text=text, now=now)
    return subscription


def send_test(session: Session, subscription_id: int, *, actor: User, now: datetime) -> Event:
    """A test event for this subscription alone; it takes the same way as every other."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    need_open(subscription)
    event = add_event(session, EventType.TEST, {"subscription": subscription.id}, now=now)
    session.add(Delivery(event_id=event.id, subscription_id=subscription.id, next_attempt_at=now))
    note_change(session, subscription, "subscription.tested", actor=actor, now=now, event=event.message_id)
    return event


def challenge_again(session: Session, subscription_id: int, *, actor: User, now: datetime) -> Event:
    """A fresh challenge to an endpoint that has not answered one yet. Raises Conflict when there is no need."""
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    if subscription.state is not SubscriptionState.UNVERIFIED:
        raise Conflict(f"subscription {subscription.id} is {subscription.state}", subscription)
    event = challenge_endpoint(session, subscription, now=now)
    note_change(session, subscription, "subscription.challenged", actor=actor, now=now)
    return event


def challenge_endpoint(session: Session, subscription: Subscription, *, now: datetime) -> Event:
    """Send the endpoint a word that its answer must hold; until it does, it is told of nothing else."""
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


def need_open(subscription: Subscription) -> None:
    """Raise Conflict unless messages may be sent to the endpoint."""
    if subscription.state is SubscriptionState.DISABLED:
        raise Conflict(f"subscription {subscription.id} is disabled; resume it first", subscription)
    if subscription.state is SubscriptionState.UNVERIFIED:
        raise Conflict(
            f"subscription {subscription.id} is unverified: its endpoint has not answered the challenge",
            subscription,
        )


def _check_filters(**filters: Any) -> dict[str, Any]:
    known = {
        "event_types": {str(member) for member in EventType},
        "subjects": {str(member) for member in Subject},
    }
    plain: dict[str, Callable[[Any], Any]] = {
        "is_ordered": bool,
        "envelope": Envelope,
        "least_priority": _check_priority,
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
        elif name in plain:
            checked[name] = plain[name](value)
        else:
            raise TypeError(f"a subscription has no {name}")
    return checked


def _check_priority(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise Invalid("least_priority", "must be from 0 to 1")
    return value


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
