"""What the desk has met and answered before: earlier claims and published briefs that are near a claim.

They are suggestions to a person, in an order and with a score. Nothing follows from them by itself: a claim joins the
group of another by its words, where nothing keeps the two apart (grouping), or by hand.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classify.due import Progress, ignore_progress
from classify.encoder import Encoder
from classify.index import TextIndex
from classify.searching import Found, Query, SearchedText, judge_text
from classify.shelves import CLAIMS
from classify.terms import TermCounts, weigh_wording
from classify.vietnam import is_vietnamese
from models import BriefBlock, BriefVersion, ChangeGrade, fold

LEAST = 0.15
"""Score below which nothing is shown. 0.85 of translations reach it, who share few words, and 0.05 of other sentences
in another language."""
MOST = 10
TRIED = 40
"""Earlier claims in either language that a new wording is held against. Of 72 rewrites among 24 claims of the same
words with other figures 10 missed 40, and 20 none."""
READ = 100
"""Parts of briefs, nearest in meaning, whose words are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierClaim:
    """A claim group like the claim asked about; `score` is 0..1."""

    group_id: int
    text: str
    language: str | None
    first_seen_at: datetime
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBrief:
    """A published text of a brief, with that part of it which is most like the claim asked about."""

    brief_id: int
    version_id: int
    language: str
    title: str
    part: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """What is near a claim, best first."""

    claims: tuple[EarlierClaim, ...]
    briefs: tuple[PastBrief, ...]


class Precedents:
    """The claims seen and the briefs published, under one encoder. Safe to use from several threads."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        self._claims = TextIndex(folder, encoder, CLAIMS)
        self._briefs = _Briefs(encoder)

    def refresh(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Bring the claims in step with the rows; returns how many were embedded."""
        return self._claims.refresh(session, progress=progress)

    def rebuild(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Embed every claim again; returns how many."""
        return self._claims.rebuild(session, progress=progress)

    def save(self) -> None:
        """Keep the index of claims in the folder, so that the next start need not make it again."""
        self._claims.save()

    def search(
        self, session: Session, text: str, *, exclude: frozenset[int] = frozenset(), limit: int = MOST
    ) -> Similar:
        """The `limit` claims and briefs nearest to a text; `exclude` are ids of claim groups, such as its own."""
        [found] = self._claims.search(session, [Query(text=text, limit=limit, exclude=exclude)])
        claims = tuple(_claim(one) for one in found if one.score >= LEAST)
        briefs = self._briefs.search(session, text, self._claims.counts, limit)
        return Similar(claims=claims, briefs=tuple(one for one in briefs if one.score >= LEAST))

    def nearest(
        self, session: Session, texts: Sequence[tuple[str, datetime]], *, within: timedelta
    ) -> list[list[tuple[str, str]]]:
        """For every text and the time it was seen, key and text of the claim groups first seen about then that may say
        the same: the `TRIED` nearest first, then as many of those in the other language.

        A translation shares so few words with a text that what says something else in the text's own is nearer.
        """
        queries = [
            Query(text=text, limit=TRIED, published=(seen_at - within, seen_at + within), languages=languages)
            for text, seen_at in texts
            for languages in ((), ("en" if is_vietnamese(text) else "vi",))
        ]
        found = iter(self._claims.search(session, queries))
        return [
            list(
                {
                    one.row.key: one.row.text
                    for one in (*nearest, *across)
                    # The index knows when a group was first seen as it was made; an earlier page may have come since.
                    if abs(one.row.first_seen_at - seen_at) <= within
                }.items()
            )
            for (_, seen_at), nearest, across in zip(texts, found, found, strict=True)
        ]


def _claim(found: Found) -> EarlierClaim:
    row = found.row
    return EarlierClaim(
        group_id=row.id,
        text=row.text,
        language=row.language,
        first_seen_at=row.first_seen_at,
        score=found.score,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The title or a block of a published text."""

    version: BriefVersion
    text: str
    folded: str


class _Briefs:
    """Published briefs are few, thousands at most: their parts are kept in memory and all looked at."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._versions: frozenset[int] = frozenset()
        self._parts: list[_Part] = []
        self._vectors = np.zeros((0, encoder.dimension), dtype=np.float32)

    def search(self, session: Session, text: str, counts: TermCounts, limit: int) -> list[PastBrief]:
        """The published texts nearest to one text, each once, best first; equal scores by number."""
        with self._lock:
            self._refresh(session)
            parts, vectors = self._parts, self._vectors
        if not parts:
            return []
        cosines = vectors @ self._encoder.encode([text])[0]
        wording = weigh_wording(text, counts)
        best: dict[int, PastBrief] = {}
        for place in np.argsort(-cosines, kind="stable")[:READ].tolist():
            part = parts[place]
            score = judge_text(SearchedText(part), wording, float(cosines[place])).score
            if part.version.id not in best or best[part.version.id].score < score:
                best[part.version.id] = _brief(part, score)
        return sorted(best.values(), key=lambda one: (-one.score, one.version_id))[:limit]

    def _refresh(self, session: Session) -> None:
        newest = frozenset(session.scalars(_newest_published()))
        if newest == self._versions:
            return
        self._parts = _read_parts(session, sorted(newest))
        self._vectors = self._encoder.encode([part.text for part in self._parts])
        self._versions = newest


def _brief(part: _Part, score: float) -> PastBrief:
    version = part.version
    return PastBrief(
        brief_id=version.brief_id,
        version_id=version.id,
        language=version.language,
        title=version.title,
        part=part.text,
        score=score,
    )


def _newest_published() -> Any:
    """The newest text that has been published of every brief in every language; a withdrawal is no text."""
    return (
        select(func.max(BriefVersion.id))
        .where(BriefVersion.published_at.is_not(None), BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .group_by(BriefVersion.brief_id, BriefVersion.language)
    )


def _read_parts(session: Session, version_ids: Sequence[int]) -> list[_Part]:
    versions = session.scalars(
        select(BriefVersion).where(BriefVersion.id.in_(version_ids)).order_by(BriefVersion.id)
    ).all()
    parts = [_Part(version, version.title, fold(version.title)) for version in versions]
    by_id = {version.id: version for version in versions}
    blocks = select(BriefBlock.version_id, BriefBlock.text).where(BriefBlock.version_id.in_(by_id))
    for version_id, text in session.execute(blocks.order_by(BriefBlock.version_id, BriefBlock.position)):
        parts.append(_Part(by_id[version_id], text, fold(text)))
    return parts
