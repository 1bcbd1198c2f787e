"""Briefs: sourced answers in versions, whose blocks cite passages, quote the claim, or are statements of the office."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class BriefState(enum.StrEnum):
    """Where a brief stands; a corrected one is still published."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class ChangeGrade(enum.StrEnum):
    """How much a later version changes an earlier one."""

    FIRST = "first"
    TYPO = "typo"
    CLARIFICATION = "clarification"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class BlockKind(enum.StrEnum):
    """The order of an answer: fact, claim once, what differs, fact."""

    FACT = "fact"
    CLAIM = "claim"
    DIFFERENCE = "difference"
    CONTEXT = "context"


class Undermining(enum.StrEnum):
    """Why a passage speaks against a brief: it bears the claim out, contradicts the text, or somebody named it."""

    SUPPORTS_CLAIM = "supports_claim"
    CONTRADICTS_TEXT = "contradicts_text"
    NAMED = "named"


class Brief(Base):
    """An answer to one alert, or a fact sheet on a subject. `version` grows with every transition."""

    __tablename__ = "brief"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), default=None, index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None, index=True)
    subject: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[BriefState] = mapped_column(default=BriefState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(default=None, index=True)


class BriefVersion(Base):
    """One text of a brief in one language. What it says is never changed: triggers refuse it, of its blocks too."""

    __tablename__ = "brief_version"
    __table_args__ = (UniqueConstraint("brief_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id"))
    language: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]
    grade: Mapped[ChangeGrade] = mapped_column(default=ChangeGrade.FIRST)
    change_note: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)


class BriefBlock(Base):
    """One block of a version: a text with citations, the claim that is answered, or a statement of the office."""

    __tablename__ = "brief_block"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[BlockKind]
    text: Mapped[str]
    is_statement: Mapped[bool] = mapped_column(default=False)


class Citation(Base):
    """A passage that a block rests on."""

    __tablename__ = "citation"

    block_id: Mapped[int] = mapped_column(ForeignKey("brief_block.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), index=True)


class UnderminingPassage(Base):
    """A passage that speaks against a brief as it is now. A text answers it by citing it, and where it contradicts a
    sentence of the text by quoting it as what differs; otherwise a person says why the text stands.

    `statement` is what it was held against: the claim, or a sentence of a text; empty where a person named it.
    `language` is that of the text with the sentence; empty where it speaks against the brief in every language.
    """

    __tablename__ = "undermining_passage"
    __table_args__ = (UniqueConstraint("brief_id", "passage_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id"))
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), index=True)
    reason: Mapped[Undermining]
    found_at: Mapped[datetime]
    statement: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    probability: Mapped[float | None] = mapped_column(default=None)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    note: Mapped[str] = mapped_column(default="")


class UnderminingAcknowledgement(Base):
    """Why a text stands although a passage says otherwise than a statement. It holds for that text, and for every
    other of the brief that rests on the same passages.
    """

    __tablename__ = "undermining_acknowledgement"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id"), index=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"))
    statement: Mapped[str]
    reason: Mapped[str]
    acknowledged_at: Mapped[datetime]
    acknowledged_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ScheduledPublication(Base):
    """When a text goes out by itself. `time_zone` (an IANA name) is the one in which the time was set.

    It is over once the version is published or it was called off: by a person, or because the text could not go out.
    """

    __tablename__ = "scheduled_publication"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id"), index=True)
    publish_at: Mapped[datetime] = mapped_column(index=True)
    time_zone: Mapped[str]
    scheduled_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    scheduled_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None] = mapped_column(default=None)
    called_off_reason: Mapped[str] = mapped_column(default="")


class BriefComment(Base):
    """A remark on a version, or on one of its blocks (`block` counts from 1)."""

    __tablename__ = "brief_comment"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id"), index=True)
    text: Mapped[str]
    commented_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    commented_at: Mapped[datetime]
    block: Mapped[int | None] = mapped_column(default=None)
