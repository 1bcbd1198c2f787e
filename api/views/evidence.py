"""What an assessment rests on: the passages it looked at, and what differs between the best of them and the claim."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from api.views.base import Out, Place
from api.views.passages import PASSAGES, PassageOut, describe_passage
from classify.values import Span
from models import AssessmentPassage, Passage

_EVIDENCE = (
    PASSAGES.add_columns(AssessmentPassage.assessment_id, AssessmentPassage.rank, AssessmentPassage.score)
    .join(AssessmentPassage, AssessmentPassage.passage_id == Passage.id)
    .where(AssessmentPassage.assessment_id.in_(bindparam("assessments", expanding=True)))
    .order_by(AssessmentPassage.assessment_id, AssessmentPassage.rank)
)


class DifferenceOut(Out):
    """What claim and passage say differently, in the words of each and where they stand; empty where one is silent."""

    kind: str
    claim: str | None
    passage: str | None
    claim_at: Place | None
    passage_at: Place | None


class EvidenceOut(Out):
    """A passage that the assessment looked at; rank 1 decided."""

    rank: int
    score: float
    passage: PassageOut


def read_evidence(session: Session, assessment_ids: Collection[int]) -> dict[int, list[EvidenceOut]]:
    """By assessment id, the passages it looked at, best first."""
    read: dict[int, list[EvidenceOut]] = defaultdict(list)
    if assessment_ids:
        rows = session.execute(_EVIDENCE, {"assessments": list(assessment_ids)})
        for passage, url, version, valid_until, assessment_id, rank, score in rows:
            shown = describe_passage(passage, url, version, valid_until)
            read[assessment_id].append(EvidenceOut(rank=rank, score=score, passage=shown))
    return read


def read_differences(
    differences: Iterable[Mapping[str, Any]], claim: str, passage: str
) -> list[DifferenceOut]:
    """Stored spans with the words they cover."""
    return [
        describe_difference(one["kind"], one["claim"], one["passage"], claim, passage) for one in differences
    ]


def describe_difference(
    kind: str,
    claim_at: Sequence[int] | None,
    passage_at: Sequence[int] | None,
    claim: str,
    passage: str,
) -> DifferenceOut:
    """One difference; the places are `[start, end)` in either text."""
    return DifferenceOut(
        kind=kind,
        claim=None if claim_at is None else claim[claim_at[0] : claim_at[1]],
        passage=None if passage_at is None else passage[passage_at[0] : passage_at[1]],
        claim_at=None if claim_at is None else (claim_at[0], claim_at[1]),
        passage_at=None if passage_at is None else (passage_at[0], passage_at[1]),
    )


def describe_place(span: Span | None) -> tuple[int, int] | None:
    """Where a span begins and ends."""
    return None if span is None else (span.start, span.end)
