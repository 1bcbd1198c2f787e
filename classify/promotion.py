"""May these weights judge in the place of those? Not if they are worse on the frozen sets, leakage of opinion first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from classify.evaluation import evaluate_claims, evaluate_verify
from classify.facts import ClaimModel
from classify.frozen import FrozenSets
from classify.verify import Verifier

STATED_PRECISION = 0.95
"""What an alert promises. A precision above it is not worse than promised, wherever the old one was."""
LEAKAGE = "leakage"


class MeasuredModels(Protocol):
    """What is measured of the loaded models."""

    @property
    def claims(self) -> ClaimModel: ...

    @property
    def verifier(self) -> Verifier: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """One figure that must not get worse. A new figure within `slack` of the old one is not worse.

    From `enough` on a figure passes whatever the old one was.
    """

    name: str
    lower_is_better: bool
    slack: float
    enough: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of the weights in use and of those that would replace them, each 0..1."""

    name: str
    old: float
    new: float
    passed: bool
    reason: str

    def as_row(self) -> dict[str, Any]:
        """As it is kept with the promotion."""
        return asdict(self)


GATES = (
    Gate("held-out sentences, macro F1", lower_is_better=False, slack=0.01),
    Gate("frozen claims, macro F1", lower_is_better=False, slack=0.01),
    Gate("frozen claims, expected calibration error", lower_is_better=True, slack=0.025),
    Gate("frozen claims, precision of alerts", lower_is_better=False, slack=0.035, enough=STATED_PRECISION),
)
"""The slack is what chance does: two seeds of one training differed by 0.005 and 0.001 in macro F1, by 0.024 in
calibration error and by 0.034 in precision (one alert more or less of 41 is 0.024). Leakage has none."""


def measure(models: MeasuredModels, frozen: FrozenSets) -> dict[str, float]:
    """Every figure by its gate's name; leakage once for each file of opinions."""
    figures = {
        f"{LEAKAGE}, {name}": float(evaluate_claims(rows, models.claims)["leakage"])
        for name, rows in frozen.opinions.items()
    }
    held = evaluate_verify(frozen.claims, models.verifier)
    values = (
        float(evaluate_claims(frozen.sentences, models.claims)["macro_f1"]),
        float(held["macro_f1"]),
        float(held["ece"]),
        float(held["alerts"]["precision"]),
    )
    return figures | {gate.name: value for gate, value in zip(GATES, values, strict=True)}


def compare(old: Mapping[str, float], new: Mapping[str, float]) -> list[Comparison]:
    """Every gate in order, leakage of opinion first and without any slack: one more sentence is worse."""
    leakage = [Gate(name, lower_is_better=True, slack=0.0) for name in new if name.startswith(f"{LEAKAGE},")]
    return [_compare(gate, old[gate.name], new[gate.name]) for gate in (*leakage, *GATES)]


def refusals(comparisons: Sequence[Comparison]) -> list[str]:
    """Why the new weights may not be promoted; empty where they may."""
    return [f"{one.name}: {one.reason}" for one in comparisons if not one.passed]


def _compare(gate: Gate, old: float, new: float) -> Comparison:
    loss = new - old if gate.lower_is_better else old - new
    if gate.enough is not None and new >= gate.enough:
        return Comparison(gate.name, old, new, True, f"at least the {gate.enough:.2f} that is promised")
    if loss <= 0.0:
        return Comparison(gate.name, old, new, True, "better" if loss < 0.0 else "the same")
    if loss <= gate.slack + 1e-9:
        return Comparison(gate.name, old, new, True, f"within {gate.slack}")
    return Comparison(gate.name, old, new, False, f"worse by {loss:.4f}, and {gate.slack} is allowed")
