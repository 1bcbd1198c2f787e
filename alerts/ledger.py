"""The ledger of deliveries: taking rows that are due, and writing down many results in one transaction.

Plain statements over many rows at once, because what a commit and a row object cost decides how much can be sent
(docs/decisions/sending.md).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.envelopes import SOURCE, wrap_body
from alerts.redaction import redact
from alerts.retry import PATIENCE, Fate, Next, has_failed_too_long
from alerts.sender import Answer
from alerts.subscriptions import accept_answer, disable_subscription
from models import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Event,
    EventType,
    Sessions,
    Subscription,
    SubscriptionState,
    writing,
)

# Longer than one endpoint's series may take, so that nobody else takes a message that is about to be sent.
TAKEN_FOR = timedelta(minutes=2)

# Messages of an ordered endpoint that are taken at once.
_IN_A_ROW = 50

# A due delivery: its id, subscription, attempts and event; the event's message id, type and body; whether its endpoint
# is ordered, and when it is due.
_Due = tuple[int, int, int, int, str, EventType, str, bool, datetime | None]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one pass did; `waiting` are to be tried again, `disabled` counts subscriptions."""

    attempted: int = 0
    delivered: int = 0
    waiting: int = 0
    given_up: int = 0
    disabled: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            attempted=self.attempted + other.attempted,
            delivered=self.delivered + other.delivered,
            waiting=self.waiting + other.waiting,
            given_up=self.given_up + other.given_up,
            disabled=self.disabled + other.disabled,
        )


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery with what sending it needs, so that no session is open meanwhile."""

    delivery_id: int
    message_id: str
    body: bytes
    content_type: str
    attempt: int
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """What one endpoint is owed, in the order of events, with its secrets, newest first, and how it has been doing."""

    subscription_id: int
    url: str
    secrets: tuple[str, ...]
    is_ordered: bool
    failures: int
    failing_since: datetime | None
    taken_at: datetime
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a parcel; `failures` are the endpoint's in a row by then, which may earn it a rest."""

    series: Series
    parcel: Parcel
    answer: Answer
    next: Next
    at: datetime
    failures: int
    rest_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Parcels that were not sent because of what became of the one before them; due at `until`."""

    parcels: tuple[Parcel, ...]
    until: datetime


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
        found = list(session.execute(_select_due(now, busy).limit(limit)))
        for head in [row for row in found if row.is_ordered]:
            found += _select_followers(session, head, now, min(_IN_A_ROW, limit - len(found)))
    if not found:
        return []
    with writing(sessions) as session:
        # Compare and set: what somebody else took or cancelled in between is not ours.
        ours = frozenset(
            session.scalars(
                update(Delivery)
                .where(
                    Delivery.id.in_([row.id for row in found]),
                    Delivery.state == DeliveryState.PENDING,
                    Delivery.next_attempt_at <= now,
                )
                .values(next_attempt_at=now + TAKEN_FOR)
                .returning(Delivery.id)
                .execution_options(synchronize_session=False)
            )
        )
        owed: dict[int, list[Row[*_Due]]] = defaultdict(list)
        broken: set[int] = set()
        for row in sorted(found, key=lambda row: row.event_id):
            if row.id not in ours and row.is_ordered:
                broken.add(row.subscription_id)
            elif row.id in ours and row.subscription_id not in broken:
                owed[row.subscription_id].append(row)
        endpoints = session.execute(_ENDPOINT.where(Subscription.id.in_(owed))).all()
    return [_pack(endpoint, owed[endpoint.id], now, read_secret, source) for endpoint in endpoints]


_ENDPOINT = select(
    Subscription.id,
    Subscription.url,
    Subscription.secret_encrypted,
    Subscription.old_secrets,
    Subscription.envelope,
    Subscription.is_ordered,
    Subscription.challenge,
    Subscription.failures,
    Subscription.failing_since,
)


_DELIVERY = (
    select(
        Delivery.id,
        Delivery.subscription_id,
        Delivery.attempts,
        Delivery.event_id,
        Event.message_id,
        Event.type,
        Event.body,
        Subscription.is_ordered,
        Delivery.next_attempt_at,
    )
    .join(Event, Event.id == Delivery.event_id)
    .join(Subscription, Subscription.id == Delivery.subscription_id)
    .where(Delivery.state == DeliveryState.PENDING)
)


def _select_due(now: datetime, busy: Collection[int]) -> Select[*_Due]:
    earlier = aliased(Delivery)
    follows_another = (
        select(earlier.id)
        .where(
            earlier.subscription_id == Delivery.subscription_id,
            earlier.state == DeliveryState.PENDING,
            earlier.event_id < Delivery.event_id,
        )
        .exists()
    )
    return _DELIVERY.where(
        Delivery.next_attempt_at <= now,
        Delivery.subscription_id.not_in(busy),
        _may_be_told(),
        or_(Subscription.resting_until.is_(None), Subscription.resting_until <= now),
        or_(Subscription.is_ordered.is_(False), ~follows_another),
    ).order_by(Delivery.next_attempt_at, Delivery.id)


def _select_followers(session: Session, head: Row[*_Due], now: datetime, most: int) -> Iterator[Row[*_Due]]:
    """What comes after an ordered endpoint's earliest message, up to the first that is not due."""
    rows = session.execute(
        _DELIVERY.where(
            Delivery.subscription_id == head.subscription_id,
            Delivery.event_id > head.event_id,
            _may_be_told(),
        )
        .order_by(Delivery.event_id)
        .limit(max(most, 0))
    )
    return takewhile(lambda row: row.next_attempt_at is not None and row.next_attempt_at <= now, rows)


def _may_be_told() -> ColumnElement[bool]:
    told = Subscription.state.in_((SubscriptionState.ACTIVE, SubscriptionState.PAUSED))
    asked = and_(Subscription.state == SubscriptionState.UNVERIFIED, Event.type == EventType.CHALLENGE)
    return or_(told, asked)


def _pack(
    endpoint: Row[Any],
    rows: Iterable[Row[*_Due]],
    now: datetime,
    read_secret: Callable[[bytes], str],
    source: str,
) -> Series:
    valid = [old.encode() for old, until in endpoint.old_secrets if datetime.fromisoformat(until) > now]
    try:
        secrets = tuple(read_secret(secret) for secret in (endpoint.secret_encrypted, *valid))
    except Unreadable:
        secrets = ()
    parcels = []
    for row in rows:
        wrapped = wrap_body(row.body, message_id=row.message_id, envelope=endpoint.envelope, source=source)
        parcels.append(
            Parcel(
                delivery_id=row.id,
                message_id=row.message_id,
                body=wrapped.body,
                content_type=wrapped.content_type,
                attempt=row.attempts + 1,
                challenge=endpoint.challenge if row.type is EventType.CHALLENGE else None,
            )
        )
    return Series(
        subscription_id=endpoint.id,
        url=endpoint.url,
        secrets=secrets,
        is_ordered=endpoint.is_ordered,
        failures=endpoint.failures,
        failing_since=endpoint.failing_since,
        taken_at=now,
        parcels=tuple(parcels),
    )


def write_down(
    sessions: Sessions, results: Sequence[Result], held_back: Sequence[HeldBack], *, now: datetime
) -> Delivered:
    """Attempts, the deliveries' fates and how the endpoints are doing, in one transaction."""
    if not results and not held_back:
        return Delivered()
    last = {result.series.subscription_id: result for result in results}
    switched_off = {number: reason for number, result in last.items() if (reason := _why_off(result, now))}
    answered = [
        result for result in results if result.parcel.challenge and result.next.fate is Fate.DELIVERED
    ]
    with writing(sessions) as session:
        if switched_off or answered:
            audit.take_turn(session)
        if results:
            # Not through the session, which collects the values of each row anew: four times as long.
            attempts = [_attempt(result) for result in results]
            session.connection().execute(insert(DeliveryAttempt.__table__), attempts)  # type: ignore[arg-type]  # a table
        for alike in _settled(results):
            session.execute(_SETTLE, alike)
        for held in held_back:
            session.execute(_HOLD_BACK, _held(held))
        for result in last.values():
            _note_health(session, result)
        for result in answered:
            accept_answer(
                session, result.series.subscription_id, challenge=result.parcel.challenge or "", now=now
            )
        for number, reason in switched_off.items():
            disable_subscription(session, number, reason=reason, actor=audit.SYSTEM, now=now)
    fates = [result.next.fate for result in results]
    return Delivered(
        attempted=len(results),
        delivered=fates.count(Fate.DELIVERED),
        waiting=fates.count(Fate.RETRY) + sum(len(held.parcels) for held in held_back),
        given_up=fates.count(Fate.GIVE_UP) + fates.count(Fate.DISABLE),
        disabled=len(switched_off),
    )


_STATES = {
    Fate.DELIVERED: DeliveryState.DELIVERED,
    Fate.RETRY: DeliveryState.PENDING,
    Fate.GIVE_UP: DeliveryState.GIVEN_UP,
    Fate.DISABLE: DeliveryState.GIVEN_UP,
}
# What was cancelled while it was under way stays cancelled. One statement for all results that are alike.
_SETTLE = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("deliveries", expanding=True)), Delivery.state == DeliveryState.PENDING)
    .values(
        state=bindparam("new_state"),
        state_reason=bindparam("reason"),
        attempts=bindparam("attempt"),
        next_attempt_at=bindparam("due"),
        delivered_at=bindparam("arrived"),
    )
    .execution_options(synchronize_session=False)
)
_HOLD_BACK = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("deliveries", expanding=True)), Delivery.state == DeliveryState.PENDING)
    .values(next_attempt_at=bindparam("due"), state_reason=bindparam("reason"))
    .execution_options(synchronize_session=False)
)


def _attempt(result: Result) -> dict[str, Any]:
    answer, secrets = result.answer, result.series.secrets
    return {
        "delivery_id": result.parcel.delivery_id,
        "at": result.at,
        "elapsed_ms": answer.elapsed_ms,
        "http_status": answer.status,
        "error": redact(answer.error, secrets) if answer.error else "",
        "response_body": redact(answer.body, secrets) if answer.body else "",
    }


def _settled(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """What to write on deliveries; those that arrived on the same attempt share the latest of their moments."""
    alike: dict[tuple[Next, int], list[Result]] = defaultdict(list)
    for result in results:
        alike[result.next, result.parcel.attempt].append(result)
    for (fate, attempt), group in alike.items():
        arrived = fate.fate is Fate.DELIVERED
        yield {
            "deliveries": [result.parcel.delivery_id for result in group],
            "new_state": _STATES[fate.fate],
            "reason": fate.reason,
            "attempt": attempt,
            "due": fate.at,
            "arrived": max(result.at for result in group) if arrived else None,
        }


def _held(held: HeldBack) -> dict[str, Any]:
    return {
        "deliveries": [parcel.delivery_id for parcel in held.parcels],
        "due": held.until,
        "reason": "waits, because its endpoint did not take the message before",
    }


def _note_health(session: Session, result: Result) -> None:
    """How the endpoint has been doing; most are well and stay so, and nothing is written."""
    series = result.series
    since = None if result.failures == 0 else series.failing_since or result.at
    if (series.failures, series.failing_since) == (result.failures, since) and result.rest_until is None:
        return
    session.execute(
        update(Subscription)
        .where(Subscription.id == series.subscription_id)
        .values(failures=result.failures, failing_since=since, resting_until=result.rest_until)
        .execution_options(synchronize_session=False)
    )


def _why_off(result: Result, now: datetime) -> str:
    """Why an endpoint is switched off after this, or nothing."""
    if result.next.fate is Fate.DISABLE:
        return result.next.reason
    if result.next.fate is not Fate.DELIVERED and has_failed_too_long(result.series.failing_since, now):
        return f"nothing but failures for {PATIENCE.days} days; the last: {result.next.reason}"
    return ""
