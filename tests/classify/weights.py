"""Sets of weights that differ from the shipped ones by what a test wants."""

import json
import shutil
from pathlib import Path
from typing import Any

from classify.encoder import WEIGHTS
from classify.manifest import read_manifest, record_part


def copy_weights(folder: Path, *, word: str = "", **claims: Any) -> str:
    """The shipped weights, copied; one word more is another version, `claims` changes the gate's settings."""
    shutil.copytree(WEIGHTS, folder)
    if word:
        file = folder / "verify" / "words.json"
        words = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(words | {word: 9.0}, ensure_ascii=False), encoding="utf-8")
    for part, changed in (("verify", {}), ("claims", claims)):
        section = {k: v for k, v in read_manifest(folder).part(part).items() if k != "files"}
        record_part(folder, part, section | changed)
    return read_manifest(folder).version
