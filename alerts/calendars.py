"""When a desk works, from its row and the days that were entered."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import BindParameter, bindparam, select
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

# Statements are made once: making one takes about as long as asking it.
_DESK_IDS: BindParameter[Any] = bindparam("desks", expanding=True)
_DESKS = select(Desk.id, Desk.time_zone, Desk.hours, Desk.holidays).where(Desk.id.in_(_DESK_IDS))
_DAYS = select(DayOff.desk_id, DayOff.day, DayOff.is_worked).where(
    DayOff.desk_id.is_(None) | DayOff.desk_id.in_(_DESK_IDS)
)


def read_calendar(session: Session, desk_id: int | None) -> Calendar:
    """A desk's calendar; for what belongs to no desk yet, office hours in Hanoi.

    A day that the desk has entered counts before the same day entered for every desk.
    """
    return read_calendars(session, [desk_id])[desk_id]


def read_calendars(session: Session, desk_ids: Collection[int | None]) -> dict[int | None, Calendar]:
    """The same of several desks, by at most two statements."""
    asked = {"desks": sorted(desk_id for desk_id in desk_ids if desk_id is not None)}
    hours = {row.id: row[1:] for row in session.execute(_DESKS, asked)} if asked["desks"] else {}
    days: dict[int | None, dict[date, bool]] = defaultdict(dict)
    for desk_id, day, is_worked in session.execute(_DAYS, asked):
        days[desk_id][day] = is_worked
    default = (DEFAULT_ZONE, DEFAULT_HOURS, DEFAULT_COUNTRY)
    return {
        desk_id: check_calendar(*hours.get(desk_id, default), days[None] | days[desk_id])
        for desk_id in desk_ids
    }


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
