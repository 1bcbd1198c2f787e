"""The weights folder: its files, their digests, what they were learned from. Nothing else is ever loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classify.errors import WeightsError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parsed manifest of a weights folder."""

    folder: Path
    content: dict[str, Any]

    @property
    def version(self) -> str:
        """Names these weights: it changes with any byte of any file."""
        return str(self.content["version"])

    @property
    def origin(self) -> dict[str, Any]:
        """Where a desk's own weights come from: learned_at, learned_from (a version), decisions by part."""
        origin: dict[str, Any] = self.content.get("origin", {})
        return origin

    @property
    def frozen(self) -> dict[str, float]:
        """The figures of the frozen gates, as measured when these weights were learned."""
        figures: dict[str, float] = self.content.get("frozen", {}).get("figures", {})
        return figures

    def part(self, name: str) -> dict[str, Any]:
        """A model's settings and figures. Raises WeightsError where it was never trained."""
        part = self.content["parts"].get(name)
        if not isinstance(part, dict):
            raise WeightsError(f"{self.folder}: no {name} model; run `dinhchinh train {name}`")
        return part

    def open_part(self, name: str) -> Path:
        """The folder of a model, after every file in it was found to have the digest that is written here."""
        files = self.part(name)["files"]
        folder = self.folder / name
        present = (
            {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
            if folder.is_dir()
            else set()
        )
        if present != set(files):
            odd = min(present ^ set(files))
            raise WeightsError(f"{folder}: {odd} is {'not in the manifest' if odd in present else 'missing'}")
        for file, digest in files.items():
            if digest_of(folder / file) != digest:
                raise WeightsError(
                    f"{folder / file}: its SHA-256 is not the one in {NAME}; restore it or train again"
                )
        return folder


def read_manifest(folder: Path) -> Manifest:
    """Raises WeightsError where there is none or it is of another format."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{folder / NAME}: {error}") from error
    if (
        not isinstance(content, dict)
        or content.get("format") != FORMAT
        or not isinstance(content.get("parts"), dict)
    ):
        raise WeightsError(f"{folder / NAME}: not a manifest of format {FORMAT}")
    return Manifest(folder, content)


def record_part(folder: Path, name: str, section: dict[str, Any]) -> Manifest:
    """Writes a trained model's section, with the digests of the files in `folder/name`, and the new version name.

    What was noted of the weights as they were before is dropped.
    """
    try:
        parts = read_manifest(folder).content["parts"]
    except WeightsError:
        parts = {}
    part = folder / name
    files = {p.relative_to(part).as_posix(): digest_of(p) for p in sorted(part.rglob("*")) if p.is_file()}
    parts[name] = {**section, "files": files}
    digest = hashlib.sha256(
        json.dumps({k: parts[k]["files"] for k in sorted(parts)}, sort_keys=True).encode()
    ).hexdigest()
    content = {
        "format": FORMAT,
        "version": f"{FORMAT}-{digest[:10]}",
        "parts": {k: parts[k] for k in sorted(parts)},
    }
    return _write(folder, content)


def note(folder: Path, **notes: dict[str, Any]) -> Manifest:
    """Adds what is known of the whole set, such as its `origin`; the version stays, no weight has changed."""
    return _write(folder, {**read_manifest(folder).content, **notes})


def _write(folder: Path, content: dict[str, Any]) -> Manifest:
    (folder / NAME).write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return Manifest(folder, content)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
