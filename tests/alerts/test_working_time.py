"""Working time: weekends, holidays, foreign clocks that change, and the laws of the arithmetic."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.working_time import (
    Calendar,
    HoursError,
    add_working,
    add_working_days,
    check_country,
    day_in_viet_nam,
    is_worked,
    parse_hours,
    working_between,
)

OFFICE = "mon-fri 08:00-17:00"
SPLIT = "mon-fri 08:00-11:30 13:30-17:00; sat 08:00-12:00"
HANOI, PARIS, NEW_YORK = "Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York"


def calendar(
    hours: str = OFFICE,
    zone: str = HANOI,
    country: str | None = "VN",
    exceptions: dict[date, bool] | None = None,
) -> Calendar:
    return Calendar(
        zone=ZoneInfo(zone), week=parse_hours(hours), country=country, exceptions=exceptions or {}
    )


def at(text: str, zone: str = HANOI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


HOLIDAYS = [
    pytest.param(date(2026, 1, 1), "VN", False, id="new year"),
    pytest.param(date(2026, 2, 17), "VN", False, id="first of Tết 2026"),
    pytest.param(date(2027, 2, 6), "VN", False, id="first of Tết 2027"),
    pytest.param(date(2026, 4, 30), "VN", False, id="reunification day"),
    pytest.param(date(2026, 5, 1), "VN", False, id="labour day"),
    pytest.param(date(2026, 9, 2), "VN", False, id="national day"),
    pytest.param(date(2026, 9, 7), "VN", True, id="a Monday"),
    pytest.param(date(2026, 9, 5), "VN", False, id="a Saturday"),
    pytest.param(date(2026, 7, 14), "FR", False, id="14 July in Paris"),
    pytest.param(date(2026, 7, 14), "VN", True, id="14 July in Hanoi"),
    pytest.param(date(2026, 9, 2), None, True, id="no country, no holiday"),
]


@pytest.mark.parametrize(("day", "country", "worked"), HOLIDAYS)
def test_a_country_keeps_its_own_holidays(day: date, country: str | None, worked: bool) -> None:
    assert is_worked(calendar(country=country), day) is worked


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns a thousand times more often than they do, so that they meet in between."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_threads_that_ask_for_a_year_at_once_all_see_its_holidays(hasty_threads: None) -> None:
    always = calendar("always")
    worked: list[bool] = []
    for year in range(2050, 2070):
        gate = Barrier(4)

        def ask(day: date = date(year, 9, 2), gate: Barrier = gate) -> None:
            gate.wait()
            worked.append(is_worked(always, day))

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert worked == [False] * 80


def test_an_office_adds_days_off_and_works_on_swapped_ones() -> None:
    swapped = calendar(exceptions={date(2026, 11, 18): False, date(2026, 11, 21): True})
    assert not is_worked(swapped, date(2026, 11, 18))
    assert is_worked(swapped, date(2026, 11, 21))
    assert working_between(swapped, at("2026-11-21T00:00"), at("2026-11-22T00:00")) == timedelta(hours=9)


DUE = [
    pytest.param(OFFICE, HANOI, "2026-11-18T09:00", 2, "2026-11-18T11:00", id="within the day"),
    pytest.param(OFFICE, HANOI, "2026-11-18T16:00", 2, "2026-11-19T09:00", id="over the night"),
    pytest.param(OFFICE, HANOI, "2026-11-18T03:00", 1, "2026-11-18T09:00", id="before opening"),
    pytest.param(OFFICE, HANOI, "2026-11-18T22:00", 1, "2026-11-19T09:00", id="after closing"),
    pytest.param(OFFICE, HANOI, "2026-11-20T16:00", 2, "2026-11-23T09:00", id="over the weekend"),
    pytest.param(OFFICE, HANOI, "2026-11-18T08:00", 9, "2026-11-18T17:00", id="a whole day ends at closing"),
    pytest.param(OFFICE, HANOI, "2026-11-18T08:00", 18, "2026-11-19T17:00", id="two whole days"),
    pytest.param(OFFICE, HANOI, "2026-04-29T16:00", 2, "2026-05-04T09:00", id="over two holidays"),
    pytest.param(OFFICE, HANOI, "2026-02-13T16:00", 2, "2026-02-23T09:00", id="over Tết"),
    pytest.param(SPLIT, HANOI, "2026-11-18T11:00", 1, "2026-11-18T14:00", id="over lunch"),
    pytest.param(SPLIT, HANOI, "2026-11-20T16:30", 1, "2026-11-21T08:30", id="into Saturday morning"),
    pytest.param("always", HANOI, "2026-11-21T23:00", 5, "2026-11-22T04:00", id="round the clock"),
    pytest.param(
        OFFICE, PARIS, "2026-03-27T16:00", 2, "2026-03-30T09:00", id="a weekend the clocks go forward"
    ),
    pytest.param("always", PARIS, "2026-03-28T20:00", 10, "2026-03-29T07:00", id="the short night"),
    pytest.param("always", PARIS, "2026-10-24T20:00", 10, "2026-10-25T05:00", id="the long night"),
    pytest.param("sun 01:00-05:00", NEW_YORK, "2026-03-08T00:00", 3, "2026-03-08T05:00", id="a lost hour"),
    pytest.param("sun 00:00-04:00", NEW_YORK, "2026-11-01T00:00", 5, "2026-11-01T04:00", id="an hour twice"),
    pytest.param("sat 20:00-24:00", HANOI, "2026-11-21T23:00", 2, "2026-11-28T21:00", id="until midnight"),
]


@pytest.mark.parametrize(("hours", "zone", "start", "amount", "due"), DUE)
def test_an_amount_of_working_time_is_due_when(
    hours: str, zone: str, start: str, amount: int, due: str
) -> None:
    desk = calendar(hours, zone, "VN" if zone == HANOI and hours != "always" else None)
    found = add_working(desk, at(start, zone), timedelta(hours=amount))
    assert found == at(due, zone)
    assert working_between(desk, at(start, zone), at(due, zone)) == timedelta(hours=amount)


def test_a_clock_that_was_set_back_has_worked_nothing() -> None:
    assert working_between(calendar(), at("2026-11-18T12:00"), at("2026-11-18T09:00")) == timedelta(0)


def test_a_desk_that_never_opens_has_no_due_moment() -> None:
    shut = {date(2026, 1, 1) + timedelta(days=days): False for days in range(4 * 366)}
    assert add_working(calendar(exceptions=shut), at("2026-11-18T09:00"), timedelta(hours=1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "mon 8-17",
        "mon 08:00-08:00",
        "mon 17:00-08:00",
        "mon 08:00-24:30",
        "mon 08:70-09:00",
        "fri-mon 08:00-17:00",
        "xyz 08:00-17:00",
        "mon 08:00-12:00 11:00-17:00",
        "mon-fri 08:00-17:00; wed 09:00-10:00",
    ],
)
def test_hours_that_cannot_be_understood_are_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_hours(text)


def test_a_country_without_known_holidays_is_refused() -> None:
    assert check_country(" vn ") == "VN"
    with pytest.raises(HoursError):
        check_country("XX")


MOMENTS = st.integers(0, 3 * 366 * 86400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
AMOUNTS = st.integers(1, 60 * 60 * 24 * 7).map(lambda seconds: timedelta(seconds=seconds))
CALENDARS = st.builds(
    calendar,
    st.sampled_from([OFFICE, SPLIT, "always", "sun 00:00-05:00", "sat 20:00-24:00; sun 00:00-24:00"]),
    st.sampled_from([HANOI, PARIS, NEW_YORK, "Australia/Lord_Howe", "UTC"]),
    st.sampled_from(["VN", "FR", None]),
)


@given(CALENDARS, MOMENTS, AMOUNTS)
@settings(max_examples=150)
def test_what_is_due_after_an_amount_lies_exactly_that_amount_ahead(
    desk: Calendar, start: datetime, amount: timedelta
) -> None:
    due = add_working(desk, start, amount)
    assert due is not None
    assert due >= start + amount
    assert working_between(desk, start, due) == amount
    assert working_between(desk, start, due - timedelta(microseconds=1)) < amount


@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
@settings(max_examples=60)
def test_working_time_adds_up(desk: Calendar, moments: list[datetime]) -> None:
    first, middle, last = moments
    whole = working_between(desk, first, last)
    assert whole == working_between(desk, first, middle) + working_between(desk, middle, last)
    assert timedelta(0) <= whole <= last - first


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        pytest.param("2026-12-07T07:30", 1, "2026-12-08T07:30", id="the next day"),
        pytest.param("2026-12-07T07:30", 7, "2026-12-16T07:30", id="over a week-end"),
        pytest.param("2026-12-04T16:00", 1, "2026-12-07T16:00", id="from Friday"),
        pytest.param(
            "2026-12-05T16:00", 1, "2026-12-08T00:00", id="what comes on Saturday counts from Monday"
        ),
        pytest.param("2026-12-06T23:59", 7, "2026-12-16T00:00", id="so does what comes on Sunday"),
        pytest.param("2026-12-31T10:00", 1, "2027-01-04T10:00", id="New Year's Day is no working day"),
    ],
)
def test_days_are_counted_as_they_are_worked(received: str, days: int, due: str) -> None:
    assert add_working_days(calendar(), at(received), days) == at(due)


def test_a_day_that_the_desk_works_although_it_is_off_counts() -> None:
    open_saturday = calendar(exceptions={date(2026, 12, 5): True})
    assert add_working_days(open_saturday, at("2026-12-04T16:00"), 1) == at("2026-12-05T16:00")


def test_days_still_pass_at_a_desk_that_never_opens() -> None:
    closed = calendar(exceptions={date(2026, 1, 1) + timedelta(days=n): False for n in range(1_500)})
    assert add_working_days(closed, at("2026-12-04T16:00"), 1) == at("2026-12-06T16:00").replace(hour=0)


@pytest.mark.parametrize(("hour", "day"), [(16, 24), (17, 25), (23, 25)])
def test_a_day_begins_when_it_begins_in_viet_nam(hour: int, day: int) -> None:
    assert day_in_viet_nam(datetime(2026, 11, 24, hour, tzinfo=UTC)) == date(2026, 11, day)
