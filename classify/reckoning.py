"""When the claim's figure can be reckoned from the passage's: 52 communes fewer, where 214 became 162.

A figure that the passage does not state is no contradiction if it is the sum or the difference of two that it does.
Of nine wrong alerts on the frozen claims five were such sums, and no other rule sees them.
"""

from __future__ import annotations

from itertools import combinations

from classify.alignment import Alignment
from classify.numbers import Quantity, same_quantity, share_measure

LEAST = 10.0
"""Smaller whole numbers are sums of others by chance too often."""
TOLERANCE = 1e-6


def is_reckoned(alignment: Alignment) -> bool:
    """Whether every figure of the claim that the passage does not state follows from two that it states.

    False where the claim has no such figure.
    """
    stated = [q for q in alignment.evidence.quantities if q.kind == "number"]
    open_figures = [
        quantity
        for quantity in alignment.claim.quantities
        if quantity.kind == "number" and not any(same_quantity(quantity, other) for other in stated)
    ]
    return bool(open_figures) and all(_follows(quantity, stated) for quantity in open_figures)


def _follows(wanted: Quantity, stated: list[Quantity]) -> bool:
    if wanted.value < LEAST and wanted.value == int(wanted.value):
        return False
    return any(
        _close(wanted.value, one.value + other.value) or _close(wanted.value, abs(one.value - other.value))
        for one, other in combinations(stated, 2)
        if one.value and other.value and share_measure(one, other) and share_measure(wanted, one)
    )


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
