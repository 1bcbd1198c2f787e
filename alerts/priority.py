"""How urgent an alert is: a sum of named parts, each shown beside the alert. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

# Where a part is full: one more outlet beyond these makes no alert more urgent.
_FULL_OUTLETS = 16
_FULL_GROWTH = 8
GROWTH_WINDOW = timedelta(hours=24)
_HALF_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part may add at most; the defaults add up to 1. `subjects` gives a subject's share, 0..1."""

    probability: float = 0.5
    outlets: float = 0.2
    growth: float = 0.1
    subject: float = 0.1
    age: float = 0.1
    subjects: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    other_subjects: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """Where a claim group has been seen: how many outlets carry it, and how many of them only lately.

    `titles` names those of the group itself, the first ones first, without those of groups that repeat it; `countries`
    are where these are published, as far as that is known, casefolded.
    """

    outlets: int
    lately: int
    first_seen_at: datetime
    titles: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()


def weigh(
    *, probability: float, sightings: Sightings, subject: str | None, weights: Weights, now: datetime
) -> dict[str, float]:
    """The parts of an alert's priority, rounded to thousandths; their sum is the priority.

    Outlets and growth count in doublings, because the second outlet says more than the ninth. Age fades, so
    that today's claim stands above last week's equal; being late is the clocks' concern, not a part.
    """
    age = max(now - sightings.first_seen_at, timedelta())
    share = (
        weights.other_subjects if subject is None else weights.subjects.get(subject, weights.other_subjects)
    )
    full = {
        "probability": probability,
        "outlets": _doublings(sightings.outlets - 1, _FULL_OUTLETS - 1),
        "growth": _doublings(sightings.lately, _FULL_GROWTH),
        "subject": share,
        "age": 0.5 ** (age / _HALF_LIFE),
    }
    return {name: round(most * full[name], 3) for name, most in list_most(weights).items()}


def list_most(weights: Weights) -> dict[str, float]:
    """By a part's name, what it adds at most."""
    return {
        "probability": weights.probability,
        "outlets": weights.outlets,
        "growth": weights.growth,
        "subject": weights.subject,
        "age": weights.age,
    }


def total(parts: Mapping[str, float]) -> float:
    """The priority: the sum of its parts."""
    return round(math.fsum(parts.values()), 3)


def _doublings(count: int, full: int) -> float:
    return min(1.0, math.log2(1 + max(count, 0)) / math.log2(1 + full))
