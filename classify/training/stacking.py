"""The verifier's learners fitted on folds and on everything, side by side in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from classify.scoring import CLASSES, Scorer
from classify.training.describing import Described
from classify.training.learners import fit_network, fit_trees, fit_words
from classify.training.rows import Progress
from classify.training.tables import Table
from classify.training.workers import spread

FOLDS = 5
MEMBERS = 3
_LEARNERS = (fit_trees, fit_network)
Rows = NDArray[np.int64]


def fit_scorer(
    tables: Sequence[Table],
    described: Sequence[Described],
    seed: int,
    *,
    progress: Progress,
    processes: int | None = None,
    members: int = MEMBERS,
) -> tuple[NDArray[np.float64], Scorer]:
    """Probabilities of every row by learners that have not seen its group, and the learners of all rows.

    `members` boosted models, and as many networks, are averaged. The result is the same with any number of processes.
    """
    from scipy.sparse import vstack

    rows = np.vstack([d.rows for d in described])
    bags = vstack([d.bags for d in described]).tocsr()
    truth = np.concatenate([t.truth for t in tables])
    groups = np.array([group for t in tables for group in t.groups])
    weight = np.concatenate([np.broadcast_to(t.weight, len(t.truth)) for t in tables])
    everything, nothing = np.arange(len(truth)), np.arange(0)
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=seed).split(rows, truth, groups))
    # The largest first: whatever comes last keeps the other cores waiting.
    parts = [(everything, nothing), *folds]
    linear = spread(
        _fit_words,
        [(bags, truth, weight, fit, test) for fit, test in parts],
        stage="words", progress=progress, processes=processes,
    )  # fmt: skip
    scores = np.zeros((len(truth), len(CLASSES)), dtype=np.float32)
    for (_, test), (_, _, said) in zip(parts, linear, strict=True):
        scores[test] = said
    stacked = np.hstack([rows, scores])
    tasks = [
        (stacked, truth, weight, fit, test, learner, one)
        for fit, test in parts
        for learner in range(len(_LEARNERS))
        for one in range(seed, seed + members)
    ]
    fitted = spread(_fit_member, tasks, stage="trees and networks", progress=progress, processes=processes)
    each = len(_LEARNERS) * members
    unseen = np.zeros((len(truth), len(CLASSES)))
    for k, (_, test) in enumerate(parts):
        unseen[test] = np.mean([said for _, said in fitted[k * each : (k + 1) * each]], axis=0)
    whole = [member for member, _ in fitted[:each]]
    coefficients, intercept, _ = linear[0]
    # In the precision that is shipped, so that what is measured is what will judge.
    scorer = Scorer(
        coefficients.astype(np.float16).astype(np.float32),
        intercept.astype(np.float32),
        whole[:members],
        whole[members:],
    )
    return unseen, scorer


def _fit_words(
    bags: Any, truth: NDArray[Any], weight: NDArray[Any], fit: Rows, test: Rows
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Coefficients, intercept, and the scores of the rows that were not fitted."""
    model = fit_words(bags[fit], truth[fit], weight[fit])
    return model.coef_, model.intercept_, _if_any(model.decision_function, bags[test])


def _fit_member(
    rows: NDArray[Any],
    truth: NDArray[Any],
    weight: NDArray[Any],
    fit: Rows,
    test: Rows,
    learner: int,
    seed: int,
) -> tuple[Any, NDArray[Any]]:
    """The fitted learner, and the probabilities of the rows that were not fitted."""
    member = _LEARNERS[learner](rows[fit], truth[fit], weight[fit], seed)
    return member, _if_any(member.predict_proba, rows[test])


def _if_any(predict: Any, rows: Any) -> NDArray[Any]:
    return np.asarray(predict(rows)) if rows.shape[0] else np.zeros((0, len(CLASSES)))
