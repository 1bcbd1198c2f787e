"""A shelf searched by meaning and by words, and kept in step with its rows.

A search takes the nearest vectors and the texts that hold the query's rarest words, and scores both kinds alike: how
much of the query's wording the text covers, and how near it is in meaning.

Rows are the truth. What is kept in the folder (vectors, columns to filter by, word counts) is brought in step with
the rows by `refresh`, and built again where it is missing, damaged, or of another encoder or another database.
"""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classify.catalogue import COLUMNS, Catalogue, arrange, empty_catalogue, is_of, refresh_catalogue
from classify.due import Progress, ignore_progress
from classify.encoder import Encoder
from classify.keeping import write_whole
from classify.searching import Filters, Found, Query, Search
from classify.shelves import Shelf
from classify.terms import TermCounts
from classify.vectors import Keys, VectorIndex

EMBED_AT_ONCE = 2_000
SAVE_AFTER = 0.05
"""Share of texts embedded since the last save after which `refresh` saves; a crash embeds at most these again."""


@dataclass
class _State:
    catalogue: Catalogue = field(default_factory=empty_catalogue)
    counts: TermCounts = field(default_factory=TermCounts)
    filters: Filters = field(default_factory=dict)
    """What each filter lets through, of the latest few filters; empty after every change of the catalogue."""
    unsaved: int = 0


class TextIndex:
    """The texts of one shelf of one database under one encoder. Safe to use from several threads."""

    def __init__(
        self, folder: Path, encoder: Encoder, shelf: Shelf, *, embed_at_once: int = EMBED_AT_ONCE
    ) -> None:
        self._embed_at_once = embed_at_once
        self._folder = folder
        self._encoder = encoder
        self._shelf = shelf
        self._fingerprint = fingerprint(encoder)
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        self._state = _State()

    def __len__(self) -> int:
        return len(self._state.catalogue)

    @property
    def vectors(self) -> VectorIndex:
        """The vectors in memory, as of the last refresh; empty before the first."""
        return self._vectors or VectorIndex(self._encoder.dimension)

    @property
    def catalogue(self) -> Catalogue:
        """What can be filtered by, as of the last refresh."""
        return self._state.catalogue

    @property
    def counts(self) -> TermCounts:
        """In how many texts each word occurs, as of the last refresh."""
        return self._state.counts

    @property
    def _vectors_file(self) -> Path:
        return self._folder / f"{self._shelf.name}-{self._fingerprint}.usearch"

    @property
    def _columns_file(self) -> Path:
        return self._folder / f"{self._shelf.name}.npz"

    def refresh(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Bring the index in step with the rows; returns how many texts were embedded."""
        with self._lock:
            vectors = self._vectors or self._load(session)
            before, counts = self._state.catalogue, self._state.counts.copy()
            catalogue = refresh_catalogue(session, self._shelf, before)
            if catalogue is before and self._vectors is not None:
                return 0
            if len(gone := _without(vectors.keys, catalogue.keys)):
                vectors.remove(gone)
            if len(_without(before.keys, catalogue.keys)):
                before, counts = empty_catalogue(), TermCounts()
            uncounted = _without(catalogue.keys, before.keys)
            missing = _without(catalogue.keys, vectors.keys)
            self._add(session, vectors, counts, catalogue, missing, uncounted, progress)
            self._state.catalogue, self._state.counts = catalogue, counts
            self._state.filters.clear()
            self._vectors = vectors
            if self._state.unsaved > SAVE_AFTER * len(catalogue):
                self.save()
            return len(missing)

    def rebuild(self, session: Session, *, progress: Progress = ignore_progress) -> int:
        """Forget everything kept and embed every text again; returns how many."""
        with self._lock:
            for old in (*self._folder.glob(f"{self._shelf.name}-*.usearch"), self._columns_file):
                old.unlink(missing_ok=True)
            self._vectors = None
            self._state = _State()
            embedded = self.refresh(session, progress=progress)
            self.save()
            return embedded

    def save(self) -> None:
        """Keep what is in memory in the folder, so that the next start need not make it again."""
        with self._lock:
            if self._vectors is None or not self._state.unsaved:
                return
            self._vectors.save(self._vectors_file)
            kept: dict[str, Any] = {**self._state.catalogue.columns(), "counts": self._state.counts.counts}
            write_whole(self._columns_file, lambda partial: np.savez(partial, **kept))
            self._state.unsaved = 0

    def search(self, session: Session, queries: Sequence[Query]) -> list[list[Found]]:
        """For every query what answers it best, best first; equal scores in the shelf's own order.

        New texts are taken in first. The rows have the last word: what another process superseded since the last
        refresh is left out when it is read.
        """
        if not queries:
            return []
        meanings = self._encoder.encode([query.text for query in queries])
        with self._lock:
            newest = session.scalar(select(func.max(self._shelf.table.id))) or 0
            if self._vectors is None or newest != self._state.catalogue.newest:
                self.refresh(session)
            state = self._state
            if not len(state.catalogue):
                return [[] for _ in queries]
            search = Search(session, self._shelf, self.vectors, state.catalogue, state.counts, state.filters)
            return [search.run(query, meaning) for query, meaning in zip(queries, meanings, strict=True)]

    def _load(self, session: Session) -> VectorIndex:
        dimension = self._encoder.dimension
        vectors = VectorIndex.load(self._vectors_file, dimension) or VectorIndex(dimension)
        try:
            with np.load(self._columns_file) as kept:
                catalogue = arrange({name: kept[name] for name in COLUMNS})
                counts = TermCounts(len(catalogue), kept["counts"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return vectors
        if is_of(session, self._shelf, catalogue):
            self._state.catalogue, self._state.counts = catalogue, counts
        return vectors

    def _add(
        self,
        session: Session,
        vectors: VectorIndex,
        counts: TermCounts,
        catalogue: Catalogue,
        missing: Keys,
        uncounted: Keys,
        progress: Progress,
    ) -> None:
        table = self._shelf.table
        wanted = np.union1d(missing, uncounted)
        are_missing = np.isin(wanted, missing, assume_unique=True)
        are_uncounted = np.isin(wanted, uncounted, assume_unique=True)
        embedded = 0
        for start in range(0, len(wanted), self._embed_at_once):
            part = slice(start, start + self._embed_at_once)
            keys, is_missing = wanted[part], are_missing[part]
            ids = catalogue.ids[catalogue.rows_of_keys(keys)].tolist()
            query = select(table.id, table.text, table.folded).where(table.id.in_(ids))
            texts = {row.id: row for row in session.execute(query)}
            if is_missing.any():
                chosen = [texts[i].text for i, embed in zip(ids, is_missing, strict=True) if embed]
                vectors.add(keys[is_missing], self._encoder.encode(chosen))
            counts.add(texts[i].folded for i, new in zip(ids, are_uncounted[part], strict=True) if new)
            self._state.unsaved += len(keys)
            embedded += int(is_missing.sum())
            if embedded > SAVE_AFTER * len(catalogue):
                vectors.save(self._vectors_file)
                embedded = 0
            progress(start + len(keys), len(wanted))


def _without(keys: Keys, others: Keys) -> Keys:
    # Keys are unique; being told so, numpy is twelve times as fast: 0.1 s for a million.
    return np.setdiff1d(keys, others, assume_unique=True)


def fingerprint(encoder: Encoder) -> str:
    """Names the encoder by what it does: weights changed in place are another encoder, whatever their name."""
    probe = np.round(encoder.encode(["Việt Nam có 63 tỉnh thành.", "The minister signed the decree."]), 2)
    return hashlib.sha256(f"{encoder.name} {encoder.dimension} {probe.tolist()}".encode()).hexdigest()[:16]
