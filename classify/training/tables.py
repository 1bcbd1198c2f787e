"""The rows that the verifier learns from and is measured on, as claims with their passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.evidence import PASSAGES
from classify.reading import read_text
from classify.scoring import CLASSES
from classify.training.evidence import read_articles, retrieve, with_passages, without_own_story
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

    @property
    def total_weight(self) -> float:
        return float(np.broadcast_to(self.weight, len(self.truth)).sum())


def training_tables(data: Path) -> dict[str, Table]:
    """Vietnamese claims with the annotators' evidence, with retrieved passages, and (half of them) with those of a
    library that has nothing on the matter; English with evidence, and without.

    Retrieved passages are learned from as many as in use and again twice as many, so that little hangs on their number:
    recall of contradicted at a precision of 0.95 on articles not learned from is 0.33, with one of the two 0.30.

    Raises TrainingDataError where a file is missing or malformed.
    """
    rows = _vietnamese(data, "train")
    articled = _with_article(data, rows)
    articles = read_articles(data, {r["url"] for r in rows})
    library = [passage for passages in articles.values() for passage in passages]
    half = [r for r in articled if lot(r["claim"], 2)]
    retrieved = with_passages(articled, library, 2 * PASSAGES)
    absent = without_own_story(half, articles, 2 * PASSAGES)
    oracle, unknown = _english(data)
    return {
        "gold": _table(_with_evidence(rows), rows, "url"),
        "retrieved": _table(_as_in_use(retrieved), articled, "url", 0.5),
        "retrieved, twice as many": _table(retrieved, articled, "url", 0.5),
        "absent": _unknown(_as_in_use(absent), half, 0.25),
        "absent, twice as many": _unknown(absent, half, 0.25),
        "oracle": _table(_with_evidence(oracle), oracle, "claim"),
        "unknown": _table(_with_evidence(unknown), unknown, "claim"),
    }


def held_out_tables(data: Path) -> dict[str, Table]:
    """What nothing was learned from, by the names that the model card uses."""
    rows = _vietnamese(data, "dev")
    articled = _with_article(data, rows)
    articles = read_articles(data, _urls(data))
    library = [passage for passages in articles.values() for passage in passages]
    english = [row for row in _oracle(data) if is_held_out(row)]
    return {
        "dev, gold": _table(_with_evidence(rows), rows, "url"),
        "dev, retrieved": _table(with_passages(articled, library), articled, "url"),
        "dev, absent": _unknown(without_own_story(articled, articles), articled),
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


def _table(pairs: list[tuple[str, list[str]]], rows: Sequence[Row], group: str, weight: float = 1.0) -> Table:
    return Table(pairs, np.array([LABELS[r["label"]] for r in rows]), [str(r[group]) for r in rows], weight)


def _as_in_use(pairs: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    return [(claim, passages[:PASSAGES]) for claim, passages in pairs]


def _unknown(pairs: list[tuple[str, list[str]]], rows: Sequence[Row], weight: float = 1.0) -> Table:
    """Whatever its label, a claim that the passages are not about is one without evidence."""
    return Table(pairs, np.full(len(rows), LABELS["NEI"]), [str(r["url"]) for r in rows], weight)
