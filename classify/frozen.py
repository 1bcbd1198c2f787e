"""The frozen sets: rows that no training ever sees and no threshold is chosen on. They judge what may be promoted.

They ship with the program, so that a desk can hold its own weights to them. Every file of a folder counts: a new
set is one more file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classify.errors import TrainingDataError

FROZEN = Path(__file__).parent / "data" / "frozen"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSets:
    """What weights are measured on. `opinions` are keyed by the name of their file, each measured by itself.

    Opinion rows have text and label 0, held-out sentences text and label, claims claim, evidence and label.
    """

    opinions: dict[str, list[Row]]
    sentences: list[Row]
    claims: list[Row]


def read_frozen(folder: Path = FROZEN) -> FrozenSets:
    """The frozen sets under a folder. Raises TrainingDataError where one is missing, empty or broken."""
    # Which third of our own sentences is held out is the trainer's to say; it imports the libraries that train.
    from classify.training.lesson import OWN, is_held_out
    from classify.training.rows import read_rows

    opinions = {
        path.stem: [{**row, "label": 0} for row in read_rows(path, ("text",))]
        for path in _files(folder / "opinion")
    }
    claims = [
        row
        for path in _files(folder / "verification")
        for row in read_rows(path, ("claim", "evidence", "label"))
        # A row that its second reading labelled otherwise measures the guideline, not the model.
        if row.get("second", row["label"]) == row["label"]
    ]
    sentences = [row for row in read_rows(OWN, ("id", "text", "label")) if is_held_out(row)]
    return FrozenSets(opinions=opinions, sentences=sentences, claims=claims)


def _files(folder: Path) -> Iterable[Path]:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise TrainingDataError(f"{folder}: no frozen set there, so nothing can be promoted")
    return files
