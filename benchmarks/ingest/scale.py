"""Twenty thousand sources in one process: its memory, and how late each poll is answered and written.

First everything is due at once. Then the sources are spread over ten minutes as they would lie after a while, and
the process runs on a part of those ten minutes in real time, woken as the product wakes it. The lag of a poll is
from when it was due to when its answer was judged and written, and so it includes the fetch.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import bindparam, select, update

from benchmarks.ingest.feed_server import serve_feeds
from benchmarks.ingest.polls import LOOPBACK, add_sources, make_due, open_sources
from benchmarks.ingest.processes import memory, run_whole
from benchmarks.tables import Table, within
from ingest.fetch import Fetcher, FetchLimits
from ingest.stages import poll_due
from ingest.workers import Workers
from models import Sessions, Source, open_engine, open_sessions, writing

SOURCES, FEW_SOURCES = 20_000, 2_000
FEEDS_A_HOST = 4
ROUND = timedelta(minutes=10)
WATCHED, BRIEFLY = timedelta(minutes=3), timedelta(seconds=20)
# As often as the product's schedule looks whether anything is due.
WOKEN_EVERY = 2.0


def run(data: Path, *, small: bool) -> Table:
    """At most 200 MB, and 95 polls of 100 within 15 seconds."""
    sources, watched = (FEW_SOURCES, BRIEFLY) if small else (SOURCES, WATCHED)
    with tempfile.TemporaryDirectory() as scratch, serve_feeds() as port:
        database = Path(scratch) / "scale.db"
        with open_sources(database) as sessions:
            add_sources(sessions, port, hosts=sources // FEEDS_A_HOST, feeds=sources)
            make_due(sessions)
        seconds = str(watched.total_seconds())
        child = run_whole((sys.executable, "-m", "benchmarks.ingest.scale", str(database), seconds))
    result: Mapping[str, float] = json.loads(child.output.splitlines()[-1])
    return Table(
        title="Twenty thousand sources",
        question=f"{sources:,} feeds on {sources // FEEDS_A_HOST:,} loopback hosts, all unchanged, a second between "
        "requests to a host; each polled every ten minutes.",
        columns=("", "memory, peak MB", "polls", "lag p50", "lag p95", "lag p99"),
        rows=(
            ("all due at once", f"{result['burst_peak']:.0f}", f"{result['burst_polls']:,.0f}", "", "", ""),
            (
                f"{watched.total_seconds():.0f} s of the ten minutes, in real time",
                f"{result['steady_peak']:.0f}",
                f"{result['polls']:,.0f}",
                *(f"{result[name]:.2f} s" for name in ("p50", "p95", "p99")),
            ),
        ),
        bounds=(
            within(
                "memory of the process, MB", max(result["burst_peak"], result["steady_peak"]), at_most=200
            ),
            within("lag p95, seconds", result["p95"], at_most=15),
        ),
        notes=(
            f"The {sources:,} due at once took {result['burst_seconds']:.0f} s. Scaled in length only: no time is "
            f"compressed, {result['polls'] / watched.total_seconds():.0f} polls/s are what {sources:,} sources in ten "
            "minutes come to. The process is woken every 2 s.",
        ),
    )


def watch(database: Path, watched: timedelta) -> dict[str, float]:
    """Polls everything once, then what falls due while it is watched."""
    engine = open_engine(f"sqlite:///{database}")
    sessions = open_sessions(engine)
    with (
        Fetcher(user_agent="dinhchinh-benchmark", policy=LOOPBACK, limits=FetchLimits()) as fetcher,
        Workers() as workers,
    ):

        def poll() -> int:
            return poll_due(sessions, fetcher, workers, clock=lambda: datetime.now(UTC)).due

        began = time.monotonic()
        burst = poll()
        burst_seconds, burst_peak = time.monotonic() - began, memory(os.getpid())[1]
        due = spread_out(sessions)
        _wake(poll, watched)
        steady_peak = memory(os.getpid())[1]
    lags = measure_lags(sessions, due, until=min(due.values()) + watched)
    engine.dispose()
    p50, p95, p99 = np.percentile(lags, [50, 95, 99])
    return {
        "burst_polls": burst,
        "burst_seconds": burst_seconds,
        "burst_peak": burst_peak,
        "steady_peak": steady_peak,
        "polls": len(lags),
        "p50": float(p50),
        "p95": float(p95),
        "p99": float(p99),
    }


def spread_out(sessions: Sessions) -> dict[int, datetime]:
    """Makes all sources due over the coming ten minutes, evenly, hosts mixed; when each is."""
    now = datetime.now(UTC)
    with writing(sessions) as session:
        ids = sorted(session.scalars(select(Source.id)), key=lambda number: number * 7_919 % 104_729)
        due = {number: now + ROUND * (place / len(ids)) for place, number in enumerate(ids)}
        session.connection().execute(
            update(Source).where(Source.id == bindparam("number")).values(next_poll_at=bindparam("at")),
            [{"number": number, "at": at} for number, at in due.items()],
        )
    return due


def measure_lags(sessions: Sessions, due: Mapping[int, datetime], *, until: datetime) -> list[float]:
    """Seconds from due to written of every poll that was due before `until`; infinite where none was written."""
    with sessions() as session:
        polled = dict(session.execute(select(Source.id, Source.last_polled_at)).all())
    lags = []
    for number, at in due.items():
        if at < until:
            done = polled[number]
            lags.append((done - at).total_seconds() if done and done >= at else float("inf"))
    return lags


def _wake(poll: Callable[[], int], watched: timedelta) -> None:
    # A little longer than watched, so that the last due are answered.
    end = time.monotonic() + watched.total_seconds() + 2 * WOKEN_EVERY
    while (began := time.monotonic()) < end:
        poll()
        time.sleep(max(0.0, WOKEN_EVERY - (time.monotonic() - began)))


if __name__ == "__main__":
    print(json.dumps(watch(Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2])))))
