"""What the desk's decisions teach. They are the office's own: what is learned from them stays in its home.

| decision | the verifier learns | the fact gate learns |
| --- | --- | --- |
| respond | contradicted, where the machine said so: a person confirmed it | a fact |
| record_is_wrong | contradicted, likewise: the record does say otherwise, wrong as it is | a fact |
| claim_is_right | not contradicted; how much of the rest is support stays as the machine saw it | a fact |
| not_a_claim | nothing | not a fact |
| no_response, not_about_us, duplicate_of | nothing | nothing |

`no_response` says that nothing is answered, not how the claim stands. Whether a sentence is about Vietnam is decided by
names, not learned. A repeat carries the decision of the alert that it repeats, which counts there, once.

A decision counts while it stands: one that was undone is gone, one whose alert was reopened waits for the next. Of
several about the same words the latest counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classify.values import Label
from models import (
    Alert,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    Decision,
    Outcome,
    Passage,
    nfc,
)

FEWEST = 50
FEWEST_OF_A_SIDE = 10
"""Fewer rows than this, or only one answer, teach a model who decides at this desk rather than what is so."""
WEIGHT = 2.0
"""A decided claim weighs twice an open row: it is the desk's own news, read by a person, as the machine meets it."""
MOST_SHARE = 0.1
"""All decisions together weigh at most this share of the open rows: the machine chose what came to the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedClaim:
    """A claim with the decision that stands, and what it was held against, the deciding passage first."""

    text: str
    outcome: Outcome
    decided_at: datetime
    label: Label | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRow:
    """A claim with its passages; `share` of its weight goes to the label."""

    claim: str
    passages: tuple[str, ...]
    label: Label
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """A sentence that states a fact, or does not."""

    text: str
    fact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the decisions teach. `decisions` counts those that taught each of the two something."""

    verify: tuple[VerifyRow, ...]
    claims: tuple[FactRow, ...]

    @property
    def decisions(self) -> dict[str, int]:
        """Decisions by what they teach: verify, claims."""
        return {"verify": len({row.claim for row in self.verify}), "claims": len(self.claims)}

    def lacks(self, lesson: str) -> str | None:
        """Why too little was decided for a lesson (verify, claims); None where it is enough."""
        sides: Counter[str] = Counter()
        if lesson == "verify":
            by_claim = {row.claim: row.label for row in self.verify}
            sides.update(
                "contradicted" if label == "contradicted" else "other" for label in by_claim.values()
            )
            named = ("contradicted", "other")
        else:
            sides.update("a fact" if row.fact else "no fact" for row in self.claims)
            named = ("a fact", "no fact")
        if sum(sides.values()) >= FEWEST and min(sides[name] for name in named) >= FEWEST_OF_A_SIDE:
            return None
        counts = ", ".join(f"{sides[name]} {name}" for name in named)
        return (
            f"{sum(sides.values())} decisions teach {lesson} ({counts}); it takes {FEWEST}, "
            f"{FEWEST_OF_A_SIDE} on either side"
        )


def learn_from(decided: Sequence[DecidedClaim]) -> Feedback:
    """The rows that decisions make, in the order in which they were taken; see the table above."""
    latest: dict[str, DecidedClaim] = {}
    for one in sorted(decided, key=lambda one: one.decided_at):
        latest.pop(one.text, None)
        latest[one.text] = one
    return Feedback(
        verify=tuple(row for one in latest.values() for row in _teach_verify(one)),
        claims=tuple(row for one in latest.values() for row in _teach_claims(one)),
    )


def _teach_verify(one: DecidedClaim) -> list[VerifyRow]:
    if not one.passages:
        return []
    shares: dict[Label, float] = {}
    if one.outcome in (Outcome.RESPOND, Outcome.RECORD_IS_WRONG) and one.label == "contradicted":
        shares = {"contradicted": 1.0}
    elif one.outcome is Outcome.CLAIM_IS_RIGHT:
        supported = one.probabilities.get("supported", 0.0)
        rest = supported + one.probabilities.get("not_enough_evidence", 0.0)
        share = supported / rest if rest > 0.0 else 0.5
        shares = {"supported": share, "not_enough_evidence": 1.0 - share}
    return [
        VerifyRow(claim=one.text, passages=one.passages, label=label, share=share)
        for label, share in shares.items()
        if share > 0.0
    ]


def _teach_claims(one: DecidedClaim) -> list[FactRow]:
    if one.outcome is Outcome.NOT_A_CLAIM:
        return [FactRow(text=one.text, fact=False)]
    stated = (Outcome.RESPOND, Outcome.RECORD_IS_WRONG, Outcome.CLAIM_IS_RIGHT)
    return [FactRow(text=one.text, fact=True)] if one.outcome in stated else []


def row_weight(rows: int, open_weight: float) -> float:
    """What one decided claim weighs beside open rows that weigh `open_weight` together, each about 1."""
    return min(WEIGHT, MOST_SHARE * open_weight / rows) if rows else 0.0


def name_decisions(feedback: Feedback | None, lesson: str) -> list[dict[str, str]]:
    """The decisions among the data of a model card."""
    if feedback is None or not feedback.decisions[lesson]:
        return []
    rows = f"{feedback.decisions[lesson]:,}"
    return [
        {"name": "Decisions of this desk", "licence": "the office's own, not to be passed on", "rows": rows}
    ]


def read_decided(session: Session) -> list[DecidedClaim]:
    """Every alert's claim with the decision that stands."""
    latest = select(func.max(Decision.id)).group_by(Decision.alert_id)
    query = (
        select(Decision, Assessment, func.coalesce(Claim.text, ClaimGroup.text))
        .join(Alert, Alert.id == Decision.alert_id)
        .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
        .outerjoin(Assessment, Assessment.id == Alert.assessment_id)
        .outerjoin(Claim, Claim.id == Assessment.claim_id)
        .where(Decision.id.in_(latest), Alert.outcome.is_not(None))
        .order_by(Decision.id)
    )
    rows = session.execute(query).all()
    passages = _read_passages(session, [assessment.id for _, assessment, _ in rows if assessment])
    return [
        DecidedClaim(
            text=nfc(text),
            outcome=decision.outcome,
            decided_at=decision.decided_at,
            label=assessment.label.value if assessment else None,
            probabilities=dict(assessment.probabilities) if assessment else {},
            passages=passages.get(assessment.id, ()) if assessment else (),
        )
        for decision, assessment, text in rows
    ]


def _read_passages(session: Session, assessments: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query: Any = (
        select(AssessmentPassage.assessment_id, Passage.text)
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .where(AssessmentPassage.assessment_id.in_(assessments))
        .order_by(AssessmentPassage.assessment_id, AssessmentPassage.rank)
    )
    found: dict[int, tuple[str, ...]] = {}
    for assessment_id, text in session.execute(query):
        found[assessment_id] = (*found.get(assessment_id, ()), nfc(text))
    return found
