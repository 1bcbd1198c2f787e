"""Delivering what is due: take rows, send outside any transaction, write down what came of it, many at a time.

A delivery is taken by moving its next attempt a little into the future. Whoever is killed between sending and
writing leaves it due again then, with the same message id: at least once, never lost.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet

from alerts.envelopes import SOURCE
from alerts.ledger import Delivered, HeldBack, Result, write_down
from alerts.parcels import Parcel, Series, Unreadable, take_due
from alerts.retry import Fate, Next, judge_response, rest_after
from alerts.sender import Answer, Connections, Sender
from alerts.signing import sign_message
from models import Sessions

log = logging.getLogger(__name__)

_SERIES_LIMIT = timedelta(minutes=1)
# Rows taken at once, endpoints spoken to at once, and how many results are worth a transaction.
_ROUND = 1000
_SIDE_BY_SIDE = 256
_BATCH = 500
# How long a result may wait to be written down; that often new messages are looked for while endpoints hang.
_LOOK_AGAIN = 0.25


def _at_random() -> float:
    return random.SystemRandom().uniform(-1, 1)


def deliver_due(
    sessions: Sessions,
    *,
    sender: Sender,
    cipher: MultiFernet,
    now: datetime,
    limit: int | None = None,
    spread: Callable[[], float] = _at_random,
    until: Callable[[], bool] = lambda: False,
    source: str = SOURCE,
) -> Delivered:
    """Send what is due, and what becomes due meanwhile; endpoints side by side, each endpoint's messages in order.

    Ends when nothing is due nor under way, after `limit` messages, or when `until` says so and what is under way has
    come to its end. `now` is when the pass begins; signatures carry the time that has passed since. `spread` gives
    the jitter, `source` names us in CloudEvents.
    """
    began = time.monotonic()
    secrets = _Secrets(cipher)

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    def take(most: int, busy: frozenset[int]) -> list[Series]:
        return take_due(sessions, now=clock(), limit=most, busy=busy, read_secret=secrets.read, source=source)

    first = take(_ROUND if limit is None else min(limit, _ROUND), frozenset())
    if not first:
        return Delivered()

    async def drain() -> Delivered:
        async with sender.open() as connections:
            one_pass = _Drain(
                sessions=sessions,
                connections=connections,
                clock=clock,
                spread=spread,
                take=take,
                until=until,
            )
            return await one_pass.run(first, limit)

    return asyncio.run(drain())


class _Secrets:
    """Decrypted secrets, for as long as a pass lasts: decrypting one costs more than signing ten messages."""

    def __init__(self, cipher: MultiFernet) -> None:
        self._cipher = cipher
        self._known: dict[bytes, str] = {}

    def read(self, encrypted: bytes) -> str:
        if encrypted not in self._known:
            try:
                self._known[encrypted] = self._cipher.decrypt(encrypted).decode()
            except InvalidToken:
                raise Unreadable from None
        return self._known[encrypted]


@dataclass(kw_only=True)
class _Drain:
    """One pass: series that are being sent, those that wait for their turn, and results not yet written down."""

    sessions: Sessions
    connections: Connections
    clock: Callable[[], datetime]
    spread: Callable[[], float]
    take: Callable[[int, frozenset[int]], list[Series]]
    until: Callable[[], bool]
    results: list[Result] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    waiting: deque[Series] = field(default_factory=deque)
    under_way: dict[asyncio.Task[None], Series] = field(default_factory=dict)
    broken: BaseException | None = None
    left_out: frozenset[int] = frozenset()
    looked_at: float = 0.0
    _stir: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, first: list[Series], limit: int | None) -> Delivered:
        done, taken = Delivered(), sum(len(series.parcels) for series in first)
        self._accept(first, frozenset())
        try:
            while True:
                self._start()
                done += await self._write_down()
                if self.until():
                    # What has been taken and not sent is due again when the lease is over.
                    self.waiting.clear()
                elif self._should_look():
                    most, busy = _ROUND if limit is None else min(_ROUND, limit - taken), self._busy()
                    more = await asyncio.to_thread(self.take, most, busy)
                    self._accept(more, busy)
                    taken += sum(len(series.parcels) for series in more)
                    self._start()
                if self.broken:
                    raise self.broken
                if not self.under_way and not self.results and not self.held_back:
                    return done
                await self._wait()
        finally:
            for task in self.under_way:
                task.cancel()

    def _should_look(self) -> bool:
        """Whether anything new can be expected: an endpoint that was left out is free, or some time has passed."""
        if len(self.waiting) >= _SIDE_BY_SIDE:
            return False
        return not self.left_out <= self._busy() or time.monotonic() - self.looked_at > _LOOK_AGAIN

    def _accept(self, series: list[Series], busy: frozenset[int]) -> None:
        """What a look found; of these endpoints, and of those that were busy by then, more may be due."""
        self.waiting.extend(series)
        self.left_out = busy.union(one.subscription_id for one in series)
        self.looked_at = time.monotonic()

    def _busy(self) -> frozenset[int]:
        """Endpoints that are spoken to or about to be, or whose answer is not in the ledger yet: it may say stop."""
        answered = (result.series for result in self.results)
        return frozenset(
            series.subscription_id for series in (*self.under_way.values(), *self.waiting, *answered)
        )

    def _start(self) -> None:
        while self.waiting and len(self.under_way) < _SIDE_BY_SIDE:
            series = self.waiting.popleft()
            task = asyncio.get_running_loop().create_task(self._send_series(series))
            self.under_way[task] = series
            task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        del self.under_way[task]
        self.broken = self.broken or (None if task.cancelled() else task.exception())
        if self.waiting:
            self._start()
        if not self.under_way or self.broken or len(self.results) >= _BATCH:
            self._stir.set()

    async def _wait(self) -> None:
        """Until there is enough to write down, or all is done, or it is time to look for new messages."""
        self._stir.clear()
        if self.under_way and len(self.results) < _BATCH:
            try:
                await asyncio.wait_for(self._stir.wait(), _LOOK_AGAIN)
            except TimeoutError:
                return

    async def _write_down(self) -> Delivered:
        if not self.results and not self.held_back:
            return Delivered()
        results, self.results = self.results, []
        held_back, self.held_back = self.held_back, []
        return await asyncio.to_thread(write_down, self.sessions, results, held_back, now=self.clock())

    async def _send_series(self, series: Series) -> None:
        failures, now = series.failures, self.clock()
        for number, parcel in enumerate(series.parcels):
            if now - series.taken_at > _SERIES_LIMIT or self.until():
                return
            answer = await self._send(series, parcel, now)
            now = self.clock()
            judged = _judge(answer, parcel, now=now, spread=self.spread)
            if judged.fate is Fate.DELIVERED:
                failures = 0
                self.results.append(Result(series, parcel, answer, judged, now, failures))
                continue
            failures += 1
            rest = rest_after(failures, judged.rest)
            rest_until = now + rest if rest else None
            self.results.append(Result(series, parcel, answer, judged, now, failures, rest_until))
            if judged.fate is Fate.DISABLE:
                return
            hold_until = max(
                filter(None, (rest_until, judged.at if series.is_ordered else None)), default=None
            )
            if hold_until is not None:
                if rest_of_them := series.parcels[number + 1 :]:
                    self.held_back.append(HeldBack(series, rest_of_them, hold_until))
                return

    async def _send(self, series: Series, parcel: Parcel, at: datetime) -> Answer:
        if not series.secrets:
            log.error(
                "subscription %s: its secret cannot be read with the keys in the settings",
                series.subscription_id,
            )
            return Answer(error="the signing secret cannot be read with the keys in the settings")
        message = parcel.message
        headers = sign_message(series.secrets, message_id=message.id, sent_at=at, body=message.body)
        headers["content-type"] = message.content_type
        try:
            return await self.connections.send(series.url, headers, message.body)
        except Exception:
            log.exception("delivery %s: sending broke off", parcel.delivery_id)
            return Answer(error="sending broke off; the log has the details")


def _judge(answer: Answer, parcel: Parcel, *, now: datetime, spread: Callable[[], float]) -> Next:
    judged = judge_response(
        answer.status,
        answer.headers,
        attempt=parcel.attempt,
        now=now,
        # Most messages arrive, and drawing a number costs a call to the system.
        jitter=0.0 if answer.status is not None and 200 <= answer.status < 300 else spread(),
        error=answer.error,
        permanent=answer.permanent,
    )
    challenge = parcel.message.challenge
    if judged.fate is Fate.DELIVERED and challenge and challenge not in answer.body:
        return Next(Fate.GIVE_UP, f"answered {answer.status} without the challenge")
    return judged
