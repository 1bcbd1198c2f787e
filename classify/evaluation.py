"""Holds the models against labelled rows; each function returns the object that `dinhchinh evaluate` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.calibration import expected_calibration_error, recall_at_precision, reliability
from classify.encoder import Encoder
from classify.errors import TrainingDataError
from classify.facts import ClaimModel
from classify.gates import judge_many
from classify.values import Label
from classify.verify import Verifier
from classify.vietnam import is_vietnamese
from classify.words import strip_diacritics

Row = dict[str, Any]
_LABELS: dict[str, Label] = {
    "supported": "supported", "supports": "supported", "refuted": "contradicted", "refutes": "contradicted",
    "contradicted": "contradicted", "nei": "not_enough_evidence", "not enough info": "not_enough_evidence",
    "not_enough_evidence": "not_enough_evidence", "missing_context": "missing_context",
}  # fmt: skip


def evaluate_verify(rows: Sequence[Row], verifier: Verifier) -> dict[str, Any]:
    """Rows of claim, evidence (a text or a list of passages) and label; labels as the verifier gives them in use.

    `ece` is over the probability of the label that was given; `ece_contradicted` over P(contradicted).
    """
    truth = np.array([_read_label(row) for row in rows])
    pairs = [(str(row["claim"]), _passages(row["evidence"])) for row in rows]
    verdicts = verifier.assess_many(pairs)
    said = np.array([v.label for v in verdicts])
    confidence = np.array([v.probabilities[v.label] for v in verdicts])
    probability = np.array([v.probability for v in verdicts])
    alerts = np.array([v.alert_worthy for v in verdicts])
    contradicted = truth == "contradicted"
    per_label = {label: _scores(truth == label, said == label) for label in sorted(set(truth))}
    return {
        "macro_f1": _mean([s["f1"] for s in per_label.values()]),
        "accuracy": round(float((truth == said).mean()), 4),
        "per_label": per_label,
        "ece": round(expected_calibration_error(confidence, truth == said), 4),
        "ece_contradicted": round(expected_calibration_error(probability, contradicted), 4),
        "recall_at_precision_95": round(recall_at_precision(probability, contradicted, 0.95), 4),
        "threshold": verifier.threshold,
        "alerts": {**_scores(contradicted, alerts), "n": int(alerts.sum())},
        "reliability": reliability(probability, contradicted),
        "n": len(rows),
    }


def evaluate_encoder(rows: Sequence[Row], encoder: Encoder) -> dict[str, Any]:
    """Rows of en and vi: each text's translation is sought among all of the file's; unaccented is vi typed bare."""
    english = encoder.encode([str(row["en"]) for row in rows])
    vietnamese = encoder.encode([str(row["vi"]) for row in rows])
    bare = encoder.encode([strip_diacritics(str(row["vi"])) for row in rows])
    return {
        "en_to_vi": _recalls(english, vietnamese),
        "vi_to_en": _recalls(vietnamese, english),
        "unaccented_to_vi": _recalls(bare, vietnamese),
        "n": len(rows),
    }


def evaluate_claims(rows: Sequence[Row], model: ClaimModel) -> dict[str, Any]:
    """Rows of text and label (1 = a claim), through the gates with everything in scope, as the product decides."""
    truth = np.array([int(row["label"]) == 1 for row in rows])
    texts = [str(row["text"]) for row in rows]
    passed = np.zeros(len(rows), dtype=bool)
    languages = np.array(["vi" if is_vietnamese(text) else "en" for text in texts])
    for language in ("vi", "en"):
        places = np.flatnonzero(languages == language)
        results = judge_many([texts[i] for i in places], language=language, scope="all", model=model)
        passed[places] = [result.passed for result in results]
    claims, others = _scores(truth, passed), _scores(~truth, ~passed)
    return {
        "macro_f1": _mean([s["f1"] for s, part in ((claims, truth), (others, ~truth)) if part.any()]),
        "leakage": round(float(passed[~truth].mean()), 4) if (~truth).any() else 0.0,
        "recall": claims["recall"],
        "n": len(rows),
    }


def _read_label(row: Row) -> Label:
    label = _LABELS.get(str(row["label"]).lower())
    if label is None:
        raise TrainingDataError(f"label {row['label']!r} is none of {', '.join(sorted(_LABELS))}")
    return label


def _passages(evidence: object) -> list[str]:
    return [str(e) for e in evidence] if isinstance(evidence, list) else [str(evidence)]


def _scores(truth: NDArray[Any], said: NDArray[Any]) -> dict[str, float]:
    right = int((truth & said).sum())
    precision, recall = right / max(1, int(said.sum())), right / max(1, int(truth.sum()))
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _recalls(queries: NDArray[np.float32], texts: NDArray[np.float32]) -> dict[str, float]:
    scores = queries @ texts.T
    own = scores.diagonal()[:, None]
    better = (scores > own).sum(axis=1)
    return {
        "recall@1": round(float((better < 1).mean()), 4),
        "recall@10": round(float((better < 10).mean()), 4),
    }
