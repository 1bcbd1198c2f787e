"""What a search filters by, for every text of a shelf, as columns in memory (about 60 bytes a text)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classify.shelves import Entry, Shelf
from models import PublisherKind

KINDS = (None, *PublisherKind)
NEVER = np.iinfo(np.int64).max
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
READ_AT_ONCE = 10_000
CHECKED = 50
"""Rows that are read again before a kept catalogue is believed: half of them its latest, half from all of it."""

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Columns = dict[str, NDArray[Any]]

COLUMNS: dict[str, Any] = {
    "keys": np.uint64,
    "ids": np.int64,
    "owners": np.int64,
    "kinds": np.int8,
    "languages": np.uint32,
    "published": np.int64,
    "superseded": np.int64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One row a text, in the order of `keys`. Times are microseconds since 1970; NEVER where there is none.

    A key is a digest of what the text is (see shelves): the same text has the same key in every database, whatever
    its row id, so it serves as the tie-breaker and as the name of its vector. An owner is what a text is a part of:
    the article of a passage, the group of a claim.
    """

    keys: NDArray[np.uint64]
    ids: NDArray[np.int64]
    owners: NDArray[np.int64]
    kinds: NDArray[np.int8]
    languages: NDArray[np.uint32]
    published: NDArray[np.int64]
    superseded: NDArray[np.int64]
    row_of_id: NDArray[np.int64]
    by_owner: Rows

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def newest(self) -> int:
        """The highest id it holds, 0 when it holds none."""
        return len(self.row_of_id) - 1 if len(self) else 0

    def columns(self) -> Columns:
        """What it can be arranged from again."""
        return {name: getattr(self, name) for name in COLUMNS}

    def rows_of_ids(self, ids: NDArray[np.int64]) -> Rows:
        """The rows of these texts, leaving out ids the catalogue does not hold."""
        known = ids[(ids >= 0) & (ids < len(self.row_of_id))]
        rows = self.row_of_id[known]
        return rows[rows >= 0]

    def rows_of_keys(self, keys: NDArray[np.uint64]) -> Rows:
        """The rows of these keys, all of which it must hold."""
        return np.searchsorted(self.keys, keys).astype(np.int64)

    def rows_of_owners(self, owners: Iterable[int]) -> Rows:
        """The rows of all texts of these owners."""
        wanted = np.array(sorted(owners), dtype=np.int64)
        starts = np.searchsorted(self.owners, wanted, side="left", sorter=self.by_owner)
        ends = np.searchsorted(self.owners, wanted, side="right", sorter=self.by_owner)
        parts = [self.by_owner[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate([*parts, self.by_owner[:0]])

    def allowed(
        self,
        *,
        as_of: datetime | None,
        kinds: Sequence[PublisherKind],
        languages: Sequence[str],
        published: tuple[datetime | None, datetime | None] = (None, None),
    ) -> Mask:
        """Which texts may answer: those of the record as it stands, or as it stood at `as_of`.

        A text without a date of publication is taken to have stood from the beginning. Empty `kinds` and
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
            mask &= np.isin(self.languages, [_code(language) for language in languages])
        first, last = published
        if first is not None:
            mask &= (self.published >= _microseconds(first)) & (self.published != NEVER)
        if last is not None:
            mask &= self.published <= _microseconds(last)
        return np.asarray(mask, dtype=np.bool_)

    def in_another_language(self, rows: Rows, language: str | None) -> Mask:
        """Which of these rows are known to be in another language; none where no language is given."""
        if language is None:
            return np.zeros(len(rows), dtype=np.bool_)
        codes = self.languages[rows]
        return np.asarray((codes != _code(language)) & (codes != _code(None)), dtype=np.bool_)


def empty_catalogue() -> Catalogue:
    """A catalogue of nothing."""
    return arrange({name: np.zeros(0, dtype=kind) for name, kind in COLUMNS.items()})


def refresh_catalogue(session: Session, shelf: Shelf, catalogue: Catalogue) -> Catalogue:
    """The catalogue brought in step with the rows: new texts added, newly superseded ones marked.

    Where rows are missing or gone (another database, commits out of order), it is read anew.
    """
    new = _read(session, shelf, catalogue.newest)
    if session.scalar(select(func.count(shelf.table.id))) != len(catalogue) + len(new["ids"]):
        return arrange(_read(session, shelf, 0))
    if len(new["ids"]):
        catalogue = arrange(
            {name: np.concatenate([column, new[name]]) for name, column in catalogue.columns().items()}
        )
    return _mark_superseded(session, shelf, catalogue)


def is_of(session: Session, shelf: Shelf, catalogue: Catalogue) -> bool:
    """Whether a catalogue kept from an earlier run speaks of these rows: some are read again and compared."""
    ids = np.sort(catalogue.ids)
    chosen = np.unique(np.concatenate([ids[-CHECKED // 2 :], ids[:: max(1, 2 * len(ids) // CHECKED)]]))
    entries = session.execute(shelf.entries.where(shelf.table.id.in_(chosen.tolist())))
    found = {entry.id: entry.key for entry in map(shelf.read_entry, entries)}
    rows = catalogue.row_of_id[chosen]
    return found == dict(zip(chosen.tolist(), catalogue.keys[rows].tolist(), strict=True))


def _read(session: Session, shelf: Shelf, after: int) -> Columns:
    query = shelf.entries.where(shelf.table.id > after).execution_options(yield_per=READ_AT_ONCE)
    parts: dict[str, list[NDArray[Any]]] = {name: [np.zeros(0, kind)] for name, kind in COLUMNS.items()}
    for partition in session.execute(query).partitions():
        values = zip(*(_values(shelf.read_entry(row)) for row in partition), strict=True)
        for (name, kind), column in zip(COLUMNS.items(), values, strict=True):
            parts[name].append(np.array(column, dtype=kind))
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def _values(entry: Entry) -> tuple[int, ...]:
    return (
        entry.key,
        entry.id,
        entry.owner,
        KINDS.index(entry.kind),
        _code(entry.language),
        _microseconds(entry.published_at),
        _microseconds(entry.superseded_at),
    )


def _code(language: str | None) -> int:
    return int.from_bytes((language or "")[:3].encode("ascii", "replace"), "big")


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return int(NEVER)
    return (moment - EPOCH) // timedelta(microseconds=1)


def arrange(columns: Columns) -> Catalogue:
    """A catalogue of these columns, in whatever order their rows stand."""
    order = np.argsort(columns["keys"], kind="stable")
    arranged = {name: columns[name][order] for name in COLUMNS}
    row_of_id = np.full(int(columns["ids"].max(initial=-1)) + 1, -1, dtype=np.int64)
    row_of_id[arranged["ids"]] = np.arange(len(order))
    by_owner = np.argsort(arranged["owners"], kind="stable")
    return Catalogue(row_of_id=row_of_id, by_owner=by_owner, **arranged)


def _mark_superseded(session: Session, shelf: Shelf, catalogue: Catalogue) -> Catalogue:
    if shelf.superseded_at is None:
        return catalogue
    # A text is superseded once and for ever, so the count tells whether any is not known yet.
    is_superseded = shelf.superseded_at.is_not(None)
    known = int((catalogue.superseded != NEVER).sum())
    if session.scalar(select(func.count(shelf.table.id)).where(is_superseded)) == known:
        return catalogue
    found = session.execute(select(shelf.table.id, shelf.superseded_at).where(is_superseded)).all()
    superseded = catalogue.superseded.copy()
    for row_id, moment in found:
        superseded[catalogue.row_of_id[row_id]] = _microseconds(moment)
    return replace(catalogue, superseded=superseded)
