"""The queue's first page, a decision and a status change as the queue grows, over HTTP beside a bare select.

The page shows the first fifty alerts with all that the console shows of them. A decision is a hold and a decide. The
bare service answers fifty rows of the same table with FastAPI and SQLAlchemy and nothing else, in the same run.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, text

from benchmarks.desk.databases import opened_databases
from benchmarks.desk.filling import open_desk, pour_alerts
from benchmarks.desk.serving import now, served
from benchmarks.tables import Bound, Table, within
from models import Alert, Sessions

FULL, SMALL = (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000)
PAGES, DECISIONS = 40, 40
# Fifty rows a page, as the console asks for.
PAGE = 50


class Row(BaseModel):
    """A bare row."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    priority: float
    state: str
    version: int


def run(data: Path, *, small: bool) -> Table:
    """The benchmark; the largest queue takes PostgreSQL and SQLite some minutes each to fill."""
    del data
    sizes = SMALL if small else FULL
    rows: list[tuple[str, ...]] = []
    bounds: list[Bound] = []
    for name, sessions in opened_databases():
        key, *_ = open_desk(sessions, people=1, now=now())
        pages: dict[int, float] = {}
        decisions: dict[int, float] = {}
        holds: dict[int, float] = {}
        filled = 0
        for size in sizes:
            pour_alerts(sessions, size, after=filled, now=now())
            filled = size
            _gather_statistics(sessions)
            with served(sessions) as address, _client(address, key) as client:
                pages[size], rate = _time_pages(client)
                holds[size], decisions[size] = _time_decisions(client, size)
            with _bare(sessions) as address, _client(address, key) as client:
                bare = _rate(partial(_get, client, "/rows"), PAGES)
            rows.append(
                (
                    name,
                    f"{size:,}",
                    _milliseconds(pages[size]),
                    _milliseconds(decisions[size]),
                    _milliseconds(holds[size]),
                    f"{rate:.0f}",
                    f"{bare:.0f}",
                    f"{rate / bare:.2f}",
                )
            )
        least, most = sizes[min(1, len(sizes) - 2)], sizes[-1]
        bounds += [
            within(f"{name}: page, {most:,} against {least:,}", pages[most] / pages[least], at_most=1.5),
            within(
                f"{name}: decision, {most:,} against {least:,}",
                decisions[most] / decisions[least],
                at_most=1.5,
            ),
        ]
        late = 100_000 if 100_000 in sizes else most
        bounds.append(
            within(f"{name}: status change, {late:,} against 1,000", holds[late] / holds[1_000], at_most=1.5)
        )
    return Table(
        title="A queue that grows",
        question=f"What do the first page of {PAGE} alerts, a decision and a status change take as the queue grows?",
        columns=(
            "database",
            "open alerts",
            "page p95",
            "decision p95",
            "hold p95",
            "pages a second",
            "bare selects a second",
            "share",
        ),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=("One client, over HTTP on loopback; a decision is hold and decide, a status change hold.",),
    )


def _time_pages(client: httpx.Client) -> tuple[float, float]:
    """The 95th percentile of the first page's seconds, and pages a second."""
    taken = [_seconds(partial(_get, client, f"/alerts?limit={PAGE}")) for _ in range(PAGES)]
    return _p95(taken), len(taken) / sum(taken)


def _time_decisions(client: httpx.Client, size: int) -> tuple[float, float]:
    """The 95th percentiles of a hold's and of a whole decision's seconds, over alerts spread through the queue."""
    held: list[float] = []
    decided: list[float] = []
    for number in range(DECISIONS):
        path = f"/alerts/{size - number}"
        hold = _seconds(partial(_post, client, f"{path}/hold", '"1"'))
        decide = _seconds(partial(_post, client, f"{path}/decide", '"2"', outcome="not_about_us"))
        held.append(hold)
        decided.append(hold + decide)
    return _p95(held), _p95(decided)


def _get(client: httpx.Client, path: str) -> None:
    client.get(path).raise_for_status()


def _post(client: httpx.Client, path: str, tag: str, **sent: str) -> None:
    client.post(path, headers={"If-Match": tag}, json=sent or None).raise_for_status()


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _rate(act: Callable[[], Any], times: int) -> float:
    return times / sum(_seconds(act) for _ in range(times))


def _p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _gather_statistics(sessions: Sessions) -> None:
    with sessions() as session, session.begin():
        session.execute(text("ANALYZE"))


def _client(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60)


@contextmanager
def _bare(sessions: Sessions) -> Iterator[str]:
    """FastAPI, SQLAlchemy, fifty rows, and nothing else."""
    app = FastAPI()

    @app.get("/rows")
    def rows() -> list[Row]:
        query = select(Alert).order_by(Alert.priority.desc(), Alert.id.desc()).limit(PAGE)
        with sessions() as session:
            return [Row.model_validate(alert) for alert in session.scalars(query)]

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    listening = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
