"""Learned choice of the few sentences that settle a claim, beside the greedy cover of `evidence`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.alignment import conflicting_quantities
from classify.errors import WeightsError
from classify.evidence import SENTENCES, Evidence, Sentence, join_sentences, sentences_of
from classify.reading import Reading, read_text

FIRST = (
    "covered", "covered a word", "covered in pairs", "figures stated", "figures conflicting", "figures absent",
    "names", "place of passage", "passage short of best", "covered beyond others", "words", "opens passage",
)  # fmt: skip
"""What says whether a sentence, alone, is the one that settles the claim."""
SECOND = (
    *FIRST, "first", "first of the leader", "behind the leader", "new", "new of open", "open",
    "leader's passage", "distance", "after", "words of the leader", "covered by the leader",
)  # fmt: skip
"""What says whether a sentence belongs beside the leader."""
LEAST = 0.2
"""Probability from which a sentence is taken beside the leader. On held-out articles 0.79 of the sentences that
annotators named are then chosen, and 0.67 of those chosen are theirs; the greedy cover has 0.85 and 0.46."""
FAR = 9.0
"""Sentences between two of different passages."""

Line = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Selector:
    """Two logistic lines: a weight for each of FIRST, and of SECOND, then the intercept."""

    first: Line
    second: Line


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences chosen, and the probability of each that it settles the claim, best first."""

    evidence: Evidence
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences of a claim's passages, and the claim's words by weight; `rows` has a row of FIRST a sentence."""

    sentences: list[Sentence]
    weight: dict[str, float]
    rows: Line

    @property
    def whole(self) -> float:
        return sum(self.weight.values()) or 1.0


def read_selector(section: Mapping[str, Any]) -> Selector:
    """From the manifest's verify section. Raises WeightsError where it is missing or of another edition."""
    try:
        first, second = (
            np.array(section["selection"][name], dtype=np.float64) for name in ("first", "second")
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"the manifest's verify section has no selection ({error}): train again"
        ) from error
    if first.shape != (len(FIRST) + 1,) or second.shape != (len(SECOND) + 1,):
        raise WeightsError("another edition of this program learned to choose sentences: train again")
    return Selector(first, second)


def select_sentences(
    claim: Reading, passages: Sequence[str], weights: Mapping[str, float], unknown: float, selector: Selector
) -> Selection:
    """The sentence most probably settling the claim, and up to SENTENCES - 1 that belong beside it."""
    candidates = describe_sentences(claim, passages, weights, unknown)
    if not candidates.sentences:
        return Selection(Evidence("", (), None, ()), ())
    alone = probability_of(candidates.rows, selector.first)
    leader = int(alone.argmax())
    beside = probability_of(describe_beside(candidates, alone, leader), selector.second)
    beside[leader] = 1.0
    order = [int(k) for k in np.argsort(-beside, kind="stable")[:SENTENCES] if beside[k] >= LEAST]
    open_words, covered, coverage = dict(candidates.weight), 0.0, []
    for k in order:
        covered += sum(
            open_words.pop(word, 0.0) for word in candidates.sentences[k].words & open_words.keys()
        )
        coverage.append(covered / candidates.whole)
    chosen = [(candidates.sentences[k].passage, candidates.sentences[k].span) for k in order]
    evidence = join_sentences(chosen, passages, coverage)
    return Selection(evidence, (float(alone[leader]), *(float(beside[k]) for k in order[1:])))


def describe_sentences(
    claim: Reading, passages: Sequence[str], weights: Mapping[str, float], unknown: float
) -> Candidates:
    """Every sentence of the passages as a row of FIRST."""
    weight = {word: weights.get(word, unknown) for word in claim.folded}
    sentences = sentences_of(passages)
    if not sentences:
        return Candidates([], weight, np.zeros((0, len(FIRST))))
    whole = sum(weight.values()) or 1.0
    pairs = list(pairwise(claim.folded))
    names = [word for start, end in claim.named for word in claim.folded[start:end]]
    passage_covered = [_mass(weight, read_text(passage).vocabulary) / whole for passage in passages]
    covered = [_mass(weight, sentence.words) / whole for sentence in sentences]
    ranked = sorted(covered, reverse=True)
    best_covered = max(passage_covered)
    rows = []
    for sentence, mine in zip(sentences, covered, strict=True):
        theirs = set(pairwise(sentence.folded))
        in_pairs = sum(weight[a] + weight[b] for a, b in pairs if (a, b) in theirs) / (2.0 * whole)
        others = (
            ranked[1] if mine == ranked[0] and len(ranked) > 1 else ranked[0] if mine < ranked[0] else 0.0
        )
        rows.append(
            [
                mine, mine / (1.0 + 0.01 * len(sentence.words)), in_pairs,
                *conflicting_quantities(claim.quantities, sentence.quantities),
                sum(word in sentence.words for word in names) / len(names) if names else 0.5,
                sentence.passage, best_covered - passage_covered[sentence.passage],
                mine - others, len(sentence.words) / 50.0, float(sentence.span.start == 0),
            ]
        )  # fmt: skip
    return Candidates(sentences, weight, np.array(rows, dtype=np.float64))


def describe_beside(candidates: Candidates, alone: Line, leader: int) -> Line:
    """Every sentence as a row of SECOND, held beside the leader; `alone` has the probability of each by itself."""
    head = candidates.sentences[leader]
    left = {word: weight for word, weight in candidates.weight.items() if word not in head.words}
    open_share = sum(left.values()) / candidates.whole
    rows = []
    for k, sentence in enumerate(candidates.sentences):
        new = _mass(left, sentence.words) / candidates.whole
        together = sentence.passage == head.passage
        rows.append(
            [
                alone[k], alone[leader], alone[leader] - alone[k], new, new / max(open_share, 1e-6), open_share,
                float(together), float(abs(k - leader)) if together else FAR,
                math.copysign(1.0, k - leader) if together else 0.0,
                len(sentence.words & head.words) / max(1, len(sentence.words)), candidates.rows[leader, 0],
            ]
        )  # fmt: skip
    return np.hstack([candidates.rows, np.array(rows, dtype=np.float64)])


def _mass(weight: Mapping[str, float], words: frozenset[str]) -> float:
    """Summed in the claim's order, so that the sum is the same to the last bit in every process."""
    return sum(mass for word, mass in weight.items() if word in words)


def probability_of(rows: Line, line: Line) -> Line:
    """What a logistic line says of rows: shape (rows,)."""
    # Row by row: a matrix product gives other last bits for another number of rows.
    odds = (rows * line[:-1]).sum(axis=1) + line[-1]
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)
