"""Dates as publishers write them."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.dates import NotADate, first_date, resolve_date, zone_for

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SAIGON = "Asia/Ho_Chi_Minh"

AT_0847 = [
    "Fri, 03 May 2024 15:47:00 +07",
    "Fri, 03 May 2024 15:47:00 +0700",
    "Fri, 03 May 2024 15:47:00 +07:00",
    "Fri, 03 May 2024 15:47:00 GMT+7",
    "Fri, 03 May 2024 15:47:00 GMT+07",
    "Fri, 03 May 2024 15:47:00 GMT+0700",
    "Fri, 03 May 2024 15:47:00 (GMT+7)",
    "Fri, 03 May 2024 15:47:00 UTC+7",
    "Fri, 03 May 2024 15:47:00 ICT",
    "Fri, 03 May 2024 08:47:00 GMT",
    "Fri, 03 May 2024 08:47:00 Z",
    "Fri, 03 May 2024 04:47:00 EDT",
    "Fri, 03 May 2024 03:47:00 -0500",
    "Fri, 3 May 24 08:47:00 GMT",
    "Fri May  3 15:47:00 2024",
    "03/05/2024 15:47 GMT+7",
    "03/05/2024 15:47 (GMT+7)",
    "3/5/2024 15:47",
    "03-05-2024 15:47:00",
    "03.05.2024 15:47",
    "15:47 03/05/2024",
    "15:47 | 03/05/2024",
    "15h47 ngày 03/05/2024",
    "15 giờ 47 phút ngày 3 tháng 5 năm 2024",
    "Thứ sáu, 3/5/2024, 15:47 (GMT+7)",
    "Thứ Sáu, ngày 03/05/2024 15:47",
    "3 Tháng 5, 2024 15:47",
    "03/05/2024 03:47 CH",
    "03/05/2024 3:47 PM",
    "May 3, 2024 3:47 PM",
    "May 3rd, 2024 at 15:47",
    "3 May 2024 15:47",
    "2024-05-03T15:47:00+07:00",
    "2024-05-03T15:47:00+0700",
    "2024-05-03 15:47:00 +07",
    "2024-05-03T08:47:00Z",
    "2024-05-03T08:47:00.000Z",
    "2024-05-03T15:47:00",
    "2024/05/03 15:47:00",
    "20240503T154700",
]


@pytest.mark.parametrize("text", AT_0847)
def test_a_date_is_read_with_its_zone_or_else_its_sources(text: str) -> None:
    assert resolve_date(text, zone=SAIGON, now=NOW) == datetime(2024, 5, 3, 8, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("3. Mai 2024, 15:47", "de"),
        ("vendredi 3 mai 2024 à 15h47", "fr"),
        ("3 мая 2024 15:47", "ru"),
        ("2024年5月3日 15:47", "ja"),
    ],
)
def test_other_languages_are_read_by_the_sources_language(text: str, language: str) -> None:
    assert resolve_date(text, zone=SAIGON, language=language, now=NOW).date().isoformat() == "2024-05-03"


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2 giờ trước", timedelta(hours=2)),
        ("15 phút trước", timedelta(minutes=15)),
        ("3 ngày trước", timedelta(days=3)),
        ("2 hours ago", timedelta(hours=2)),
        ("1 day ago", timedelta(days=1)),
    ],
)
def test_relative_dates_count_from_now(text: str, ago: timedelta) -> None:
    assert resolve_date(text, zone=SAIGON, now=NOW) == NOW - ago


def test_yesterday_is_yesterday_where_the_source_is() -> None:
    assert resolve_date("Hôm qua, 14:30", zone=SAIGON, now=NOW) == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def test_the_day_comes_before_the_month_unless_it_cannot_or_the_source_is_american() -> None:
    day_first = resolve_date("03/05/2024", now=NOW)
    cannot = resolve_date("05/13/2024", now=NOW)
    american = resolve_date("03/05/2024", language="en-us", now=NOW)
    assert [moment.strftime("%d.%m.") for moment in (day_first, cannot, american)] == [
        "03.05.",
        "13.05.",
        "05.03.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "12",
        "32/13/2024",
        "Fri, 03 May 2124 15:47:00 +07",
        "1970-01-01T00:00:00Z",
        "0000-00-00",
        "2026-11-23T12:16:00Z",
        "99999999999999999999",
    ],
)
def test_what_cannot_be_believed_is_no_date(text: str) -> None:
    with pytest.raises(NotADate):
        resolve_date(text, zone=SAIGON, now=NOW)


def test_a_clock_may_run_a_quarter_of_an_hour_ahead() -> None:
    assert resolve_date("2026-11-23T12:14:00Z", now=NOW) == NOW + timedelta(minutes=14)


def test_the_first_readable_date_is_taken() -> None:
    assert first_date([None, "", "soon", "2024-05-03", "2023-01-01"], now=NOW) == datetime(
        2024, 5, 3, tzinfo=UTC
    )
    assert first_date(["soon"], now=NOW) is None


def test_a_vietnamese_source_is_in_vietnam_unless_it_says_otherwise() -> None:
    assert zone_for("vi", None) == SAIGON
    assert zone_for("vi", "Europe/Paris") == "Europe/Paris"
    assert zone_for("en", None) is None


def test_an_unknown_zone_counts_as_utc() -> None:
    assert resolve_date("2024-05-03T08:47:00", zone="Mars/Olympus", now=NOW).hour == 8


# How outlets write a moment down to the minute.
WRITINGS = (
    "%a, %d %b %Y %H:%M:00",
    "%Y-%m-%dT%H:%M:00",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M:00",
    "%d.%m.%Y %H:%M",
    "%H:%M:00 %d-%m-%Y",
    "%H:%M | %d/%m/%Y",
    "%Hh%M ngày %d/%m/%Y",
    "%H giờ %M phút ngày %d tháng %m năm %Y",
    "Thứ sáu, %d/%m/%Y, %H:%M",
    "Chủ nhật, ngày %d/%m/%Y %H:%M",
    "%d Tháng %m, %Y %H:%M",
    "%d %B %Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%d/%m/%Y %I:%M %p",
)
WRITTEN_ZONES = (
    *((zone, 420) for zone in ("+07", "+0700", "+07:00", "GMT+7", "(GMT+7)", "UTC+7", "GMT+07:00", "ICT")),
    *((zone, 0) for zone in ("GMT", "UTC", "Z", "+0000", "-00:00")),
    *(("EST", -300), ("EDT", -240), ("PST", -480), ("CET", 60), ("CEST", 120), ("MSK", 180), ("JST", 540)),
    *(("+05:30", 330), ("IST", 330), ("+0545", 345), ("-0330", -210), ("\u22125", -300), ("+14", 840)),
)
moments = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2026, 11, 20)).map(  # noqa: DTZ001  # the zone comes next
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(max_examples=200)
@given(moments, st.sampled_from(WRITTEN_ZONES), st.sampled_from(WRITINGS))
def test_a_moment_survives_every_writing_with_its_zone(
    moment: datetime, zone: tuple[str, int], form: str
) -> None:
    local = moment + timedelta(minutes=zone[1])
    assert resolve_date(f"{local.strftime(form)} {zone[0]}", zone=SAIGON, now=NOW) == moment


@settings(max_examples=150)
@given(
    moments,
    st.sampled_from([SAIGON, "Asia/Kathmandu", "Europe/Paris", "America/New_York", "UTC"]),
    st.sampled_from(WRITINGS),
)
def test_a_moment_without_a_zone_is_its_sources(moment: datetime, zone: str, form: str) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    # Of the hour that comes twice in autumn nobody can tell which one was meant.
    assume(local.fold == 0)
    assert resolve_date(local.strftime(form), zone=zone, now=NOW) == moment


# Pieces of dates in an order that no publisher ever thought of.
PIECES = """ngày tháng năm giờ phút sáng chiều PM SA CH GMT GMT+7 +07 -0500 ICT Z T EST hôm nay yesterday trước ago một
1 3 12 23 31 59 60 99 2024 2026 2027 9999 0000 24 : / - . , ( ) + h Fri May December thứ Cập nhật ² ١٢ ９"""
pieces = st.sampled_from(PIECES.split())
jumbles = st.builds(
    lambda parts, gap: gap.join(parts), st.lists(pieces, max_size=9), st.sampled_from(["", " ", "/"])
)


@settings(max_examples=200)
@given(
    st.text(max_size=80) | jumbles,
    st.none() | st.sampled_from([SAIGON, "Pacific/Kiritimati", "America/New_York", "Mars/Olympus", "\0"]),
    st.none() | st.sampled_from(["vi", "en-us", "fr-FR", "zh-hans", "xx", "\0"]),
)
def test_no_text_breaks_the_resolver_or_is_read_as_the_future(
    text: str, zone: str | None, language: str | None
) -> None:
    with contextlib.suppress(NotADate):
        moment = resolve_date(text, zone=zone, language=language, now=NOW)
        assert moment.tzinfo is UTC
        assert moment <= NOW + timedelta(minutes=15)
