"""Subscriptions: where an editor wants to be told, of what, and the secret that signs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.addresses import check_url
from alerts.challenges import challenge_endpoint
from alerts.errors import Conflict
from alerts.events import add_event, catch_up
from alerts.filters import check_filters
from alerts.notices import notify_person
from alerts.ownership import find_own, need_open, note_change
from alerts.permissions import Act, require
from alerts.signing import new_secret, verification_key
from alerts.transitions import find, swap
from models import (
    Delivery,
    DeliveryState,
    Desk,
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
_WELL: dict[str, Any] = {"failures": 0, "failing_since": None, "resting_until": None}

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
        **check_filters(
            known_desks=_find_desks(session),
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

    Another address is challenged before anything else is sent there, and begins anew: what the old one failed at counts
    no more, and what waits has its whole schedule before it.
    """
    audit.take_turn(session)
    subscription = find_own(session, subscription_id, actor)
    changes = check_filters(known_desks=_find_desks(session), **filters)
    if url is not None:
        changes["url"] = check_url(url, allowed_networks)
    moved = changes.get("url", subscription.url) != subscription.url
    fresh = _WELL if moved else {}
    swap(session, subscription, version=version, **changes, **fresh)
    note_change(session, subscription, "subscription.changed", actor=actor, now=now, changes=changes)
    if moved:
        session.execute(
            update(Delivery)
            .where(Delivery.subscription_id == subscription.id, Delivery.state == DeliveryState.PENDING)
            .values(attempts=0, next_attempt_at=now, state_reason="")
        )
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
        **_WELL,
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


def _find_desks(session: Session) -> Sequence[str]:
    return session.scalars(select(Desk.slug)).all()
