"""The ledger of deliveries: writing down many results in one transaction.

Plain statements over many rows at once, because what a commit and a row object cost decides how much can be sent
(docs/decisions/sending.md).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.challenges import accept_answer
from alerts.parcels import Parcel, Series
from alerts.redaction import redact
from alerts.retry import PATIENCE, Fate, Next, has_failed_too_long
from alerts.sender import Answer
from alerts.subscriptions import disable_subscription
from models import Delivery, DeliveryAttempt, DeliveryState, Sessions, Subscription, writing


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

    series: Series
    parcels: tuple[Parcel, ...]
    until: datetime


def write_down(
    sessions: Sessions, results: Sequence[Result], held_back: Sequence[HeldBack], *, now: datetime
) -> Delivered:
    """Attempts, the deliveries' fates and how the endpoints are doing, in one transaction.

    Of an endpoint that has moved since, what its old address did is an attempt and, if it took the message, a delivery;
    for all else its deliveries have begun anew.
    """
    if not results and not held_back:
        return Delivered()
    answered = [
        (result.series.subscription_id, challenge)
        for result in results
        if (challenge := result.parcel.message.challenge) and result.next.fate is Fate.DELIVERED
    ]
    with writing(sessions) as session:
        if answered or any(_why_off(result, now) for result in results):
            audit.take_turn(session)
        # Not through the session, which collects the values of each row anew: four times as long.
        connection = session.connection()
        moved = _find_moved(connection, results)
        settled = [one for one in results if not moved(one.series) or one.next.fate is Fate.DELIVERED]
        _write_fates(connection, results, settled, [one for one in held_back if not moved(one.series)])
        last = {one.series.subscription_id: one for one in results if not moved(one.series)}
        for result in last.values():
            _note_health(session, result)
        for subscription_id, challenge in answered:
            accept_answer(session, subscription_id, challenge=challenge, now=now)
        switched_off = {number: reason for number, one in last.items() if (reason := _why_off(one, now))}
        for number, reason in switched_off.items():
            disable_subscription(session, number, reason=reason, actor=audit.SYSTEM, now=now)
    fates = [result.next.fate for result in settled]
    begun_anew = len(results) - len(settled)
    return Delivered(
        attempted=len(results),
        delivered=fates.count(Fate.DELIVERED),
        waiting=fates.count(Fate.RETRY) + begun_anew + sum(len(held.parcels) for held in held_back),
        given_up=fates.count(Fate.GIVE_UP) + fates.count(Fate.DISABLE),
        disabled=len(switched_off),
    )


def _find_moved(connection: Connection, results: Sequence[Result]) -> Callable[[Series], bool]:
    """Whether an endpoint has another address by now than the one that a series went to.

    Asked of those alone that are or were in trouble, which then stay where they are until this is written down: where
    all went well there is nothing that the new address could inherit.
    """
    troubled = {one.series.subscription_id for one in results if one.failures or one.series.failures}
    if not troubled:
        return lambda series: False
    # In the order in which others take several, so that nobody waits for whoever waits for them.
    rows = connection.execute(_ADDRESSES, {"subscriptions": list(troubled)}).all()
    addresses = {row.id: row.url for row in rows}
    return lambda series: addresses.get(series.subscription_id, series.url) != series.url


def _write_fates(
    connection: Connection,
    results: Sequence[Result],
    settled: Sequence[Result],
    held_back: Sequence[HeldBack],
) -> None:
    if results:
        attempts = [_attempt(result) for result in results]
        connection.execute(insert(DeliveryAttempt.__table__), attempts)  # type: ignore[arg-type]  # a table
    for alike in _settled(settled):
        connection.execute(_SETTLE, alike)
    for held in held_back:
        connection.execute(_HOLD_BACK, _held(held))


_ADDRESSES = (
    select(Subscription.id, Subscription.url)
    .where(Subscription.id.in_(bindparam("subscriptions", expanding=True)))
    .order_by(Subscription.id)
    .with_for_update(key_share=True)
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
)
_HOLD_BACK = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("deliveries", expanding=True)), Delivery.state == DeliveryState.PENDING)
    .values(next_attempt_at=bindparam("due"), state_reason=bindparam("reason"))
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
