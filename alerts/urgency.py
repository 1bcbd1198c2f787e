"""How long an alert of each class may wait, in working time. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from models import ClockKind, Urgency

MOST_URGENT_FIRST = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A class, the priority from which an alert belongs to it, and the working time that each clock allows."""

    urgency: Urgency
    from_priority: float
    first_look: timedelta
    decision: timedelta
    response: timedelta

    def of(self, kind: ClockKind) -> timedelta:
        """The working time that a clock allows."""
        found: timedelta = getattr(self, kind.value)
        return found


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)

STANDARD_ALLOWANCES = (
    Allowance(Urgency.URGENT, 0.7, 15 * _MINUTE, _HOUR, 8 * _HOUR),
    Allowance(Urgency.HIGH, 0.5, _HOUR, 4 * _HOUR, 18 * _HOUR),
    Allowance(Urgency.ORDINARY, 0.0, 9 * _HOUR, 18 * _HOUR, 45 * _HOUR),
)


def allow(priority: float, allowances: tuple[Allowance, ...]) -> Allowance:
    """The allowance of a priority; the classes are ordered, the most urgent first and the last for all the rest."""
    for allowance in allowances:
        if priority >= allowance.from_priority:
            return allowance
    return allowances[-1]


def is_more_urgent(urgency: Urgency, than: Urgency) -> bool:
    """Whether one class comes before another."""
    return MOST_URGENT_FIRST.index(urgency) < MOST_URGENT_FIRST.index(than)
