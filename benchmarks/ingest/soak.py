"""Half an hour of two thousand sources that print without pause: does the reading process grow?

Polling, fetching, extraction in two worker processes, versions and stories run as `dinhchinh run` runs them, against
one server on loopback. The memory of the process and of its workers is read every ten seconds. The first third fills
caches and is left out; the second is held against the last.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.ingest.feed_server import feed_url
from benchmarks.ingest.live_server import serve_press
from benchmarks.ingest.polls import LOOPBACK, open_sources
from benchmarks.ingest.processes import children_of, memory, run_whole
from benchmarks.tables import Table, median, within
from ingest.fetch import Fetcher
from ingest.stages import crawl
from ingest.workers import Workers
from models import ArticleVersion, Role, Source, SourceFetch, open_engine, open_sessions, writing

SOURCES, FEW_SOURCES = 2_000, 100
HOSTS_SHARE = 4
LENGTH, BRIEFLY = timedelta(minutes=30), timedelta(seconds=40)
# One page a source in twenty minutes is a busy outlet, and about what two cores shared with others can read.
PERIOD, SHORT_PERIOD = 1_200.0, 60.0
READ_EVERY = 10.0
MOST_GROWTH = 1.05


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory in MB at a moment, seconds from the start."""

    at: float
    process: float
    workers: float


def run(data: Path, *, small: bool) -> Table:
    """The last third needs at most a twentieth more than the second."""
    sources, length, period = (FEW_SOURCES, BRIEFLY, SHORT_PERIOD) if small else (SOURCES, LENGTH, PERIOD)
    with tempfile.TemporaryDirectory() as scratch, serve_press(period) as port:
        database = Path(scratch) / "soak.db"
        add_unread_sources(database, port, sources)
        child = run_whole(
            (sys.executable, "-m", "benchmarks.ingest.soak", str(database), str(length.total_seconds()))
        )
    result = json.loads(child.output.splitlines()[-1])
    samples = [Sample(**one) for one in result["samples"]]
    second, last = thirds(samples)
    growth = {name: last[name] / second[name] for name in ("process", "workers")}
    return Table(
        title="Soak",
        question=f"{sources:,} sources on {sources // HOSTS_SHARE:,} loopback hosts for "
        f"{length.total_seconds() / 60:.0f} min, an item each in {period / 60:.0f} min: polled, fetched, read, stored.",
        columns=("memory, MB", "second third", "last third", "growth", "peak"),
        rows=tuple(
            (
                what,
                f"{second[name]:.0f}",
                f"{last[name]:.0f}",
                f"{growth[name] - 1:+.1%}",
                f"{max(getattr(sample, name) for sample in samples):.0f}",
            )
            for name, what in (("process", "the process"), ("workers", "its two workers"))
        ),
        bounds=(
            within("last third / second third, process", growth["process"], at_most=MOST_GROWTH),
            within("last third / second third, workers", growth["workers"], at_most=MOST_GROWTH),
        ),
        notes=(
            f"Medians of the thirds. {result['polls']:,} polls, {result['versions']:,} pages stored, "
            f"{result['failed']:,} fetches failed. A worker is replaced after 2,000 documents.",
        ),
    )


def thirds(samples: Sequence[Sample]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Median memory in the second and in the last third of the time."""
    size = len(samples) // 3
    parts = samples[size : 2 * size], samples[2 * size :]
    second, last = (
        {name: median([getattr(sample, name) for sample in part]) for name in ("process", "workers")}
        for part in parts
    )
    return second, last


def add_unread_sources(database: Path, port: int, sources: int) -> None:
    """A new database with sources that have never been polled."""
    now = datetime.now(UTC)
    with open_sources(database) as sessions, writing(sessions) as session:
        session.add_all(
            Source(
                url=feed_url(port, sources // HOSTS_SHARE, number),
                title=f"Nguồn {number}",
                role=Role.MONITORED,
                created_at=now,
                next_poll_at=now,
            )
            for number in range(sources)
        )


def endure(database: Path, length: timedelta) -> dict[str, object]:
    """Crawls for so long; what memory was taken, and what was done."""
    engine = open_engine(f"sqlite:///{database}")
    sessions = open_sessions(engine)
    samples: list[Sample] = []
    began = time.monotonic()

    def is_over() -> bool:
        since = time.monotonic() - began
        if not samples or since - samples[-1].at >= READ_EVERY:
            workers = sum(memory(child)[0] for child in children_of(os.getpid()))
            samples.append(Sample(since, memory(os.getpid())[0], workers))
        return since >= length.total_seconds()

    with Fetcher(user_agent="dinhchinh-benchmark", policy=LOOPBACK) as fetcher, Workers() as workers:
        while not is_over():
            crawl(
                sessions,
                fetcher,
                workers,
                clock=lambda: datetime.now(UTC),
                patience=timedelta(0),
                until=is_over,
            )
            time.sleep(1)
    with sessions() as session:
        versions = session.scalar(select(func.count()).select_from(ArticleVersion))
        polls = session.scalar(select(func.sum(Source.polls)))
        failed = session.scalar(select(func.count()).where(SourceFetch.outcome.not_in(["read", "unchanged"])))
    engine.dispose()
    return {
        "samples": [asdict(sample) for sample in samples],
        "versions": versions,
        "polls": polls,
        "failed": failed,
    }


if __name__ == "__main__":
    print(json.dumps(endure(Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2])))))
