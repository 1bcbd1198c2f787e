"""The learned half of the first gate: how probable it is that a sentence states a fact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.encoder import Encoder
from classify.errors import WeightsError
from classify.markers import count_markers
from classify.words import fold_tones

HASHED = 2**17
_WORD = re.compile(r"\b\w+\b|[!?%]")
MARKER_SCALE = 0.5
ENCODER_SCALE = 2.0


EXPERTS = ("all", "debate", "news", "spoken")
"""The linear models whose scores the trees weigh: of everything, of debates, of news, and of which of the two it is."""
TRUSTED = (
    "numpy.dtype",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Every type that a trees file may hold besides scikit-learn's public ones; a file with any other is refused."""


SPOKEN = 1.0
"""Score of the spoken expert from which a sentence counts as speech; measured: 91 % of debates, 1 % of news."""


@dataclass(frozen=True, slots=True)
class FactJudgement:
    """P(fact), and whether it reaches the threshold that applies to this kind of sentence."""

    probability: float
    fact: bool


class ClaimModel:
    """Linear experts over words, letter groups, markers and encoder vector; trees over their scores and markers."""

    def __init__(
        self, *, coefficients: NDArray[np.float32], intercepts: NDArray[np.float32],
        rarity: Mapping[str, NDArray[np.float32]], trees: Sequence[Any], threshold: float,
        spoken_threshold: float, encoder: Encoder,
    ) -> None:  # fmt: skip
        self._coefficients, self._intercepts, self._rarity = coefficients, intercepts, dict(rarity)
        self._trees = list(trees)
        self._encoder = encoder
        self.threshold = threshold
        self.spoken_threshold = spoken_threshold

    def judge_facts(self, sentences: Sequence[str]) -> list[FactJudgement]:
        """Whether each sentence states a fact. Speech (first person, spontaneous) has a threshold of its own."""
        if not sentences:
            return []
        scores = (
            describe_sentences(sentences, self._rarity, self._encoder) @ self._coefficients.T
            + self._intercepts
        )
        rows = np.hstack([mark_sentences(sentences), scores])
        probabilities = np.mean([tree.predict_proba(rows)[:, 1] for tree in self._trees], axis=0)
        spoken = scores[:, EXPERTS.index("spoken")] > SPOKEN
        # The trees weigh news; in debates alone the debate expert is the better judge (macro-F1 0.86 against 0.85).
        debate = 1.0 / (1.0 + np.exp(-scores[:, EXPERTS.index("debate")]))
        probabilities = np.where(spoken, debate, probabilities)
        thresholds = np.where(spoken, self.spoken_threshold, self.threshold)
        return [FactJudgement(float(p), bool(p >= t)) for p, t in zip(probabilities, thresholds, strict=True)]


def mark_sentences(sentences: Sequence[str]) -> NDArray[np.float32]:
    """Marker features, one row a sentence."""
    return np.array([count_markers(sentence) for sentence in sentences], dtype=np.float32)


def count_pieces(sentences: Sequence[str]) -> dict[str, Any]:
    """Sparse 0/1 rows of words and word pairs, and of letter groups, each hashed to HASHED columns."""
    from sklearn.feature_extraction.text import HashingVectorizer

    common: dict[str, Any] = {"n_features": HASHED, "norm": None, "alternate_sign": False, "binary": True}
    words = HashingVectorizer(
        ngram_range=(1, 2), tokenizer=_split, token_pattern=None, lowercase=False, **common
    )
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False, **common)
    folded = [fold_tones(sentence) for sentence in sentences]
    return {"words": words.transform(folded), "letters": letters.transform(folded)}


def _split(sentence: str) -> list[str]:
    return _WORD.findall(sentence)


def describe_sentences(
    sentences: Sequence[str], rarity: Mapping[str, NDArray[np.float32]], encoder: Encoder
) -> Any:
    """Sparse rows of all features: pieces weighted by rarity to unit length, markers, encoder vector."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.preprocessing import normalize

    parts = [
        normalize(rows.astype(np.float32).multiply(rarity[name]).tocsr())
        for name, rows in count_pieces(sentences).items()
    ]
    markers = mark_sentences(sentences) * MARKER_SCALE
    vectors = encoder.encode(list(sentences)) * ENCODER_SCALE
    return hstack([*parts, csr_matrix(markers), csr_matrix(vectors)]).tocsr()


def load_claim_model(folder: Path, section: Mapping[str, Any], encoder: Encoder) -> ClaimModel:
    """Reads the arrays from a folder whose digests were checked. Raises WeightsError where one is missing."""
    import skops.io
    from safetensors.numpy import load_file

    path = folder / "trees.skops"
    foreign = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED)
    if foreign:
        raise WeightsError(f"{path}: holds types that are not trusted: {', '.join(sorted(foreign))}")
    try:
        arrays = load_file(folder / "facts.safetensors")
        return ClaimModel(
            coefficients=arrays["coefficients"].astype(np.float32),
            intercepts=arrays["intercepts"].astype(np.float32),
            rarity={name: arrays[f"rarity_{name}"].astype(np.float32) for name in ("words", "letters")},
            trees=skops.io.load(path, trusted=list(TRUSTED)),
            threshold=float(section["threshold"]),
            spoken_threshold=float(section["spoken_threshold"]),
            encoder=encoder,
        )
    except KeyError as error:
        raise WeightsError(f"{folder}: no {error} in the claims model") from error
