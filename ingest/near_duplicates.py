"""Which texts are the same dispatch: MinHash finds the candidates, true Jaccard similarity decides.

SimHash within three bits, the usual choice, misses 73 % of articles in which one word in a hundred differs.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

PERMUTATIONS = 128
SEED = 1
SHINGLE_WORDS = 4
# 32 bands of 4 rows: a pair at Jaccard 0.5 becomes a candidate 87 times in 100, at 0.7 always.
BANDS = 32
# Fewer sequences than these say nothing: two short notices share them by chance.
FEWEST_SHINGLES = 12
# In a bucket larger than this each text is held against the first only; the groups come out the same.
CROWD = 64
# Odd, so that no bit of a row is lost when its numbers are mixed into one, modulo 2**64.
_MIXING = np.random.default_rng(SEED).integers(1 << 63, size=PERMUTATIONS // BANDS, dtype=np.uint64) * 2 + 1

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text to be compared: `key` is the caller's name for it, `at` when it was published."""

    key: int
    at: datetime
    signature: bytes


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that are the same dispatch; `score` is their Jaccard similarity, 0..1."""

    one: int
    other: int
    score: float


def shingles(text: str) -> frozenset[str]:
    """All sequences of four words in a text, without case or punctuation."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    # Zipped and joined without a Python frame for each sequence: half the time, and this is most of a story's.
    return frozenset(map(" ".join, zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)))


def sign(found: frozenset[str]) -> bytes:
    """The MinHash signature of a text's shingles, 128 unsigned 32-bit numbers; empty for too few of them."""
    if len(found) < FEWEST_SHINGLES:
        return b""
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update(list(found))
    return np.asarray(minhash.digest(), dtype="<u4").tobytes()


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of shingles that two texts have in common, 0..1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def find_pairs(
    texts: Sequence[Text],
    *,
    is_new: Callable[[int], bool],
    load: Callable[[int], str],
    window: timedelta,
    threshold: float,
) -> list[Pair]:
    """Every pair of which at least one is new, published within `window` and at least `threshold` alike.

    The answer does not depend on the order of `texts`. `load` gives the text of a key; it is called for
    candidates only.
    """
    usable = sorted((text for text in texts if text.signature), key=lambda text: text.key)
    cached = lru_cache(maxsize=512)(lambda key: shingles(load(key)))
    pairs = []
    for i, j in sorted(_candidates(usable, is_new)):
        one, other = usable[i], usable[j]
        if abs(one.at - other.at) > window:
            continue
        score = jaccard(cached(one.key), cached(other.key))
        if score >= threshold:
            pairs.append(Pair(one.key, other.key, score))
    return pairs


def _candidates(texts: Sequence[Text], is_new: Callable[[int], bool]) -> set[tuple[int, int]]:
    if len(texts) < 2:
        return set()
    signatures = np.frombuffer(b"".join(text.signature for text in texts), dtype="<u4").reshape(
        len(texts), -1
    )
    fresh = np.fromiter((is_new(text.key) for text in texts), dtype=bool, count=len(texts))
    found: set[tuple[int, int]] = set()
    rows = signatures.shape[1] // BANDS
    for band in range(BANDS):
        for bucket in _buckets(signatures[:, band * rows : (band + 1) * rows], fresh):
            found.update((i, j) for i, j in _pairs_in(bucket) if fresh[i] or fresh[j])
    return found


def _buckets(rows: npt.NDArray[np.uint32], fresh: npt.NDArray[np.bool_]) -> Iterator[list[int]]:
    """The positions of equal rows, for rows that occur more than once and at least once fresh."""
    # One number for a row sorts forty times as fast as its bytes; two rows under one number cost a comparison.
    packed = rows.astype(np.uint64) @ _MIXING[: rows.shape[1]]
    places = np.flatnonzero(np.isin(packed, packed[fresh]))
    places = places[np.argsort(packed[places], kind="stable")]
    ordered = packed[places]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    for start, end in zip(starts, np.append(starts[1:], len(ordered)), strict=True):
        if end - start > 1:
            yield places[start:end].tolist()


def _pairs_in(bucket: list[int]) -> Iterable[tuple[int, int]]:
    if len(bucket) > CROWD:
        return [(bucket[0], other) for other in bucket[1:]]
    return [(one, other) for position, one in enumerate(bucket) for other in bucket[position + 1 :]]
