"""A published brief that an editor says is wrong: a review with a clock, decided by somebody who had no part in it."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DisputeState(enum.StrEnum):
    """Where a review stands; an upheld one is followed by a correction or a withdrawal."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    UPHELD = "upheld"
    DECLINED = "declined"


class Dispute(Base):
    """One review. `late_told` counts the times that its being late was told: for the receipt, for the decision."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id"), index=True)
    brief_version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id"))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    raised_at: Mapped[datetime]
    text: Mapped[str]
    acknowledge_by: Mapped[datetime]
    decide_by: Mapped[datetime]
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.OPEN, index=True)
    version: Mapped[int] = mapped_column(default=1)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    answer: Mapped[str] = mapped_column(default="")
    late_told: Mapped[int] = mapped_column(default=0)
