"""What an office sets for its desks: what makes an alert urgent. Plain values, with defaults that work."""

from dataclasses import dataclass, field

from alerts.priority import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How alerts are weighed."""

    weights: Weights = field(default_factory=Weights)


STANDARD = Policy()
