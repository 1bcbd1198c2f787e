"""What an office sets for its desks: what makes an alert urgent, and how long it may wait. Plain values."""

from dataclasses import dataclass, field

from alerts.priority import Weights
from alerts.urgency import STANDARD_ALLOWANCES, Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How alerts are weighed, and what each class of priority allows."""

    weights: Weights = field(default_factory=Weights)
    allowances: tuple[Allowance, ...] = STANDARD_ALLOWANCES


STANDARD = Policy()
