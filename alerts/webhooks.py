"""Delivering what is due: take rows, send outside any transaction, write down what came of it.

A delivery is taken by moving its next attempt a little into the future. Whoever is killed between sending and
writing leaves it due again then, with the same message id: at least once, never lost.
"""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.retry import PATIENCE, Fate, Next, has_failed_too_long, judge_response
from alerts.sender import Answer, Sender
from alerts.signing import sign_message
from alerts.subscriptions import disable_subscription
from models import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Event,
    Sessions,
    Subscription,
    SubscriptionState,
    writing,
)

log = logging.getLogger(__name__)

# Longer than one endpoint's series may take, so that nobody else takes a message that is about to be sent.
TAKEN_FOR = timedelta(minutes=2)
_SERIES_LIMIT = timedelta(minutes=1)
_ROUND = 100
_THREADS = 32
# While endpoints hang, the others' new messages are looked for this often.
_LOOK_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one pass did; `waiting` are to be tried again, `disabled` counts subscriptions."""

    attempted: int = 0
    delivered: int = 0
    waiting: int = 0
    given_up: int = 0
    disabled: int = 0


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One delivery with all that sending needs, so that no session is open meanwhile."""

    delivery_id: int
    subscription_id: int
    url: str
    message_id: str
    body: bytes
    secrets_encrypted: tuple[bytes, ...]
    attempt: int


_Series = list[_Parcel]


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of a parcel. One held back was not sent, because its endpoint had just failed to answer."""

    parcel: _Parcel
    answer: Answer
    next: Next
    at: datetime
    held_back: bool = False


def _at_random() -> float:
    return random.SystemRandom().uniform(-1, 1)


def deliver_due(
    sessions: Sessions,
    *,
    sender: Sender,
    cipher: MultiFernet,
    now: datetime,
    limit: int = 1000,
    spread: Callable[[], float] = _at_random,
) -> Delivered:
    """Send what is due, at most `limit` messages; endpoints side by side, each endpoint's messages in order.

    `now` is when the pass begins; signatures carry the time that has passed since. `spread` gives the jitter.
    """
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    done = Delivered()
    under_way: dict[Future[list[_Result]], _Series] = {}
    with ThreadPoolExecutor(_THREADS) as threads:
        while True:
            left = limit - done.attempted - sum(len(series) for series in under_way.values())
            for series in _take(sessions, now=clock(), limit=min(_ROUND, left), busy=under_way.values()):
                send = partial(_send_series, series, sender=sender, cipher=cipher, clock=clock, spread=spread)
                under_way[threads.submit(send)] = series
            if not under_way:
                return done
            finished, _ = wait(under_way, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
            results = [result for future in finished for result in future.result()]
            for future in finished:
                del under_way[future]
            done = _add(done, _write_down(sessions, results, now=clock()))


def _take(sessions: Sessions, *, now: datetime, limit: int, busy: Iterable[_Series]) -> list[_Series]:
    """Due deliveries, a series for each endpoint that is not being spoken to, the oldest event first."""
    spoken_to = {series[0].subscription_id for series in busy}
    due = (
        select(Delivery, Event, Subscription)
        .join(Event, Event.id == Delivery.event_id)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(
            Delivery.state == DeliveryState.PENDING,
            Delivery.next_attempt_at <= now,
            Delivery.subscription_id.not_in(spoken_to),
        )
        .order_by(Delivery.next_attempt_at, Delivery.id)
    )
    # Looking first keeps a pass that finds nothing from waiting for the one writer that SQLite has.
    with sessions() as session:
        if limit <= 0 or session.scalar(due.limit(1)) is None:
            return []
    with writing(sessions) as session:
        rows = session.execute(due.limit(limit).with_for_update(of=Delivery, skip_locked=True)).all()
        for delivery, _, _ in rows:
            delivery.next_attempt_at = now + TAKEN_FOR
        by_endpoint: dict[int, _Series] = defaultdict(list)
        for delivery, event, subscription in sorted(rows, key=lambda row: row[1].id):
            by_endpoint[subscription.id].append(_pack(delivery, event, subscription, now))
        return list(by_endpoint.values())


def _pack(delivery: Delivery, event: Event, subscription: Subscription, now: datetime) -> _Parcel:
    secrets = [subscription.secret_encrypted]
    old, until = subscription.old_secret_encrypted, subscription.old_secret_until
    if old is not None and until is not None and until > now:
        secrets.append(old)
    return _Parcel(
        delivery_id=delivery.id,
        subscription_id=subscription.id,
        url=subscription.url,
        message_id=event.message_id,
        body=event.body.encode(),
        secrets_encrypted=tuple(secrets),
        attempt=delivery.attempts + 1,
    )


def _send_series(
    parcels: Sequence[_Parcel],
    *,
    sender: Sender,
    cipher: MultiFernet,
    clock: Callable[[], datetime],
    spread: Callable[[], float],
) -> list[_Result]:
    results: list[_Result] = []
    until = clock() + _SERIES_LIMIT
    for parcel in parcels:
        last = results[-1] if results else None
        if last is not None and last.answer.status is None and last.next.fate is Fate.RETRY:
            results.append(replace(last, parcel=parcel, held_back=True))
            continue
        if clock() > until:
            break
        answer = _send(parcel, sender=sender, cipher=cipher, at=clock())
        fate = judge_response(
            answer.status,
            answer.headers,
            attempt=parcel.attempt,
            now=clock(),
            jitter=spread(),
            error=answer.error,
            permanent=answer.permanent,
        )
        results.append(_Result(parcel, answer, fate, clock()))
        if fate.fate is Fate.DISABLE:
            break
    return results


def _send(parcel: _Parcel, *, sender: Sender, cipher: MultiFernet, at: datetime) -> Answer:
    try:
        secrets = [cipher.decrypt(secret).decode() for secret in parcel.secrets_encrypted]
    except InvalidToken:
        log.error(
            "subscription %s: its secret cannot be read with the keys in the settings", parcel.subscription_id
        )
        return Answer(error="the signing secret cannot be read with the keys in the settings")
    headers = sign_message(secrets, message_id=parcel.message_id, sent_at=at, body=parcel.body)
    try:
        return sender.send(parcel.url, headers, parcel.body)
    except Exception:
        log.exception("delivery %s: sending broke off", parcel.delivery_id)
        return Answer(error="sending broke off; the log has the details")


def _write_down(sessions: Sessions, results: Sequence[_Result], *, now: datetime) -> Delivered:
    if not results:
        return Delivered()
    with writing(sessions) as session:
        audit.take_turn(session)
        done = Delivered()
        for result in results:
            done = _add(done, _write_one(session, result))
        return replace(done, disabled=_disable_failing(session, results, now))


def _write_one(session: Session, result: _Result) -> Delivered:
    delivery = session.get(Delivery, result.parcel.delivery_id)
    if delivery is None or delivery.state is not DeliveryState.PENDING:
        return Delivered()
    if result.held_back:
        delivery.next_attempt_at = result.next.at
        delivery.state_reason = "waits, because its endpoint did not answer the message before"
        return Delivered(waiting=1)
    session.add(
        DeliveryAttempt(
            delivery_id=delivery.id,
            at=result.at,
            elapsed_ms=result.answer.elapsed_ms,
            http_status=result.answer.status,
            error=result.answer.error,
            response_body=result.answer.body,
        )
    )
    delivery.attempts = result.parcel.attempt
    delivery.state_reason = result.next.reason
    delivery.next_attempt_at = result.next.at
    match result.next.fate:
        case Fate.DELIVERED:
            delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, result.at
            return Delivered(attempted=1, delivered=1)
        case Fate.RETRY:
            return Delivered(attempted=1, waiting=1)
        case Fate.GIVE_UP | Fate.DISABLE:
            delivery.state = DeliveryState.GIVEN_UP
            return Delivered(attempted=1, given_up=1)


def _disable_failing(session: Session, results: Sequence[_Result], now: datetime) -> int:
    """Keep track of how long each endpoint has failed, and switch off those that are gone; the number of them."""
    disabled = 0
    for result in results:
        subscription = session.get(Subscription, result.parcel.subscription_id)
        if subscription is None or subscription.state is SubscriptionState.DISABLED:
            continue
        if result.next.fate is Fate.DELIVERED:
            subscription.failing_since = None
            continue
        subscription.failing_since = subscription.failing_since or result.at
        reason = result.next.reason if result.next.fate is Fate.DISABLE else ""
        if has_failed_too_long(subscription.failing_since, now):
            reason = (
                reason or f"nothing but failures for {PATIENCE.days} days; the last: {result.next.reason}"
            )
        if reason:
            session.flush()
            disable_subscription(session, subscription.id, reason=reason, actor=audit.SYSTEM, now=now)
            disabled += 1
    return disabled


def _add(one: Delivered, other: Delivered) -> Delivered:
    return Delivered(
        attempted=one.attempted + other.attempted,
        delivered=one.delivered + other.delivered,
        waiting=one.waiting + other.waiting,
        given_up=one.given_up + other.given_up,
        disabled=one.disabled + other.disabled,
    )
