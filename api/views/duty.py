"""Desks as their duty calendar shows them."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts import read_coverage
from api.views.base import Moment, Out
from models import DayOff, Desk, DutyTurn, HandoverNote, User


class OfficerOut(Out):
    """A colleague."""

    id: int
    name: str


class CoverageOut(Out):
    """Who is on duty for a desk, and from when within the week nobody is."""

    desk_id: int
    desk: str
    name: str
    on_duty: list[OfficerOut]
    uncovered_from: Moment | None


class TurnOut(Out):
    """A duty officer's turn."""

    id: int
    officer: OfficerOut
    starts_at: Moment
    ends_at: Moment | None


class HandoverOut(Out):
    """What one shift told the next."""

    id: int
    written_by: str
    written_at: Moment
    text: str


class DayOut(Out):
    """A day that is not worked, or is although it is a holiday; `for_all` when it is every desk's."""

    day: date
    name: str
    is_worked: bool
    for_all: bool


class CalendarOut(Out):
    """When a desk works."""

    time_zone: str
    hours: str
    holidays: str | None
    days: list[DayOut]


def describe_coverage(session: Session, at: datetime) -> list[CoverageOut]:
    """Every desk, those without a duty officer first."""
    return [
        CoverageOut(
            desk_id=one.desk.id,
            desk=one.desk.slug,
            name=one.desk.name,
            on_duty=[OfficerOut.model_validate(user) for user in one.on_duty],
            uncovered_from=one.uncovered_from,
        )
        for one in read_coverage(session, at=at)
    ]


def describe_turns(session: Session, desk_id: int, *, since: datetime) -> list[TurnOut]:
    """Turns that have not ended by then, earliest first."""
    rows = session.execute(
        select(DutyTurn, User)
        .join(User, User.id == DutyTurn.user_id)
        .where(DutyTurn.desk_id == desk_id, or_(DutyTurn.ends_at.is_(None), DutyTurn.ends_at > since))
        .order_by(DutyTurn.starts_at, DutyTurn.id)
        .limit(200)
    )
    return [describe_turn(turn, user) for turn, user in rows]


def describe_turn(turn: DutyTurn, user: User) -> TurnOut:
    """One turn."""
    officer = OfficerOut.model_validate(user)
    return TurnOut(id=turn.id, officer=officer, starts_at=turn.starts_at, ends_at=turn.ends_at)


def describe_handovers(session: Session, desk_ids: Iterable[int], *, limit: int = 20) -> list[HandoverOut]:
    """The newest notes."""
    rows = session.execute(
        select(HandoverNote, User.name)
        .join(User, User.id == HandoverNote.written_by_id)
        .where(HandoverNote.desk_id.in_(desk_ids))
        .order_by(HandoverNote.id.desc())
        .limit(limit)
    )
    return [
        HandoverOut(id=note.id, written_by=name, written_at=note.written_at, text=note.text)
        for note, name in rows
    ]


def describe_calendar(
    session: Session, desk: Desk, *, now: datetime, since: date | None = None
) -> CalendarOut:
    """When a desk works, with the days that are entered from its today on, or from an earlier day."""
    today = now.astimezone(ZoneInfo(desk.time_zone)).date()
    days = session.scalars(
        select(DayOff)
        .where(
            or_(DayOff.desk_id.is_(None), DayOff.desk_id == desk.id), DayOff.day >= min(today, since or today)
        )
        .order_by(DayOff.day, DayOff.id)
    )
    return CalendarOut(
        time_zone=desk.time_zone,
        hours=desk.hours,
        holidays=desk.holidays,
        days=[
            DayOut(day=row.day, name=row.name, is_worked=row.is_worked, for_all=row.desk_id is None)
            for row in days
        ],
    )
