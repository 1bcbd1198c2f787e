"""What a search filters by, for every passage of the library, as columns in memory (about 60 bytes a passage)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Article, ArticleVersion, Passage, PublisherKind

KINDS = tuple(PublisherKind)
NEVER = np.iinfo(np.int64).max
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One row a passage, in the order of `keys`. Times are microseconds since 1970; NEVER where there is none.

    A key is a digest of the article's address, the version and the position: the same passage has the same key
    in every database, whatever its row id, so it serves as the tie-breaker and as the name of its vector.
    """

    keys: NDArray[np.uint64]
    ids: NDArray[np.int64]
    articles: NDArray[np.int64]
    kinds: NDArray[np.int8]
    languages: NDArray[np.str_]
    published: NDArray[np.int64]
    superseded: NDArray[np.int64]
    row_of_id: NDArray[np.int64]
    by_article: Rows

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def newest(self) -> int:
        """The highest id it holds, 0 when it holds none."""
        return len(self.row_of_id) - 1 if len(self) else 0

    def rows_of_ids(self, ids: NDArray[np.int64]) -> Rows:
        """The rows of these passages, leaving out ids the catalogue does not hold."""
        known = ids[(ids >= 0) & (ids < len(self.row_of_id))]
        rows = self.row_of_id[known]
        return rows[rows >= 0]

    def rows_of_keys(self, keys: NDArray[np.uint64]) -> Rows:
        """The rows of these keys, all of which it must hold."""
        return np.searchsorted(self.keys, keys).astype(np.int64)

    def rows_of_articles(self, articles: Iterable[int]) -> Rows:
        """The rows of all passages of these articles."""
        wanted = np.array(sorted(articles), dtype=np.int64)
        starts = np.searchsorted(self.articles, wanted, side="left", sorter=self.by_article)
        ends = np.searchsorted(self.articles, wanted, side="right", sorter=self.by_article)
        parts = [self.by_article[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate([*parts, self.by_article[:0]])

    def allowed(
        self,
        *,
        as_of: datetime | None,
        kinds: Sequence[PublisherKind],
        languages: Sequence[str],
        published: tuple[datetime | None, datetime | None] = (None, None),
    ) -> Mask:
        """Which passages may answer: those of the record as it stands, or as it stood at `as_of`.

        A passage without a date of publication is taken to have stood from the beginning. Empty `kinds` and
        `languages` allow all. Of a period either end may be open; what has no date is in none.
        """
        if as_of is None:
            mask = self.superseded == NEVER
        else:
            moment = _microseconds(as_of)
            mask = (self.superseded > moment) & ((self.published <= moment) | (self.published == NEVER))
        if kinds:
            mask &= np.isin(self.kinds, [KINDS.index(kind) for kind in kinds])
        if languages:
            mask &= np.isin(self.languages, list(languages))
        first, last = published
        if first is not None:
            mask &= (self.published >= _microseconds(first)) & (self.published != NEVER)
        if last is not None:
            mask &= self.published <= _microseconds(last)
        return np.asarray(mask, dtype=np.bool_)


def empty_catalogue() -> Catalogue:
    """A catalogue of nothing."""
    return _arrange({name: np.zeros(0, dtype=kind) for name, kind in _COLUMNS.items()})


def refresh_catalogue(session: Session, catalogue: Catalogue) -> Catalogue:
    """The catalogue brought in step with the rows: new passages added, newly superseded ones marked.

    Where rows are missing or gone (another database, commits out of order), it is read anew.
    """
    new = _read(session, catalogue.newest)
    if session.scalar(select(func.count(Passage.id))) != len(catalogue) + len(new["ids"]):
        return _arrange(_read(session, 0))
    if len(new["ids"]):
        catalogue = _arrange(
            {name: np.concatenate([getattr(catalogue, name), new[name]]) for name in _COLUMNS}
        )
    return _mark_superseded(session, catalogue)


_COLUMNS: dict[str, Any] = {
    "keys": np.uint64,
    "ids": np.int64,
    "articles": np.int64,
    "kinds": np.int8,
    "languages": "<U3",
    "published": np.int64,
    "superseded": np.int64,
}


def _read(session: Session, after: int) -> dict[str, NDArray[Any]]:
    query = (
        select(
            Article.url,
            ArticleVersion.number,
            ArticleVersion.text_sha256,
            Passage.position,
            Passage.id,
            Passage.article_id,
            Passage.publisher_kind,
            Passage.language,
            Passage.published_at,
            Passage.superseded_at,
        )
        .join(Article, Article.id == Passage.article_id)
        .join(ArticleVersion, ArticleVersion.id == Passage.version_id)
        .where(Passage.id > after)
        .execution_options(yield_per=10_000)
    )
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for row in session.execute(query):
        for name, value in zip(_COLUMNS, _values(*list(row)), strict=True):
            columns[name].append(value)
    return {name: np.array(columns[name], dtype=kind) for name, kind in _COLUMNS.items()}


def _values(
    url: str,
    number: int,
    text_sha256: str,
    position: int,
    passage_id: int,
    article_id: int,
    kind: PublisherKind,
    language: str | None,
    published_at: datetime | None,
    superseded_at: datetime | None,
) -> tuple[Any, ...]:
    return (
        passage_key(url, number, text_sha256, position),
        passage_id,
        article_id,
        KINDS.index(kind),
        (language or "")[:3],
        _microseconds(published_at),
        _microseconds(superseded_at),
    )


def passage_key(url: str, number: int, text_sha256: str, position: int) -> int:
    """The digest, 64 bits, by which a passage is known whatever database it is in."""
    name = f"{url}\n{number}\n{text_sha256}\n{position}"
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return int(NEVER)
    return (moment - EPOCH) // timedelta(microseconds=1)


def _arrange(columns: dict[str, NDArray[Any]]) -> Catalogue:
    order = np.argsort(columns["keys"], kind="stable")
    sorted_columns = {name: column[order] for name, column in columns.items()}
    row_of_id = np.full(int(columns["ids"].max(initial=-1)) + 1, -1, dtype=np.int64)
    row_of_id[sorted_columns["ids"]] = np.arange(len(order))
    by_article = np.argsort(sorted_columns["articles"], kind="stable")
    return Catalogue(row_of_id=row_of_id, by_article=by_article, **sorted_columns)


def _mark_superseded(session: Session, catalogue: Catalogue) -> Catalogue:
    # A passage is superseded once and for ever, so the count tells whether any is not known yet.
    is_superseded = Passage.superseded_at.is_not(None)
    known = int((catalogue.superseded != NEVER).sum())
    if session.scalar(select(func.count(Passage.id)).where(is_superseded)) == known:
        return catalogue
    found = session.execute(select(Passage.id, Passage.superseded_at).where(is_superseded)).all()
    superseded = catalogue.superseded.copy()
    for row in found:
        superseded[catalogue.row_of_id[row.id]] = _microseconds(row.superseded_at)
    return replace(catalogue, superseded=superseded)
