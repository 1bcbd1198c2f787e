"""Dates as publishers write them."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
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


@given(
    st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2026, 11, 20)),  # noqa: DTZ001  # the zone is written out
    st.sampled_from([("+07", 7), ("GMT+7", 7), ("ICT", 7), ("+0000", 0), ("-05:00", -5), ("GMT", 0)]),
    st.sampled_from(["%a, %d %b %Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%H:%M:%S %d-%m-%Y"]),
)
def test_every_moment_survives_every_writing(moment: datetime, zone: tuple[str, int], form: str) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    local = moment + timedelta(hours=zone[1])
    assert resolve_date(f"{local.strftime(form)} {zone[0]}", zone=SAIGON, now=NOW) == moment


@given(st.text(max_size=80))
def test_no_text_breaks_the_resolver(text: str) -> None:
    with contextlib.suppress(NotADate):
        assert resolve_date(text, zone=SAIGON, now=NOW).tzinfo is UTC
