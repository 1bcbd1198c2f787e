"""The loop between network, readers and rows: takes what is due, fetches and reads it, writes the answers.

Everything under way is kept in memory only; rows stay due until their answer is written, so a crash at any
point loses nothing but the fetch. Hosts do not wait for each other: what is due is looked up again while
slow ones are still answering.
"""

import logging
import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from ingest.errors import Failure, IngestError
from ingest.fetch import Fetcher
from ingest.hosts import load_robots, resting_hosts
from ingest.listing import read_source
from ingest.page import read_page
from ingest.polling import Poll, due_sources, feed_hints, needs_reading, poll_request, record_polls
from ingest.reading import Reading, due_articles, page_hints, page_request, record_readings
from ingest.rereading import Rereading
from ingest.rows import load_by_id
from ingest.stream import FetchStream
from ingest.urls import host_key
from ingest.values import Counts, Feed, Fetched, Page, Request
from ingest.workers import Workers
from models import Article, ArticleState, Sessions, Source, writing

Clock: TypeAlias = Callable[[], datetime]

BATCH = 150
BATCH_AGE = 0.25
LOOK_EVERY = 0.5
LOOK_AGAIN_AFTER = 0.05
MAX_POLLS = 1_000
MAX_READS = 1_000
# Looking up what is due costs the same for ten rows as for hundreds.
ROOM_WORTH_FILLING = 200
# A host serves one request at a time; more of its pages in hand would only stand before other hosts' pages.
READS_PER_SOURCE = 4
# Finding pages to read ranks all that wait: 0.2 s for 200,000. That is to take a tenth of the time at most, and what
# has become due meanwhile is to wait a few seconds at most.
REST_PER_LOOK = 9
LONGEST_REST = 5.0

# Anything else that a database says is about the rows it was given.
_NO_DATABASE = (OperationalError, InterfaceError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """How articles are followed and grouped."""

    rereading: Rereading = field(default_factory=Rereading)
    story_window: timedelta = timedelta(days=14)
    story_threshold: float = 0.5


@dataclass(slots=True)
class _Flight:
    """One source or article on its way; the answer and what was read in it come later."""

    source: Source
    article: Article | None
    request: Request
    answer: Fetched | None = None
    outcome: Feed | Page | IngestError | None = None

    @property
    def row(self) -> tuple[str, int]:
        return ("source", self.source.id) if self.article is None else ("article", self.article.id)


@dataclass(slots=True)
class _Finished:
    flights: list[_Flight] = field(default_factory=list)
    since: float = 0.0

    def add(self, flight: _Flight) -> None:
        if not self.flights:
            self.since = time.monotonic()
        self.flights.append(flight)

    @property
    def is_ripe(self) -> bool:
        return bool(self.flights) and (
            len(self.flights) >= BATCH or time.monotonic() - self.since >= BATCH_AGE
        )


_Event: TypeAlias = Fetched | BaseException | tuple[int, "Future[Feed | Page]"]


class Crawl:
    """One run of the loop. Use `run`; the rest is its state."""

    def __init__(
        self,
        sessions: Sessions,
        fetcher: Fetcher,
        workers: Workers,
        *,
        clock: Clock,
        rules: ReadingRules,
        polls: bool = True,
        reads: bool = True,
        on_progress: Callable[[Counts], None] | None = None,
    ) -> None:
        self._sessions = sessions
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock
        self._rules = rules
        self._polls = polls
        self._reads = reads
        self._on_progress = on_progress or (lambda counts: None)
        self._arrived: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._stream: FetchStream = fetcher.stream(self._arrived)
        self._flights: dict[int, _Flight] = {}
        self._numbers = 0
        self._finished = _Finished()
        self._looked_at = 0.0
        # How long no pages were looked up after the last look, and until when; in seconds.
        self._rest, self._reads_rest_until = 0.0, 0.0
        self._should_look = True
        # Rows under way. One whose answer could not be written stays in: it is due for the next run and a mended
        # program.
        self._in_hand: dict[str, set[int]] = {"source": set(), "article": set()}
        self.counts = Counts()

    def run(self, *, patience: timedelta, until: Callable[[], bool] = lambda: False) -> Counts:
        """Works until nothing is due, nor will be within `patience`, or until `until` says so."""
        try:
            while not until():
                self._look()
                self._collect()
                if self._finished.is_ripe or (self._finished.flights and not self._flights):
                    self._write()
                if self._is_idle and not self._waits_for_more(patience):
                    break
            return self.counts
        finally:
            self._stream.close()

    @property
    def _is_idle(self) -> bool:
        return not self._flights and not self._finished.flights and not self._should_look

    def _look(self) -> None:
        since = time.monotonic() - self._looked_at
        if since < (LOOK_AGAIN_AFTER if self._should_look else LOOK_EVERY):
            return
        now = self._clock()
        with self._sessions() as session:
            flights = [*self._due_polls(session, now), *self._due_reads(session, now)]
            hosts = {host_key(flight.request.url) for flight in flights}
            resting = resting_hosts(session, hosts, now)
            unknown = {host for host in hosts if not self._fetcher.knows_robots(host)}
            self._fetcher.learn_robots(load_robots(session, unknown))
        for flight in flights:
            self._take_off(flight, resting.get(host_key(flight.request.url)), now)
        self._looked_at, self._should_look = time.monotonic(), False

    def _due_polls(self, session: Session, now: datetime) -> list[_Flight]:
        under_way = self._in_hand["source"]
        room = MAX_POLLS - len(under_way)
        if not self._polls or room < ROOM_WORTH_FILLING:
            return []
        sources = due_sources(session, now, limit=room, leave_out=under_way)
        return [_Flight(source, None, poll_request(source, now)) for source in sources]

    def _due_reads(self, session: Session, now: datetime) -> list[_Flight]:
        under_way = self._in_hand["article"]
        room = MAX_READS - len(under_way)
        began = time.monotonic()
        rests = bool(under_way) and began < self._reads_rest_until
        if not self._reads or room < ROOM_WORTH_FILLING or rests:
            return []
        found = due_articles(
            session, now, limit=room, per_source=reads_per_source(self._rest), leave_out=under_way
        )
        ended = time.monotonic()
        self._rest = rest_after(ended - began)
        self._reads_rest_until = ended + self._rest
        return [_Flight(source, article, page_request(article)) for article, source in found]

    def _take_off(self, flight: _Flight, rests_until: datetime | None, now: datetime) -> None:
        kind, row_id = flight.row
        self._in_hand[kind].add(row_id)
        if rests_until is not None:
            flight.answer = _left_alone(flight.request, rests_until, now)
            self._finished.add(flight)
            return
        self._numbers += 1
        flight.request = replace(flight.request, key=self._numbers)
        self._flights[self._numbers] = flight
        self._stream.submit([flight.request])

    def _collect(self) -> None:
        try:
            event = self._arrived.get(timeout=BATCH_AGE if self._flights else LOOK_EVERY / 10)
            while True:
                self._handle(event)
                if self._finished.is_ripe:
                    return
                event = self._arrived.get_nowait()
        except queue.Empty:
            return

    def _handle(self, event: _Event) -> None:
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, Fetched):
            flight = self._flights[event.request.key]
            flight.answer = event
            reading = self._read(flight, event)
            if reading is not None:
                number = event.request.key
                reading.add_done_callback(lambda done: self._arrived.put((number, done)))
                return
            number = event.request.key
        else:
            number, done = event
            flight = self._flights[number]
            flight.outcome = _settle(flight, done)
        del self._flights[number]
        self._finished.add(flight)
        self._should_look = True

    def _read(self, flight: _Flight, answer: Fetched) -> "Future[Feed | Page] | None":
        now = self._clock()
        if flight.article is None:
            if not needs_reading(flight.source, answer):
                return None
            hints = feed_hints(flight.source, answer)
            return self._workers.submit(read_source, answer.body, hints, flight.source.kind.value, now)
        if answer.failure is not None or answer.status != 200:
            return None
        return self._workers.submit(
            read_page, answer.body, page_hints(flight.article, flight.source, answer), now
        )

    def _write(self) -> None:
        flights, self._finished = self._finished.flights, _Finished()
        try:
            done = self._record(flights)
            self._let_go(flights)
        except _NO_DATABASE:
            raise
        except Exception:
            # One row that cannot be written must not take the others of its batch with it.
            done = Counts()
            for flight in flights:
                done += self._record_alone(flight)
        self.counts += done
        self._should_look = True
        self._on_progress(self.counts)

    def _record_alone(self, flight: _Flight) -> Counts:
        try:
            self._reload(flight)
            done = self._record([flight])
        except _NO_DATABASE:
            raise
        except Exception:
            _log.exception("the answer for %s %d could not be written", *flight.row)
            return Counts(due=1, failed=1)
        self._let_go([flight])
        return done

    def _reload(self, flight: _Flight) -> None:
        """Takes the rows as they are stored: the writing that failed has counted on them already."""
        with self._sessions() as session:
            (flight.source,) = load_by_id(session, Source, [flight.source.id])
            if flight.article is not None:
                (flight.article,) = load_by_id(session, Article, [flight.article.id])

    def _let_go(self, flights: Sequence[_Flight]) -> None:
        for flight in flights:
            kind, row_id = flight.row
            self._in_hand[kind].discard(row_id)

    def _record(self, flights: Sequence[_Flight]) -> Counts:
        now = self._clock()
        polls = [
            Poll(
                flight.source,
                flight.answer,
                flight.request.is_unconditional,
                flight.outcome,
            )
            for flight in flights
            if flight.article is None and flight.answer is not None and not isinstance(flight.outcome, Page)
        ]
        readings = [
            Reading(flight.article, flight.source, flight.answer, flight.outcome)
            for flight in flights
            if flight.article is not None
            and flight.answer is not None
            and not isinstance(flight.outcome, Feed)
        ]
        counts = Counts()
        with writing(self._sessions) as session:
            if polls:
                counts += record_polls(session, polls, now)
            if readings:
                counts += record_readings(session, readings, now, rereading=self._rules.rereading)
        return counts

    def _waits_for_more(self, patience: timedelta) -> bool:
        """Whether something will be due within `patience`."""
        now = self._clock()
        with self._sessions() as session:
            moments: list[datetime | None] = []
            if self._polls:
                moments += session.scalars(
                    select(func.min(Source.next_poll_at)).where(
                        Source.is_active, Source.id.not_in(self._in_hand["source"])
                    )
                )
            if self._reads:
                moments += session.scalars(
                    select(func.min(Article.next_read_at)).where(
                        Article.state.in_([ArticleState.WANTED, ArticleState.READ]),
                        Article.id.not_in(self._in_hand["article"]),
                    )
                )
        return any(moment is not None and _aware(moment) <= now + patience for moment in moments)


def rest_after(took: float) -> float:
    """How long pages to read are not looked up again after a look that took so long; in seconds."""
    return min(REST_PER_LOOK * took, LONGEST_REST)


def reads_per_source(rest: float) -> int:
    """How many pages of a source may be in hand: besides the usual ones those of a rest, one a second."""
    return READS_PER_SOURCE + int(rest)


def _settle(flight: _Flight, done: "Future[Feed | Page]") -> Feed | Page | IngestError:
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, IngestError):
        return error
    _log.error("what came for %s %d could not be read", *flight.row, exc_info=error)
    return IngestError(Failure.PARSER_STOPPED, f"could not be read ({type(error).__name__})")


def _left_alone(request: Request, until: datetime, now: datetime) -> Fetched:
    wait = max(1, round((until - now).total_seconds()))
    return Fetched(
        request=request,
        url=request.url,
        status=0,
        headers={"retry-after": str(wait)},
        failure=Failure.LIMITED,
        reason=f"the host asked to be left alone until {until:%Y-%m-%d %H:%M} UTC",
        asked=False,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
