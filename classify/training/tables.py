"""The rows that the verifier learns from and is measured on, as claims with their passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.reading import read_text
from classify.scoring import CLASSES
from classify.training.evidence import read_library, retrieve, with_passages
from classify.training.feedback import Feedback, row_weight
from classify.training.rows import Row, lot, read_rows

LABELS = {"SUPPORTED": 0, "REFUTED": 1, "NEI": 2}
_LONG_NUMBER = re.compile(r"[\d.\-]{8,}")


@dataclass(frozen=True, slots=True)
class Table:
    """Labelled claims of one origin. `groups` (article, or claim where it has none) never straddle a fold."""

    pairs: list[tuple[str, list[str]]]
    truth: NDArray[np.int64]
    groups: list[str]
    weight: float | NDArray[np.float64]


def training_tables(data: Path) -> dict[str, Table]:
    """Vietnamese claims with the annotators' evidence and with retrieved passages; English with evidence, and without.

    Raises TrainingDataError where a file is missing or malformed.
    """
    rows = _vietnamese(data, "train")
    articled = _with_article(data, rows)
    library = read_library(data, {r["url"] for r in rows})
    oracle, unknown = _english(data)
    return {
        "gold": _table(_with_evidence(rows), rows, "url"),
        "retrieved": _table(with_passages(articled, library), articled, "url"),
        "oracle": _table(_with_evidence(oracle), oracle, "claim"),
        "unknown": _table(_with_evidence(unknown), unknown, "claim"),
    }


def held_out_tables(data: Path) -> dict[str, Table]:
    """What nothing was learned from, by the names that the model card uses."""
    rows = _vietnamese(data, "dev")
    articled = _with_article(data, rows)
    library = read_library(data, _urls(data))
    english = [row for row in _oracle(data) if is_held_out(row)]
    return {
        "dev, gold": _table(_with_evidence(rows), rows, "url"),
        "dev, retrieved": _table(with_passages(articled, library), articled, "url"),
        "fever held-out tenth": _table(_with_evidence(english), english, "claim"),
    }


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


def is_held_out(row: Row) -> bool:
    """Whether a FEVER row is in the tenth that is never trained on."""
    return lot(row["claim"], 10) == 0


def word_weights(tables: Sequence[Table]) -> tuple[dict[str, float], float]:
    """Rarity of each word over claims and evidence, and that of a word never met.

    Long bare numbers are left out: telephone and identity numbers belong to somebody and must not ship.
    """
    texts = [text for table in tables for claim, passages in table.pairs for text in (claim, *passages)]
    counts = Counter(
        word for text in texts for word in read_text(text).vocabulary if not _LONG_NUMBER.fullmatch(word)
    )
    weights = {word: round(float(np.log(len(texts) / (c + 0.5))), 2) for word, c in counts.items() if c > 1}
    return weights, round(float(np.log(len(texts))), 2)


def _vietnamese(data: Path, split: str) -> list[Row]:
    return read_rows(data / "vifactcheck" / f"{split}.jsonl", ("claim", "evidence", "label", "url"))


def _urls(data: Path) -> set[str]:
    return {r["url"] for r in read_rows(data / "vifactcheck" / "contexts.jsonl", ("url", "context"))}


def _with_article(data: Path, rows: Sequence[Row]) -> list[Row]:
    urls = _urls(data)
    return [r for r in rows if r["url"] in urls]


def _oracle(data: Path) -> list[Row]:
    path = data / "fever" / "shared_task_dev_oracle_2way.jsonl"
    return read_rows(path, ("claim", "evidence", "label"))


def _english(data: Path) -> tuple[list[Row], list[Row]]:
    """FEVER rows with oracle evidence, and claims of unknown truth with the nearest evidence of other claims."""
    oracle = [r for r in _oracle(data) if not is_held_out(r)]
    claims = read_rows(data / "fever" / "paper_dev_claims.jsonl", ("claim", "label"))
    unknown = [r for r in claims if r["label"] == "NEI" and not is_held_out(r)]
    pool = sorted({r["evidence"] for r in oracle})
    for row, near in zip(unknown, retrieve([r["claim"] for r in unknown], pool, 1), strict=True):
        row["evidence"] = near[0] if near else ""
    return oracle, [r for r in unknown if r["evidence"]]


def _with_evidence(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    return [(r["claim"], [r["evidence"]]) for r in rows]


def _table(pairs: list[tuple[str, list[str]]], rows: Sequence[Row], group: str) -> Table:
    return Table(pairs, np.array([LABELS[r["label"]] for r in rows]), [str(r[group]) for r in rows], 1.0)
