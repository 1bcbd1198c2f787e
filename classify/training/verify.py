"""Trains the verifier on gold and on retrieved evidence, calibrates it on articles it has not seen, sets thresholds."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from classify.calibration import (
    expected_calibration_error,
    fit_beta,
    recall_at_precision,
    reliability,
    threshold_for_precision,
)
from classify.encoder import WEIGHTS, open_encoder
from classify.manifest import record_part
from classify.network import pack_networks
from classify.scoring import CONTRADICTED, Scorer, calibrate, choose_labels
from classify.training.across import measure_across
from classify.training.card import write_card
from classify.training.describing import Described, describe_tables
from classify.training.feedback import Feedback, name_decisions
from classify.training.rows import Progress, no_progress, seal_data
from classify.training.saving import save_arrays
from classify.training.selection import fit_selector
from classify.training.stacking import fit_scorer
from classify.training.tables import (
    LABELS,
    Table,
    decided_table,
    held_out_tables,
    training_tables,
    word_weights,
)

ALERT_PRECISION = 0.95
ALERT_BOUND = 0.0
"""Standard deviations by which the precision must be surpassed; docs/decisions/alert-threshold.md."""
PLATEAU = 0.005
"""Macro-F1 that is given up for fewer claims wrongly called contradicted. The curve is flat and its top is chance: from
0.36 to 0.50 it moves by 0.004."""
KINDS = {"one": ("gold",), "several": ("retrieved", "absent"), "english": ("oracle", "unknown")}
"""Which tables calibrate for a single passage, for several, and for English."""
DATA = (
    {
        "name": "ViFactCheck train (claims, evidence, labels)",
        "licence": "MIT",
        "rows": "5,043",
        "file": "vifactcheck/train.jsonl",
    },
    {
        "name": "ViFactCheck train articles (as a library to retrieve from; no text is kept)",
        "licence": "newspapers' copyright; only features were learned",
        "rows": "504",
        "file": "vifactcheck/contexts.jsonl",
    },
    {
        "name": "FEVER shared task dev, oracle evidence (nine tenths)",
        "licence": "CC BY-SA 3.0",
        "rows": "11,980",
        "file": "fever/shared_task_dev_oracle_2way.jsonl",
    },
    {
        "name": "FEVER paper dev, claims without evidence",
        "licence": "CC BY-SA 3.0",
        "rows": "2,999",
        "file": "fever/paper_dev_claims.jsonl",
    },
)
Chosen = dict[str, Any]


def train_verify(
    data: Path,
    output: Path,
    *,
    seed: int = 7,
    progress: Progress = no_progress,
    feedback: Feedback | None = None,
    processes: int | None = None,
) -> dict[str, object]:
    """Writes `output/verify`, its section of the manifest and the model card. Needs a trained encoder in `output`.

    A desk's decisions train with the rest; they neither calibrate nor set a threshold, because they were chosen by
    the machine that filled the queue. The result is the same with any number of `processes`; without one, every core
    that may be used gets one.
    """
    folder = output / "encoder" if (output / "encoder").is_dir() else WEIGHTS / "encoder"
    tables, held_out = training_tables(data), held_out_tables(data)
    words, rare = word_weights([tables["gold"], tables["oracle"]])
    if feedback is not None and feedback.verify:
        tables["decisions"] = decided_table(feedback, round(sum(t.total_weight for t in tables.values())))
    progress("choice of sentences", 0.0)
    selector = fit_selector(tables["gold"], tables["retrieved"], words, rare)
    described = describe_tables(
        {**tables, **held_out}, words, rare, folder, selector, progress=progress, processes=processes
    )
    unseen, scorer = fit_scorer(
        list(tables.values()),
        [described[name] for name in tables],
        seed,
        progress=progress,
        processes=processes,
    )
    parts = np.split(unseen, np.cumsum([len(t.truth) for t in tables.values()])[:-1])
    settings, figures = _calibrate(tables, dict(zip(tables, parts, strict=True)))
    figures |= _measure(held_out, described, scorer, settings)
    progress("across languages", 0.0)
    across, figures["across languages"] = measure_across(data, open_encoder(folder))
    _write(output, words, scorer)
    section = {
        "features": described["gold"].names, "unknown_weight": rare, "seed": seed, "figures": figures,
        "data": [*seal_data(data, DATA), *name_decisions(feedback, "verify")],
        "label": settings["label"], "alert": settings["alert"], "across": across,
        "selection": {"first": selector.first.tolist(), "second": selector.second.tolist()},
        "calibrations": {k: [[c.a, c.b, c.c] for c in v] for k, v in settings["calibrations"].items()},
    }  # fmt: skip
    record_part(output, "verify", section)
    write_card(output)
    progress("written", 1.0)
    return figures


def _calibrate(
    tables: Mapping[str, Table], unseen: Mapping[str, NDArray[Any]]
) -> tuple[Chosen, dict[str, Any]]:
    calibrations, probabilities, truths = {}, {}, {}
    for kind, names in KINDS.items():
        raw = np.concatenate([unseen[name] for name in names])
        truths[kind] = np.concatenate([tables[name].truth for name in names])
        calibrations[kind] = tuple(fit_beta(raw[:, k], truths[kind] == k) for k in range(len(LABELS)))
        probabilities[kind] = calibrate(raw, calibrations[kind])
    several, truth = probabilities["several"], truths["several"]
    alert = threshold_for_precision(
        several[:, CONTRADICTED], truth == CONTRADICTED, ALERT_PRECISION, z=ALERT_BOUND
    )
    label = _label_threshold([(probabilities[kind], truths[kind]) for kind in ("one", "several")])
    said = several[:, CONTRADICTED] >= label
    where = "retrieved evidence and libraries without any, held-out articles"
    settings = {
        "calibrations": calibrations,
        "alert": {"precision": ALERT_PRECISION, "threshold": alert, "chosen_on": where},
        "label": {
            "precision": round(float((truth[said] == CONTRADICTED).mean()), 2), "threshold": label, "chosen_on": where,
        },
    }  # fmt: skip
    figures = {
        f"held-out folds, {' and '.join(names)}": _figures(probabilities[kind], truths[kind], settings)
        for kind, names in KINDS.items()
    }
    return settings, figures


def _label_threshold(parts: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> float:
    """The highest threshold on P(contradicted) whose macro-F1 is within PLATEAU of the best, one part counting as much
    as another.
    """
    steps = np.linspace(0.3, 0.7, 41)
    means = np.array(
        [
            np.mean([f1_score(truth, choose_labels(p, step), average="macro") for p, truth in parts])
            for step in steps
        ]
    )
    return round(float(steps[means >= means.max() - PLATEAU].max()), 4)


def _figures(probabilities: NDArray[Any], truth: NDArray[Any], settings: Chosen) -> dict[str, Any]:
    said = choose_labels(probabilities, settings["label"]["threshold"])
    contradicted = truth == CONTRADICTED
    alerts = probabilities[:, CONTRADICTED] >= settings["alert"]["threshold"]
    confidence = probabilities[np.arange(len(truth)), said]
    return {
        "macro_f1": round(float(f1_score(truth, said, average="macro")), 4),
        "accuracy": round(float(accuracy_score(truth, said)), 4),
        "ece": round(expected_calibration_error(confidence, truth == said), 4),
        "ece_contradicted": round(expected_calibration_error(probabilities[:, CONTRADICTED], contradicted), 4),
        "recall_at_precision_95": round(recall_at_precision(probabilities[:, CONTRADICTED], contradicted, 0.95), 4),
        "alert_precision": round(float(contradicted[alerts].mean()), 4) if alerts.any() else 1.0,
        "alert_recall": round(float(alerts[contradicted].mean()), 4) if contradicted.any() else 0.0,
        "said_contradicted": round(float((said == CONTRADICTED).mean()), 4),
        "alerted": round(float(alerts.mean()), 4),
        "rows": float(len(truth)),
        "reliability": reliability(probabilities[:, CONTRADICTED], contradicted),
    }  # fmt: skip


def _measure(
    tables: Mapping[str, Table], described: Mapping[str, Described], scorer: Scorer, settings: Chosen
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, table in tables.items():
        raw = scorer.score(described[name].rows, described[name].bags)
        kind = "english" if name.startswith("fever") else "one" if name.endswith("gold") else "several"
        figures[name] = _figures(calibrate(raw, settings["calibrations"][kind]), table.truth, settings)
        if len(set(table.truth)) == 2:
            figures[name]["two_label_accuracy"] = round(
                float((raw[:, :2].argmax(axis=1) == table.truth).mean()), 4
            )
    return figures


def _write(output: Path, words: Mapping[str, float], scorer: Scorer) -> None:
    folder = output / "verify"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "words.json").write_text(
        json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8"
    )
    save_arrays(
        {"coefficients": scorer.linear.astype(np.float16), "intercept": scorer.bias},
        folder / "linear.safetensors",
    )
    save_arrays(pack_networks(scorer.networks), folder / "networks.safetensors")
    skops.io.dump(scorer.trees, folder / "trees.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
