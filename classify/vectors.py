"""Vectors of texts: a usearch file beside the database, exact while there are few."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

from classify.keeping import write_whole

Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

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
SCANNED_AT_ONCE = 20_000


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

    def __len__(self) -> int:
        return len(self._index)

    @property
    def keys(self) -> Keys:
        """Every key, in no particular order."""
        return np.asarray(self._index.keys, dtype=np.uint64)

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add unit vectors of shape (len(keys), dimension) under keys that are not there yet."""
        self._index.add(keys, self._round(vectors))
        self._scanned = None

    def remove(self, keys: Keys) -> None:
        """Forget these keys."""
        self._index.remove(keys)
        self._scanned = None

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
        neighbours as the share of allowed rows calls for; where even many hold too few, the allowed ones are scanned.
        """
        if len(keys) <= self._exact_below:
            return _best(np.flatnonzero(allowed), (self._all(keys) @ query)[allowed], count)
        share = np.count_nonzero(allowed) / len(keys)
        count = min(count, round(share * len(keys)))
        asked = math.ceil(RESCORED * count / share) if count else 0
        rounded = self._round(query)
        while count and asked <= MOST_ASKED:
            found = np.sort(np.asarray(self._index.search(rounded, asked).keys, dtype=np.uint64))
            near = np.searchsorted(keys, found)
            near = near[allowed[near]]
            if len(near) >= count:
                return _best(near, self.get(keys[near]) @ query, count)
            asked *= WIDENING
        rows = np.flatnonzero(allowed)
        parts = [rows[start : start + SCANNED_AT_ONCE] for start in range(0, len(rows), SCANNED_AT_ONCE)]
        scores = np.concatenate([np.zeros(0, np.float32), *(self.get(keys[part]) @ query for part in parts)])
        return _best(rows, scores, count)

    def _all(self, keys: Keys) -> Floats:
        if self._scanned is None or not np.array_equal(self._scanned[0], keys):
            self._scanned = (keys, self.get(keys))
        return self._scanned[1]

    def _round(self, vectors: Floats) -> NDArray[np.int8]:
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


def _best(rows: Rows, scores: Floats, count: int) -> tuple[Rows, Floats]:
    if len(scores) > count:
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        chosen = np.flatnonzero(scores >= edge)
        rows, scores = rows[chosen], scores[chosen]
    order = np.lexsort((rows, -scores))[:count]
    return rows[order], scores[order]
