"""What the desk's machinery makes of one sentence that somebody typed in."""

from typing import Literal

from api.views.base import Moment, Out
from api.views.evidence import DifferenceOut
from api.views.passages import PassageFoundOut
from models import Label


class GateOut(Out):
    """What one gate said; `passed` is empty where an earlier gate had stopped the sentence."""

    gate: Literal["fact", "about_vietnam", "checkable"]
    passed: bool | None
    reason: str


class CheckOut(Out):
    """The gates in their order, then the verdict and the passages it was held against, the deciding first.

    `sentence` is what was checked: of one that states and then judges, what it states.
    `probability` says how likely it is that the record contradicts the sentence. From `label_threshold` on the label
    says so; only from `threshold` on is it alert-worthy, which is what the stated precision holds for. `set_aside` says
    why the model's own reading, support or contradiction, does not count, where a rule took it away.
    """

    sentence: str
    language: str
    as_of: Moment | None
    passed: bool
    gate: str | None
    reason: str
    fact_probability: float
    gates: list[GateOut]
    label: Label | None
    is_alert_worthy: bool | None
    probability: float | None
    probabilities: dict[Label, float] | None
    label_threshold: float | None
    threshold: float | None
    model: str
    set_aside: str | None
    differences: list[DifferenceOut]
    passages: list[PassageFoundOut]
