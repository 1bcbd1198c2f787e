"""Claims held against evidence: labels, alerts, calibration, and speed.

The shipped weights are measured, and two more trainings that differ in their seed alone; a figure is their mean with
the standard deviation. With --small only the shipped weights are measured, and no deviation is given.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.tables import Bound, Table, within
from classify.encoder import WEIGHTS
from classify.manifest import read_manifest
from classify.models import load_models
from classify.training.evidence import read_articles, with_passages
from classify.training.rows import read_rows
from classify.training.verify import train_verify
from classify.verify import Verifier

SEEDS = (8, 9)
"""Trained besides the shipped ones."""
PASSAGES = 10
FIGURES = (
    ("ViFactCheck dev, gold evidence: macro F1", "dev, gold", "macro_f1", 0.80),
    ("the same: recall of contradicted at precision 0.95", "dev, gold", "recall_at_precision_95", 0.35),
    ("the same: expected calibration error, 15 bins", "dev, gold", "ece", 0.05),
    ("the same: precision of alerts", "dev, gold", "alert_precision", None),
    ("the same: recall of alerts", "dev, gold", "alert_recall", None),
    ("ViFactCheck dev, retrieved passages: macro F1", "dev, retrieved", "macro_f1", None),
    ("the same: recall of contradicted at precision 0.95", "dev, retrieved", "recall_at_precision_95", None),
    ("the same: expected calibration error, 15 bins", "dev, retrieved", "ece", None),
    ("the same: precision of alerts", "dev, retrieved", "alert_precision", None),
    ("the same: recall of alerts", "dev, retrieved", "alert_recall", None),
    ("claims that the library has nothing on: called contradicted", "dev, absent", "said_contradicted", None),
    ("the same: alerts", "dev, absent", "alerted", None),
    (
        "FEVER held-out tenth, oracle evidence, two labels: accuracy",
        "fever held-out tenth",
        "two_label_accuracy",
        0.75,
    ),
)
"""What it is, where the manifest has it, and the floor (for the calibration error, the ceiling)."""


def run(data: Path, *, small: bool) -> Table:
    """Measures the shipped verifier; without `small` also trains it again with other seeds, a quarter of an hour of one core each."""
    runs = [read_manifest(WEIGHTS).part("verify")["figures"]]
    if not small:
        runs += [_train(data, seed) for seed in SEEDS]
    rows, bounds = [], []
    for title, table, figure, bound in FIGURES:
        values = [float(figures[table][figure]) for figures in runs]
        rows.append((title, _spread(values)))
        bounds += list(_bound(title, values, figure, bound))
    across = runs[0]["across languages"]["unseen sentences"]
    rows.append(
        ("English claim, Vietnamese sentence, one figure changed: precision", f"{across['precision']:.3f}")
    )
    rows.append(("the same: recall", f"{across['recall']:.3f}"))
    cold, warm = _speed(data, load_models().verifier)
    rows.append(
        (
            f"claims a second, {PASSAGES} passages each, never read before / read before",
            f"{cold:.0f} / {warm:.0f}",
        )
    )
    return Table(
        title="Verification",
        question="Are labels right, alerts precise and probabilities honest, and how fast?",
        columns=("figure", "measured"),
        rows=tuple(rows),
        bounds=(*bounds, within("claims verified a second", cold, at_least=50)),
        notes=(
            f"{len(runs)} trainings; mean ± standard deviation" if len(runs) > 1 else "one training, the shipped one",
            "no article of the dev split is in training, and no threshold was chosen on it",
            "speed is of one process; features are computed on one core",
        ),
    )  # fmt: skip


def _train(data: Path, seed: int) -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        shutil.copytree(WEIGHTS / "encoder", output / "encoder")
        train_verify(data, output, seed=seed)
        figures: Mapping[str, Any] = read_manifest(output).part("verify")["figures"]
        return figures


def _spread(values: Sequence[float]) -> str:
    return f"{mean(values):.3f} ± {stdev(values):.3f}" if len(values) > 1 else f"{values[0]:.3f}"


def _bound(title: str, values: Sequence[float], figure: str, bound: float | None) -> Iterator[Bound]:
    if bound is not None and figure == "ece":
        yield within(title, mean(values), at_most=bound)
    elif bound is not None:
        yield within(title, mean(values), at_least=bound)


def _speed(data: Path, verifier: Verifier) -> tuple[float, float]:
    """Claims a second over the retrieved dev claims, first with passages nobody read, then again."""
    rows = read_rows(data / "vifactcheck" / "dev.jsonl", ("claim",))
    contexts = read_rows(data / "vifactcheck" / "contexts.jsonl", ("url",))
    articles = read_articles(data, {row["url"] for row in contexts})
    library = [passage for passages in articles.values() for passage in passages]
    pairs = with_passages(rows, library, PASSAGES)
    fresh = [(claim, [f"{passage} " for passage in passages]) for claim, passages in pairs]
    verifier.assess_many(pairs[:20])
    rates = []
    for _ in range(2):
        began = time.perf_counter()
        verifier.assess_many(fresh)
        rates.append(len(fresh) / (time.perf_counter() - began))
    return rates[0], rates[1]
