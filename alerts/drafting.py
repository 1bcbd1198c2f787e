"""A first draft made of quotations alone: fact, the claim once, what differs, fact. It writes no sentence itself, and
says none twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.approval import BlockDraft
from alerts.contrasts import contrast, widen
from alerts.errors import Invalid
from alerts.working_time import day_in_viet_nam
from models import Alert, Article, Assessment, AssessmentPassage, BlockKind, Claim, Passage, Source

Quoter = Callable[[str, str, Sequence[tuple[int, int]]], str]
"""Of a passage, the words that bear on what is asked, which must hold what stands at the places."""


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")

NEARLY_AS_NEAR = 0.6
"""Share of the deciding passage's score that another must have to be quoted beside it unasked. On the replayed newsroom
passages of another matter have 0.3 to 0.55 of it."""


def quote_whole(asked: str, passage: str, places: Sequence[tuple[int, int]]) -> str:
    """All of it."""
    del asked, places
    return passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words as they were published, by whom and when. `passage_id` is empty for a claim, which is no evidence."""

    text: str
    publisher: str
    published_at: datetime | None
    passage_id: int | None = None

    def attribute(self, language: str) -> str:
        """The words with who published them and when, as a text in this language writes days."""
        day = f", {write_day(self.published_at, language)}" if self.published_at else ""
        return f"“{self.text}” — {self.publisher}{day}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A quotation, and every passage that says the same."""

    quotation: Quotation
    passage_ids: tuple[int, ...]


def write_day(at: datetime, language: str) -> str:
    """The day of a moment as it is written in a language: 25/11/2026, or 25 November 2026."""
    day = day_in_viet_nam(at)
    if language == "vi":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed text; the title is the headline of the page that the leading passage is from."""

    title: str
    blocks: tuple[BlockDraft, ...]


def draft_blocks(
    claim: Quotation, evidence: Sequence[Quotation], differences: Sequence[tuple[str, str]], *, language: str
) -> tuple[BlockDraft, ...]:
    """Blocks in the order of the Debunking Handbook, from the best passage on, for a text in a language.

    `differences` are the words on either side, the claim's first. The closing fact is another publisher's if one
    of the passages is, so that the answer does not rest on one voice; there is none where the rest says the same.
    """
    leading = evidence[0]
    others = sorted(evidence[1:], key=lambda quotation: quotation.publisher == leading.publisher)
    first, *rest = say_once([leading, *others])
    return (
        _draft_fact(first, language),
        BlockDraft(kind=BlockKind.CLAIM, text=claim.attribute(language)),
        *_differing(leading, differences, language),
        *(_draft_fact(fact, language) for fact in rest[:1]),
    )


def say_once(quotations: Sequence[Quotation]) -> list[Fact]:
    """The quotations without the sentences that an earlier one has, marked where one is left out between others.

    What says nothing new is no fact of its own; its passage stands with the first that says the same.
    """
    facts: list[Fact] = []
    said: dict[str, int] = {}
    for one in quotations:
        cited = () if one.passage_id is None else (one.passage_id,)
        sentences = _SENTENCE_END.split(one.text)
        keys = [" ".join(sentence.casefold().split()) for sentence in sentences]
        new = [sentence if key not in said else "" for sentence, key in zip(sentences, keys, strict=True)]
        if not any(new):
            same = said[keys[0]]
            facts[same] = replace(
                facts[same], passage_ids=tuple(dict.fromkeys((*facts[same].passage_ids, *cited)))
            )
            continue
        text = re.sub(r"(?: ?\x00)+ ?", " […] ", " ".join(part or "\x00" for part in new).strip("\x00 "))
        said |= {key: len(facts) for key in keys if key not in said}
        facts.append(Fact(replace(one, text=text), cited))
    return facts


def find_draft(
    session: Session,
    *,
    alert: Alert | None,
    language: str,
    passage_ids: Sequence[int] = (),
    question: str = "",
    quote: Quoter = quote_whole,
) -> Draft:
    """The draft for an alert, from the passages its assessment looked at or from those named; facts alone without one.

    Quotations stay in their own language; days and who says what are in the draft's.

    `question` is what the facts of a draft without an alert answer. Raises Invalid when there is nothing to quote.
    """
    if alert is None:
        if not passage_ids:
            raise Invalid("passage_ids", "a fact sheet answers no claim: name the passages to draft it from")
        facts = _read_passages(session, passage_ids)
        return Draft(
            title=facts[0].headline,
            blocks=tuple(
                _draft_fact(fact, language)
                for fact in say_once(
                    [one.quotation(question, quote if question else quote_whole) for one in facts]
                )
            ),
        )
    assessment = session.get(Assessment, alert.assessment_id) if alert.assessment_id else None
    if assessment is None:
        raise Invalid("alert", "nothing has been held against this claim yet; write the text yourself")
    looked_at = session.execute(
        select(AssessmentPassage.passage_id, AssessmentPassage.score)
        .where(AssessmentPassage.assessment_id == assessment.id)
        .order_by(AssessmentPassage.rank)
    ).all()
    near = [passage_id for passage_id, score in looked_at if score >= NEARLY_AS_NEAR * looked_at[0].score]
    found = _read_passages(session, passage_ids or near)
    if not found:
        raise Invalid("alert", "no passage is known for this claim; write the text yourself")
    claim, published_at, outlet = session.execute(
        select(Claim, Article.published_at, Source.title)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.id == assessment.claim_id)
    ).one()
    said = Quotation(text=claim.text, publisher=outlet, published_at=published_at)
    # The differences were read from the passage that decided, and from no other.
    differing = assessment.differences if near and found[0].passage.id == near[0] else ()
    places = [tuple(one["passage"]) for one in differing if one["passage"] is not None]
    evidence = [
        one.quotation(claim.text, quote, places if rank == 0 else ()) for rank, one in enumerate(found)
    ]
    pairs = _read_pairs(differing, claim.text, found[0].passage.text)
    return Draft(title=found[0].headline, blocks=draft_blocks(said, evidence, pairs, language=language))


@dataclass(frozen=True, slots=True)
class _Found:
    passage: Passage
    headline: str

    def quotation(self, asked: str, quote: Quoter, places: Sequence[Any] = ()) -> Quotation:
        return Quotation(
            text=quote(asked, self.passage.text, places),
            publisher=self.passage.publisher,
            published_at=self.passage.published_at,
            passage_id=self.passage.id,
        )


def _read_passages(session: Session, passage_ids: Sequence[int]) -> list[_Found]:
    """The passages in the order of their ids here. Raises Invalid where one is not there."""
    rows = session.execute(
        select(Passage, Article.title)
        .join(Article, Article.id == Passage.article_id)
        .where(Passage.id.in_(passage_ids))
    )
    found = {passage.id: _Found(passage, headline) for passage, headline in rows}
    missing = [passage_id for passage_id in passage_ids if passage_id not in found]
    if missing:
        raise Invalid("passage_ids", f"there is no passage {', '.join(map(str, missing))}")
    return [found[passage_id] for passage_id in dict.fromkeys(passage_ids)]


def _draft_fact(fact: Fact, language: str) -> BlockDraft:
    return BlockDraft(
        kind=BlockKind.FACT, text=fact.quotation.attribute(language), passage_ids=fact.passage_ids
    )


def _differing(leading: Quotation, differences: Sequence[tuple[str, str]], language: str) -> list[BlockDraft]:
    text = contrast(differences, language)
    if not text:
        return []
    cited = () if leading.passage_id is None else (leading.passage_id,)
    return [BlockDraft(kind=BlockKind.DIFFERENCE, text=text, passage_ids=cited)]


def _read_pairs(differences: Sequence[Mapping[str, Any]], claim: str, passage: str) -> list[tuple[str, str]]:
    """The differing words of both sides with their units; where one side is silent there is no pair to show."""
    return [
        (widen(claim, *one["claim"]), widen(passage, *one["passage"]))
        for one in differences
        if one["claim"] is not None and one["passage"] is not None
    ]
