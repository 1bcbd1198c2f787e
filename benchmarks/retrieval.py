"""How well and how fast the evidence library answers.

    python benchmarks/retrieval.py DATA [--passages 100000] [--weights FOLDER] [--keep FOLDER]

DATA holds vifactcheck/ and en_vi/ as the training does. Two measurements, printed as one JSON object:

news    the articles of vifactcheck/contexts.jsonl cut into passages, asked for by the claims of dev.jsonl: how
        often the article that settles the claim stands first, among the first five and ten, by the search's own
        order and by the order of each of its parts; and how many claims a second in batches of 200
large   PASSAGES passages, each of three sentences drawn from DATA, asked one query at a time: latency, share of the
        ten nearest vectors that the index finds (against a scan of all), time to build and to start, memory
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from classify.encoder import WEIGHTS, Encoder, open_encoder
from classify.library import Hit, Library, Query
from classify.passages import cut_passages
from classify.sentences import split_sentences
from migrations.schema import upgrade_schema
from models import (
    Article,
    ArticleVersion,
    Passage,
    PublisherKind,
    Role,
    Sessions,
    Source,
    fold,
    nfc,
    open_engine,
    open_sessions,
    pack_text,
    writing,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PASSAGES_AN_ARTICLE = 10


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--passages", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=500)
    arguments.add_argument("--weights", type=Path, default=WEIGHTS / "encoder")
    arguments.add_argument("--keep", type=Path, help="build here, and use what an earlier run left here")
    options = arguments.parse_args()
    encoder = open_encoder(options.weights)
    claims = _read(options.data / "vifactcheck" / "dev.jsonl")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        report = {"news": measure_news(options.data, claims, encoder, folder / "news")}
        if options.passages:
            queries = [claim["claim"] for claim in claims[: options.queries]]
            report["large"] = measure_large(
                options.data, queries, encoder, folder / "large", options.passages
            )
    print(json.dumps(report, indent=1))


def measure_news(data: Path, claims: list[dict[str, Any]], encoder: Encoder, folder: Path) -> dict[str, Any]:
    articles = {row["url"]: nfc(row["context"]) for row in _read(data / "vifactcheck" / "contexts.jsonl")}
    claims = [claim for claim in claims if claim["url"] in articles]
    sessions, empty = _open(folder)
    if empty:
        cut = ((url, [span.of(body) for span in cut_passages(body)]) for url, body in articles.items())
        _file(sessions, cut)
    library = Library(folder, encoder)
    found: list[list[Hit]] = []
    with sessions() as session:
        library.refresh(session)
        begun = time.perf_counter()
        for start in range(0, len(claims), 200):
            batch = claims[start : start + 200]
            found += library.search(session, [Query(text=claim["claim"], limit=20) for claim in batch])
        elapsed = time.perf_counter() - begun
    gold = [claim["url"] for claim in claims]
    orders: dict[str, list[list[Hit]]] = {
        "both": found,
        "words": [sorted(hits, key=lambda hit: -hit.coverage) for hits in found],
        "vectors": [sorted(hits, key=lambda hit: -hit.similarity) for hits in found],
    }
    report: dict[str, Any] = {"passages": len(library), "claims": len(claims)}
    for name, lists in orders.items():
        report[name] = {f"article_at_{k}": _share(gold, lists, k) for k in (1, 5, 10)}
    return report | {"claims_a_second": round(len(claims) / elapsed)}


def measure_large(
    data: Path, queries: list[str], encoder: Encoder, folder: Path, count: int
) -> dict[str, Any]:
    sessions, empty = _open(folder)
    if empty:
        _file(sessions, _synthetic(data, count))
    library = Library(folder, encoder)
    with sessions() as session:
        built, build_seconds = _timed(lambda: library.refresh(session))
        library.save()
    started = Library(folder, encoder)
    with sessions() as session:
        _, start_seconds = _timed(lambda: started.refresh(session))
        for query in queries[:20]:
            started.search(session, [Query(text=query)])
        seconds = [_timed(lambda q=query: started.search(session, [Query(text=q)]))[1] for query in queries]
        begun = time.perf_counter()
        started.search(session, [Query(text=query) for query in queries[:200]])
        batch = (time.perf_counter() - begun) / len(queries[:200])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "passages": len(started),
        "embedded_now": built,
        "build_seconds": round(build_seconds, 1),
        "start_seconds": round(start_seconds, 1),
        "query_ms_p50": round(float(np.percentile(seconds, 50)) * 1e3, 1),
        "query_ms_p95": round(float(np.percentile(seconds, 95)) * 1e3, 1),
        "query_ms_in_batch": round(batch * 1e3, 1),
        "vector_recall_at_10": _vector_recall(started, encoder, queries[:200]),
        "files_mb": round(sum(f.stat().st_size for f in folder.glob("*.usearch")) / 2**20),
        "peak_memory_mb": round(memory),
    }


def _vector_recall(library: Library, encoder: Encoder, queries: list[str]) -> float:
    """Share of the ten nearest passages, by a scan of every vector, that the index returns."""
    index = library.vectors
    keys = np.sort(index.keys)
    vectors = encoder.encode(queries)
    best = np.full((len(queries), 10), -2.0, dtype=np.float32)
    found = np.zeros((len(queries), 10), dtype=np.uint64)
    for start in range(0, len(keys), 50_000):
        part = keys[start : start + 50_000]
        scores = np.hstack([best, vectors @ index.get(part).T])
        names = np.hstack([found, np.broadcast_to(part, (len(queries), len(part)))])
        order = np.argsort(-scores, axis=1)[:, :10]
        best, found = np.take_along_axis(scores, order, 1), np.take_along_axis(names, order, 1)
    hits = [
        len(np.intersect1d(index.nearest(vector, 10, keys)[0], row))
        for vector, row in zip(vectors, found, strict=True)
    ]
    return round(sum(hits) / (10 * len(queries)), 4)


def _synthetic(data: Path, count: int) -> Iterator[tuple[str, list[str]]]:
    """Articles of random sentences: words as frequent as in news, more repetition than news has."""
    pool = [row["vi"] for row in _read(data / "en_vi" / "alt.jsonl")]
    for row in _read(data / "vifactcheck" / "contexts.jsonl"):
        body = nfc(row["context"])
        pool += [span.of(body) for span in split_sentences(body)]
    draw = random.Random(1)
    for number in range(count // PASSAGES_AN_ARTICLE):
        passages = [" ".join(draw.choices(pool, k=3)) for _ in range(PASSAGES_AN_ARTICLE)]
        yield f"https://synthetic.example/{number}", passages


def _open(folder: Path) -> tuple[Sessions, bool]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "library.db"
    empty = not file.exists()
    engine = open_engine(f"sqlite:///{file}")
    upgrade_schema(engine)
    return open_sessions(engine), empty


def _file(sessions: Sessions, articles: Iterator[tuple[str, list[str]]]) -> None:
    with writing(sessions) as session:
        source = Source(url="https://example.org/feed", title="x", role=Role.REFERENCE, created_at=NOW)
        session.add(source)
        session.flush()
        for article_id, (url, passages) in enumerate(articles, 1):
            body = "\n".join(passages)
            session.execute(
                insert(Article),
                {"id": article_id, "url": url, "link": url, "source_id": source.id, "first_seen_at": NOW}
                | {"versions": 1, "title": "", "language": "vi", "published_at": NOW},
            )
            session.execute(
                insert(ArticleVersion),
                {"id": article_id, "article_id": article_id, "number": 1, "title": "", "fetched_at": NOW}
                | {"text_zstd": pack_text(body), "text_sha256": hashlib.sha256(body.encode()).hexdigest()}
                | {"language": "vi", "analysed_at": NOW},
            )
            session.execute(
                insert(Passage),
                [
                    {"version_id": article_id, "article_id": article_id, "position": position}
                    | {"start": 0, "end": len(passage), "text": passage, "folded": fold(passage)}
                    | {"language": "vi", "publisher": "x", "publisher_kind": PublisherKind.INDEPENDENT}
                    | {"filed_at": NOW, "published_at": NOW}
                    for position, passage in enumerate(passages)
                ],
            )
    with writing(sessions) as session:
        session.execute(text("INSERT INTO passage_fts(passage_fts) VALUES ('optimize')"))


def _timed(work: Any) -> tuple[Any, float]:
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def _share(gold: list[str], lists: list[list[Hit]], first: int) -> float:
    hits = [url in {hit.url for hit in found[:first]} for url, found in zip(gold, lists, strict=True)]
    return round(sum(hits) / len(hits), 4)


def _read(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
