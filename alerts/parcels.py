"""Taking deliveries that are due out of the ledger, with all that sending them needs.

Statements are built once and fetch plain columns, because what one costs decides how much can be sent
(docs/decisions/sending.md).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from alerts.envelopes import SOURCE, wrap_body
from models import (
    Delivery,
    DeliveryState,
    Envelope,
    Event,
    EventType,
    Sessions,
    Subscription,
    SubscriptionState,
    writing,
)
from models.base import UtcDateTime

# Longer than one endpoint's series may take, so that nobody else takes a message that is about to be sent.
TAKEN_FOR = timedelta(minutes=2)

# Messages of an ordered endpoint that are taken at once.
_IN_A_ROW = 50

# A delivery: its id, subscription, attempts and event; whether its endpoint is ordered, and whether it is due.
_Due = tuple[int, int, int, int, bool, bool | None]


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it is sent, the same for every endpoint that wants it in the same envelope."""

    id: str
    body: bytes
    content_type: str
    challenge: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery with what sending it needs, so that no session is open meanwhile."""

    delivery_id: int
    message: Message
    attempt: int


@dataclass(frozen=True, slots=True)
class Series:
    """What one endpoint is owed, in the order of events, with its secrets, newest first, and how it has been doing.

    Without the newest secret there are none.
    """

    subscription_id: int
    url: str
    secrets: tuple[str, ...]
    is_ordered: bool
    failures: int
    failing_since: datetime | None
    taken_at: datetime
    parcels: tuple[Parcel, ...]


class Unreadable(ValueError):
    """A subscription's secret cannot be decrypted with the keys in the settings."""


def take_due(
    sessions: Sessions,
    *,
    now: datetime,
    limit: int,
    busy: Collection[int],
    read_secret: Callable[[bytes], str],
    source: str = SOURCE,
) -> list[Series]:
    """Due deliveries, at most `limit`, a series for each endpoint that is not busy; they are ours for two minutes.

    Of an ordered endpoint only the earliest message that it has not taken, if due, and those that follow without a
    gap.
    """
    if limit <= 0:
        return []
    with sessions() as session:
        # Not through the session, as below: it makes each row anew.
        connection = session.connection()
        found = list(connection.execute(_HEADS, {"now": now, "busy": list(busy), "most": limit}).all())
        for head in [row for row in found if row.is_ordered]:
            found += _read_followers(connection, head, now, min(_IN_A_ROW, limit - len(found)))
    if not found:
        return []
    with writing(sessions) as session:
        # Compare and set: what somebody else took or cancelled in between is not ours.
        lease = {"deliveries": [row.id for row in found], "now": now, "until": now + TAKEN_FOR}
        ours = frozenset(row[0] for row in session.connection().execute(_TAKE, lease).all())
        owed: dict[int, list[Row[*_Due]]] = defaultdict(list)
        broken: set[int] = set()
        for row in sorted(found, key=attrgetter("event_id")):
            if row.id not in ours and row.is_ordered:
                broken.add(row.subscription_id)
            elif row.id in ours and row.subscription_id not in broken:
                owed[row.subscription_id].append(row)
        endpoints = session.execute(_ENDPOINTS, {"subscriptions": list(owed)}).all()
        rows = session.execute(_EVENTS, {"events": list({row.event_id for row in found})}).all()
    events = {event.id: event for event in rows}
    wrap = _wrap_once(events, source)
    taken = []
    for endpoint in endpoints:
        # It may have moved since its messages were found, to an address that has yet to prove itself.
        told = [row for row in owed[endpoint.id] if _is_told(endpoint.state, events[row.event_id].type)]
        if told:
            taken.append(_pack(endpoint, told, now, read_secret, wrap))
    return taken


def _is_told(state: SubscriptionState, event_type: EventType) -> bool:
    """Whether what is due to an endpoint may be sent there."""
    if state is SubscriptionState.UNVERIFIED:
        return event_type is EventType.CHALLENGE
    return state in _TOLD


# What was due when an endpoint was paused still arrives.
_TOLD = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED)


_ENDPOINTS = select(
    Subscription.id,
    Subscription.state,
    Subscription.url,
    Subscription.secret_encrypted,
    Subscription.old_secrets,
    Subscription.envelope,
    Subscription.is_ordered,
    Subscription.failures,
    Subscription.failing_since,
).where(Subscription.id.in_(bindparam("subscriptions", expanding=True)))
_EVENTS = select(Event.id, Event.message_id, Event.type, Event.body).where(
    Event.id.in_(bindparam("events", expanding=True))
)
_NOW = bindparam("now", type_=UtcDateTime())
_TAKE = (
    update(Delivery)
    .where(
        Delivery.id.in_(bindparam("deliveries", expanding=True)),
        Delivery.state == DeliveryState.PENDING,
        Delivery.next_attempt_at <= _NOW,
    )
    .values(next_attempt_at=bindparam("until"))
    .returning(Delivery.id)
)


_DELIVERY = (
    select(
        Delivery.id,
        Delivery.subscription_id,
        Delivery.attempts,
        Delivery.event_id,
        Subscription.is_ordered,
        (Delivery.next_attempt_at <= _NOW).label("is_due"),
    )
    .join(Event, Event.id == Delivery.event_id)
    .join(Subscription, Subscription.id == Delivery.subscription_id)
    .where(Delivery.state == DeliveryState.PENDING)
)


def _select_heads() -> Select[*_Due]:
    """Of an ordered endpoint only its earliest message, of those that it may be told."""
    earlier, earlier_event = aliased(Delivery), aliased(Event)
    follows_another = (
        select(earlier.id)
        .join(earlier_event, earlier_event.id == earlier.event_id)
        .where(
            earlier.subscription_id == Delivery.subscription_id,
            earlier.state == DeliveryState.PENDING,
            earlier.event_id < Delivery.event_id,
            _may_be_told(earlier_event.type),
        )
        .exists()
    )
    return (
        _DELIVERY.where(
            Delivery.next_attempt_at <= _NOW,
            Delivery.subscription_id.not_in(bindparam("busy", expanding=True)),
            _may_be_told(),
            or_(Subscription.resting_until.is_(None), Subscription.resting_until <= _NOW),
            or_(Subscription.is_ordered.is_(False), ~follows_another),
        )
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(bindparam("most", type_=Integer()))
    )


def _read_followers(
    connection: Connection, head: Row[*_Due], now: datetime, most: int
) -> Iterator[Row[*_Due]]:
    """What comes after an ordered endpoint's earliest message, up to the first that is not due."""
    wanted = {"now": now, "subscription": head.subscription_id, "head": head.event_id, "most": max(most, 0)}
    return takewhile(lambda row: row.is_due, connection.execute(_FOLLOWERS, wanted))


def _may_be_told(event_type: InstrumentedAttribute[EventType] = Event.type) -> ColumnElement[bool]:
    """What `_is_told` says, of rows."""
    asked = and_(Subscription.state == SubscriptionState.UNVERIFIED, event_type == EventType.CHALLENGE)
    return or_(Subscription.state.in_(_TOLD), asked)


_HEADS = _select_heads()
_FOLLOWERS = (
    _DELIVERY.where(
        Delivery.subscription_id == bindparam("subscription"),
        Delivery.event_id > bindparam("head"),
        _may_be_told(),
    )
    .order_by(Delivery.event_id)
    .limit(bindparam("most", type_=Integer()))
)

_Wrap = Callable[[int, Envelope], Message]


def _wrap_once(events: Mapping[int, Row[int, str, EventType, str]], source: str) -> _Wrap:
    """An event in an envelope, made once however many endpoints it goes to."""

    @cache
    def wrap(event_id: int, envelope: Envelope) -> Message:
        event = events[event_id]
        is_challenge = event.type is EventType.CHALLENGE
        wrapped = wrap_body(event.body, message_id=event.message_id, envelope=envelope, source=source)
        return Message(
            id=event.message_id,
            body=wrapped.body,
            content_type=wrapped.content_type,
            challenge=json.loads(event.body)["data"]["challenge"] if is_challenge else None,
        )

    return wrap


def _pack(
    endpoint: Row[Any],
    rows: Iterable[Row[*_Due]],
    now: datetime,
    read_secret: Callable[[bytes], str],
    wrap: _Wrap,
) -> Series:
    parcels = []
    for delivery_id, _, attempts, event_id, *_ in rows:
        message = wrap(event_id, endpoint.envelope)
        parcels.append(Parcel(delivery_id, message, attempts + 1))
    return Series(
        subscription_id=endpoint.id,
        url=endpoint.url,
        secrets=_read_secrets(endpoint, now, read_secret),
        is_ordered=endpoint.is_ordered,
        failures=endpoint.failures,
        failing_since=endpoint.failing_since,
        taken_at=now,
        parcels=tuple(parcels),
    )


def _read_secrets(endpoint: Row[Any], now: datetime, read_secret: Callable[[bytes], str]) -> tuple[str, ...]:
    valid = [old.encode() for old, until in endpoint.old_secrets if datetime.fromisoformat(until) > now]
    secrets = []
    for encrypted in (endpoint.secret_encrypted, *valid):
        try:
            secrets.append(read_secret(encrypted))
        except Unreadable:
            # An old secret may be of a key that is lost, which is why it was rotated.
            if encrypted is endpoint.secret_encrypted:
                return ()
    return tuple(secrets)
