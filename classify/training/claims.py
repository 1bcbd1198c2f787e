"""Trains the fact gate on labelled sentences, and chooses its threshold on sentences it has not seen."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import diags
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from classify.encoder import WEIGHTS, open_encoder
from classify.evaluation import evaluate_claims
from classify.facts import (
    EXPERTS,
    HASHED,
    SPOKEN,
    ClaimModel,
    count_pieces,
    describe_sentences,
    mark_sentences,
)
from classify.manifest import record_part
from classify.markers import stop_by_rule
from classify.training.card import write_card
from classify.training.feedback import Feedback, name_decisions, row_weight
from classify.training.rows import Progress, Row, lot, no_progress, read_rows, seal_data

OWN = Path(__file__).parent.parent / "data" / "sentences.jsonl"
MORE = Path(__file__).parent / "sentences.jsonl"
FOLDS = 4
TREES = 3
PASSED = 0.95
"""Share of training claims from real articles that the threshold lets through."""
NEWS_PAIRS = 3000
SHARES = {"debate": 1.0, "own": 2.0, "claims": 1.0, "news": 0.5}
"""What each origin weighs in the sum; half on either label where it has both."""
DATA = (
    {"name": "ClaimBuster train", "licence": "CC BY 4.0", "rows": "8,848",
     "file": "claimbuster/train.jsonl"},
    {
        "name": "Our own sentences (two thirds of `data/sentences.jsonl`, all of `training/sentences.jsonl`)",
        "licence": "CC BY 4.0",
        "rows": "",
    },
    {"name": "ViFactCheck train, claims", "licence": "MIT", "rows": "5,043",
     "file": "vifactcheck/train.jsonl"},
    {
        "name": "Asian Language Treebank, a part, both languages, taken as facts unless a rule stops them",
        "licence": "CC BY 4.0",
        "rows": "6,000",
        "file": "en_vi/alt.jsonl",
    },
)  # fmt: skip


def is_held_out(row: Row) -> bool:
    """Whether one of our own sentences is in the third that is never trained on."""
    return lot(str(row["id"]), 3) == 0


def train_claims(
    data: Path,
    output: Path,
    *,
    seed: int = 7,
    progress: Progress = no_progress,
    feedback: Feedback | None = None,
) -> dict[str, object]:
    """Writes `output/claims`, its section of the manifest and the model card. Needs a trained encoder in `output`.

    A desk's decisions train with the rest; no threshold is set by them.
    """
    encoder = open_encoder(output / "encoder" if (output / "encoder").is_dir() else WEIGHTS / "encoder")
    rows = _rows(data)
    shares = dict(SHARES)
    if feedback is not None and feedback.claims:
        rows["decisions"] = [{"text": row.text, "label": int(row.fact)} for row in feedback.claims]
        shares["decisions"] = share_of_decisions(rows)
    progress("features", 0.0)
    texts = [str(r["text"]) for part in rows.values() for r in part]
    truth = np.array([int(r["label"]) for part in rows.values() for r in part])
    origin = np.array([name for name, part in rows.items() for _ in part])
    rarity = {name: _rarity(counted) for name, counted in count_pieces(texts).items()}
    features, markers = describe_sentences(texts, rarity, encoder), mark_sentences(texts)
    weight = _weigh(origin, truth, shares)
    folds = list(
        StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(
            markers, np.char.add(origin, truth.astype(str))
        )
    )
    scores = np.zeros((len(truth), len(EXPERTS)), dtype=np.float32)
    for index, (fit, test) in enumerate(folds):
        progress("experts on folds", index / FOLDS)
        for column, expert in enumerate(_experts(features, truth, origin, fit, seed, shares)):
            scores[test, column] = expert.decision_function(features[test])
    stacked = np.hstack([markers, scores])
    unseen = np.zeros(len(truth))
    for index, (fit, test) in enumerate(folds):
        progress("trees on folds", index / FOLDS)
        unseen[test] = np.mean(
            [
                t.predict_proba(stacked[test])[:, 1]
                for t in _grow(stacked[fit], truth[fit], weight[fit], seed)
            ],
            axis=0,
        )
    threshold = choose_threshold(unseen, origin, texts)
    spoken = (scores[:, EXPERTS.index("spoken")] > SPOKEN) & (origin != "decisions")
    spoken_threshold = choose_spoken_threshold(
        1.0 / (1.0 + np.exp(-scores[spoken, EXPERTS.index("debate")])), truth[spoken]
    )
    progress("experts", 0.0)
    experts = _experts(features, truth, origin, np.arange(len(truth)), seed, shares)
    arrays: dict[str, NDArray[Any]] = {
        "coefficients": np.vstack([e.coef_ for e in experts]).astype(np.float16),
        "intercepts": np.concatenate([e.intercept_ for e in experts]).astype(np.float32),
        **{f"rarity_{k}": v.astype(np.float16) for k, v in rarity.items()},
    }
    trees = _grow(stacked, truth, weight, seed)
    folder = output / "claims"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_file(arrays, folder / "facts.safetensors")
    (folder / "facts.safetensors").chmod(0o644)
    skops.io.dump(trees, folder / "trees.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    trained = ClaimModel(
        coefficients=arrays["coefficients"].astype(np.float32), intercepts=arrays["intercepts"],
        rarity={k: v.astype(np.float16).astype(np.float32) for k, v in rarity.items()}, trees=trees,
        threshold=threshold,
        spoken_threshold=spoken_threshold, encoder=encoder,
    )  # fmt: skip
    figures = _figures(data, trained)
    record_part(
        output,
        "claims",
        {
            "seed": seed,
            "threshold": threshold,
            "spoken_threshold": spoken_threshold,
            "passed": PASSED,
            "data": [*seal_data(data, DATA), *name_decisions(feedback, "claims")],
            "figures": figures,
        },
    )
    write_card(output)
    progress("written", 1.0)
    return dict(figures)


def choose_threshold(unseen: NDArray[Any], origin: NDArray[Any], texts: Sequence[str]) -> float:
    """The highest threshold at which `PASSED` of the claims of real articles still go through."""
    kept = np.array([stop_by_rule(text) is None for text in texts])
    real = np.sort(unseen[(origin == "claims") & kept])
    return round(float(real[int((1.0 - PASSED) * len(real))]), 4)


def choose_spoken_threshold(unseen: NDArray[Any], truth: NDArray[Any]) -> float:
    """The threshold with the best balance of both labels (mean of their recalls) on speech."""
    steps = np.linspace(0.05, 0.95, 91)
    balance = [(unseen[truth == 1] >= t).mean() + (unseen[truth == 0] < t).mean() for t in steps]
    return round(float(steps[int(np.argmax(balance))]), 4)


def _rows(data: Path) -> dict[str, list[Row]]:
    ours = [r for r in read_rows(OWN, ("id", "text", "label")) if not is_held_out(r)]
    claims = read_rows(data / "vifactcheck" / "train.jsonl", ("claim",))
    pairs = sorted(read_rows(data / "en_vi" / "alt.jsonl", ("en", "vi")), key=lambda r: lot(r["en"], 2**62))[
        :NEWS_PAIRS
    ]
    news = [text for pair in pairs for text in (pair["en"], pair["vi"]) if stop_by_rule(text) is None]
    return {
        "debate": read_rows(data / "claimbuster" / "train.jsonl", ("text", "label")),
        "own": ours + read_rows(MORE, ("id", "text", "label")),
        "claims": [{"text": r["claim"], "label": 1} for r in claims],
        "news": [{"text": text, "label": 1} for text in news],
    }


def share_of_decisions(rows: dict[str, list[Row]]) -> float:
    """Beside our own sentences, so that a decision weighs as `row_weight` says."""
    decided, own = len(rows["decisions"]), len(rows["own"])
    return SHARES["own"] * decided * row_weight(decided, own * sum(SHARES.values()) / SHARES["own"]) / own


def _rarity(counted: Any) -> NDArray[np.float32]:
    documents = np.asarray(counted.sum(axis=0)).ravel()
    return np.asarray(np.log((1.0 + counted.shape[0]) / (1.0 + documents)) + 1.0, dtype=np.float32)


def _weigh(origin: NDArray[Any], truth: NDArray[Any], shares: dict[str, float]) -> NDArray[np.float64]:
    weight = np.zeros(len(truth))
    for name, share in shares.items():
        labels = np.unique(truth[origin == name])
        for label in labels:
            part = (origin == name) & (truth == label)
            weight[part] = share / len(labels) / part.sum()
    return np.asarray(weight * len(truth) / weight.sum())


def _experts(
    features: Any,
    truth: NDArray[Any],
    origin: NDArray[Any],
    fit: NDArray[Any],
    seed: int,
    shares: dict[str, float],
) -> list[LogisticRegression]:
    """In the order of `EXPERTS`; each is fitted on the rows of `fit` that its origins weigh."""
    spoken = (origin == "debate").astype(int)
    plans = (
        (truth, _weigh(origin[fit], truth[fit], shares)),
        (truth, _weigh(origin[fit], truth[fit], {"debate": 1.0})),
        (truth, _weigh(origin[fit], truth[fit], {k: v for k, v in shares.items() if k != "debate"})),
        (spoken, _weigh(origin[fit], spoken[fit], shares)),
    )
    models = []
    for target, weight in plans:
        used = weight > 0.0
        rows, aim = features[fit[used]], target[fit[used]]
        ratio = _ratios(rows, aim)
        model = LogisticRegression(C=4.0, solver="liblinear", tol=1e-3, random_state=seed, max_iter=200)
        model.fit(rows @ diags(ratio), aim, sample_weight=weight[used])
        model.coef_ = model.coef_ * ratio
        models.append(model)
    return models


def _ratios(rows: Any, truth: NDArray[Any]) -> NDArray[np.float64]:
    """How unevenly each hashed piece falls on the two labels, as a scale for its column (Wang and Manning 2012)."""
    pieces = rows[:, : 2 * HASHED] > 0
    positive, negative = (1.0 + np.asarray(pieces[truth == k].sum(axis=0)).ravel() for k in (1, 0))
    ratio = np.ones(rows.shape[1])
    ratio[: 2 * HASHED] = np.abs(np.log((positive / positive.sum()) / (negative / negative.sum())))
    return ratio


def _grow(
    rows: NDArray[Any], truth: NDArray[Any], weight: NDArray[Any], seed: int
) -> list[HistGradientBoostingClassifier]:
    return [
        HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.05,
            max_leaf_nodes=8,
            min_samples_leaf=20,
            l2_regularization=5.0,
            max_features=0.4,
            random_state=seed + k,
        ).fit(rows, truth, sample_weight=weight)
        for k in range(TREES)
    ]


def _figures(data: Path, model: ClaimModel) -> dict[str, Any]:
    dev = read_rows(data / "vifactcheck" / "dev.jsonl", ("claim",))
    return {
        "claimbuster test": evaluate_claims(
            read_rows(data / "claimbuster" / "test.jsonl", ("text", "label")), model
        ),
        "own held-out third": evaluate_claims(
            [r for r in read_rows(OWN, ("id", "text", "label")) if is_held_out(r)], model
        ),
        "vifactcheck dev claims": evaluate_claims([{"text": r["claim"], "label": 1} for r in dev], model),
    }
