"""The passages' vectors: a usearch file beside the database, exact while the library is small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]

EXACT_BELOW = 100_000
"""Up to here a scan of everything takes under 10 ms a query on one core, and nothing can be missed."""
WIDENING = 4


class VectorIndex:
    """Unit vectors by key, in half precision. Scores are cosines.

    Keys are digests of what a passage is (see catalogue), so vectors of another database, or of rows that are
    gone, are never taken for those of the rows at hand.
    """

    def __init__(self, dimension: int, *, exact_below: int = EXACT_BELOW) -> None:
        self._exact_below = exact_below
        self._index = Index(ndim=dimension, metric="ip", dtype="f16", connectivity=16, expansion_search=128)
        self._rows: tuple[Keys, Floats] | None = None

    def __len__(self) -> int:
        return len(self._index)

    @property
    def keys(self) -> Keys:
        """Every key, in no particular order."""
        return np.asarray(self._index.keys, dtype=np.uint64)

    def add(self, keys: Keys, vectors: Floats) -> None:
        """Add unit vectors of shape (len(keys), dimension) under keys that are not there yet."""
        self._index.add(keys, vectors)
        self._rows = None

    def remove(self, keys: Keys) -> None:
        """Forget these keys."""
        self._index.remove(keys)
        self._rows = None

    def get(self, keys: Keys) -> Floats:
        """The vectors under these keys, shape (len(keys), dimension). Raises KeyError for a key that is absent."""
        if not len(keys):
            return np.zeros((0, self._index.ndim), dtype=np.float32)
        found: Any = self._index.get(keys)
        if any(vector is None for vector in found):
            raise KeyError("no vector under one of the keys")
        return np.vstack(found).astype(np.float32)

    def nearest(self, query: Floats, count: int, allowed: Keys) -> tuple[Keys, Floats]:
        """The `count` keys nearest to one unit vector among the allowed ones, best first, with their cosines.

        `allowed` is sorted. Exact where at most `exact_below` keys are allowed. Beyond, the graph is asked for
        more until enough of what it returns is allowed, or else the allowed ones are scanned.
        """
        asked = count
        while len(allowed) > self._exact_below and asked <= count * WIDENING**2:
            matches = self._index.search(query, asked)
            keys = np.asarray(matches.keys, dtype=np.uint64)
            keep = allowed[np.minimum(np.searchsorted(allowed, keys), len(allowed) - 1)] == keys
            if keep.sum() >= count:
                return keys[keep][:count], (1.0 - matches.distances[keep][:count]).astype(np.float32)
            asked *= WIDENING
        return self._scan(query, count, allowed)

    def _scan(self, query: Floats, count: int, allowed: Keys) -> tuple[Keys, Floats]:
        if self._rows is None or not np.array_equal(self._rows[0], allowed):
            self._rows = (allowed, self.get(allowed))
        scores = self._rows[1] @ query
        if len(scores) > count:
            edge = np.partition(scores, len(scores) - count)[len(scores) - count]
            chosen = np.flatnonzero(scores >= edge)
        else:
            chosen = np.arange(len(scores))
        order = chosen[np.lexsort((allowed[chosen], -scores[chosen]))][:count]
        return allowed[order], scores[order]

    def save(self, path: Path) -> None:
        """Write the file in one step, so that a crash leaves the old one or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        self._index.save(str(partial))
        partial.replace(path)

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex | None:
        """What was saved there; None when there is nothing, or nothing usable: the caller builds it again."""
        if not path.is_file():
            return None
        try:
            index = Index.restore(str(path))
        except (RuntimeError, ValueError, OSError):
            return None
        if index is None or index.ndim != dimension:
            return None
        loaded = cls(dimension)
        loaded._index = index
        return loaded
