"""Setting when desks work: their hours, their country's holidays, and the days an office adds or works."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.calendars import check_calendar
from alerts.clocks import retime
from alerts.errors import NotFound
from alerts.transitions import find, need_text
from models import DayOff, Desk, User


def set_calendar(
    session: Session,
    desk_id: int,
    *,
    time_zone: str,
    hours: str,
    holidays: str | None,
    actor: User | str,
    now: datetime,
) -> Desk:
    """The desk with other working hours. Raises Invalid for what cannot be understood."""
    audit.take_turn(session)
    desk = find(session, Desk, desk_id)
    calendar = check_calendar(time_zone, hours, holidays)
    before = {"time_zone": desk.time_zone, "hours": desk.hours, "holidays": desk.holidays}
    desk.time_zone, desk.hours, desk.holidays = time_zone, " ".join(hours.split()), calendar.country
    session.flush()
    retime(session, desk_id)
    details = {"time_zone": time_zone, "hours": desk.hours, "holidays": desk.holidays, "before": before}
    audit.record(
        session,
        actor=actor,
        action="desk.calendar_set",
        object_type="desk",
        object_id=desk_id,
        details=details,
        now=now,
    )
    return desk


def set_day_off(
    session: Session,
    day: date,
    *,
    name: str,
    desk_id: int | None,
    is_worked: bool,
    actor: User | str,
    now: datetime,
) -> DayOff:
    """A day on which a desk, or every desk, does not work, or works all the same; what was said before is replaced."""
    audit.take_turn(session)
    name = need_text("name", name)
    if desk_id is not None:
        find(session, Desk, desk_id)
    row = session.scalar(select(DayOff).where(DayOff.day == day, _is_of(desk_id)))
    if row is None:
        row = DayOff(day=day, name=name, desk_id=desk_id)
        session.add(row)
    row.name, row.is_worked = name, is_worked
    session.flush()
    retime(session, desk_id)
    details = {"day": day.isoformat(), "name": name, "is_worked": is_worked}
    _record(session, "desk.day_set", desk_id, details, actor=actor, now=now)
    return row


def clear_day(session: Session, day: date, *, desk_id: int | None, actor: User | str, now: datetime) -> None:
    """Take back what was said of a day, of a desk or of every desk. Raises NotFound where nothing was."""
    audit.take_turn(session)
    row = session.scalar(select(DayOff).where(DayOff.day == day, _is_of(desk_id)))
    if row is None:
        raise NotFound("day off", day.isoformat())
    details = {"day": day.isoformat(), "name": row.name, "is_worked": row.is_worked}
    session.delete(row)
    session.flush()
    retime(session, desk_id)
    _record(session, "desk.day_cleared", desk_id, details, actor=actor, now=now)


def _is_of(desk_id: int | None) -> ColumnElement[bool]:
    return DayOff.desk_id.is_(None) if desk_id is None else DayOff.desk_id == desk_id


def _record(
    session: Session,
    action: str,
    desk_id: int | None,
    details: Mapping[str, object],
    *,
    actor: User | str,
    now: datetime,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="desk",
        object_id="all" if desk_id is None else desk_id,
        details=details,
        now=now,
    )
