"""Learns which sentences of a claim's passages settle it, from the evidence that annotators named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from classify.evidence import Sentence
from classify.reading import read_text
from classify.selection import Candidates, Selector, describe_beside, describe_sentences, probability_of
from classify.sentences import split_sentences
from classify.training.tables import Table

FOLDS = 4
SAME = 0.85
"""Share of a sentence's words that an annotator's sentence has, from which the two are taken to be one."""


def fit_selector(given: Table, retrieved: Table, words: Mapping[str, float], rare: float) -> Selector:
    """From claims with the annotators' evidence, and the same claims with retrieved passages.

    The second line sees what the first says of claims that it was not fitted on.
    """
    evidence = {claim: passages[0] for claim, passages in given.pairs}
    found: list[Candidates] = []
    truths: list[NDArray[np.bool_]] = []
    groups: list[str] = []
    for (claim, passages), group in zip(retrieved.pairs, retrieved.groups, strict=True):
        candidates = describe_sentences(read_text(claim), passages, words, rare)
        if candidates.sentences:
            named = [
                read_text(span.of(evidence[claim])).vocabulary for span in split_sentences(evidence[claim])
            ]
            found.append(candidates)
            truths.append(np.array([_is_named(sentence, named) for sentence in candidates.sentences]))
            groups.append(group)
    rows, truth = np.vstack([c.rows for c in found]), np.concatenate(truths)
    sizes = [len(part) for part in truths]
    owner = np.repeat(np.array(groups), sizes)
    unseen = np.zeros(len(truth))
    for fit, test in GroupKFold(FOLDS).split(rows, truth, owner):
        unseen[test] = probability_of(rows[test], _fit(rows[fit], truth[fit]))
    beside, belongs = [], []
    for candidates, part, alone in zip(found, truths, np.split(unseen, np.cumsum(sizes)[:-1]), strict=True):
        leader = int(alone.argmax())
        others = np.arange(len(part)) != leader
        beside.append(describe_beside(candidates, alone, leader)[others])
        belongs.append(part[others])
    return Selector(_fit(rows, truth), _fit(np.vstack(beside), np.concatenate(belongs)))


def _is_named(sentence: Sentence, named: Sequence[frozenset[str]]) -> bool:
    return any(
        len(sentence.words & other) >= SAME * min(len(sentence.words), len(other)) for other in named if other
    )


def _fit(rows: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights and intercept for the rows as they are; fitted on rows of like spread."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=500).fit((rows - mean) / spread, truth)
    weight = model.coef_[0] / spread
    return np.append(weight, model.intercept_[0] - float(weight @ mean))
