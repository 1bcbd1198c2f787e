"""Errors that readers report: what is said to be wrong, how long the office has, and what it answered."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ReportState(enum.StrEnum):
    """Where a report stands: an accepted one leads to a correction, a declined one to an explanation."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ErrorReport(Base):
    """What somebody says is wrong with a published text, or with the site when no brief is named.

    Nothing is kept of who sent it but a `contact` they may leave, and that goes with the decision. `key` is the
    address under which the sender reads the answer. `late_told` counts the times that its being late was told: for the
    receipt, for the decision. `version` grows with every transition.
    """

    __tablename__ = "error_report"
    __table_args__ = (Index(None, "state", "decide_by"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str]
    acknowledge_by: Mapped[datetime]
    decide_by: Mapped[datetime]
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("brief.id"), default=None, index=True)
    language: Mapped[str | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    contact: Mapped[str] = mapped_column(default="", repr=False)
    state: Mapped[ReportState] = mapped_column(default=ReportState.RECEIVED)
    version: Mapped[int] = mapped_column(default=1)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    answer: Mapped[str] = mapped_column(default="")
    late_told: Mapped[int] = mapped_column(default=0)
