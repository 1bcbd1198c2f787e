"""Words as the library compares them: which of a claim's words are rare, and how many of them a passage has.

Words are matched folded (without marks), so that a claim typed without diacritics, or a Vietnamese name in an
English sentence, meets the passage; a claim that has its marks is then scored by the marked words, because
folding makes one of mã, má, mà and ma.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from classify.words import fold_tones
from models import fold

Key = TypeVar("Key")

SLOTS = 1 << 18
"""Counts are kept by hash. Vietnamese news has about 22,000 folded words in 40,000 sentences, so few collide."""

# A number keeps its separators: both databases' parsers read it as one phrase, and 1.000 is not 1 and 000.
_STOP = re.compile(r"[.!?…]\s+|\n")
_TERM = re.compile(r"\d+(?:[.,:/\-]\d+)+|[^\W_]+")


def split_terms(text: str) -> list[str]:
    """The words and numbers of an already folded text, in order."""
    return _TERM.findall(text)


class TermCounts:
    """In how many passages each folded word occurs. Adding is commutative, so the order of filing never shows."""

    def __init__(self, passages: int = 0, counts: NDArray[np.uint32] | None = None) -> None:
        self.passages = passages
        self.counts = np.zeros(SLOTS, dtype=np.uint32) if counts is None else counts

    def copy(self) -> TermCounts:
        """The same counts, to be added to apart."""
        return TermCounts(self.passages, self.counts.copy())

    def add(self, folded: Iterable[str]) -> None:
        """Count the words of these folded passages, each once a passage."""
        slots: list[int] = []
        for text in folded:
            slots += set(map(_slot, split_terms(text)))
            self.passages += 1
        self.counts += np.bincount(slots, minlength=SLOTS).astype(np.uint32)

    def frequency(self, term: str) -> int:
        """In how many passages the folded word occurs; too high where two words share a slot."""
        return int(self.counts[_slot(term)])

    def weight(self, term: str) -> float:
        """The word's inverse document frequency as BM25 has it; always above 0."""
        frequency = self.frequency(term)
        return math.log1p((self.passages - frequency + 0.5) / (frequency + 0.5))

    def rarest(self, text: str, *, postings: int, most: int) -> list[str]:
        """The text's rarest folded words that together occur in at most `postings` passages, at least one.

        Words that occur nowhere are left out: there is nothing to find by them.
        """
        known = {term: count for term in set(split_terms(fold(text))) if (count := self.frequency(term))}
        chosen: list[str] = []
        total = 0
        for term in sorted(known, key=lambda term: (known[term], term)):
            total += known[term]
            if chosen and (total > postings or len(chosen) == most):
                break
            chosen.append(term)
        return chosen


@lru_cache(maxsize=100_000)
def _slot(term: str) -> int:
    return zlib.crc32(term.encode()) & (SLOTS - 1)


def read_terms(text: str, folded: str, *, marked: bool) -> list[list[str]]:
    """The words of every sentence of a text in order, with their marks, or folded.

    A sentence ends at every full stop: one cut short at an abbreviation costs nothing here.
    """
    return [split_terms(sentence) for sentence in _STOP.split(fold_tones(text) if marked else folded)]


@dataclass(frozen=True, slots=True)
class Wording:
    """A claim's words and pairs of neighbours, each with its weight; the weights of each kind add up to 1."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    marked: bool

    def coverage(self, sentences: Sequence[Sequence[str]]) -> float:
        """The weight of what a text shares with the claim, 0..1.

        Words and pairs count one half each, and so do the text as a whole and its best sentence: what answers a
        claim is mostly one sentence.
        """
        words: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        best = 0.0
        for terms in sentences:
            here, joined = self.words.keys() & terms, self.pairs.keys() & pairwise(terms)
            best = max(best, self._weigh(here, joined))
            words |= here
            pairs |= joined
        return (self._weigh(words, pairs) + best) / 2

    def _weigh(self, words: Set[str], pairs: Set[tuple[str, str]]) -> float:
        # In one order always: a sum of floats in another order is another number.
        covered = sum([weight for word, weight in self.words.items() if word in words])
        if not self.pairs:
            return covered
        return (covered + sum([weight for pair, weight in self.pairs.items() if pair in pairs])) / 2


def weigh_wording(text: str, counts: TermCounts) -> Wording:
    """The claim's wording under the library's counts."""
    folded = fold(text)
    toned = fold_tones(text)
    marked = toned != folded
    terms = split_terms(toned if marked else folded)
    weight = {term: counts.weight(_fold_word(term)) for term in set(terms)}
    pairs = {(a, b): weight[a] + weight[b] for a, b in pairwise(terms)}
    return Wording(_shares(weight), _shares(pairs), marked)


@lru_cache(maxsize=50_000)
def _fold_word(word: str) -> str:
    return fold(word)


def _shares(weights: dict[Key, float]) -> dict[Key, float]:
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def best_rows(
    scores: NDArray[np.float32], keys: NDArray[np.uint64], allowed: NDArray[np.bool_], count: int
) -> NDArray[np.int64]:
    """The allowed rows of the `count` highest scores above 0, best first.

    Equal scores are ordered by key, at the cut too, so that row ids never decide.
    """
    rows = np.flatnonzero(scores > 0)
    rows = rows[allowed[rows]]
    if len(rows) > count:
        edge = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= edge]
    return rows[np.lexsort((keys[rows], -scores[rows]))][:count]


def sum_postings(postings: Sequence[tuple[NDArray[np.int64], float]], size: int) -> NDArray[np.float32]:
    """Each row's total weight over the (rows, weight) of every word."""
    scores = np.zeros(size, dtype=np.float32)
    for rows, weight in postings:
        scores[rows] += np.float32(weight)
    return scores
