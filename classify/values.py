"""The values that pass between the functions of this folder. Offsets count code points of NFC text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

GateName = Literal["fact", "about_vietnam", "checkable"]
Scope = Literal["all", "country"]
Label = Literal["supported", "contradicted", "missing_context", "not_enough_evidence"]
AssertedBy = Literal["outlet", "headline", "quoted"]
DifferenceKind = Literal[
    "number", "date", "name", "negation", "opposite", "quantifier", "order", "context", "word"
]

SetAside = Literal[
    "condition",
    "another time",
    "reckoned",
    "time kept",
    "another thing",
    "aim",
    "another speaker",
    "said alike",
    "denied",
]
"""Why what the model read as support or contradiction is none; see `setting_aside`."""

LABELS: tuple[Label, ...] = ("supported", "contradicted", "missing_context", "not_enough_evidence")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open `[start, end)` offsets into a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What the gates said of one sentence; `gate` names the one that stopped it, None when it passed."""

    passed: bool
    gate: GateName | None
    reason: str
    probability: float
    """Probability that the sentence states a fact, 0..1, after rules and model."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who asserts a span. `quoted_party` is an organisation or office, never a person; None otherwise."""

    asserted_by: AssertedBy
    quoted_party: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClaim:
    """A claim as published. `start` and `end` are offsets into the text, or into the title for a headline."""

    start: int
    end: int
    text: str
    asserted_by: AssertedBy
    quoted_party: str | None
    probability: float
    reason: str


@dataclass(frozen=True, slots=True)
class FoundClaims:
    """An article's claims, and how many sentences each gate stopped, keyed `gate/reason`."""

    claims: tuple[FoundClaim, ...]
    stopped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What claim and passage say differently, as spans on both sides; None where that side says nothing."""

    kind: DifferenceKind
    claim: Span | None
    passage: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A claim held against its passages.

    `probability` is the calibrated probability that the evidence contradicts the claim. `label` says
    contradicted from `label_threshold` on, and only from `threshold` on is the verdict alert-worthy; the model
    card states the precision each was chosen for. `best` is the index of the deciding passage, None when there was
    none; `differences` are between the claim and that passage. `set_aside` says why the model's own reading does not
    count, where a rule took it away.
    """

    label: Label
    alert_worthy: bool
    probability: float
    probabilities: dict[Label, float]
    best: int | None
    differences: tuple[Difference, ...]
    threshold: float
    label_threshold: float
    model: str
    set_aside: SetAside | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's index in the list it came from, and its score in 0..1; best first."""

    index: int
    score: float
