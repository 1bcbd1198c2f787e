"""Working time: how much of it lies between two moments, and when an amount of it will have passed. Pure.

A desk's hours are wall-clock hours of its own time zone, so a day on which the clocks change is as long as it is
there. Public holidays come from the `holidays` library by country; days that an office adds or works come on top.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
DEFAULT_HOURS = "mon-fri 08:00-17:00"
DEFAULT_COUNTRY = "VN"
FARTHEST = timedelta(days=2 * 366)
"""How far ahead a moment is looked for: a desk that does not open within two years has no clock."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_WHOLE_DAY = 24 * 60

Span = tuple[int, int]
"""From and until, in minutes after midnight; 1440 is the next midnight."""


class HoursError(ValueError):
    """Hours, or a country's holidays, that cannot be understood; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The open spans of each weekday, Monday first, in order and apart."""

    days: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a desk works: its zone, its week, its country's holidays (none without a country), and its own exceptions.

    `exceptions` says of a day whether it is worked although it is a holiday (True) or not worked at all (False); a
    worked day off the week has the hours of the week's first open day.
    """

    zone: ZoneInfo
    week: WeekHours
    country: str | None = None
    exceptions: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))


def day_in_viet_nam(at: datetime) -> date:
    """The day of a moment as the country's newspapers and readers date it."""
    return at.astimezone(ZoneInfo(DEFAULT_ZONE)).date()


def parse_hours(text: str) -> WeekHours:
    """Hours as people write them: `mon-fri 08:00-11:30 13:30-17:00; sat 08:00-12:00`, or `always`.

    Raises HoursError.
    """
    if text.strip().casefold() == "always":
        return WeekHours(days=((((0, _WHOLE_DAY)),),) * 7)
    days: dict[int, tuple[Span, ...]] = {}
    for part in filter(None, (piece.strip() for piece in text.casefold().split(";"))):
        named, *spans = part.split()
        numbers = _parse_days(named)
        parsed = tuple(sorted(_parse_span(span) for span in spans))
        if not parsed or any(one[1] > other[0] for one, other in pairwise(parsed)):
            raise HoursError(f"{part!r}: expected hours that do not overlap, such as 08:00-11:30 13:30-17:00")
        if days.keys() & set(numbers):
            raise HoursError(f"{part!r}: a day is named twice")
        days |= dict.fromkeys(numbers, parsed)
    if not days:
        raise HoursError("expected hours such as `mon-fri 08:00-17:00`, or `always`")
    return WeekHours(tuple(days.get(number, ()) for number in range(7)))


def check_country(code: str) -> str:
    """A country's code as the holidays are known by. Raises HoursError for one that is not known."""
    code = code.strip().upper()
    if code not in holidays.list_supported_countries():
        raise HoursError(f"no holidays are known for {code!r}; expected a country code such as VN")
    return code


def is_worked(calendar: Calendar, day: date) -> bool:
    """Whether a desk works on a day at all."""
    exception = calendar.exceptions.get(day)
    if exception is not None:
        return exception
    return bool(calendar.week.days[day.weekday()]) and day not in _holidays_of(calendar.country, day.year)


def add_working(calendar: Calendar, start: datetime, amount: timedelta) -> datetime | None:
    """The first moment by which that much working time has passed since `start`; `start` itself for nothing.

    None when the desk does not open for so long within two years.
    """
    if amount <= timedelta(0):
        return start
    left = amount
    for opens, closes in _open_spans(calendar, start, start + FARTHEST):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def add_working_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The same time of day so many worked days later, in UTC.

    What arrives on a day that is not worked counts from the first moment of the next that is.
    """
    local = start.astimezone(calendar.zone)
    if not is_worked(calendar, local.date()):
        local = datetime.combine(_next_worked(calendar, local.date()), time(), calendar.zone)
    for _ in range(days):
        local = datetime.combine(_next_worked(calendar, local.date()), local.time(), calendar.zone)
    return local.astimezone(UTC)


def working_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; nothing when the second is not later (a clock set back)."""
    return sum((closes - opens for opens, closes in _open_spans(calendar, start, end)), timedelta(0))


def _next_worked(calendar: Calendar, day: date) -> date:
    """The next worked day; the next day of all where none is worked within two years."""
    ahead = (day + timedelta(days=number) for number in range(1, FARTHEST.days))
    return next((one for one in ahead if is_worked(calendar, one)), day + timedelta(days=1))


def _open_spans(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open spans between two moments, in UTC, in order and apart."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    # A span that began the day before may end after midnight where the clocks changed.
    day, reached = start.astimezone(calendar.zone).date() - timedelta(days=1), start
    last = end.astimezone(calendar.zone).date() + timedelta(days=1)
    while day <= last and reached < end:
        for begins, ends in _spans_on(calendar, day):
            opens, closes = (
                max(_moment(calendar, day, begins), reached),
                min(_moment(calendar, day, ends), end),
            )
            if opens < closes:
                yield opens, closes
                reached = closes
        day += timedelta(days=1)


def _spans_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    if not is_worked(calendar, day):
        return ()
    week = calendar.week.days
    return week[day.weekday()] or next(spans for spans in week if spans)


def _moment(calendar: Calendar, day: date, minutes: int) -> datetime:
    day += timedelta(days=minutes // _WHOLE_DAY)
    wall = time(*divmod(minutes % _WHOLE_DAY, 60))
    # An hour that the clocks leave out counts as the one after it, one that they show twice as its first.
    return datetime.combine(day, wall, tzinfo=calendar.zone).astimezone(UTC)


def _parse_days(named: str) -> range | tuple[int, ...]:
    first, dash, last = named.partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        raise HoursError(f"{named!r}: expected days such as mon-fri or sat")
    begin, finish = _DAYS.index(first), _DAYS.index(last or first)
    if finish < begin:
        raise HoursError(f"{named!r}: the week begins with mon")
    return range(begin, finish + 1)


def _parse_span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is not None:
        hours, minutes, end_hours, end_minutes = map(int, found.groups())
        begins, ends = hours * 60 + minutes, end_hours * 60 + end_minutes
        if minutes < 60 and end_minutes < 60 and begins < ends <= _WHOLE_DAY:
            return begins, ends
    raise HoursError(f"{text!r}: expected hours such as 08:00-17:00, at most until 24:00")


@cache
def _holidays_of(country: str | None, year: int) -> frozenset[date]:
    # Threads share this. The library's own object notes a year as known before it has worked out its days, and whoever
    # asks in that moment takes Tết for a working day.
    return frozenset() if country is None else frozenset(holidays.country_holidays(country, years=year))
