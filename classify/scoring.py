"""From features to calibrated probabilities of the labels, and from those to the label that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.calibration import BetaCalibration
from classify.errors import WeightsError
from classify.network import Network, unpack_networks
from classify.threads import single_thread
from classify.values import Label

HASHED = 2**17
CLASSES: tuple[Label, ...] = ("supported", "contradicted", "not_enough_evidence")
SUPPORTED, CONTRADICTED, NOT_ENOUGH = range(3)
FILES = ("linear.safetensors", "networks.safetensors", "trees.skops")
TRUSTED = (
    "numpy.dtype",
    "sklearn._loss.link.HalfLogitLink",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogLink",
    "sklearn._loss.link.MultinomialLogit",
    "sklearn._loss.loss.HalfMultinomialLoss",
    "sklearn._loss._loss.CyHalfMultinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Every type that a trees file may hold besides scikit-learn's public ones; a file with any other is refused."""


def hash_words(tokens: Sequence[Sequence[str]]) -> Any:
    """Sparse rows of 0 and 1 for the linear model over differing words; shape (n, HASHED)."""
    from sklearn.feature_extraction import FeatureHasher

    rows = FeatureHasher(HASHED, input_type="string", alternate_sign=False).transform(tokens)
    rows.data[:] = 1.0
    return rows


@dataclass(frozen=True, slots=True)
class Scorer:
    """A linear model of the differing words, whose scores trees and networks read beside the features."""

    linear: NDArray[np.float32]
    bias: NDArray[np.float32]
    trees: Sequence[Any]
    networks: Sequence[Network]

    def score(self, features: NDArray[np.float32], bags: Any) -> NDArray[np.float64]:
        """Probabilities before calibration, shape (rows, classes): the mean over all members, to nine places.

        What lies beyond depends on how many rows are computed at once.
        """
        rows = np.hstack([features, np.asarray(bags @ self.linear.T + self.bias, dtype=np.float32)])
        members = (*self.trees, *self.networks)
        with single_thread():
            return np.asarray(np.mean([member.predict_proba(rows) for member in members], axis=0).round(9))


def load_scorer(folder: Path) -> Scorer:
    """Reads the learners from the verifier's folder, whose digests were checked. Raises WeightsError."""
    import skops.io
    from safetensors.numpy import load_file

    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise WeightsError(
            f"{folder}: no {', '.join(missing)}; another edition of this program learned it, train again"
        )
    path = folder / "trees.skops"
    foreign = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED)
    if foreign:
        raise WeightsError(f"{path}: holds types that are not trusted: {', '.join(sorted(foreign))}")
    arrays = load_file(folder / "linear.safetensors")
    return Scorer(
        arrays["coefficients"].astype(np.float32),
        arrays["intercept"].astype(np.float32),
        skops.io.load(path, trusted=list(TRUSTED)),
        unpack_networks(load_file(folder / "networks.safetensors")),
    )


def calibrate(raw: NDArray[np.float64], calibrations: Sequence[BetaCalibration]) -> NDArray[np.float64]:
    """Each class calibrated by itself, then scaled so that P(contradicted) stays as calibrated and the rest share."""
    each = np.stack([c.apply(raw[:, k]) for k, c in enumerate(calibrations)], axis=1)
    others = each[:, SUPPORTED] + each[:, NOT_ENOUGH]
    scale = (1.0 - each[:, CONTRADICTED]) / np.maximum(others, 1e-9)
    each[:, SUPPORTED] *= scale
    each[:, NOT_ENOUGH] *= scale
    return each


def choose_labels(probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.int64]:
    """The class of each row: contradicted from the threshold on, else the more probable of the other two."""
    others = np.where(probabilities[:, SUPPORTED] >= probabilities[:, NOT_ENOUGH], SUPPORTED, NOT_ENOUGH)
    return np.where(probabilities[:, CONTRADICTED] >= threshold, CONTRADICTED, others)
