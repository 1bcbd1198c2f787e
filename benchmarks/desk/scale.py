"""The queue's first page, a search, a decision and a status change as the queue grows, over HTTP beside a bare service.

The page shows the first fifty alerts with all that the console shows of them. A status change is to hold an alert, a
decision to hold and decide it. All sizes are served side by side and asked in turn, so that whatever else the machine does
meets all of them alike; the ratios are of the 95th percentiles, by the clock and in processor time.
"""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.desk.databases import Databases, opened_databases
from benchmarks.desk.filling import open_desk
from benchmarks.desk.measuring import Client, Taken, p95
from benchmarks.desk.pouring import PLACES, THINGS, pour_alerts
from benchmarks.desk.serving import now, served_apart
from benchmarks.tables import Bound, Table, within
from models import fold

# Page, search and decision are compared at the second and the last size, a status change at the first and the third.
FULL, SMALL = (1_000, 10_000, 100_000, 1_000_000), (500, 1_000, 2_000, 5_000)
ROUNDS = 120
PAGE = "/alerts?limit=50"
MOST_PAGE, MOST_SEARCH, LEAST_SHARE = 1.5, 3.0, 0.6


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of some length, and what was measured at it."""

    size: int
    client: Client
    page: Taken = field(default_factory=Taken)
    search: Taken = field(default_factory=Taken)
    status: Taken = field(default_factory=Taken)
    decision: Taken = field(default_factory=Taken)


def run(data: Path, *, small: bool) -> Table:
    """The benchmark; most of it goes into filling the largest queue, twice."""
    del data
    sizes, rounds = (SMALL, 12) if small else (FULL, ROUNDS)
    rows: list[tuple[str, ...]] = []
    bounds: list[Bound] = []
    for databases in opened_databases(len(sizes)):
        queues, bare = _measure(databases, sizes, rounds)
        rows += [_row(databases.name, queue, bare if queue is queues[1] else None) for queue in queues]
        bounds += _bounds(databases.name, queues, bare)
    return Table(
        title="A queue that grows",
        question="What do the first page of 50 alerts, a search, a decision and a status change take as the queue grows?",
        columns=(
            "database",
            "open alerts",
            "page",
            "search",
            "decision",
            "status change",
            "pages a second",
            "bare",
        ),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=(
            f"p95 of {rounds} rounds in milliseconds by the clock, and of processor time (service and database); one "
            "client, all sizes in turn, over HTTP on loopback.",
            "Pages a second are of the median. A decision is hold and decide, a status change hold. Searches turn through words of every text and of one in "
            "twelve, seven, eighty-four and all, typed with their marks, without, and with wrong ones.",
            "Bare is FastAPI with one select of the same rows and one of their clocks, answered as the very same bytes; "
            "nobody signs in and nothing is limited.",
        ),
    )


def _measure(databases: Databases, sizes: Sequence[int], rounds: int) -> tuple[list[Queue], Taken]:
    with ExitStack() as stack:
        queues = []
        for size, sessions in zip(sizes, databases.each, strict=True):
            key, *_ = open_desk(sessions, people=1, now=now())
            pour_alerts(sessions, size, now=now())
            server = stack.enter_context(served_apart("desk", sessions))
            queues.append(Queue(size, Client(server, databases, key)))
        beside = stack.enter_context(served_apart("bare", databases.each[1]))
        bare, taken = Client(beside, databases, ""), Taken()
        for queue in queues:
            _warm(queue)
            bare.get(PAGE)
        if bare.get(PAGE) != queues[1].client.get(PAGE):
            raise RuntimeError("the bare service does not answer what the desk answers")
        for number in range(rounds):
            bare.get(PAGE, taken)
            for queue in queues:
                _ask_once(queue, number, step=queue.size // (rounds + 1))
        return queues, taken


def _warm(queue: Queue) -> None:
    """What is made once, such as statements, is made; the last alert is decided for it, which no round asks for."""
    for _ in range(3):
        queue.client.get(PAGE)
    for number in range(10):
        queue.client.get(_search(number, 1))
    queue.client.post(f"/alerts/{queue.size}/hold", 1, None)
    queue.client.post(f"/alerts/{queue.size}/decide", 2, {"outcome": "not_about_us"})


def _ask_once(queue: Queue, number: int, *, step: int) -> None:
    client, alert = queue.client, 1 + number * step
    client.get(PAGE, queue.page)
    client.get(_search(number, alert), queue.search)
    client.post(f"/alerts/{alert}/hold", 1, None, queue.status)
    decided = Taken()
    client.post(f"/alerts/{alert}/decide", 2, {"outcome": "not_about_us"}, decided)
    queue.decision.clock.append(queue.status.clock[-1] + decided.clock[0])
    queue.decision.processor.append(queue.status.processor[-1] + decided.processor[0])


def _search(number: int, alert: int) -> str:
    """One of ten kinds of question, about an alert's own place and thing."""
    place, thing = PLACES[number % len(PLACES)], THINGS[number % len(THINGS)]
    asked = (
        "có thêm",
        "trong nam qua",
        place,
        fold(place),
        thing,
        f"{thing} {place}",
        fold(f"{thing} tinh {place}"),
        f"tỉnh {alert}",
        str(alert),
        "tình năm",
    )[number % 10]
    return f"/search?q={quote(asked)}"


def _row(database: str, queue: Queue, bare: Taken | None) -> tuple[str, ...]:
    shown = [_milliseconds(taken) for taken in (queue.page, queue.search, queue.decision, queue.status)]
    pages = f"{1 / statistics.median(queue.page.clock):.0f}"
    return (
        database,
        f"{queue.size:,}",
        *shown,
        pages,
        f"{1 / statistics.median(bare.clock):.0f}" if bare else "",
    )


def _bounds(database: str, queues: Sequence[Queue], bare: Taken) -> list[Bound]:
    first, second, third, last = queues
    asked = f"{last.size:,} against {second.size:,}"
    return [
        *_within(f"{database}: page, {asked}", last.page, second.page, MOST_PAGE),
        *_within(f"{database}: search, {asked}", last.search, second.search, MOST_SEARCH),
        *_within(f"{database}: decision, {asked}", last.decision, second.decision, MOST_PAGE),
        *_within(
            f"{database}: status change, {third.size:,} against {first.size:,}",
            third.status,
            first.status,
            MOST_PAGE,
        ),
        within(
            f"{database}: pages a second of the bare service's, by the clock",
            statistics.median(bare.clock) / statistics.median(second.page.clock),
            at_least=LEAST_SHARE,
        ),
        within(
            f"{database}: the same in processor time",
            statistics.median(bare.processor) / statistics.median(second.page.processor),
            at_least=LEAST_SHARE,
        ),
    ]


def _within(what: str, late: Taken, early: Taken, at_most: float) -> list[Bound]:
    return [
        within(f"{what}, by the clock", p95(late.clock) / p95(early.clock), at_most=at_most),
        within(f"{what}, of processor", p95(late.processor) / p95(early.processor), at_most=at_most),
    ]


def _milliseconds(taken: Taken) -> str:
    return f"{p95(taken.clock) * 1e3:.1f} ({p95(taken.processor) * 1e3:.1f})"
