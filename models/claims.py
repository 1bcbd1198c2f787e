"""Claims found in monitored articles, what says the same thing, and how each stands to the evidence."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.base import Base
from models.text import fold

BY_HAND = "hand:"
"""How the key of a claim group begins that a person made; no text makes such a key."""


class AssertedBy(enum.StrEnum):
    """Who makes the claim in the article: reporting that somebody said something is not asserting it."""

    OUTLET = "outlet"
    HEADLINE = "headline"
    QUOTED = "quoted"


class Label(enum.StrEnum):
    """How a claim stands to the evidence. Nothing is ever called more than this."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    MISSING_CONTEXT = "missing_context"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


def _fold_text(context: Any) -> str:
    return fold(context.get_current_parameters()["text"])


class ClaimGroup(Base):
    """Claims that say the same thing, in the words that the key is of or in others.

    The text is that of the earliest claim in those words, by (published_at, url, start). `folded` is for search and is
    written again only when a split leaves other words: whichever of them gives the text, those that count are the same.
    """

    __tablename__ = "claim_group"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(init=False, repr=False, insert_default=_fold_text, server_default="")
    language: Mapped[str | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    subject: Mapped[str | None] = mapped_column(default=None)


class Claim(Base):
    """One checkable factual span of an article version.

    `start` and `end` are offsets into the version's text, or into its title when `asserted_by` is headline.
    `quoted_party` is an organisation or office, never a private person. `key` is that of its words, which its group
    need not have. `evidence_seen` is the highest passage id of the library up to which nothing more bears on the claim;
    empty for one that no later evidence is looked for: it was decided, and has no alert that waits for an answer.
    `followed_to` is the number of the article's version up to which an alert was told what became of the sentence.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("version_id", "asserted_by", "start", "end"),
        Index(None, "assessed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id", ondelete="CASCADE"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]
    language: Mapped[str | None]
    asserted_by: Mapped[AssertedBy]
    probability: Mapped[float]
    model: Mapped[str]
    found_at: Mapped[datetime]
    quoted_party: Mapped[str | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(default=None, index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("claim_group.id"), default=None, index=True)
    group_reason: Mapped[str | None] = mapped_column(default=None)
    group_score: Mapped[float | None] = mapped_column(default=None)
    assessed_at: Mapped[datetime | None] = mapped_column(default=None)
    evidence_seen: Mapped[int | None] = mapped_column(default=None, index=True)
    followed_to: Mapped[int | None] = mapped_column(default=None)


# Made once: an alias works out its columns anew each time, which took a fifth of a page of the queue.
_LATER = aliased(Claim)
_IS_SAID_LAST = ~(
    select(_LATER.id)
    .where(
        _LATER.article_id == Claim.article_id,
        # An article has few claims and a group may have thousands: SQLite, which cannot tell, had gone through those.
        _LATER.group_id + 0 == Claim.group_id,
        _LATER.version_id > Claim.version_id,
    )
    .exists()
)


def is_said_last() -> ColumnElement[bool]:
    """Claims as their articles said them last: not those that a later version of the article repeats."""
    return _IS_SAID_LAST


class Assessment(Base):
    """A claim held against its best passages, by one named model version.

    `probability` is the calibrated probability that the evidence contradicts the claim; `threshold` is the
    one it had to reach for an alert. `differences` lists what differs, each with a kind and a span on
    either side. `considered_at` is empty until the queue has looked at it.
    """

    __tablename__ = "assessment"
    # With what is counted of all assessments, whose rows are wide.
    __table_args__ = (Index(None, "considered_at", "label", "alert_worthy"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    label: Mapped[Label]
    probability: Mapped[float]
    probabilities: Mapped[dict[str, float]]
    threshold: Mapped[float]
    alert_worthy: Mapped[bool]
    differences: Mapped[list[Any]]
    model: Mapped[str]
    assessed_at: Mapped[datetime]
    considered_at: Mapped[datetime | None] = mapped_column(default=None)


class AssessmentPassage(Base):
    """A passage an assessment looked at; rank 1 is the one that decided."""

    __tablename__ = "assessment_passage"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), index=True)
    score: Mapped[float]


class GateCount(Base):
    """How many sentences a gate stopped on a day. This is all that is kept of them."""

    __tablename__ = "gate_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    gate: Mapped[str] = mapped_column(primary_key=True)
    sentences: Mapped[int]
