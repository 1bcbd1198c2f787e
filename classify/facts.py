"""The learned half of the first gate: how probable it is that a sentence states a fact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from classify.convolution import FILES as CONVOLUTION_FILES
from classify.convolution import Convolution, load_convolution
from classify.errors import WeightsError
from classify.markers import count_markers
from classify.pieces import WIDTHS, count_pieces, weigh_pieces
from classify.threads import single_thread
from classify.vietnam import is_vietnamese

Register = Literal["vi", "en", "spoken"]
REGISTERS: tuple[Register, ...] = ("vi", "en", "spoken")
"""What a sentence is read as, each with a threshold of its own: Vietnamese print, English print, English speech."""
MARKER_SCALE = 0.5
EXPERTS: dict[str, tuple[str, ...]] = {
    "all": ("words", "letters", "frames", "markers"),
    "news": ("words", "letters", "frames", "markers"),
    "news words": ("words",),
    "news letters": ("letters",),
    "news frames": ("frames",),
    "debate": ("words", "letters", "frames", "markers"),
    "debate words": ("words",),
    "debate letters": ("letters",),
    "debate frames": ("frames",),
    "debate markers": ("markers",),
    "spoken": ("words", "letters", "frames", "markers"),
}
"""The linear models whose scores the trees weigh, with what each reads; `spoken` tells speech from print."""
SPOKEN = -0.5
"""Score of the spoken expert from which an English sentence counts as speech: 97 % of debates, 5 % of news."""
SPOKEN_SLOPE = 2.0
"""How sharply the judge of speech takes over from the judge of print around SPOKEN."""
SPEECH_EXPERTS = (
    "all",
    "debate",
    "debate words",
    "debate letters",
    "debate frames",
    "debate markers",
    "spoken",
)
"""Whose scores the judge of speech weighs, before the convolution's; trees over them do no better than a line."""
FILES = ("common.json", "facts.safetensors", "trees.skops", *CONVOLUTION_FILES)
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


@dataclass(frozen=True, slots=True)
class FactJudgement:
    """P(fact), whether it reaches the threshold of this kind of sentence, and which kind that is."""

    probability: float
    fact: bool
    register: Register = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearExperts:
    """The linear half: `coefficients` has a row an expert, in the order of EXPERTS, and a column a feature."""

    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    rarity: Mapping[str, NDArray[np.float32]]
    common: frozenset[str]

    def score(self, sentences: Sequence[str], markers: NDArray[np.float32]) -> NDArray[np.float32]:
        """One row a sentence, one column an expert."""
        rows = describe_sentences(sentences, markers, self.rarity, self.common)
        return np.asarray(rows @ self.coefficients.T + self.intercepts, dtype=np.float32)


class ClaimModel:
    """Linear experts on words, letters, frames, markers; over their scores trees judge print, a line judges speech.

    The line also weighs what a convolution over words says, which is asked about no Vietnamese.
    """

    def __init__(
        self,
        *,
        experts: LinearExperts,
        trees: Sequence[Any],
        convolution: Convolution,
        speech: NDArray[np.float32],
        thresholds: Mapping[str, float],
    ) -> None:
        """`speech` holds a weight for each of SPEECH_EXPERTS, one for the convolution, then the intercept."""
        self._experts = experts
        self._trees = trees
        self._convolution = convolution
        self._speech = speech
        self.thresholds = thresholds

    def judge_facts(self, sentences: Sequence[str]) -> list[FactJudgement]:
        """Whether each sentence states a fact. English that may be speech is judged by both, each by its share."""
        if not sentences:
            return []
        markers = mark_sentences(sentences)
        scores = self._experts.score(sentences, markers)
        registers = [tell_register(s, spoken) for s, spoken in zip(sentences, is_spoken(scores), strict=True)]
        rows = np.hstack([markers, scores])
        with single_thread():
            printed = np.mean([tree.predict_proba(rows)[:, 1] for tree in self._trees], axis=0)
        english = [i for i, register in enumerate(registers) if register != "vi"]
        share, convolved = np.zeros(len(sentences)), np.zeros(len(sentences))
        share[english] = share_of_speech(scores[english])
        convolved[english] = self._convolution.score([sentences[i] for i in english])
        spoken = score_speech(scores, convolved, self._speech)
        limits = np.array([self.thresholds["vi" if register == "vi" else "en"] for register in registers])
        odds = share * spoken + (1.0 - share) * log_odds(printed)
        needed = share * log_odds(self.thresholds["spoken"]) + (1.0 - share) * log_odds(limits)
        return [
            FactJudgement(float(1.0 / (1.0 + np.exp(-o))), bool(o >= n), register)
            for o, n, register in zip(odds, needed, registers, strict=True)
        ]


def log_odds(probability: Any) -> Any:
    """The logarithm of the odds, finite for 0 and 1."""
    bounded = np.clip(probability, 1e-6, 1.0 - 1e-6)
    return np.log(bounded / (1.0 - bounded))


def weighed_in_speech(scores: NDArray[np.float32], convolved: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the judge of speech weighs: the scores of SPEECH_EXPERTS, then the convolution's; one row a sentence."""
    columns = [list(EXPERTS).index(name) for name in SPEECH_EXPERTS]
    return np.column_stack([scores[:, columns], convolved])


def score_speech(
    scores: NDArray[np.float32], convolved: NDArray[np.float64], speech: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Log odds of a fact, as the judge of speech sees the scores of the experts and of the convolution."""
    return np.asarray(weighed_in_speech(scores, convolved) @ speech[:-1] + speech[-1], dtype=np.float64)


def share_of_speech(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far a sentence is speech, 0..1."""
    spoken = scores[:, list(EXPERTS).index("spoken")]
    return np.asarray(1.0 / (1.0 + np.exp(-SPOKEN_SLOPE * (spoken - SPOKEN))), dtype=np.float64)


def is_spoken(scores: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rows of expert scores are speech: spontaneous, first person, addressed to somebody."""
    return np.asarray(scores[:, list(EXPERTS).index("spoken")] > SPOKEN)


def tell_register(sentence: str, spoken: np.bool_ | bool) -> Register:
    """The register of a sentence. Vietnamese is never read as debate, which was learned in English alone."""
    if is_vietnamese(sentence):
        return "vi"
    return "spoken" if spoken else "en"


def mark_sentences(sentences: Sequence[str]) -> NDArray[np.float32]:
    """Marker features, one row a sentence."""
    return np.array([count_markers(sentence) for sentence in sentences], dtype=np.float32)


def describe_sentences(
    sentences: Sequence[str],
    markers: NDArray[np.float32],
    rarity: Mapping[str, NDArray[np.float32]],
    common: frozenset[str],
) -> Any:
    """Sparse rows of all features: pieces weighted by rarity, then markers; see `columns_of`."""
    from scipy.sparse import csr_matrix, hstack

    pieces = weigh_pieces(count_pieces(sentences, common), rarity)
    return hstack([pieces, csr_matrix(markers * MARKER_SCALE)]).tocsr()


def columns_of(kinds: Sequence[str], width: int) -> NDArray[np.intp]:
    """The columns that an expert on these kinds of feature reads, out of `width`; markers are the last."""
    starts = np.cumsum([0, *WIDTHS.values()])
    bounds = {kind: (starts[i], starts[i + 1]) for i, kind in enumerate(WIDTHS)} | {
        "markers": (starts[-1], width)
    }
    return np.concatenate([np.arange(*bounds[kind]) for kind in kinds])


def pack_experts(coefficients: NDArray[np.float32]) -> dict[str, NDArray[np.float16]]:
    """Each expert's coefficients over the features that it reads, by its name; the rest are zero and not stored."""
    width = coefficients.shape[1]
    return {
        f"expert_{name}": row[columns_of(kinds, width)].astype(np.float16)
        for row, (name, kinds) in zip(coefficients, EXPERTS.items(), strict=True)
    }


def unpack_experts(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """What `pack_experts` packed, as one row an expert over all features."""
    width = len(arrays["expert_all"])
    coefficients = np.zeros((len(EXPERTS), width), dtype=np.float32)
    for row, (name, kinds) in zip(coefficients, EXPERTS.items(), strict=True):
        row[columns_of(kinds, width)] = arrays[f"expert_{name}"]
    return coefficients


def load_claim_model(folder: Path, section: Mapping[str, Any]) -> ClaimModel:
    """Reads the model from a folder whose digests were checked. Raises WeightsError where something is missing."""
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
    try:
        arrays = load_file(folder / "facts.safetensors")
        return ClaimModel(
            experts=LinearExperts(
                coefficients=unpack_experts(arrays),
                intercepts=arrays["intercepts"].astype(np.float32),
                rarity={kind: arrays[f"rarity_{kind}"].astype(np.float32) for kind in WIDTHS},
                common=frozenset(json.loads((folder / "common.json").read_text(encoding="utf-8"))),
            ),
            trees=skops.io.load(path, trusted=list(TRUSTED)),
            convolution=load_convolution(folder),
            speech=arrays["speech"].astype(np.float32),
            thresholds={register: float(section["thresholds"][register]) for register in REGISTERS},
        )
    except KeyError as error:
        raise WeightsError(f"{folder}: no {error} in the claims model") from error
