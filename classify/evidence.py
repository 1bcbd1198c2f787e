"""Chooses, out of a claim's passages, the few sentences that answer it, and remembers where each came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from classify.numbers import Quantity, find_quantities
from classify.reading import Reading, read_text
from classify.sentences import split_sentences
from classify.values import Span

PASSAGES = 5
"""Passages that a claim is held against, best first. Measured on training articles: macro-F1 0.724 with ten, 0.735 with
five, 0.741 with three, which leaves a record in many parts out."""
SENTENCES = 4
LEAST_GAIN = 0.04
"""Share of the claim's weight that another sentence must answer to be added. Found on training articles."""
PLACE = 0.15
"""Each place that a passage stands lower makes its first sentence's gain so much smaller. Without it the article that
settles a claim came first for 0.958 of 666 claims, behind the 0.964 of the search; with it for 0.968."""
ELSEWHERE = 0.5
"""A sentence of another passage counts half: two articles often use the same words for two events."""


_Read = tuple[Span, frozenset[str], tuple[str, ...], tuple[Quantity, ...]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The chosen sentences joined into one text; `origins` says, in order, (start in text, passage, its span there)."""

    text: str
    origins: tuple[tuple[int, int, Span], ...]
    best: int | None
    """The passage that the first chosen sentence came from."""
    coverage: tuple[float, ...]
    """Share of the claim's weight answered after one, two, ... sentences."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the passages: which passage, where in it, its folded words, in order too, and its quantities."""

    passage: int
    span: Span
    words: frozenset[str]
    folded: tuple[str, ...]
    quantities: tuple[Quantity, ...]


def choose_evidence(
    claim: Reading, passages: Sequence[str], weights: Mapping[str, float], unknown: float
) -> Evidence:
    """Greedy cover of the claim's words, each weighing its rarity; at most `SENTENCES` sentences, in reading order."""
    # A dictionary keeps the claim's order, so that sums are the same to the last bit in every process.
    weight = {word: weights.get(word, unknown) for word in claim.folded}
    whole = sum(weight.values()) or 1.0
    remaining = [
        (s.passage, s.span, 1.0 + 0.01 * len(s.words), [word for word in weight if word in s.words])
        for s in sentences_of(passages)
    ]
    if not remaining:
        return Evidence("", (), None, ())
    open_words = dict(weight)
    chosen: list[tuple[int, Span]] = []
    coverage: list[float] = []
    covered = 0.0
    while remaining and len(chosen) < SENTENCES:
        gains = [
            sum(open_words.get(word, 0.0) for word in matched)
            / length
            * _preference(passage, chosen[0][0] if chosen else None)
            for passage, _, length, matched in remaining
        ]
        passage, span, _, matched = remaining.pop(max(range(len(gains)), key=gains.__getitem__))
        gained = sum(open_words.get(word, 0.0) for word in matched)
        if chosen and gained < LEAST_GAIN * whole:
            break
        covered += gained
        coverage.append(covered / whole)
        chosen.append((passage, span))
        for word in matched:
            open_words.pop(word, None)
    return join_sentences(chosen, passages, coverage)


def join_sentences(
    chosen: Sequence[tuple[int, Span]], passages: Sequence[str], coverage: Sequence[float]
) -> Evidence:
    """(passage, span) as chosen, best first, put into one text in reading order, the first one's passage leading."""
    best = chosen[0][0]
    text, origins = "", []
    for passage, span in sorted(chosen, key=lambda c: (c[0] != best, c[0], c[1])):
        text += "\n" if text else ""
        origins.append((len(text), passage, span))
        text += span.of(passages[passage])
    return Evidence(text, tuple(origins), best, tuple(coverage))


def _preference(passage: int, home: int | None) -> float:
    if home is None:
        return 1.0 / (1.0 + PLACE * passage)
    return 1.0 if passage == home else ELSEWHERE


def best_passage(
    claim: Reading, passages: Sequence[str], weights: Mapping[str, float], unknown: float
) -> Evidence:
    """The one passage, whole, that has most of the claim's weight; the first of equals."""
    if not passages:
        return Evidence("", (), None, ())
    weight = [weights.get(word, unknown) for word in claim.folded]
    whole = sum(weight) or 1.0
    shares = [
        sum(w for word, w in zip(claim.folded, weight, strict=True) if word in read_text(passage).vocabulary)
        / whole
        for passage in passages
    ]
    best = max(range(len(shares)), key=shares.__getitem__)
    return Evidence(passages[best], ((0, best, Span(0, len(passages[best]))),), best, (shares[best],))


def sentences_of(passages: Sequence[str]) -> list[Sentence]:
    """Every sentence of the passages once, in reading order."""
    seen: set[str] = set()
    found = []
    for index, passage in enumerate(passages):
        for sentence, read in _read_sentences(passage):
            if sentence not in seen:
                seen.add(sentence)
                found.append(Sentence(index, *read))
    return found


@lru_cache(maxsize=5_000)
def _read_sentences(passage: str) -> tuple[tuple[str, _Read], ...]:
    """Each sentence with what `Sentence` has of it; cached, because the same passages answer many claims."""
    reading = read_text(passage)
    ends = reading.ends
    found = []
    for span in split_sentences(passage):
        words = reading.folded[bisect_right(ends, span.start) : bisect_right(ends, span.end)]
        sentence = span.of(passage)
        # Of the sentence alone: what stands before it may change how a figure is read.
        quantities = tuple(find_quantities(sentence))
        found.append((sentence, (span, frozenset(words), words, quantities)))
    return tuple(found)
