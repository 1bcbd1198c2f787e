"""When each desk works: its hours, its country's holidays, and the days an office adds or works."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Invalid
from alerts.transitions import find, need_text
from alerts.working_time import (
    DEFAULT_COUNTRY,
    DEFAULT_HOURS,
    DEFAULT_ZONE,
    Calendar,
    HoursError,
    check_country,
    parse_hours,
)
from models import DayOff, Desk, User


def read_calendar(session: Session, desk_id: int | None) -> Calendar:
    """A desk's calendar; for what belongs to no desk yet, office hours in Hanoi.

    A day that the desk has entered counts before the same day entered for every desk.
    """
    desk = None if desk_id is None else session.get(Desk, desk_id)
    days = session.execute(
        select(DayOff.day, DayOff.is_worked)
        .where(or_(DayOff.desk_id.is_(None), DayOff.desk_id == desk_id))
        .order_by(DayOff.desk_id.is_not(None))
    )
    exceptions = dict(days.all())
    if desk is None:
        return check_calendar(DEFAULT_ZONE, DEFAULT_HOURS, DEFAULT_COUNTRY, exceptions)
    return check_calendar(desk.time_zone, desk.hours, desk.holidays, exceptions)


def check_calendar(
    zone: str, hours: str, country: str | None, exceptions: dict[date, bool] | None = None
) -> Calendar:
    """A calendar of checked parts. Raises Invalid, naming the part that cannot be used."""
    try:
        checked_zone = ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Invalid("time_zone", f"there is no time zone {zone!r}") from None
    try:
        week = parse_hours(hours)
    except HoursError as problem:
        raise Invalid("hours", str(problem)) from None
    try:
        checked_country = check_country(country) if country else None
    except HoursError as problem:
        raise Invalid("holidays", str(problem)) from None
    return Calendar(zone=checked_zone, week=week, country=checked_country, exceptions=exceptions or {})


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
    mine = DayOff.desk_id.is_(None) if desk_id is None else DayOff.desk_id == desk_id
    row = session.scalar(select(DayOff).where(DayOff.day == day, mine))
    if row is None:
        row = DayOff(day=day, name=name, desk_id=desk_id)
        session.add(row)
    row.name, row.is_worked = name, is_worked
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="desk.day_set",
        object_type="desk",
        object_id="all" if desk_id is None else desk_id,
        details={"day": day.isoformat(), "name": name, "is_worked": is_worked},
        now=now,
    )
    return row
