"""Pages a second from bytes to a story in the database, against trafilatura alone on the same pages.

Ours: text, title vote, dates, language and kind in two worker processes; rows, versions and stories written to
SQLite here. Theirs: `trafilatura.extract` in two processes, and nothing else. Both sides are warm when the clock
starts, and take turns.
"""

import gzip
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.ingest.polls import open_sources
from benchmarks.ingest.processes import children_of, cpu_seconds
from benchmarks.tables import Table, median, within
from ingest.page import read_page
from ingest.reading import Reading, due_articles, page_hints, page_request, record_readings
from ingest.rereading import Rereading
from ingest.stages import tell_stories
from ingest.values import Fetched
from ingest.workers import Workers
from models import Article, ArticleVersion, Role, Sessions, Source, Story, writing

PROCESSES = 2
BATCH = 50
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it was served."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Pass:
    """All pages once: seconds by the clock, and of all processors."""

    seconds: float
    cpu: float


def load_pages(folder: Path, limit: int | None = None) -> list[StoredPage]:
    """The pages that gold.jsonl names; an address that occurs twice is taken once."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["url"]: row["file"] for row in map(json.loads, lines)}
    return [StoredPage(url, gzip.decompress((folder / file).read_bytes())) for url, file in rows.items()][
        :limit
    ]


def read_and_store(pages: Sequence[StoredPage], workers: Workers) -> Pass:
    """One pass of ours, into a new database."""
    with tempfile.TemporaryDirectory() as folder, open_sources(Path(folder) / "articles.db") as sessions:
        _want(sessions, pages)
        bodies = {page.url: page.body for page in pages}
        with sessions() as session:
            due = due_articles(session, _now(), limit=len(pages), per_source=len(pages), leave_out=())
        began, used = time.perf_counter(), _cpu()
        flights = []
        for article, source in due:
            answer = Fetched(
                request=page_request(article), url=article.url, status=200, body=bodies[article.url]
            )
            job = workers.submit(read_page, answer.body, page_hints(article, source, answer), _now())
            flights.append((article, source, answer, job))
        for start in range(0, len(flights), BATCH):
            readings = [
                Reading(article, source, answer, job.result())
                for article, source, answer, job in flights[start : start + BATCH]
            ]
            with writing(sessions) as session:
                record_readings(session, readings, _now(), rereading=Rereading())
        tell_stories(sessions, clock=_now)
        done = Pass(time.perf_counter() - began, _cpu() - used)
        with sessions() as session:
            stored = session.scalar(select(func.count(ArticleVersion.id))) or 0
            stories = session.scalar(select(func.count(Story.id))) or 0
        assert stored > 0.9 * len(pages), f"{stored} of {len(pages)} pages became articles"
        assert stories > 0, "no story was told"
    return done


def extract_alone(pages: Sequence[StoredPage], pool: ProcessPoolExecutor) -> Pass:
    """One pass of trafilatura and nothing else."""
    began, used = time.perf_counter(), _cpu()
    texts = list(pool.map(_extract, pages))
    assert sum(map(bool, texts)) > 0.9 * len(pages)
    return Pass(time.perf_counter() - began, _cpu() - used)


def run(data: Path, *, small: bool) -> Table:
    """At least 0.85 of trafilatura's own speed."""
    pages = load_pages(data / "pages", 40 if small else None)
    ours, theirs = [], []
    spawn = multiprocessing.get_context("spawn")
    with Workers(PROCESSES) as workers, ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        read_and_store(pages, workers)
        extract_alone(pages, pool)
        for turn in range(2 if small else ROUNDS):
            # Who goes first alternates, so that a drift of the machine falls on both.
            if turn % 2:
                ours.append(read_and_store(pages, workers))
            theirs.append(extract_alone(pages, pool))
            if not turn % 2:
                ours.append(read_and_store(pages, workers))
    rates = [[len(pages) / one.seconds for one in side] for side in (ours, theirs)]
    cpu = [[1000 * one.cpu / len(pages) for one in side] for side in (ours, theirs)]
    ratio = median([mine / other for mine, other in zip(*rates, strict=True)])
    return Table(
        title="Articles a second",
        question=f"{len(pages)} real pages, {PROCESSES} reading processes: text, title, date, language, "
        "kind, near-duplicates and rows, against trafilatura's text alone.",
        columns=("", "pages/s", "CPU ms a page", "ours / theirs"),
        rows=(
            ("dinhchinh, bytes to story", f"{median(rates[0]):.1f}", f"{median(cpu[0]):.0f}", f"{ratio:.2f}"),
            ("trafilatura.extract", f"{median(rates[1]):.1f}", f"{median(cpu[1]):.0f}", "1"),
        ),
        bounds=(within("pages a second / trafilatura's", ratio, at_least=0.85),),
        notes=(
            f"Medians of {len(ours)} rounds in turn (the ratio: of each round's own); by processor time the ratio is "
            f"{median([other / mine for mine, other in zip(*cpu, strict=True)]):.2f}.",
        ),
    )


def _want(sessions: Sessions, pages: Sequence[StoredPage]) -> None:
    with writing(sessions) as session:
        source = Source(url="https://feed.example/", title="Pages", role=Role.MONITORED, created_at=_now())
        session.add(source)
        session.flush()
        rows = [
            {"url": page.url, "link": page.url, "source_id": source.id, "first_seen_at": _now()}
            | {"next_read_at": _now()}
            for page in pages
        ]
        session.execute(insert(Article), rows)


def _extract(page: StoredPage) -> str:
    from trafilatura import extract

    return extract(page.body, url=page.url, include_comments=False) or ""


def _now() -> datetime:
    return datetime.now(UTC)


def _cpu() -> float:
    """Processor time of this process and of those it has started."""
    return cpu_seconds(os.getpid()) + sum(map(cpu_seconds, children_of(os.getpid())))
