"""A library of any size: passages varied from real sentences, filed as the pipeline files them.

Sentences that stand together in a source stand together in a passage, so that the vectors lie in clusters as those
of news do; numbers, names and every tenth word are changed, so that a million passages made of a hundred thousand
sentences hold many that are nearly, but not quite, what is asked for.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

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
ELSEWHERE = 0.3
"""Share of sentences that come from another place than their neighbours."""
CHANGED = 0.1
"""Share of the words that are neither number nor name and are changed."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+|\W+")
_INSERT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """An article of the library; every passage is filed as it is."""

    url: str
    passages: tuple[str, ...]
    language: str = "vi"
    kind: PublisherKind = PublisherKind.INDEPENDENT
    published_at: datetime = NOW


class Inventor:
    """Writes passages that were never published out of sentences that were."""

    def __init__(self, sentences: Sequence[str], language: str, *, seed: int) -> None:
        self._sentences = sentences
        self._language = language
        self._random = random.Random(seed)
        tokens = [token for sentence in sentences for token in _TOKEN.findall(sentence)]
        self._words = [token for token in tokens if token.isalpha() and token.islower()]
        self._names = [token for token in tokens if token.istitle() and token.isalpha()]

    def pages(self) -> Iterator[Page]:
        """Articles without end, spread over ten years and three kinds of publisher."""
        draw = self._random
        for number in range(10**9):
            yield Page(
                f"https://{self._language}.example/{number}",
                tuple(self.passage() for _ in range(PASSAGES_AN_ARTICLE)),
                self._language,
                draw.choice(list(PublisherKind)),
                NOW - timedelta(minutes=draw.randrange(10 * 365 * 24 * 60)),
            )

    def passage(self) -> str:
        """Three sentences."""
        draw = self._random
        start = draw.randrange(len(self._sentences) - 2)
        chosen = [
            draw.choice(self._sentences) if draw.random() < ELSEWHERE else self._sentences[start + offset]
            for offset in range(3)
        ]
        return " ".join(self.vary(sentence) for sentence in chosen)

    def vary(self, sentence: str) -> str:
        """The sentence about something else."""
        return "".join(map(self._vary_token, _TOKEN.findall(sentence)))

    def _vary_token(self, token: str) -> str:
        draw = self._random
        if token[0].isdigit():
            return re.sub(r"\d", lambda digit: str(draw.randrange(1, 10)), token)
        if not token.isalpha():
            return token
        if token.istitle():
            return draw.choice(self._names) if draw.random() < 0.5 else token
        return draw.choice(self._words) if draw.random() < CHANGED else token


def invent_pages(data: Path, count: int, *, seed: int = 1) -> Iterator[Page]:
    """Articles of `count` passages in all, three Vietnamese to one English."""
    pairs = [row for name in ("alt", "tatoeba") for row in read_rows(data / "en_vi" / f"{name}.jsonl")]
    vietnamese = [nfc(row["vi"]) for row in pairs]
    for row in read_rows(data / "vifactcheck" / "contexts.jsonl"):
        body = nfc(row["context"])
        vietnamese += [span.of(body) for span in split_sentences(body)]
    english = [row["en"] for row in pairs]
    english += [row["claim"] for row in read_rows(data / "fever" / "paper_dev_claims.jsonl")]
    sides = [
        Inventor(vietnamese, "vi", seed=seed).pages(),
        Inventor(english, "en", seed=seed + 1).pages(),
    ]
    for number in range(count // PASSAGES_AN_ARTICLE):
        yield next(sides[number % 4 == 3])


def open_library(folder: Path) -> tuple[Sessions, bool]:
    """Sessions on the folder's database, made if there is none, and whether it was made just now."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "library.db"
    empty = not file.exists()
    engine = open_engine(f"sqlite:///{file}")
    upgrade_schema(engine)
    return open_sessions(engine), empty


def file_pages(sessions: Sessions, pages: Iterator[Page]) -> None:
    """Write the articles with their passages into the database."""
    with writing(sessions) as session:
        known = session.scalar(select(func.max(Article.id))) or 0
        source = Source(url=f"https://example.org/{known}", title="x", role=Role.REFERENCE, created_at=NOW)
        session.add(source)
        session.flush()
        first = known + 1
        while batch := list(islice(pages, _INSERT_AT_ONCE)):
            _insert(session, source.id, dict(enumerate(batch, first)))
            first += len(batch)
    with writing(sessions) as session:
        session.execute(text("INSERT INTO passage_fts(passage_fts) VALUES ('optimize')"))


def _insert(session: Session, source_id: int, pages: dict[int, Page]) -> None:
    articles, versions, passages = [], [], []
    for number, page in pages.items():
        body = "\n".join(page.passages)
        common = {"language": page.language, "published_at": page.published_at}
        articles.append(
            {"id": number, "url": page.url, "link": page.url, "source_id": source_id, "first_seen_at": NOW}
            | {"versions": 1, "title": "", **common}
        )
        versions.append(
            {"id": number, "article_id": number, "number": 1, "title": "", "fetched_at": NOW}
            | {"text_zstd": pack_text(body), "text_sha256": hashlib.sha256(body.encode()).hexdigest()}
            | {"language": page.language, "analysed_at": NOW}
        )
        passages += [
            {
                "version_id": number,
                "article_id": number,
                "position": position,
                "start": 0,
                "end": len(passage),
            }
            | {"text": passage, "folded": fold(passage), "publisher": "x", "publisher_kind": page.kind}
            | {"filed_at": NOW, **common}
            for position, passage in enumerate(page.passages)
        ]
    session.execute(insert(Article), articles)
    session.execute(insert(ArticleVersion), versions)
    session.execute(insert(Passage), passages)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
