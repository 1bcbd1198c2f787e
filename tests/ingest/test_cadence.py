"""When to ask again, and how."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cadence import (
    LONGEST,
    PROBATION,
    Answer,
    LimitScope,
    NextPoll,
    adapt_interval,
    adopts_redirect,
    choose_condition,
    host_delay,
    hour_weight,
    judge_validators,
    learn_hours,
    limit_scope,
    next_after_failure,
    next_after_success,
    requested_floor,
    retry_after,
)
from ingest.errors import Failure
from ingest.push_cadence import next_when_pushed, poll_after_push
from models import Role, Source, SourceKind, Validators

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def source(**known: Any) -> Source:
    defaults: dict[str, Any] = {
        "url": "https://a.vn/rss",
        "title": "A",
        "role": Role.MONITORED,
        "created_at": NOW - 90 * DAY,
        "polls": 9,
    }
    return Source(**(defaults | known))


def after(
    answer: Answer, *, headers: Mapping[str, str] | None = None, jitter: float = 0.0, **known: Any
) -> timedelta:
    return next_after_success(source(**known), answer, headers=headers or {}, now=NOW, jitter=jitter).at - NOW


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(entries=20, new=20), 15 * MINUTE),
        (Answer(entries=20, new=8), 22.5 * MINUTE),
        (Answer(entries=20, new=2), 30 * MINUTE),
        (Answer(entries=20, new=0), 37.5 * MINUTE),
        (Answer(is_unchanged=True), 37.5 * MINUTE),
    ],
    ids=["no overlap", "many new", "a few new", "nothing new", "unchanged"],
)
def test_the_pace_follows_how_much_is_new(answer: Answer, expected: timedelta) -> None:
    assert after(answer, interval_seconds=1800) == expected


@pytest.mark.parametrize(
    ("kind", "shortest"),
    [(SourceKind.FEED, 5 * MINUTE), (SourceKind.SITEMAP, 10 * MINUTE), (SourceKind.LISTING, 15 * MINUTE)],
)
def test_no_source_is_asked_more_often_than_its_kind_allows(kind: SourceKind, shortest: timedelta) -> None:
    assert after(Answer(entries=9, new=9), kind=kind, interval_seconds=60) == shortest


def test_no_source_is_left_for_more_than_a_day() -> None:
    assert after(Answer(entries=9), interval_seconds=86_400) == DAY


def test_a_new_source_is_asked_again_soon_to_see_whether_it_lies() -> None:
    assert after(Answer(entries=9, new=9), polls=0) == PROBATION


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([], 30 * MINUTE),
        ([timedelta(seconds=8)], 5 * MINUTE),
        ([20 * MINUTE * n for n in range(1, 31)], 30 * MINUTE),
        ([10 * MINUTE * n for n in range(1, 31)], 15 * MINUTE),
        ([5 * MINUTE, 300 * DAY], 30 * MINUTE),
        ([-3 * DAY, 8 * MINUTE], 12 * MINUTE),
    ],
    ids=[
        "no dates",
        "one just now",
        "three an hour",
        "six an hour",
        "a long pause among the latest",
        "one from the future",
    ],
)
@pytest.mark.parametrize("polls", [0, 1])
def test_a_new_source_begins_at_the_pace_its_dates_show(
    ages: list[timedelta], expected: timedelta, polls: int
) -> None:
    published = [NOW - age for age in ages]
    following = next_after_success(
        source(polls=polls, interval_seconds=1440),
        Answer(entries=20, new=20 if polls == 0 else 1, published=published),
        headers={},
        now=NOW,
        jitter=0,
    )
    assert following.interval == (expected if ages or polls == 0 else 24 * MINUTE)


@pytest.mark.parametrize(
    ("asked", "headers", "expected"),
    [
        (2 * HOUR, {}, 2 * HOUR),
        (None, {"cache-control": "public, max-age=7200"}, 2 * HOUR),
        (None, {"cache-control": 'max-age="5400"'}, 1.5 * HOUR),
        (None, {"cache-control": "s-maxage=7200"}, timedelta(0)),
        (None, {"retry-after": "3600"}, HOUR),
        (3 * HOUR, {"cache-control": "max-age=7200"}, 3 * HOUR),
        (None, {"cache-control": "max-age=31536000"}, LONGEST),
        (None, {}, timedelta(0)),
    ],
)
def test_the_longest_pause_a_source_asks_for_is_kept(
    asked: timedelta | None, headers: Mapping[str, str], expected: timedelta
) -> None:
    assert requested_floor(asked, headers, NOW)[0] == expected


def test_a_requested_pause_outweighs_the_pace_but_does_not_become_it() -> None:
    following = next_after_success(
        source(interval_seconds=1800),
        Answer(entries=9, new=1),
        headers={"cache-control": "max-age=7200"},
        now=NOW,
        jitter=0,
    )
    assert (following.at - NOW, following.interval) == (2 * HOUR, 30 * MINUTE)
    assert "Cache-Control" in following.reason


@given(st.floats(-1, 1), st.integers(300, 86_400), st.integers(0, 50))
def test_jitter_moves_a_poll_by_a_tenth_at_most(jitter: float, seconds: int, new: int) -> None:
    plain = after(Answer(entries=60, new=new), interval_seconds=seconds)
    moved = after(Answer(entries=60, new=new), interval_seconds=seconds, jitter=jitter)
    assert abs(moved - plain) <= plain * 0.1 + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", HOUR),
        ("Mon, 23 Nov 2026 07:00:00 GMT", timedelta(0)),
        ("999999999", DAY),
        ("9999999999999", None),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("Mon, 23 Nov 99999999999999999999 09:00:00 GMT", None),
        ("Mon, 23 Nov 2026 09:00:00 +9999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(raw: str, expected: timedelta | None) -> None:
    assert retry_after({"retry-after": raw}, NOW) == expected


def wait_after(failure: Failure, *, headers: Mapping[str, str] | None = None, **known: Any) -> timedelta:
    return next_after_failure(source(**known), failure, headers=headers or {}, now=NOW, jitter=0.0).at - NOW


@pytest.mark.parametrize(
    ("failure", "in_row", "expected"),
    [
        (Failure.TIMEOUT, 1, 5 * MINUTE),
        (Failure.TIMEOUT, 6, 30 * MINUTE),
        (Failure.SERVER_ERROR, 2, 10 * MINUTE),
        (Failure.NOT_A_FEED, 1, 30 * MINUTE),
        (Failure.NOT_A_FEED, 4, 2 * HOUR),
        (Failure.MISSING, 500, DAY),
        (Failure.ROBOTS_DENIED, 1, DAY),
        (Failure.ADDRESS_REFUSED, 1, DAY),
        (Failure.GONE, 1, 30 * DAY),
        (Failure.LIMITED, 1, 5 * MINUTE),
        (Failure.LIMITED, 4, 40 * MINUTE),
        (Failure.LIMITED, 20, 12 * HOUR),
    ],
)
def test_a_failing_source_is_asked_less_and_less(failure: Failure, in_row: int, expected: timedelta) -> None:
    assert wait_after(failure, failures_in_row=in_row, failures=1.0) == expected


def test_a_limited_source_is_never_asked_before_it_said() -> None:
    for jitter in (-1.0, 0.0, 1.0):
        following = next_after_failure(
            source(failures_in_row=1), Failure.LIMITED, headers={"retry-after": "120"}, now=NOW, jitter=jitter
        )
        assert following.at >= NOW + timedelta(seconds=120)


@pytest.mark.parametrize("asked", ["0", "1", "Mon, 23 Nov 2026 07:00:00 GMT"])
def test_a_limited_source_is_not_hurried_by_what_it_said(asked: str) -> None:
    wait = wait_after(Failure.LIMITED, headers={"retry-after": asked}, failures_in_row=1)
    assert wait == 5 * MINUTE


def test_a_source_given_up_is_still_looked_at_once_a_month() -> None:
    assert wait_after(Failure.TIMEOUT, failures=31.0, failures_in_row=124) == 30 * DAY


@pytest.mark.parametrize(
    ("urls", "hosts", "scope"),
    [(1, 1, LimitScope.URL), (2, 1, LimitScope.HOST), (9, 1, LimitScope.HOST), (2, 2, LimitScope.DOMAIN)],
)
def test_one_bad_address_silences_neither_host_nor_domain(urls: int, hosts: int, scope: LimitScope) -> None:
    assert limit_scope(urls_limited_on_host=urls, hosts_limited_in_domain=hosts) is scope


KNOWN: dict[str, Any] = {
    "etag": 'W/"a"',
    "last_modified": "Fri, 03 May 2024 08:47:42 GMT",
    "unconditional_at": NOW - HOUR,
}


@pytest.mark.parametrize(
    ("known", "conditional"),
    [
        (KNOWN | {"validators": Validators.TRUSTED}, True),
        (KNOWN | {"validators": Validators.PROBATION}, False),
        (KNOWN | {"validators": Validators.LYING}, False),
        (KNOWN | {"validators": Validators.TRUSTED, "polls_since_unconditional": 22}, True),
        (KNOWN | {"validators": Validators.TRUSTED, "polls_since_unconditional": 23}, False),
        (KNOWN | {"validators": Validators.TRUSTED, "unconditional_at": NOW - 25 * HOUR}, False),
        ({"validators": Validators.TRUSTED}, False),
        (KNOWN | {"validators": Validators.TRUSTED, "pushed_at": NOW, "last_polled_at": NOW - HOUR}, False),
        (KNOWN | {"validators": Validators.TRUSTED, "pushed_at": NOW - HOUR, "last_polled_at": NOW}, True),
    ],
)
def test_validators_are_sent_when_they_are_trusted_and_not_due_for_a_test(
    known: dict[str, Any], conditional: bool
) -> None:
    condition = choose_condition(source(**known), NOW)
    assert condition.is_unconditional is not conditional
    if conditional:
        assert (condition.etag, condition.last_modified) == (KNOWN["etag"], KNOWN["last_modified"])
    assert condition.reason


@pytest.mark.parametrize(
    ("before", "etag", "date", "digest", "expected"),
    [
        ({}, '"a"', None, "x", Validators.PROBATION),
        ({"etag": '"a"', "entries_sha256": "x"}, '"a"', None, "x", Validators.TRUSTED),
        ({"etag": '"a"', "entries_sha256": "x"}, '"b"', None, "y", Validators.TRUSTED),
        ({"etag": '"a"', "entries_sha256": "x"}, '"b"', None, "x", Validators.TRUSTED),
        ({"etag": '"a"', "entries_sha256": "x"}, '"a"', None, "y", Validators.LYING),
        ({"last_modified": "d", "entries_sha256": "x"}, None, "d", "y", Validators.LYING),
        ({"etag": '"a"', "last_modified": "d", "entries_sha256": "x"}, '"b"', "d", "y", Validators.TRUSTED),
        ({"entries_sha256": "x"}, None, None, "y", Validators.TRUSTED),
        (
            {"etag": '"a"', "entries_sha256": "x", "validators": Validators.LYING},
            '"b"',
            None,
            "y",
            Validators.LYING,
        ),
    ],
)
def test_a_validator_lies_when_items_change_beneath_it(
    before: dict[str, Any], etag: str | None, date: str | None, digest: str, expected: Validators
) -> None:
    verdict, reason = judge_validators(source(**before), etag=etag, last_modified=date, entries_sha256=digest)
    assert verdict is expected
    assert reason


def test_a_redirect_is_adopted_when_it_was_seen_often_and_long() -> None:
    assert adopts_redirect(sightings=3, first_seen_at=NOW - DAY, now=NOW)
    assert not adopts_redirect(sightings=2, first_seen_at=NOW - DAY, now=NOW)
    assert not adopts_redirect(sightings=30, first_seen_at=NOW - HOUR, now=NOW)


@pytest.mark.parametrize(
    ("latency", "crawl_delay", "expected"),
    [(None, 0, 1.0), (0.05, 0, 1.0), (0.5, 0, 2.5), (9.0, 0, 5.0), (0.05, 10, 10.0), (0.05, 600, 60.0)],
)
def test_a_host_is_given_time_by_how_long_it_takes_to_answer(
    latency: float | None, crawl_delay: int, expected: float
) -> None:
    pause = host_delay(
        latency=latency, crawl_delay=timedelta(seconds=crawl_delay), least=timedelta(seconds=1)
    )
    assert pause.total_seconds() == expected


def test_how_many_times_its_answer_a_host_rests_can_be_set() -> None:
    rest = {"crawl_delay": timedelta(0), "least": timedelta(0)}
    assert host_delay(latency=0.5, times=2.0, **rest) == timedelta(seconds=1)
    assert host_delay(latency=0.5, times=0.0, **rest) == timedelta(0)


def test_a_source_is_asked_more_often_in_the_hours_in_which_it_speaks() -> None:
    profile: list[float] = []
    for day in range(30):
        profile = learn_hours(profile, new=12, now=NOW - (30 - day) * DAY, last_new_at=NOW - (31 - day) * DAY)
    assert hour_weight(profile, NOW) > 1.5
    assert hour_weight(profile, NOW + 12 * HOUR) < 0.5
    assert hour_weight([], NOW) == 1.0


def test_a_profile_counts_items_a_day() -> None:
    profile: list[float] = []
    for day in range(60):
        profile = learn_hours(profile, new=12, now=NOW - (60 - day) * DAY, last_new_at=NOW - (61 - day) * DAY)
    assert sum(profile) == pytest.approx(12, rel=0.15)


@given(st.integers(60, 200_000), st.integers(0, 100), st.integers(0, 100))
def test_the_pace_stays_within_its_bounds(seconds: int, entries: int, new: int) -> None:
    interval, _ = adapt_interval(
        timedelta(seconds=seconds), Answer(entries=entries, new=min(new, entries)), shortest=5 * MINUTE
    )
    assert 5 * MINUTE <= interval <= LONGEST


@pytest.mark.parametrize(
    ("usual", "announced", "expected"),
    [
        (30 * MINUTE, 0, 30 * MINUTE),
        (30 * MINUTE, 1, HOUR),
        (30 * MINUTE, 2, 2 * HOUR),
        (30 * MINUTE, 3, 4 * HOUR),
        (30 * MINUTE, 99, 4 * HOUR),
        (5 * HOUR, 99, DAY),
        (30 * DAY, 99, 30 * DAY),
    ],
)
def test_a_pushed_source_is_polled_less_as_its_hub_proves_right(
    usual: timedelta, announced: int, expected: timedelta
) -> None:
    following = next_when_pushed(
        NextPoll(NOW + usual, usual, "usual"),
        source(interval_seconds=1800),
        announced_in_row=announced,
        expects_more=False,
        now=NOW,
        jitter=0.0,
    )
    assert following.at - NOW == expected


def test_the_pace_is_kept_for_the_day_when_the_hub_falls_silent() -> None:
    following = next_when_pushed(
        NextPoll(NOW + HOUR, HOUR, "nothing new"),
        source(interval_seconds=1800),
        announced_in_row=3,
        expects_more=False,
        now=NOW,
        jitter=0.0,
    )
    assert following.interval == 30 * MINUTE


@pytest.mark.parametrize("usual", [MINUTE, 3 * HOUR])
def test_what_a_hub_told_of_and_was_not_found_is_looked_for_again_soon(usual: timedelta) -> None:
    following = next_when_pushed(
        NextPoll(NOW + usual, usual, "usual"),
        source(),
        announced_in_row=3,
        expects_more=True,
        now=NOW,
        jitter=0.0,
    )
    assert following.at - NOW == min(usual, 5 * MINUTE)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"next_poll_at": NOW + HOUR, "last_polled_at": NOW - HOUR}, timedelta(0)),
        ({"next_poll_at": NOW + HOUR, "last_polled_at": NOW - MINUTE}, 4 * MINUTE),
        ({"next_poll_at": NOW + HOUR, "last_polled_at": NOW}, 5 * MINUTE),
        (
            {"next_poll_at": NOW + HOUR, "last_polled_at": NOW, "kind": SourceKind.LISTING},
            15 * MINUTE,
        ),
        ({"next_poll_at": NOW + MINUTE, "last_polled_at": NOW}, MINUTE),
        ({"next_poll_at": NOW - MINUTE, "last_polled_at": NOW - HOUR}, -MINUTE),
        ({"next_poll_at": NOW + HOUR, "last_polled_at": NOW - HOUR, "failures_in_row": 1}, HOUR),
        ({"next_poll_at": NOW + HOUR}, HOUR),
    ],
    ids=["idle", "polled just now", "polled now", "a listing", "due anyhow", "overdue", "failing", "new"],
)
def test_a_push_makes_a_source_due_but_no_sooner_than_its_kind_allows(
    known: dict[str, Any], expected: timedelta
) -> None:
    moment = poll_after_push(source(**known), NOW)
    assert moment is not None
    assert moment - NOW == expected


def test_a_source_without_a_time_gets_none_from_a_push() -> None:
    assert poll_after_push(source(next_poll_at=None, last_polled_at=NOW), NOW) is None
