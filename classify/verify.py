"""Holds a claim against its passages: supported, contradicted or not enough evidence, how surely, and what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.alignment import align, conflicting_quantities, differences
from classify.calibration import BetaCalibration
from classify.encoder import Encoder
from classify.errors import WeightsError
from classify.evidence import Evidence, choose_evidence
from classify.features import WordVectors, describe, differing_words
from classify.reading import read_text
from classify.values import Label, Ranked, Verdict
from classify.vietnam import is_vietnamese

HASHED = 2**17
CLASSES: tuple[Label, ...] = ("supported", "contradicted", "not_enough_evidence")
SUPPORTED, CONTRADICTED, NOT_ENOUGH = range(3)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """What the manifest says about a trained verifier. `calibrations` are keyed by what was offered: one, several."""

    unknown_weight: float
    calibrations: Mapping[str, tuple[BetaCalibration, ...]]
    label_threshold: float
    alert_threshold: float


def read_settings(section: Mapping[str, Any]) -> VerifySettings:
    """From the manifest's section. Raises WeightsError where a field is missing."""
    try:
        calibrations = {
            k: tuple(BetaCalibration(*abc) for abc in v) for k, v in section["calibrations"].items()
        }
        return VerifySettings(
            unknown_weight=float(section["unknown_weight"]),
            calibrations=calibrations,
            label_threshold=float(section["label"]["threshold"]),
            alert_threshold=float(section["alert"]["threshold"]),
        )
    except (KeyError, TypeError) as error:
        raise WeightsError(f"the manifest's verify section lacks {error}") from error


def hash_words(tokens: Sequence[Sequence[str]]) -> Any:
    """Sparse rows of 0 and 1 for the linear model over differing words; shape (n, HASHED)."""
    from sklearn.feature_extraction import FeatureHasher

    rows = FeatureHasher(HASHED, input_type="string", alternate_sign=False).transform(tokens)
    rows.data[:] = 1.0
    return rows


class Verifier:
    """A trained verifier. Its features come from the encoder it was trained with, whatever retrieval uses."""

    def __init__(
        self, *, trees: Sequence[Any], linear: NDArray[np.float32], bias: NDArray[np.float32],
        words: Mapping[str, float],
        settings: VerifySettings, encoder: Encoder, model: str,
    ) -> None:  # fmt: skip
        self._trees, self._linear, self._bias = list(trees), linear, bias
        self._words, self._settings = words, settings
        self._vectors = WordVectors(encoder)
        self.model = model

    @property
    def threshold(self) -> float:
        """From this probability on a contradiction may become an alert."""
        return self._settings.alert_threshold

    def assess(self, claim: str, passages: Sequence[str]) -> Verdict:
        """Holds one claim against its passages, best first. Without passages: not enough evidence."""
        return self.assess_many([(claim, passages)])[0]

    def assess_many(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Verdict]:
        """The same for many claims at once, which is several times faster."""
        chosen = [self._choose(claim, passages) for claim, passages in pairs]
        probabilities = self._probabilities(pairs, chosen)
        return [
            self._decide(claim, passages, evidence, row)
            for (claim, passages), evidence, row in zip(pairs, chosen, probabilities, strict=True)
        ]

    def rerank(
        self, claim: str, candidates: Sequence[str], scores: Sequence[float] | None = None
    ) -> list[Ranked]:
        """Orders retrieved passages by how much of the claim each answers, alone; `scores` (0..1) break near-ties."""
        reading = read_text(claim)
        weight = np.array([self._weight(word) for word in reading.folded])
        total = float(weight.sum()) or 1.0
        ranked = []
        for index, candidate in enumerate(candidates):
            evidence = read_text(candidate)
            alignment = align(reading, evidence)
            hit = np.array(alignment.answered) >= 0
            runs = sum(
                float(weight[t.claim : t.claim + t.length].sum()) for t in alignment.tiles if t.length >= 2
            )
            stated, conflict, absent = conflicting_quantities(reading, evidence)
            figures = stated / (stated + conflict + absent) if stated + conflict + absent else 0.5
            given = scores[index] if scores is not None else 0.0
            score = 0.5 * float(weight[hit].sum()) / total + 0.3 * runs / total + 0.1 * figures + 0.1 * given
            ranked.append(Ranked(index, score))
        return sorted(ranked, key=lambda r: (-r.score, r.index))

    def _weight(self, word: str) -> float:
        return self._words.get(word, self._settings.unknown_weight)

    def _choose(self, claim: str, passages: Sequence[str]) -> Evidence:
        return choose_evidence(read_text(claim), passages, self._words, self._settings.unknown_weight)

    def _probabilities(
        self, pairs: Sequence[tuple[str, Sequence[str]]], chosen: Sequence[Evidence]
    ) -> NDArray[np.float64]:
        if not pairs:
            return np.zeros((0, len(CLASSES)))
        rows, tokens = describe_many(pairs, chosen, self._words, self._settings.unknown_weight, self._vectors)
        stacked = np.hstack([rows, hash_words(tokens) @ self._linear.T + self._bias])
        raw = np.mean([tree.predict_proba(stacked) for tree in self._trees], axis=0)
        several = np.array([len(passages) > 1 for _, passages in pairs])
        return np.where(
            several[:, None],
            calibrate(raw, self._settings.calibrations["several"]),
            calibrate(raw, self._settings.calibrations["one"]),
        )

    def _decide(
        self, claim: str, passages: Sequence[str], evidence: Evidence, row: NDArray[np.float64]
    ) -> Verdict:
        settings = self._settings
        readable = evidence.best is not None and bool(evidence.text.strip())
        if not readable or is_vietnamese(claim) != is_vietnamese(evidence.text):
            # Words of two languages do not align; a claim is never called contradicted on similarity alone.
            row = np.array([0.0, 0.0, 1.0])
        label: Label = CLASSES[NOT_ENOUGH]
        if row[CONTRADICTED] >= settings.label_threshold:
            label = CLASSES[CONTRADICTED]
        elif row[SUPPORTED] >= row[NOT_ENOUGH] and row[SUPPORTED] >= row[CONTRADICTED]:
            label = CLASSES[SUPPORTED]
        return Verdict(
            label=label,
            alert_worthy=label == "contradicted" and bool(row[CONTRADICTED] >= settings.alert_threshold),
            probability=float(row[CONTRADICTED]),
            probabilities={
                **{name: float(p) for name, p in zip(CLASSES, row, strict=True)},
                "missing_context": 0.0,
            },
            best=evidence.best,
            differences=differences(claim, passages[evidence.best]) if evidence.best is not None else (),
            threshold=settings.alert_threshold,
            label_threshold=settings.label_threshold,
            model=self.model,
        )


def describe_many(
    pairs: Sequence[tuple[str, Sequence[str]]], chosen: Sequence[Evidence], words: Mapping[str, float], unknown: float,
    vectors: WordVectors,
) -> tuple[NDArray[np.float32], list[list[str]]]:  # fmt: skip
    """Feature rows, shape (n, features), and the differing words, for claims with their chosen evidence."""
    needed: set[str] = set()
    for (claim, _), evidence in zip(pairs, chosen, strict=True):
        needed.update(read_text(claim).folded, read_text(evidence.text).folded)
    vectors.prepare(needed)
    rows, tokens = [], []
    for (claim, passages), evidence in zip(pairs, chosen, strict=True):
        row, alignment = describe(read_text(claim), evidence, len(passages), words, unknown, vectors)
        rows.append(row)
        tokens.append(differing_words(alignment))
    return np.array(rows, dtype=np.float32), tokens


def calibrate(raw: NDArray[np.float64], calibrations: Sequence[BetaCalibration]) -> NDArray[np.float64]:
    """Each class calibrated by itself, then scaled so that P(contradicted) stays as calibrated and the rest share."""
    each = np.stack([c.apply(raw[:, k]) for k, c in enumerate(calibrations)], axis=1)
    others = each[:, SUPPORTED] + each[:, NOT_ENOUGH]
    scale = (1.0 - each[:, CONTRADICTED]) / np.maximum(others, 1e-9)
    each[:, SUPPORTED] *= scale
    each[:, NOT_ENOUGH] *= scale
    return each


def load_verifier(folder: Path, section: Mapping[str, Any], encoder: Encoder, model: str) -> Verifier:
    """Reads a trained verifier from its folder, whose digests were checked. Raises WeightsError."""
    import skops.io
    from safetensors.numpy import load_file

    path = folder / "trees.skops"
    foreign = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED)
    if foreign:
        raise WeightsError(f"{path}: holds types that are not trusted: {', '.join(sorted(foreign))}")
    arrays = load_file(folder / "linear.safetensors")
    return Verifier(
        trees=skops.io.load(path, trusted=list(TRUSTED)),
        linear=arrays["coefficients"].astype(np.float32),
        bias=arrays["intercept"].astype(np.float32),
        words=json.loads((folder / "words.json").read_text(encoding="utf-8")),
        settings=read_settings(section),
        encoder=encoder,
        model=model,
    )
