"""Vectors of texts: a usearch file beside the database, exact while there are few."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index, search

from classify.keeping import write_whole

Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]

EXACT_BELOW = 100_000
"""Up to here everything is scanned: under 10 ms a query on one core, and nothing can be missed."""
WIDEST = 4.5
"""Components are stored in steps of 1/127 of this many standard deviations; what lies beyond is cut off."""
CONNECTIVITY = 32
EXPANSION = 400
RESCORED = 2
"""So many times the neighbours wanted are asked for and put in order by the unrounded query."""
WIDENING = 4
MOST_ASKED = 3_000
FEW = 4
"""A filter that allows less than this part of EXACT_BELOW is set aside at once: that takes what a wide walk through the
graph does, 27 ms, and the next query under the same filter 2 ms."""
TAKEN_AT_ONCE = 20_000


class VectorIndex:
    """Unit vectors by key, a byte a component. Scores are cosines.

    Keys are digests of what a text is (see catalogue), so vectors of another database, or of rows that are gone,
    are never taken for those of the rows at hand.
    """

    def __init__(self, dimension: int, *, exact_below: int = EXACT_BELOW) -> None:
        self._exact_below = exact_below
        self._dimension = dimension
        # The components of unit vectors are far smaller than 1: rounding them to 127ths of 1 would waste the byte.
        self._scale = 127 * math.sqrt(dimension) / WIDEST
        self._index = Index(
            ndim=dimension,
            metric="ip",
            dtype="i8",
            connectivity=CONNECTIVITY,
            expansion_search=EXPANSION,
        )
        self._scanned: tuple[Keys, Floats] | None = None
        self._aside: _Aside | None = None

    def __len__(self) -> int:
        return len(self._index)

    @property
    def keys(self) -> Keys:
        """Every key, in no particular order."""
        return np.asarray(self._index.keys, dtype=np.uint64)

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add unit vectors of shape (len(keys), dimension) under keys that are not there yet."""
        self._index.add(keys, self._round(vectors))
        self._scanned = self._aside = None

    def remove(self, keys: Keys) -> None:
        """Forget these keys."""
        self._index.remove(keys)
        self._scanned = self._aside = None

    def get(self, keys: Keys) -> Floats:
        """Unit vectors under these keys, shape (len(keys), dimension). Raises KeyError for one that is absent."""
        if not len(keys):
            return np.zeros((0, self._dimension), dtype=np.float32)
        found: Any = self._index.get(keys)
        if any(vector is None for vector in found):
            raise KeyError("no vector under one of the keys")
        rows: Floats = np.vstack(found).astype(np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows

    def nearest(self, query: Floats, count: int, keys: Keys, allowed: Mask) -> tuple[Rows, Floats]:
        """The `count` rows of the sorted `keys` that are allowed and nearest to one unit vector, with their cosines.

        Best first, equal ones by key. Exact among up to `exact_below` keys. Beyond, the graph is asked for as many
        neighbours as the share of allowed rows calls for. Where even many hold too few, or few are allowed at all, the
        allowed ones are set aside and all compared, and so they are for the next queries with the same `allowed`.
        """
        if len(keys) <= self._exact_below:
            return _best(np.flatnonzero(allowed), (self._all(keys) @ query)[allowed], count)
        total = int(np.count_nonzero(allowed))
        count = min(count, total)
        near = self._candidates(self._round(query), RESCORED * count, keys, allowed, total)
        return _best(near, self.get(keys[near]) @ query, count)

    def _candidates(self, query: Bytes, wanted: int, keys: Keys, allowed: Mask, total: int) -> Rows:
        """About `wanted` allowed rows near a rounded query, half as many at least where there are so many."""
        if self._aside is None or not self._aside.is_of(keys, allowed):
            if total > self._exact_below // FEW:
                near = self._walk(query, wanted, keys, allowed, total)
                if near is not None:
                    return near
            self._aside = self._set_aside(keys, allowed)
        return self._aside.nearest(query, wanted)

    def _walk(self, query: Bytes, wanted: int, keys: Keys, allowed: Mask, total: int) -> Rows | None:
        """What the graph finds; None where too few of very many neighbours are allowed."""
        asked = math.ceil(wanted * len(keys) / total)
        while asked <= MOST_ASKED:
            found = np.sort(np.asarray(self._index.search(query, asked).keys, dtype=np.uint64))
            near = np.searchsorted(keys, found)
            near = near[allowed[near]]
            if RESCORED * len(near) >= wanted:
                return near
            asked *= WIDENING
        return None

    def _set_aside(self, keys: Keys, allowed: Mask) -> _Aside:
        rows = np.flatnonzero(allowed)
        vectors = np.empty((len(rows), self._dimension), dtype=np.int8)
        for start in range(0, len(rows), TAKEN_AT_ONCE):
            part = slice(start, start + TAKEN_AT_ONCE)
            taken: Any = self._index.get(keys[rows[part]])
            vectors[part] = np.concatenate(taken).reshape(-1, self._dimension)
        return _Aside(keys, allowed, rows, vectors)

    def _all(self, keys: Keys) -> Floats:
        if self._scanned is None or not np.array_equal(self._scanned[0], keys):
            self._scanned = (keys, self.get(keys))
        return self._scanned[1]

    def _round(self, vectors: Floats) -> Bytes:
        steps: Floats = np.rint(vectors * self._scale)
        return np.clip(steps, -127, 127).astype(np.int8)

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        write_whole(path, lambda partial: self._index.save(str(partial)))

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex | None:
        """What was saved there; None when there is nothing, or nothing usable: the caller builds it again."""
        if not path.is_file():
            return None
        loaded = cls(dimension)
        try:
            kept = Index.metadata(str(path))
            if not kept or kept["dimensions"] != dimension or kept["kind_scalar"] != loaded._index.dtype:
                return None
            loaded._index.load(str(path))
        except (RuntimeError, ValueError, OSError):
            return None
        return loaded


@dataclass(frozen=True, slots=True)
class _Aside:
    """The rounded vectors of the rows that a filter allows, side by side: 0.08 µs each to compare, and as much memory
    as they have in the index. Taken from the index one by one they would be 3 µs each.
    """

    keys: Keys
    allowed: Mask
    rows: Rows
    vectors: Bytes

    def is_of(self, keys: Keys, allowed: Mask) -> bool:
        """Whether it is of these very arrays, which a shelf keeps as long as its rows and the filter are the same."""
        return keys is self.keys and allowed is self.allowed

    def nearest(self, query: Bytes, count: int) -> Rows:
        """The nearest rows, in no particular order."""
        if not len(self.rows) or not count:
            return self.rows[:0]
        found = search(self.vectors, query, min(count, len(self.rows)), metric="ip", exact=True, threads=1)
        return self.rows[np.asarray(found.keys, dtype=np.int64)]


def _best(rows: Rows, scores: Floats, count: int) -> tuple[Rows, Floats]:
    if len(scores) > count:
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        chosen = np.flatnonzero(scores >= edge)
        rows, scores = rows[chosen], scores[chosen]
    order = np.lexsort((rows, -scores))[:count]
    return rows[order], scores[order]
