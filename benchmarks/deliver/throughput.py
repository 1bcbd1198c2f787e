"""How many durable signed deliveries a second, against the bare client and against Celery on Redis?

The same messages to the same twenty endpoints: by deliver_due from a full ledger (SQLite), by a bare loop of the same client
that signs and posts, and by Celery with one worker process (twenty threads, and one prefork child).
"""

import asyncio
import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from alerts import HttpSender, NewSecret, deliver_due
from alerts.signing import sign_message
from benchmarks.deliver import celery_worker
from benchmarks.deliver.desk import CIPHER, LOOPBACK, TITLE, fill_ledger, prepare_database
from benchmarks.deliver.endpoints import serve_endpoints
from benchmarks.tables import Table, median, within
from models import Delivery, DeliveryAttempt, DeliveryState, Sessions, open_engine, open_sessions

ENDPOINTS = 20


def run(data: Path, *, small: bool) -> Table:
    """Bare and durable in pairs, either first in turn, so that what else the machine does falls on both alike.

    The first pair is not counted: it imports and compiles what a desk that runs has ready.
    """
    events, times = (50, 1) if small else (400, 15)
    bare: list[_Pace] = []
    durable: list[_Pace] = []
    _measure(50, _bare)
    _measure(50, _durable)
    others: dict[str, list[float]] = {pool: [] for pool in celery_worker.POOLS}
    lacking = celery_worker.missing()
    for turn in range(times):
        pair = [(bare, _bare), (durable, _durable)]
        for paces, way in pair if turn % 2 == 0 else reversed(pair):
            paces.append(_measure(events, way))
        if not lacking and turn % 5 == 0:
            for pool, rates in others.items():
                rates.append(_celery_rate(events * ENDPOINTS // 6, pool))
    ours = median([pace.rate for pace in durable])
    ratios = [one.rate / other.rate for one, other in zip(durable, bare, strict=True)]
    rows = [
        ("bare loop of the same client", *_describe(bare)),
        ("durable, signed, logged", *_describe(durable)),
    ]
    rows += [(f"Celery on Redis, {pool}", _rate(rates), "") for pool, rates in others.items() if rates]
    bounds = [
        within("of the bare client's", median(ratios), at_least=0.6),
        within("deliveries a second", ours, at_least=2000),
    ]
    notes = [
        f"{events} events × {ENDPOINTS} endpoints, {times} pairs; medians (least–most).",
        f"Of the bare client's: the median of the pairs' own ratios ({min(ratios):.2f}–{max(ratios):.2f}).",
    ]
    if lacking:
        notes.append(f"CELERY WAS NOT RUN: it needs {lacking}.")
    else:
        best = max(median(rates) for rates in others.values())
        bounds.append(within("times the faster Celery", ours / best, at_least=2))
        notes.append(
            "Celery acknowledges late; its start and its enqueueing do not count, nor is an attempt written down."
        )
    return Table(
        title="Throughput",
        question=(__doc__ or "").splitlines()[0],
        columns=("what delivers", "a second", "ms of processor each"),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Pace:
    """Messages a second, and what one cost this process, in ms of processor."""

    rate: float
    cost: float


Measure = Callable[[Sessions, list[NewSecret], int], _Pace]


def _measure(events: int, measure: Measure) -> _Pace:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, serve_endpoints(None) as port:
        url = f"sqlite:///{folder}/deliver.db"
        addresses = [f"http://127.0.0.1:{port}/ok/{number}" for number in range(ENDPOINTS)]
        made = prepare_database(url, addresses, ordered=[False] * ENDPOINTS, now=now)
        engine = open_engine(url)
        try:
            return measure(open_sessions(engine), made, events)
        finally:
            engine.dispose()


def _durable(sessions: Sessions, made: list[NewSecret], events: int) -> _Pace:
    now = datetime.now(UTC)
    fill_ledger(sessions, events, [one.subscription.id for one in made], now=now)
    # What preparing left behind is cleared away on nobody's time: once through the heap costs as much as hundreds of messages.
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    done = deliver_due(sessions, sender=HttpSender(allowed_networks=LOOPBACK), cipher=CIPHER, now=now)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    with sessions() as session:
        arrived = session.scalar(
            select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.DELIVERED)
        )
        attempts = session.scalar(select(func.count(DeliveryAttempt.id)))
    assert done.delivered == arrived == attempts == events * len(made)
    return _Pace(done.delivered / seconds, cpu * 1000 / done.delivered)


def _bare(sessions: Sessions, made: list[NewSecret], events: int) -> _Pace:
    body = _body()

    async def go() -> _Pace:
        async with HttpSender(allowed_networks=LOOPBACK).open() as connections:

            async def post_all(url: str, secret: str) -> None:
                for number in range(events):
                    headers = sign_message(
                        [secret], message_id=f"msg_{number}", sent_at=datetime.now(UTC), body=body
                    )
                    assert (await connections.send(url, headers, body)).status == 200

            gc.collect()
            began, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(post_all(one.subscription.url, one.secret) for one in made))
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            return _Pace(events * len(made) / seconds, cpu * 1000 / (events * len(made)))

    return asyncio.run(go())


def _celery_rate(count: int, pool: str) -> float:
    body = _body().decode()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "arrivals.jsonl"
        log.touch()
        with serve_endpoints(log) as port:
            secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's example
            posts = [
                (f"http://127.0.0.1:{port}/ok/{number % ENDPOINTS}", secret, f"msg_{number}", body)
                for number in range(count)
            ]
            return celery_worker.measure(posts, log, Path(folder), pool)


def _body() -> bytes:
    return f'{{"type":"brief.published","data":{{"number":1,"title":"{TITLE}"}}}}'.encode()


def _describe(paces: list[_Pace]) -> tuple[str, str]:
    return _rate([pace.rate for pace in paces]), f"{median([pace.cost for pace in paces]):.2f}"


def _rate(rates: list[float]) -> str:
    return f"{median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"
