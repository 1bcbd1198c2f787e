"""A first draft made of quotations alone: fact, the claim once, what differs, fact. It writes no sentence itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.approval import BlockDraft
from alerts.errors import Invalid
from models import Alert, Article, Assessment, AssessmentPassage, BlockKind, Claim, Passage, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words as they were published, by whom and when. `passage_id` is empty for a claim, which is no evidence."""

    text: str
    publisher: str
    published_at: datetime | None
    passage_id: int | None = None

    def __str__(self) -> str:
        day = f", {self.published_at.date().isoformat()}" if self.published_at else ""
        return f"“{self.text}” — {self.publisher}{day}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed text; the title is the headline of the page that the leading passage is from."""

    title: str
    blocks: tuple[BlockDraft, ...]


def draft_blocks(
    claim: Quotation, evidence: Sequence[Quotation], differences: Sequence[tuple[str, str]]
) -> tuple[BlockDraft, ...]:
    """Blocks in the order of the Debunking Handbook, from the best passage on.

    `differences` are the words on either side, the claim's first. The closing fact is another publisher's if one
    of the passages is, so that the answer does not rest on one voice.
    """
    leading = evidence[0]
    others = sorted(evidence[1:], key=lambda quotation: quotation.publisher == leading.publisher)
    return (
        _fact(leading),
        # The claim was made; that is the office's own observation, so no passage is cited for it.
        BlockDraft(kind=BlockKind.CLAIM, text=str(claim), is_statement=True),
        *_differing(leading, differences),
        _fact(others[0] if others else leading),
    )


def find_draft(session: Session, alert: Alert) -> Draft:
    """The draft for an alert, from the passages its assessment looked at. Raises Invalid when there are none."""
    assessment = session.get(Assessment, alert.assessment_id) if alert.assessment_id else None
    if assessment is None:
        raise Invalid("alert", "nothing has been held against this claim yet; write the text yourself")
    rows = session.execute(
        select(Passage, Article.title)
        .join(AssessmentPassage, AssessmentPassage.passage_id == Passage.id)
        .join(Article, Article.id == Passage.article_id)
        .where(AssessmentPassage.assessment_id == assessment.id)
        .order_by(AssessmentPassage.rank)
    ).all()
    if not rows:
        raise Invalid("alert", "no passage is known for this claim; write the text yourself")
    claim, published_at, outlet = session.execute(
        select(Claim, Article.published_at, Source.title)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.id == assessment.claim_id)
    ).one()
    evidence = [
        Quotation(
            text=passage.text,
            publisher=passage.publisher,
            published_at=passage.published_at,
            passage_id=passage.id,
        )
        for passage, _ in rows
    ]
    said = Quotation(text=claim.text, publisher=outlet, published_at=published_at)
    pairs = _read_pairs(assessment.differences, claim.text, rows[0][0].text)
    return Draft(title=rows[0][1], blocks=draft_blocks(said, evidence, pairs))


def _fact(quotation: Quotation) -> BlockDraft:
    cited = () if quotation.passage_id is None else (quotation.passage_id,)
    return BlockDraft(kind=BlockKind.FACT, text=str(quotation), passage_ids=cited)


def _differing(leading: Quotation, differences: Sequence[tuple[str, str]]) -> list[BlockDraft]:
    if not differences:
        return []
    text = "; ".join(f"“{claimed}” — “{recorded}”" for claimed, recorded in differences)
    cited = () if leading.passage_id is None else (leading.passage_id,)
    return [BlockDraft(kind=BlockKind.DIFFERENCE, text=text, passage_ids=cited)]


def _read_pairs(differences: Sequence[Mapping[str, Any]], claim: str, passage: str) -> list[tuple[str, str]]:
    """The differing words of both sides; a difference that one side is silent on has no pair to show."""
    return [
        (claim[slice(*one["claim"])], passage[slice(*one["passage"])])
        for one in differences
        if one["claim"] is not None and one["passage"] is not None
    ]
