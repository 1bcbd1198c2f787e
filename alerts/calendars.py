"""When a desk works, from its row and the days that were entered."""

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.errors import Invalid
from alerts.working_time import (
    DEFAULT_COUNTRY,
    DEFAULT_HOURS,
    DEFAULT_ZONE,
    Calendar,
    HoursError,
    check_country,
    parse_hours,
)
from models import DayOff, Desk


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
