"""A million passages: what a query takes, how much of what is nearest it finds, how much memory that needs.

Each step is a process of its own, because the memory of one is what is asked for: file the passages, make the index,
search by comparing with everything, and then what the product does: start, ask, take in what is new. Where the whole
takes too long at once, name a folder: `python -m benchmarks.classify.million all DATA FOLDER 1000000` goes on from what
an earlier run left there, and each step can be run alone.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from benchmarks.classify.library import file_pages, invent_pages, open_library, read_rows
from benchmarks.ingest.processes import memory, run_whole
from benchmarks.tables import Table, within, write_text
from classify.catalogue import Mask
from classify.encoder import load_encoder
from classify.library import Library, Query
from models import Passage, PublisherKind, Sessions

PASSAGES, FEW_PASSAGES = 1_000_000, 20_000
NEW_PASSAGES = 1_000
QUERIES = 300
KNOWN = 200
NEAREST = 10
AN_ARTICLE = 10
READ_AT_ONCE = 20_000
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "of official publishers": {"kinds": (PublisherKind.OFFICIAL,)},
    "as the record stood five years ago": {"as_of": datetime(2021, 1, 1, tzinfo=UTC)},
    "as the record stood in its first months": {"as_of": datetime(2016, 3, 1, tzinfo=UTC)},
    "English passages alone": {"languages": ("en",)},
}

Report = dict[str, float]


def run(data: Path, *, small: bool) -> Table:
    """50 ms for 95 queries of 100, 0.95 of the ten nearest, 2 GB."""
    with tempfile.TemporaryDirectory() as scratch:
        return tell(measure(data, Path(scratch), FEW_PASSAGES if small else PASSAGES))


def measure(data: Path, folder: Path, count: int) -> Report:
    """Everything, in a folder that may hold what an earlier run had done."""
    report: Report = {"passages": count}
    for step in STEPS:
        arguments = ("-m", "benchmarks.classify.million", step, str(data), str(folder), str(count))
        child = run_whole((sys.executable, *arguments), env=os.environ | {"OMP_NUM_THREADS": "1"})
        report |= json.loads(child.output.splitlines()[-1])
        report |= {f"{step}_peak": child.peak, f"{step}_cpu": child.cpu, f"{step}_seconds": child.seconds}
    return report


def tell(report: Report) -> Table:
    """The report as a table with its bounds."""

    def times(name: str) -> tuple[str, ...]:
        return tuple(f"{report[f'{name}_{part}']:.1f}" for part in ("p50", "p95", "cpu_p50", "cpu_p95"))

    passages = report["passages"]
    filtered = ", ".join(f"{name} {report[name + '_recall']:.3f}" for name in FILTERS)
    return Table(
        title="A million passages",
        question=f"{passages:,.0f} passages of three sentences varied from real ones, Vietnamese and English, under the "
        "shipped encoder, on SQLite; milliseconds a query, by the clock and of processor.",
        columns=("", "p50", "p95", "processor p50", "processor p95"),
        rows=(
            ("a query, ten answers", *times("query")),
            ("its vectors alone", *times("vectors")),
            (f"each of {AN_ARTICLE} claims of an article", *times("batch")),
            *((name, *times(name)) for name in FILTERS),
        ),
        bounds=(
            within("a query, p95, ms", report["query_p95"], at_most=50),
            within("a query, p95 of processor, ms", report["query_cpu_p95"], at_most=10),
            within("ten nearest vectors, share found", report["recall"], at_least=0.95),
            within("memory, started and asked, MB", report["ask_peak"], at_most=2000),
            within("memory over that of an empty library, MB", report["ask_memory"], at_most=1000),
        ),
        notes=(
            f"A passage asked for by one of its sentences with every fifth word missing stands first for "
            f"{report['known_first']:.3f} of {KNOWN}, among ten for {report['known_ten']:.3f}.",
            f"The ten nearest of {QUERIES} claims and sentences, by comparing with every passage at full precision; "
            f"under the filters: {filtered}.",
            f"Made at {report['embedded'] / report['build_cpu']:,.0f} passages a second of processor "
            f"({report['embedded'] / report['build_seconds']:,.0f} by the clock), {report['files']:.0f} MB beside a database of {report['database']:,.0f} MB; "
            f"started in {report['start']:.1f} s. Memory includes {report['empty']:.0f} MB of an empty library with "
            "its encoder.",
            f"{NEW_PASSAGES:,} more passages are taken in in {report['add']:.1f} s.",
        ),
    )


def fill(data: Path, folder: Path, count: int) -> Report:
    """File the passages."""
    sessions, empty = open_library(folder)
    if empty:
        file_pages(sessions, invent_pages(data, count))
    with sessions() as session:
        assert (session.scalar(select(func.count(Passage.id))) or 0) >= count
    return {"database": (folder / "library.db").stat().st_size / 2**20}


def build(data: Path, folder: Path, count: int) -> Report:
    """Make the index."""
    library = Library(folder, load_encoder())
    with _reading(folder)() as session:
        embedded = library.refresh(session)
        library.save()
    kept = (*folder.glob("*.usearch"), *folder.glob("*.npz"))
    return {"embedded": embedded, "files": sum(file.stat().st_size for file in kept) / 2**20}


def scan(data: Path, folder: Path, count: int) -> Report:
    """Compare every query with every passage, under no filter and under each."""
    encoder = load_encoder()
    library = Library(folder, encoder)
    vectors = encoder.encode(_queries(data))
    with _reading(folder)() as session:
        library.refresh(session)
        catalogue = library.index.catalogue
        masks = [np.ones(len(catalogue), dtype=np.bool_)]
        masks += [_mask(library, filters) for filters in FILTERS.values()]
        nearest = [Nearest(len(vectors)) for _ in masks]
        texts = select(Passage.id, Passage.text).execution_options(yield_per=READ_AT_ONCE)
        for part in session.execute(texts).partitions():
            rows = catalogue.rows_of_ids(np.array([row.id for row in part]))
            scores = vectors @ encoder.encode([row.text for row in part]).T
            for best, mask in zip(nearest, masks, strict=True):
                best.add(rows[mask[rows]], scores[:, mask[rows]])
    np.savez(folder / "nearest.exact.npz", *(catalogue.keys[best.rows] for best in nearest))
    return {}


def ask(data: Path, folder: Path, count: int) -> Report:
    """Start, ask, take in more."""
    encoder = load_encoder()
    encoder.encode(["khởi động"])
    report: Report = {"empty": memory(os.getpid())[0]}
    sessions = _reading(folder)
    library = Library(folder, encoder)
    queries = _queries(data)
    with sessions() as session:
        report["start"] = _timed(lambda: library.refresh(session))[0]
        for query in queries[:20]:
            library.search(session, [Query(text=query)])
        report |= _percentiles("query", lambda q: library.search(session, [Query(text=q)]), queries)
        articles = [queries[at : at + AN_ARTICLE] for at in range(0, len(queries), AN_ARTICLE)]
        report |= _percentiles(
            "batch", lambda a: library.search(session, [Query(text=q) for q in a]), articles, share=AN_ARTICLE
        )
        for name, filters in FILTERS.items():
            asked = [Query(text=query, **filters) for query in queries[:100]]
            report |= _percentiles(name, lambda query: library.search(session, [query]), asked)
        report["ask_memory"] = memory(os.getpid())[1] - report["empty"]
        report |= _recalls(folder, library, encoder.encode(queries))
        report |= _known(session, library)
    file_pages(sessions, _more(data, len(library)))
    with sessions() as session:
        report["add"] = _timed(lambda: library.refresh(session))[0]
    return report


STEPS: dict[str, Callable[[Path, Path, int], Report]] = {
    "fill": fill,
    "build": build,
    "scan": scan,
    "ask": ask,
}


class Nearest:
    """The rows of the highest scores so far, of each query."""

    def __init__(self, queries: int) -> None:
        self.rows = np.full((queries, NEAREST), -1, dtype=np.int64)
        self._scores = np.full((queries, NEAREST), -2.0, dtype=np.float32)

    def add(self, rows: Any, scores: Any) -> None:
        names = np.hstack([self.rows, np.broadcast_to(rows, scores.shape)])
        scores = np.hstack([self._scores, scores])
        best = np.argpartition(-scores, NEAREST - 1, axis=1)[:, :NEAREST]
        self.rows, self._scores = np.take_along_axis(names, best, 1), np.take_along_axis(scores, best, 1)


def _recalls(folder: Path, library: Library, vectors: Any) -> Report:
    index, keys = library.index.vectors, library.index.catalogue.keys
    masks = [np.ones(len(keys), dtype=np.bool_), *(_mask(library, filters) for filters in FILTERS.values())]
    report: Report = {}
    with np.load(folder / "nearest.exact.npz") as kept:
        for name, exact, mask in zip(("", *FILTERS), kept.values(), masks, strict=True):
            found = [keys[index.nearest(vector, NEAREST, keys, mask)[0]] for vector in vectors]
            shared = [len(np.intersect1d(*both)) for both in zip(found, exact, strict=True)]
            report[f"{name}_recall" if name else "recall"] = float(np.mean(shared)) / NEAREST
    everything = masks[0]
    return report | _percentiles("vectors", lambda v: index.nearest(v, NEAREST, keys, everything), vectors)


def _known(session: Any, library: Library) -> Report:
    draw = random.Random(5)
    ids = draw.sample(range(1, len(library)), KNOWN)
    texts = session.execute(select(Passage.id, Passage.text).where(Passage.id.in_(ids))).all()
    places = []
    for row in texts:
        words = draw.choice(re.split(r"(?<=[.!?])\s+", row.text)).split()
        kept = [word for place, word in enumerate(words) if place % 5 != 4]
        [hits] = library.search(session, [Query(text=" ".join(kept))])
        places.append(
            [hit.passage_id for hit in hits].index(row.id) if row.id in {h.passage_id for h in hits} else 99
        )
    return {
        "known_first": float(np.mean([place == 0 for place in places])),
        "known_ten": float(np.mean([place < NEAREST for place in places])),
    }


def _mask(library: Library, filters: Mapping[str, Any]) -> Mask:
    return library.index.catalogue.allowed(**{"as_of": None, "kinds": (), "languages": ()} | dict(filters))


def _queries(data: Path) -> list[str]:
    """Vietnamese claims, and sentences of both languages that no passage was made of."""
    claims = [row["claim"] for row in read_rows(data / "vifactcheck" / "dev.jsonl")]
    pairs = read_rows(data / "en_vi" / "sib200_test.jsonl")
    third = QUERIES // 3
    return [*claims[:third], *(row["en"] for row in pairs[:third]), *(row["vi"] for row in pairs[:third])]


def _more(data: Path, known: int) -> Iterator[Any]:
    for page in invent_pages(data, NEW_PASSAGES, seed=known):
        yield replace(page, url=f"{page.url}/after-{known}")


def _percentiles(name: str, work: Callable[[Any], object], over: Sequence[Any], *, share: int = 1) -> Report:
    wall, cpu = [], []
    for one in over:
        began, began_cpu = time.perf_counter(), time.thread_time()
        work(one)
        wall.append((time.perf_counter() - began) * 1e3 / share)
        cpu.append((time.thread_time() - began_cpu) * 1e3 / share)
    return {
        f"{name}_p50": float(np.percentile(wall, 50)),
        f"{name}_p95": float(np.percentile(wall, 95)),
        f"{name}_cpu_p50": float(np.percentile(cpu, 50)),
        f"{name}_cpu_p95": float(np.percentile(cpu, 95)),
    }


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _reading(folder: Path) -> Sessions:
    return open_library(folder)[0]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("step", choices=("all", *STEPS))
    arguments.add_argument("data", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("count", type=int)
    given = arguments.parse_args()
    if given.step == "all":
        print(write_text(tell(measure(given.data, given.folder, given.count))))
    else:
        print(json.dumps(STEPS[given.step](given.data, given.folder, given.count)))
