"""The sets of weights that a desk can choose from, and which of them judges.

Shipped weights lie with the program, a desk's own under `models/VERSION` in its home. The rows of `weights_in_use`
say which is in use, so that every process and machine on one database judges alike; the folder holds no pointer that
could differ. With no row, the shipped weights judge.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from classify.encoder import WEIGHTS
from classify.errors import ClassifyError, WeightsError
from classify.manifest import Manifest, read_manifest
from models import WeightsChange, WeightsInUse


class UnknownVersionError(ClassifyError):
    """There is no such set of weights here: `dinhchinh models list` shows those there are."""


@dataclass(frozen=True, slots=True)
class WeightsSet:
    """A complete set of weights; `shipped` ones come with the program."""

    manifest: Manifest
    shipped: bool

    @property
    def folder(self) -> Path:
        return self.manifest.folder

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def key(self) -> str | None:
        """As rows name it: None for the shipped set, whichever it is."""
        return None if self.shipped else self.version


@dataclass(frozen=True, slots=True)
class Store:
    """The shipped set and those under a folder."""

    folder: Path
    shipped: Path = WEIGHTS

    def list_sets(self) -> tuple[list[WeightsSet], list[WeightsError]]:
        """The shipped set, then the desk's own by folder name; and what is wrong with those that cannot be read."""
        sets, problems = [WeightsSet(read_manifest(self.shipped), shipped=True)], []
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            # A name that begins with a dot is a set that is being learned.
            if not folder.is_dir() or folder.name.startswith("."):
                continue
            try:
                sets.append(WeightsSet(read_manifest(folder), shipped=False))
            except WeightsError as problem:
                problems.append(problem)
        return sets, problems

    def find(self, version: str | None) -> WeightsSet:
        """The set of that version, the shipped one for None. Raises UnknownVersionError."""
        sets, problems = self.list_sets()
        for one in sets:
            if version in (one.key, one.version):
                return one
        why = f"; {problems[0]}" if problems else ""
        raise UnknownVersionError(f"there are no weights {version} in {self.folder}{why}")

    @contextmanager
    def draft(self, base: WeightsSet) -> Iterator[Path]:
        """A copy of a set to learn on, for `keep` to take in; thrown away at the end of the block if it did not."""
        folder = self.folder / f".learning-{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base.folder, folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, draft: Path) -> WeightsSet:
        """Takes a draft in under its version, unless the very same weights are there already."""
        folder = self.folder / read_manifest(draft).version
        if not folder.exists():
            draft.rename(folder)
        return WeightsSet(read_manifest(folder), shipped=False)


def read_history(session: Session) -> list[WeightsInUse]:
    """Every change of the weights in use, oldest first."""
    return list(session.scalars(select(WeightsInUse).order_by(WeightsInUse.id)))


def version_in_use(session: Session) -> str | None:
    """What judges now; None for the shipped set."""
    return session.scalar(select(WeightsInUse.version).order_by(WeightsInUse.id.desc()).limit(1))


def list_earlier(history: Sequence[WeightsInUse]) -> list[str | None]:
    """What a step back leads to, the nearest first: what each promotion that still holds took the place of."""
    held: list[str | None] = [None]
    for row in history:
        if row.change is WeightsChange.PROMOTED:
            held.append(row.version)
        else:
            while len(held) > 1 and held[-1] != row.version:
                held.pop()
    return held[-2::-1]


def change_weights(
    session: Session,
    chosen: WeightsSet,
    change: WeightsChange,
    *,
    now: datetime,
    comparisons: Sequence[dict[str, Any]] = (),
) -> WeightsInUse:
    """From now on the chosen set judges. What was assessed before stays as it was."""
    row = WeightsInUse(since=now, version=chosen.key, change=change, comparisons=list(comparisons))
    session.add(row)
    session.flush()
    return row
