"""Trains the verifier on gold and on retrieved evidence, calibrates it on articles it has not seen, sets thresholds."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold

from classify.calibration import (
    BetaCalibration,
    expected_calibration_error,
    fit_beta,
    recall_at_precision,
    reliability,
    threshold_for_precision,
)
from classify.encoder import WEIGHTS, open_encoder
from classify.evidence import choose_evidence
from classify.features import NAMES, WordVectors
from classify.manifest import record_part
from classify.reading import read_text
from classify.training.card import write_card
from classify.training.evidence import read_library, retrieve, with_passages
from classify.training.feedback import Feedback, name_decisions, row_weight
from classify.training.rows import Progress, Row, lot, no_progress, read_rows, seal_data
from classify.training.saving import save_arrays
from classify.verify import CLASSES, CONTRADICTED, NOT_ENOUGH, calibrate, describe_many, hash_words

FOLDS = 5
TREES = 3
LINEAR_C = 0.1
ALERT_PRECISION = 0.95
LABEL_PRECISION = 0.75
LABELS = {"SUPPORTED": 0, "REFUTED": 1, "NEI": 2}
DATA = (
    {"name": "ViFactCheck train (claims, evidence, labels)", "licence": "MIT", "rows": "5,043",
     "file": "vifactcheck/train.jsonl"},
    {
        "name": "ViFactCheck train articles (as a library to retrieve from; no text is kept)",
        "licence": "newspapers' copyright; only features were learned",
        "rows": "504",
        "file": "vifactcheck/contexts.jsonl",
    },
    {"name": "FEVER shared task dev, oracle evidence (nine tenths)", "licence": "CC BY-SA 3.0", "rows": "13,332",
     "file": "fever/shared_task_dev_oracle_2way.jsonl"},
    {"name": "FEVER paper dev, claims without evidence", "licence": "CC BY-SA 3.0", "rows": "3,333",
     "file": "fever/paper_dev_claims.jsonl"},
)  # fmt: skip


@dataclass(slots=True)
class Table:
    """Training rows of one origin: features, differing words, classes, the article (group) of each, their weight."""

    pairs: list[tuple[str, list[str]]]
    truth: NDArray[np.int64]
    groups: list[str]
    weight: float | NDArray[np.float64]
    rows: NDArray[np.float32] | None = None
    tokens: list[list[str]] | None = None


def boost(seed: int) -> HistGradientBoostingClassifier:
    """One of the boosted models that are averaged."""
    return HistGradientBoostingClassifier(
        max_iter=300,
        learning_rate=0.04,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        min_samples_leaf=20,
        max_features=0.3,
        random_state=seed,
    )


def is_held_out(row: Row) -> bool:
    """Whether a FEVER row is in the tenth that is never trained on."""
    return lot(row["claim"], 10) == 0


def english_rows(data: Path) -> tuple[list[Row], list[Row]]:
    """FEVER rows with oracle evidence, and claims of unknown truth with the nearest evidence of other claims."""
    oracle = [
        r
        for r in read_rows(
            data / "fever" / "shared_task_dev_oracle_2way.jsonl", ("claim", "evidence", "label")
        )
        if not is_held_out(r)
    ]
    unknown = [
        r
        for r in read_rows(data / "fever" / "paper_dev_claims.jsonl", ("claim", "label"))
        if r["label"] == "NEI" and not is_held_out(r)
    ]
    pool = sorted({r["evidence"] for r in oracle})
    for row, near in zip(unknown, retrieve([r["claim"] for r in unknown], pool, 1), strict=True):
        row["evidence"] = near[0] if near else ""
    return oracle, [r for r in unknown if r["evidence"]]


_LONG_NUMBER = re.compile(r"[\d.\-]{8,}")


def word_weights(rows: Sequence[Row]) -> tuple[dict[str, float], float]:
    """Rarity of each word over claims and evidence, and that of a word never met.

    Long bare numbers are left out: telephone and identity numbers belong to somebody and must not ship.
    """
    counts = Counter(
        word
        for row in rows
        for text in (row["claim"], row["evidence"])
        for word in set(read_text(text).folded)
        if not _LONG_NUMBER.fullmatch(word)
    )
    texts = 2 * len(rows)
    return {w: round(float(np.log(texts / (c + 0.5))), 2) for w, c in counts.items() if c > 1}, round(
        float(np.log(texts)), 2
    )


def train_verify(
    data: Path,
    output: Path,
    *,
    seed: int = 7,
    progress: Progress = no_progress,
    feedback: Feedback | None = None,
) -> dict[str, object]:
    """Writes `output/verify`, its section of the manifest and the model card. Needs a trained encoder in `output`.

    A desk's decisions train with the rest; they neither calibrate nor set a threshold, because they were chosen by
    the machine that filled the queue.
    """
    encoder = open_encoder(output / "encoder" if (output / "encoder").is_dir() else WEIGHTS / "encoder")
    vietnamese = read_rows(data / "vifactcheck" / "train.jsonl", ("claim", "evidence", "label", "url"))
    oracle, unknown = english_rows(data)
    words, rare = word_weights(vietnamese + oracle)
    with_article = _with_article(data, vietnamese)
    library = read_library(data, {r["url"] for r in vietnamese})
    tables = {
        "gold": _table([(r["claim"], [r["evidence"]]) for r in vietnamese], vietnamese, "url", 1.0),
        "retrieved": _table(with_passages(with_article, library), with_article, "url", 1.0),
        "oracle": _table([(r["claim"], [r["evidence"]]) for r in oracle], oracle, "claim", 0.3),
        "unknown": _table([(r["claim"], [r["evidence"]]) for r in unknown], unknown, "claim", 0.3),
    }
    if feedback is not None and feedback.verify:
        tables["decisions"] = decided_table(feedback, sum(len(t.truth) for t in tables.values()))
    vectors = WordVectors(encoder)
    for index, table in enumerate(tables.values()):
        progress("features", index / len(tables))
        table.rows, table.tokens = _describe(table.pairs, words, rare, vectors)
    held_out, linear, trees = _fit(tables, seed, progress)
    settings, figures = _calibrate(tables, held_out)
    figures |= _dev_figures(data, words, rare, vectors, linear, trees, settings)
    _write(output, words, linear, trees)
    section = {
        "features": list(NAMES), "unknown_weight": rare, "seed": seed, "figures": figures,
        "data": [*seal_data(data, DATA), *name_decisions(feedback, "verify")],
        "calibrations": {k: [[c.a, c.b, c.c] for c in v] for k, v in settings["calibrations"].items()},
        "label": settings["label"], "alert": settings["alert"],
    }  # fmt: skip
    record_part(output, "verify", section)
    write_card(output)
    progress("written", 1.0)
    return figures


def _with_article(data: Path, rows: Sequence[Row]) -> list[Row]:
    urls = {r["url"] for r in read_rows(data / "vifactcheck" / "contexts.jsonl", ("url", "context"))}
    return [r for r in rows if r["url"] in urls]


def _table(pairs: list[tuple[str, list[str]]], rows: Sequence[Row], group: str, weight: float) -> Table:
    return Table(pairs, np.array([LABELS[r["label"]] for r in rows]), [str(r[group]) for r in rows], weight)


def decided_table(feedback: Feedback, open_rows: int) -> Table:
    """What decisions teach, beside so many open rows. A claim's rows share a group, so that no fold parts them."""
    rows = feedback.verify
    weight = row_weight(feedback.decisions["verify"], open_rows)
    return Table(
        [(row.claim, list(row.passages)) for row in rows],
        np.array([CLASSES.index(row.label) for row in rows]),
        [row.claim for row in rows],
        np.array([weight * row.share for row in rows]),
    )


def _describe(
    pairs: Sequence[tuple[str, Sequence[str]]], words: dict[str, float], rare: float, vectors: WordVectors
) -> tuple[NDArray[np.float32], list[list[str]]]:
    chosen = [choose_evidence(read_text(claim), passages, words, rare) for claim, passages in pairs]
    return describe_many(pairs, chosen, words, rare, vectors)


def _fit(
    tables: dict[str, Table], seed: int, progress: Progress
) -> tuple[dict[str, NDArray[Any]], LogisticRegression, list[Any]]:
    rows = np.vstack([t.rows for t in tables.values() if t.rows is not None])
    bags = hash_words([tokens for t in tables.values() for tokens in t.tokens or ()])
    truth = np.concatenate([t.truth for t in tables.values()])
    groups = np.array([g for t in tables.values() for g in t.groups])
    weight = np.concatenate([np.broadcast_to(t.weight, len(t.truth)) for t in tables.values()])
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=seed).split(rows, truth, groups))
    scores = np.zeros((len(truth), len(LABELS)))
    for fit, test in folds:
        scores[test] = (
            _linear().fit(bags[fit], truth[fit], sample_weight=weight[fit]).decision_function(bags[test])
        )
    stacked = np.hstack([rows, scores])
    unseen = np.zeros_like(scores)
    for index, (fit, test) in enumerate(folds):
        progress("boosting on folds", index / FOLDS)
        models = [
            boost(seed + k).fit(stacked[fit], truth[fit], sample_weight=weight[fit]) for k in range(TREES)
        ]
        unseen[test] = np.mean([m.predict_proba(stacked[test]) for m in models], axis=0)
    progress("boosting", 0.0)
    trees = [boost(seed + k).fit(stacked, truth, sample_weight=weight) for k in range(TREES)]
    linear = _linear().fit(bags, truth, sample_weight=weight)
    ends = np.cumsum([len(t.truth) for t in tables.values()])[:-1]
    return dict(zip(tables, np.split(unseen, ends), strict=True)), linear, trees


def _linear() -> LogisticRegression:
    return LogisticRegression(C=LINEAR_C, max_iter=200)


def _calibrate(
    tables: dict[str, Table], unseen: dict[str, NDArray[Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    calibrations: dict[str, tuple[BetaCalibration, ...]] = {}
    for name, table in (("one", "gold"), ("several", "retrieved")):
        calibrations[name] = tuple(
            fit_beta(unseen[table][:, k], tables[table].truth == k) for k in range(len(LABELS))
        )
    several = calibrate(unseen["retrieved"], calibrations["several"])
    truth = tables["retrieved"].truth
    alert = threshold_for_precision(several[:, CONTRADICTED], truth == CONTRADICTED, ALERT_PRECISION)
    label = threshold_for_precision(several[:, CONTRADICTED], truth == CONTRADICTED, LABEL_PRECISION)
    settings = {
        "calibrations": calibrations,
        "alert": {
            "precision": ALERT_PRECISION,
            "threshold": alert,
            "chosen_on": "retrieved evidence, held-out articles",
        },
        "label": {
            "precision": LABEL_PRECISION,
            "threshold": label,
            "chosen_on": "retrieved evidence, held-out articles",
        },
    }
    figures = {
        "held-out folds, retrieved": _figures(several, truth, label),
        "held-out folds, gold": _figures(
            calibrate(unseen["gold"], calibrations["one"]), tables["gold"].truth, label
        ),
    }
    return settings, figures


def _figures(probabilities: NDArray[Any], truth: NDArray[Any], label: float) -> dict[str, Any]:
    said = decide(probabilities, label)
    return {
        "macro_f1": round(float(f1_score(truth, said, average="macro")), 4),
        "accuracy": round(float(accuracy_score(truth, said)), 4),
        "ece": round(
            expected_calibration_error(probabilities[np.arange(len(truth)), said], truth == said), 4
        ),
        "ece_contradicted": round(
            expected_calibration_error(probabilities[:, CONTRADICTED], truth == CONTRADICTED), 4
        ),
        "recall_at_precision_95": round(
            recall_at_precision(probabilities[:, CONTRADICTED], truth == CONTRADICTED, 0.95), 4
        ),
        "rows": float(len(truth)),
        "reliability": reliability(probabilities[:, CONTRADICTED], truth == CONTRADICTED),
    }


def decide(probabilities: NDArray[Any], label: float) -> NDArray[Any]:
    """The class of each row as the verifier labels it."""
    calm = probabilities.copy()
    calm[:, CONTRADICTED] = np.where(
        calm[:, CONTRADICTED] >= label,
        2.0,
        np.where(calm.argmax(axis=1) == CONTRADICTED, -1.0, calm[:, CONTRADICTED]),
    )
    said = calm.argmax(axis=1)
    fallen = (probabilities.argmax(axis=1) == CONTRADICTED) & (said != CONTRADICTED)
    return np.where(fallen, NOT_ENOUGH, said)


def _dev_figures(
    data: Path,
    words: dict[str, float],
    rare: float,
    vectors: WordVectors,
    linear: LogisticRegression,
    trees: Sequence[Any],
    settings: dict[str, Any],
) -> dict[str, Any]:
    dev = read_rows(data / "vifactcheck" / "dev.jsonl", ("claim", "evidence", "label", "url"))
    articled = _with_article(data, dev)
    library = read_library(
        data, {r["url"] for r in read_rows(data / "vifactcheck" / "contexts.jsonl", ("url",))}
    )
    fever = [
        r
        for r in read_rows(
            data / "fever" / "shared_task_dev_oracle_2way.jsonl", ("claim", "evidence", "label")
        )
        if is_held_out(r)
    ]
    figures: dict[str, Any] = {}
    for name, kind, rows, pairs in (
        ("dev, gold", "one", dev, [(r["claim"], [r["evidence"]]) for r in dev]),
        ("dev, retrieved", "several", articled, with_passages(articled, library)),
        ("fever held-out tenth", "one", fever, [(r["claim"], [r["evidence"]]) for r in fever]),
    ):
        described, tokens = _describe(pairs, words, rare, vectors)
        stacked = np.hstack([described, linear.decision_function(hash_words(tokens))])
        raw = np.mean([tree.predict_proba(stacked) for tree in trees], axis=0)
        truth = np.array([LABELS[r["label"]] for r in rows])
        probabilities = calibrate(raw, settings["calibrations"][kind])
        figures[name] = _figures(probabilities, truth, settings["label"]["threshold"])
        alerts = probabilities[:, CONTRADICTED] >= settings["alert"]["threshold"]
        figures[name]["alert_precision"] = (
            round(float((truth[alerts] == CONTRADICTED).mean()), 4) if alerts.any() else 1.0
        )
        figures[name]["alert_recall"] = round(float(alerts[truth == CONTRADICTED].mean()), 4)
        if kind == "one" and name.startswith("fever"):
            figures[name]["two_label_accuracy"] = round(float((raw[:, :2].argmax(axis=1) == truth).mean()), 4)
    return figures


def _write(output: Path, words: dict[str, float], linear: LogisticRegression, trees: Sequence[Any]) -> None:
    folder = output / "verify"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "words.json").write_text(
        json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8"
    )
    save_arrays(
        {"coefficients": linear.coef_.astype(np.float16), "intercept": linear.intercept_.astype(np.float32)},
        folder / "linear.safetensors",
    )
    import zipfile

    skops.io.dump(list(trees), folder / "trees.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
