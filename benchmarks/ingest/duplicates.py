"""Near-duplicates: how many of the made ones are found, how many pairs are wrong, and documents a second.

Originals are the Vietnamese news articles of vifactcheck/contexts.jsonl. Each is copied with a share of its words
changed (three in five replaced by another article's word, one dropped, one added), and with headline and lead
replaced by those of another article. A pair is right when both come from one original.
"""

import json
import random
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.ingest.polls import open_sources
from benchmarks.tables import Table, within
from ingest.crawl import ReadingRules
from ingest.near_duplicates import Text, find_pairs, jaccard, shingles, sign
from ingest.reading import text_digest
from ingest.stages import tell_stories
from models import Article, ArticleState, ArticleVersion, Role, Sessions, Source, nfc, pack_text, writing

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SEED = 5
EDITS = (0.01, 0.05, 0.10)
REWRITTEN = "headline and lead"
STORED, FEW_STORED = 10_000, 1_000
REPRINTED = 0.1
RULES = ReadingRules()
# A headline and a lead of two sentences; the articles of this set are one line each.
HEAD = 3
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Document:
    """A text, and the number of the original that it comes from."""

    original: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """Of one kind of copy: the share whose original was found, and of the pairs found the share that is right.

    `alike` is the mean true Jaccard similarity of a copy to its original.
    """

    recall: float
    precision: float
    alike: float


def edit(text: str, share: float, words: Sequence[str], draw: random.Random) -> str:
    """A copy with about that share of its words changed."""
    changed: list[str] = []
    for word in text.split():
        if draw.random() >= share:
            changed.append(word)
            continue
        kind = draw.random()
        if kind < 0.6:
            changed.append(draw.choice(words))
        elif kind < 0.8:
            changed += [word, draw.choice(words)]
    return " ".join(changed)


def rewrite_head(text: str, other: str) -> str:
    """A copy under another article's first sentences."""
    return " ".join([*_SENTENCE.split(other)[:HEAD], *_SENTENCE.split(text)[HEAD:]])


def copies(originals: Sequence[str], draw: random.Random) -> dict[str, list[Document]]:
    """One copy of each original of each kind."""
    words = [word for text in originals for word in text.split()]
    made = {
        f"{share:.0%} of words": [
            Document(number, edit(text, share, words, draw)) for number, text in enumerate(originals)
        ]
        for share in EDITS
    }
    made[REWRITTEN] = [
        Document(number, rewrite_head(text, originals[number - 1])) for number, text in enumerate(originals)
    ]
    return made


def judge(originals: Sequence[str], made: Sequence[Document], threshold: float) -> Found:
    """How well copies are told to be copies, among all originals and all copies of their kind."""
    documents = [Document(number, text) for number, text in enumerate(originals)] + list(made)
    pairs = find_pairs(
        [
            Text(key=key, at=NOW, signature=sign(shingles(document.text)))
            for key, document in enumerate(documents)
        ],
        is_new=lambda key: True,
        load=lambda key: documents[key].text,
        window=timedelta(days=14),
        threshold=threshold,
    )
    right = {
        (pair.one, pair.other)
        for pair in pairs
        if documents[pair.one].original == documents[pair.other].original
    }
    alike = [jaccard(shingles(originals[copy.original]), shingles(copy.text)) for copy in made]
    return Found(len(right) / len(made), len(right) / max(1, len(pairs)), sum(alike) / len(alike))


def run(data: Path, *, small: bool) -> Table:
    """Every copy with up to 5 % of its words changed is found, and hardly a wrong pair."""
    originals = load_originals(data, 150 if small else None)
    made = copies(originals, random.Random(SEED))
    found = {kind: judge(originals, some, RULES.story_threshold) for kind, some in made.items()}
    week = invent_week(originals, FEW_STORED if small else STORED, random.Random(SEED))
    pure = _rate(len(week), lambda: [sign(shingles(text)) for text in week])
    through = store_and_group(week, random.Random(SEED))
    return Table(
        title="Near-duplicates",
        question=f"{len(originals)} news articles and a changed copy of each; the same dispatch is "
        f"{RULES.story_threshold:.0%} of four-word sequences in common.",
        columns=("copies", "true similarity", "recall", "precision"),
        rows=tuple(
            (kind, f"{one.alike:.2f}", f"{one.recall:.3f}", f"{one.precision:.3f}")
            for kind, one in found.items()
        ),
        bounds=(
            within("recall at 1 %", found["1% of words"].recall, at_least=0.99),
            within("recall at 5 %", found["5% of words"].recall, at_least=0.95),
            within("least precision", min(one.precision for one in found.values()), at_least=0.98),
            within("documents a second, signed, grouped and written", through, at_least=1_500),
        ),
        notes=(
            f"{pure:,.0f} documents/s signed; {through:,.0f} documents/s through the story stage ({len(week):,} "
            f"versions of one week in SQLite, as long as the originals, {REPRINTED:.0%} of them reprints "
            "with 5 % changed).",
            "A copy with a tenth of its words changed at random lies on the threshold itself, and so does a short "
            "article under another head.",
        ),
    )


def load_originals(data: Path, limit: int | None = None) -> list[str]:
    """Articles that have a body below headline and lead. Repeats are left out."""
    lines = (data / "vifactcheck" / "contexts.jsonl").read_text(encoding="utf-8").splitlines()
    texts = (nfc(json.loads(line)["context"]) for line in lines)
    return list(dict.fromkeys(text for text in texts if len(_SENTENCE.split(text)) > 2 * HEAD))[:limit]


def invent_week(originals: Sequence[str], count: int, draw: random.Random) -> list[str]:
    """Texts of the originals' words and lengths, unlike each other but for a share of reprints."""
    words = [word for text in originals for word in text.split()]
    lengths = [len(text.split()) for text in originals]
    week: list[str] = []
    while len(week) < count:
        if week and draw.random() < REPRINTED:
            week.append(edit(draw.choice(week), 0.05, words, draw))
        else:
            week.append(" ".join(draw.choices(words, k=draw.choice(lengths))))
    return week


def store_and_group(texts: Sequence[str], draw: random.Random) -> float:
    """Versions a second through `tell_stories`, on a database that holds nothing else."""
    with tempfile.TemporaryDirectory() as folder, open_sources(Path(folder) / "stories.db") as sessions:
        _store(sessions, texts, draw)
        rate = _rate(len(texts), lambda: tell_stories(sessions, clock=lambda: NOW, rules=RULES))
        with sessions() as session:
            left = session.scalar(
                select(func.count(ArticleVersion.id)).where(ArticleVersion.grouped_at.is_(None))
            )
        assert left == 0, f"{left} versions were left ungrouped"
    return rate


def _store(sessions: Sessions, texts: Sequence[str], draw: random.Random) -> None:
    articles: list[Mapping[str, object]] = []
    versions: list[Mapping[str, object]] = []
    for number, text in enumerate(texts, 1):
        at = NOW - timedelta(minutes=draw.uniform(0, 10_000))
        url = f"https://a.example/{number}"
        articles.append(
            {"id": number, "url": url, "link": url, "source_id": 1, "first_seen_at": at}
            | {"published_at": at, "state": ArticleState.READ, "versions": 1}
        )
        versions.append(
            {"article_id": number, "number": 1, "title": "", "text_zstd": pack_text(text), "language": "vi"}
            | {"text_sha256": text_digest("", text), "fetched_at": at, "published_at": at}
        )
    with writing(sessions) as session:
        session.add(Source(url="https://a.example/rss", title="", role=Role.MONITORED, created_at=NOW))
        session.flush()
        session.execute(insert(Article), articles)
        session.execute(insert(ArticleVersion), versions)


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)
