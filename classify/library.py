"""The evidence library: passages found for a claim by its meaning and by its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from classify.due import Progress, ignore_progress
from classify.encoder import Encoder
from classify.index import TextIndex
from classify.searching import Found, Query
from classify.shelves import PASSAGES
from models import PublisherKind

__all__ = ["Hit", "Library", "Query"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that may answer. `score` (0..1) orders hits; `coverage` and `similarity` are its two parts.

    Without `answers` it is only among the nearest that there are.
    """

    passage_id: int
    article_id: int
    url: str
    title: str
    position: int
    text: str
    language: str | None
    publisher: str
    publisher_kind: PublisherKind
    published_at: datetime | None
    score: float
    coverage: float
    similarity: float
    answers: bool


class Library:
    """The passages of one database under one encoder. Safe to use from several threads."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.index = TextIndex(folder, encoder, PASSAGES)

    def __len__(self) -> int:
        return len(self.index)

    def refresh(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Bring the library in step with the rows; returns how many passages were embedded."""
        return self.index.refresh(session, progress=progress)

    def rebuild(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Forget everything kept and embed every passage again; returns how many."""
        return self.index.rebuild(session, progress=progress)

    def save(self) -> None:
        """Keep the index in the folder, so that the next start need not make it again."""
        self.index.save()

    def search(self, session: Session, queries: Sequence[Query]) -> list[list[Hit]]:
        """For every query its best passages, best first. Equal scores are ordered by (address, position)."""
        return [[_hit(one) for one in found] for found in self.index.search(session, queries)]


def _hit(found: Found) -> Hit:
    row = found.row
    return Hit(
        passage_id=row.id,
        article_id=row.article_id,
        url=row.url,
        title=row.title,
        position=row.position,
        text=row.text,
        language=row.language,
        publisher=row.publisher,
        publisher_kind=row.publisher_kind,
        published_at=row.published_at,
        score=found.score,
        coverage=found.coverage,
        similarity=found.similarity,
        answers=found.answers,
    )
