"""The sentences that the fact gate learns from, and which of our own it never sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.markers import stop_by_rule
from classify.training.feedback import Feedback, row_weight
from classify.training.rows import Row, lot, read_rows
from classify.words import strip_diacritics

OWN = Path(__file__).parent.parent / "data" / "sentences.jsonl"
MORE = Path(__file__).parent / "sentences.jsonl"
FOLDS = 4
NEWS_PAIRS = 3000
BARE_CLAIMS = 600
SHARES = {"own": 2.0, "claims": 1.0, "news": 0.5, "bare": 0.5, "debate": 1.0}
"""What each origin weighs in the sum; half on either label where it has both."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from: one entry a sentence in each array, all in one order."""

    texts: list[str]
    truth: NDArray[Any]
    origin: NDArray[Any]
    fold: NDArray[Any]
    """A sentence and its copy without diacritics are in the same fold."""
    shares: dict[str, float]

    @property
    def shares_of_print(self) -> dict[str, float]:
        return {name: share for name, share in self.shares.items() if name != "debate"}

    def __len__(self) -> int:
        return len(self.texts)


def is_held_out(row: Row) -> bool:
    """Whether one of our own sentences is in the third that is never trained on."""
    return lot(str(row["id"]), 3) == 0


def read_lesson(data: Path, seed: int, feedback: Feedback | None = None) -> Lesson:
    """Every sentence that the gate learns from. Where the two readings of one of ours differ it is left out."""
    ours = [r for r in read_rows(OWN, ("id", "text", "label")) if not is_held_out(r)]
    ours += read_rows(MORE, ("id", "text", "label"))
    ours = [r for r in ours if r.get("second", r["label"]) == r["label"]]
    claims = [
        {"text": r["claim"], "label": 1} for r in read_rows(data / "vifactcheck" / "train.jsonl", ("claim",))
    ]
    pairs = read_rows(data / "en_vi" / "alt.jsonl", ("en", "vi"))
    pairs = sort_pairs(pairs)[:NEWS_PAIRS]
    news = [text for pair in pairs for text in (pair["en"], pair["vi"]) if stop_by_rule(text) is None]
    bare = [r for r in ours if r["language"] == "vi"] + sorted(claims, key=lambda r: lot(r["text"], 2**62))[
        :BARE_CLAIMS
    ]
    parts: dict[str, list[Row]] = {
        "debate": read_rows(data / "claimbuster" / "train.jsonl", ("text", "label")),
        "own": ours,
        "claims": claims,
        "news": [{"text": text, "label": 1} for text in news],
        "bare": [{"text": strip_diacritics(r["text"]), "label": r["label"]} for r in bare],
    }
    shares = dict(SHARES)
    if feedback is not None and feedback.claims:
        parts["decisions"] = [{"text": row.text, "label": int(row.fact)} for row in feedback.claims]
        shares["decisions"] = share_of_decisions(parts)
    texts = [str(r["text"]) for part in parts.values() for r in part]
    return Lesson(
        texts,
        np.array([int(r["label"]) for part in parts.values() for r in part]),
        np.array([name for name, part in parts.items() for _ in part]),
        np.array([lot(f"{seed} {strip_diacritics(text)}", FOLDS) for text in texts]),
        shares,
    )


def sort_pairs(pairs: Sequence[Row]) -> list[Row]:
    """Pairs of news sentences in an order of chance, always the same; the first NEWS_PAIRS are learned from."""
    return sorted(pairs, key=lambda pair: lot(str(pair["en"]), 2**62))


def share_of_decisions(rows: dict[str, list[Row]]) -> float:
    """Beside our own sentences, so that a decision weighs as `row_weight` says."""
    decided, own = len(rows["decisions"]), len(rows["own"])
    return SHARES["own"] * decided * row_weight(decided, own * sum(SHARES.values()) / SHARES["own"]) / own
