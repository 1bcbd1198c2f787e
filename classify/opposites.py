"""Words of which only one can be true of the same thing: opposites, and siblings, which exclude each other.

Our own lists, in `data/opposites.txt` (one | other) and `data/siblings.txt`; every entry of a side or line by commas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from classify.words import fold_spelling

LONGEST = 4
"""Words of the longest entry."""
_FOLDER = Path(__file__).parent / "data"


def _read(name: str) -> dict[str, frozenset[str]]:
    """What each entry excludes; entries are folded words joined by single spaces."""
    table: dict[str, set[str]] = defaultdict(set)
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        sides = [[_key(entry) for entry in side.split(",")] for side in line.split("|")]
        for one, other in _pairs(sides):
            if one != other:
                table[one].add(other)
    return {word: frozenset(others) for word, others in table.items()}


def _pairs(sides: list[list[str]]) -> Iterable[tuple[str, str]]:
    """A line of one side holds siblings: each excludes the rest."""
    one, other = (sides[0], sides[0]) if len(sides) == 1 else sides
    yield from product(one, other)
    yield from product(other, one)


def _key(words: str) -> str:
    return " ".join(map(fold_spelling, words.split()))


OPPOSITES = _read("opposites.txt")
SIBLINGS = _read("siblings.txt")
