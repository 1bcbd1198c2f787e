"""How long an alert may wait in working time, and who was told when it waited longer."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ClockKind(enum.StrEnum):
    """What is waited for: that somebody looks, that somebody decides, that the answer is published."""

    FIRST_LOOK = "first_look"
    DECISION = "decision"
    RESPONSE = "response"


class Urgency(enum.StrEnum):
    """Classes of priority, each with its own allowances."""

    URGENT = "urgent"
    HIGH = "high"
    ORDINARY = "ordinary"


class AlertClock(Base):
    """A clock of an alert; reopening and another desk give it new ones, and the latest of a kind counts.

    It runs while `running_since` is set: `spent_seconds` of working time were used up before that. `due_at` is when
    the allowance will be, and `next_step_at` when somebody (further up with each step) is to be told; both are
    empty while it stands still. `stopped_at` is set for good when what was waited for has happened.
    """

    __tablename__ = "alert_clock"
    __table_args__ = (Index(None, "alert_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    kind: Mapped[ClockKind]
    urgency: Mapped[Urgency]
    allowed_seconds: Mapped[int]
    spent_seconds: Mapped[float] = mapped_column(default=0.0)
    running_since: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    next_step: Mapped[int] = mapped_column(default=1)
    next_step_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    stopped_at: Mapped[datetime | None] = mapped_column(default=None)


class Escalation(Base):
    """One step of a breach and who was told: once for each step of a clock, whatever restarts."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("clock_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    clock_id: Mapped[int] = mapped_column(ForeignKey("alert_clock.id", ondelete="CASCADE"))
    step: Mapped[int]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime]
    told: Mapped[list[Any]]
