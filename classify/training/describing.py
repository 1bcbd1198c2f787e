"""Tables of claims as numbers, described in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.encoder import open_encoder
from classify.features import WordVectors
from classify.manifest import digest_of
from classify.scoring import hash_words
from classify.selection import Selector
from classify.training.rows import Progress
from classify.training.tables import Table
from classify.training.workers import spread
from classify.verify import describe_many

AT_ONCE = 250
"""Claims that a process describes before it reports: a few seconds' work."""


@dataclass(frozen=True, slots=True)
class Described:
    """A table as numbers: features, shape (rows, features), and hashed differing words."""

    rows: NDArray[np.float32]
    bags: Any
    names: list[str]


def describe_tables(
    tables: Mapping[str, Table],
    words: Mapping[str, float],
    unknown: float,
    encoder: Path,
    selector: Selector,
    *,
    progress: Progress,
    processes: int | None = None,
) -> dict[str, Described]:
    """Each table under its name. `encoder` is the folder of the encoder that gives the words their vectors."""
    from scipy.sparse import vstack

    digest = digest_of(encoder / "model.safetensors")
    parts = [
        (name, table.pairs[start : start + AT_ONCE])
        for name, table in tables.items()
        for start in range(0, len(table.pairs), AT_ONCE)
    ]
    tasks = [(pairs, words, unknown, encoder, digest, selector) for _, pairs in parts]
    done = spread(_describe, tasks, stage="features", progress=progress, processes=processes)
    described = {}
    for name in tables:
        mine = [one for (of, _), one in zip(parts, done, strict=True) if of == name]
        described[name] = Described(
            np.vstack([one.rows for one in mine]), vstack([one.bags for one in mine]).tocsr(), mine[0].names
        )
    return described


def _describe(
    pairs: Sequence[tuple[str, list[str]]],
    words: Mapping[str, float],
    unknown: float,
    encoder: Path,
    digest: str,
    selector: Selector,
) -> Described:
    _, descriptions = describe_many(pairs, words, unknown, _vectors(encoder, digest), selector)
    return Described(
        np.array([list(one.features.values()) for one in descriptions], dtype=np.float32),
        hash_words([one.tokens for one in descriptions]),
        list(descriptions[0].features),
    )


@lru_cache(maxsize=1)
def _vectors(encoder: Path, digest: str) -> WordVectors:
    """One a process, kept: claims share most of their words. The digest tells a folder's encoder of now from before."""
    return WordVectors(open_encoder(encoder))
