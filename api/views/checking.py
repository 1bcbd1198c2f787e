"""What the desk's machinery makes of one sentence that somebody typed in."""

from api.views.alerts import DifferenceOut
from api.views.base import Out
from api.views.passages import PassageFoundOut
from models import Label


class CheckOut(Out):
    """The gate that stopped the sentence, or its verdict and the passages it was held against, the deciding first."""

    sentence: str
    language: str
    passed: bool
    gate: str | None
    reason: str
    fact_probability: float
    label: Label | None
    probability: float | None
    threshold: float | None
    model: str | None
    differences: list[DifferenceOut]
    passages: list[PassageFoundOut]
