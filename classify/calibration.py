"""From scores to probabilities that mean what they say, and from a stated precision to a threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class BetaCalibration:
    """p -> sigmoid(a ln p - b ln(1 - p) + c) with a, b >= 0, so that order is kept (Kull, Silva Filho, Flach 2017)."""

    a: float
    b: float
    c: float

    def apply(self, probabilities: Floats) -> Floats:
        p = np.clip(probabilities, _EDGE, 1.0 - _EDGE)
        return np.asarray(1.0 / (1.0 + np.exp(-(self.a * np.log(p) - self.b * np.log1p(-p) + self.c))))


def fit_beta(probabilities: Floats, truth: NDArray[Any], weights: Floats | None = None) -> BetaCalibration:
    """Fits on held-out probabilities and whether each event came true; a negative slope is refitted as zero."""
    from sklearn.linear_model import LogisticRegression

    p = np.clip(np.asarray(probabilities, dtype=np.float64), _EDGE, 1.0 - _EDGE)
    columns = [np.log(p), -np.log1p(-p)]
    kept = [0, 1]
    while True:
        model = LogisticRegression(C=1e6, max_iter=1000)
        model.fit(
            np.stack([columns[k] for k in kept], axis=1), np.asarray(truth, dtype=int), sample_weight=weights
        )
        slopes = dict(zip(kept, model.coef_[0], strict=True))
        negative = [k for k in kept if slopes[k] < 0.0]
        if not negative or len(kept) == 1:
            break
        kept = [k for k in kept if k not in negative] or [0]
    return BetaCalibration(
        max(0.0, float(slopes.get(0, 0.0))), max(0.0, float(slopes.get(1, 0.0))), float(model.intercept_[0])
    )


def expected_calibration_error(confidence: Floats, right: NDArray[Any], *, bins: int = 15) -> float:
    """Mean gap between confidence and share of right answers over equally wide bins, weighted by their rows."""
    confidence, right = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not len(confidence):
        return 0.0
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[index == b].mean() - right[index == b].mean()) * (index == b).mean()
        for b in range(bins)
        if (index == b).any()
    ]
    return float(sum(gaps))


def reliability(confidence: Floats, right: NDArray[Any], *, bins: int = 10) -> list[dict[str, float]]:
    """One row a bin that has members: mean confidence, share right, rows. What a reliability plot draws."""
    index = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    right = np.asarray(right, dtype=np.float64)
    return [
        {
            "confidence": round(float(confidence[index == b].mean()), 4),
            "right": round(float(right[index == b].mean()), 4),
            "rows": float((index == b).sum()),
        }
        for b in range(bins)
        if (index == b).any()
    ]


def precision_bound(right: int, said: int, *, z: float = 1.0) -> float:
    """Lower Wilson bound of a precision of `right` in `said`; z = 1 is the one-sided 84 % bound."""
    if said == 0:
        return 0.0
    share = right / said
    middle = share + z * z / (2 * said)
    spread = z * math.sqrt(share * (1 - share) / said + z * z / (4 * said * said))
    return (middle - spread) / (1 + z * z / said)


def threshold_for_precision(
    probabilities: Floats, truth: NDArray[Any], precision: float, *, z: float = 1.0
) -> float:
    """The lowest threshold at which the bounded precision holds; just above 1, so nothing passes, where none does."""
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    sorted_p, hits = np.asarray(probabilities)[order], np.cumsum(np.asarray(truth, dtype=int)[order])
    best = math.nextafter(1.0, 2.0)
    for i in range(len(order)):
        last_of_tie = i + 1 == len(order) or sorted_p[i + 1] < sorted_p[i]
        if last_of_tie and precision_bound(int(hits[i]), i + 1, z=z) >= precision:
            best = float(sorted_p[i])
    return best


def recall_at_precision(probabilities: Floats, truth: NDArray[Any], precision: float) -> float:
    """The greatest share of true events found by a threshold at which the precision on these rows is reached."""
    truth = np.asarray(truth, dtype=int)
    if not truth.sum():
        return 0.0
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    sorted_p, hits = np.asarray(probabilities)[order], np.cumsum(truth[order])
    said = np.arange(1, len(order) + 1)
    ends = np.append(sorted_p[1:] < sorted_p[:-1], True)
    reached = ends & (hits / said >= precision)
    return float(hits[reached].max() / truth.sum()) if reached.any() else 0.0
