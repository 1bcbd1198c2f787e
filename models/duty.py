"""When desks are staffed, what one shift tells the next, and which desk gets what."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DutyTurn(Base):
    """A duty officer of a desk from one moment to another; without an end until somebody ends it."""

    __tablename__ = "duty_turn"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(default=None)


class DayOff(Base):
    """A day on which a desk, or every desk, does not work; or works although it is a holiday or weekend."""

    __tablename__ = "day_off"
    __table_args__ = (UniqueConstraint("desk_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    day: Mapped[date]
    name: Mapped[str]
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None)
    is_worked: Mapped[bool] = mapped_column(default=False)


class HandoverNote(Base):
    """What one shift of a desk tells the next."""

    __tablename__ = "handover_note"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    text: Mapped[str]


class RoutingRule(Base):
    """A desk and what it answers for; the first that matches, by position, wins. Empty matches all.

    `places` are names as a claim writes them, `countries` those of the outlets that carry it.
    """

    __tablename__ = "routing_rule"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    position: Mapped[int] = mapped_column(unique=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    subjects: Mapped[list[str]] = mapped_column(default_factory=list)
    places: Mapped[list[str]] = mapped_column(default_factory=list)
    languages: Mapped[list[str]] = mapped_column(default_factory=list)
    countries: Mapped[list[str]] = mapped_column(default_factory=list)
