"""Reading labelled rows, and drawing lots by identity, so that adding rows never moves old ones between sides."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from classify.errors import TrainingDataError
from classify.manifest import digest_of

Row = dict[str, Any]
Progress = Callable[[str, float], None]
"""Called with the name of the stage and the fraction of it that is done, 0..1."""


def no_progress(stage: str, done: float) -> None:
    """The progress of a caller that does not watch."""


def read_rows(path: Path, fields: Iterable[str]) -> list[Row]:
    """JSON lines as dictionaries with their strings in NFC.

    Raises TrainingDataError where the file is missing, a line is not a JSON object or a field is absent.
    """
    wanted = tuple(fields)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TrainingDataError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TrainingDataError(f"{path}: not UTF-8 text") from error
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise TrainingDataError(f"{path}:{number}: not JSON") from error
        if not isinstance(row, dict):
            raise TrainingDataError(f"{path}:{number}: not a JSON object")
        missing = [name for name in wanted if name not in row]
        if missing:
            raise TrainingDataError(f"{path}:{number}: no field {', '.join(missing)}")
        rows.append({k: unicodedata.normalize("NFC", v) if isinstance(v, str) else v for k, v in row.items()})
    if not rows:
        raise TrainingDataError(f"{path}: no rows")
    return rows


def seal_data(data: Path, sources: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """What was learned from, for the manifest: each source that is a `file` of the data folder with its SHA-256."""
    return [
        {**source, "sha256": digest_of(data / source["file"])} if "file" in source else dict(source)
        for source in sources
    ]


def lot(identity: str, parts: int) -> int:
    """The part, 0 to `parts` - 1, that this identity always falls into."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big") % parts
