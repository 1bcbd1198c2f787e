"""What an endpoint's answer means for a delivery."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from alerts.retry import (
    LONGEST_REST,
    TRIPS_AT,
    WAITS,
    Fate,
    has_failed_too_long,
    judge_response,
    parse_retry_after,
    rest_after,
)
from tests.alerts.office import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "headers", "attempt", "fate", "wait"),
    [
        pytest.param(200, {}, 1, Fate.DELIVERED, None, id="200"),
        pytest.param(204, {}, 10, Fate.DELIVERED, None, id="204 at the last attempt"),
        pytest.param(500, {}, 1, Fate.RETRY, 5 * SECOND, id="500 at first"),
        pytest.param(500, {}, 2, Fate.RETRY, 5 * MINUTE, id="500 again"),
        pytest.param(500, {}, 9, Fate.RETRY, 24 * HOUR, id="500 for the ninth time"),
        pytest.param(500, {}, 10, Fate.GIVE_UP, None, id="500 for the tenth time"),
        pytest.param(301, {}, 1, Fate.RETRY, 5 * SECOND, id="a redirect is a failure"),
        pytest.param(302, {}, 10, Fate.GIVE_UP, None, id="a redirect to the end"),
        pytest.param(400, {}, 1, Fate.RETRY, 5 * SECOND, id="400"),
        pytest.param(404, {}, 1, Fate.RETRY, 5 * SECOND, id="404"),
        pytest.param(410, {}, 1, Fate.DISABLE, None, id="410 switches off"),
        pytest.param(429, {}, 1, Fate.RETRY, MINUTE, id="429 is left alone for a minute"),
        pytest.param(503, {}, 1, Fate.RETRY, MINUTE, id="503 is left alone for a minute"),
        pytest.param(429, {"retry-after": "120"}, 1, Fate.RETRY, 2 * MINUTE, id="429 says when"),
        pytest.param(503, {"retry-after": "7200"}, 1, Fate.RETRY, 2 * HOUR, id="503 says when"),
        pytest.param(500, {"retry-after": "90"}, 1, Fate.RETRY, 90 * SECOND, id="500 says when"),
        pytest.param(429, {"retry-after": "1"}, 4, Fate.RETRY, 2 * HOUR, id="never sooner than the schedule"),
        pytest.param(
            429, {"retry-after": "9999999999999"}, 1, Fate.RETRY, 24 * HOUR, id="never later than a day"
        ),
        pytest.param(404, {"retry-after": "7200"}, 1, Fate.RETRY, 5 * SECOND, id="404 has no say"),
        pytest.param(None, {}, 1, Fate.RETRY, MINUTE, id="no answer"),
    ],
)
def test_the_answer_decides_what_becomes_of_a_delivery(
    status: int | None, headers: dict[str, str], attempt: int, fate: Fate, wait: timedelta | None
) -> None:
    judged = judge_response(status, headers, attempt=attempt, now=NOON)
    assert judged.fate is fate
    assert judged.at == (None if wait is None else NOON + wait)
    assert judged.reason


def test_ten_attempts_take_a_little_over_three_days() -> None:
    assert len(WAITS) == 10
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize(("jitter", "wait"), [(-1.0, 4 * MINUTE), (0.0, 5 * MINUTE), (1.0, 6 * MINUTE)])
def test_jitter_spreads_a_wait_by_a_fifth(jitter: float, wait: timedelta) -> None:
    assert judge_response(500, {}, attempt=2, now=NOON, jitter=jitter).at == NOON + wait


def test_jitter_never_shortens_what_was_asked_for() -> None:
    judged = judge_response(429, {"retry-after": "7200"}, attempt=1, now=NOON, jitter=-1.0)
    assert judged.at == NOON + 2 * HOUR


def test_an_address_that_may_not_be_reached_is_not_tried_again() -> None:
    judged = judge_response(None, {}, attempt=1, now=NOON, error="10.0.0.1 is not public", permanent=True)
    assert (judged.fate, judged.reason) == (Fate.GIVE_UP, "10.0.0.1 is not public")


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param(None, timedelta(), id="absent"),
        pytest.param(" 30 ", 30 * SECOND, id="seconds"),
        pytest.param(format_datetime(NOON + HOUR, usegmt=True), HOUR, id="a date"),
        pytest.param(format_datetime(NOON - HOUR, usegmt=True), timedelta(), id="a date gone by"),
        pytest.param("-5", timedelta(), id="negative"),
        pytest.param("soon", timedelta(), id="words"),
        pytest.param("٣٠", timedelta(), id="digits of another script"),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str | None, wait: timedelta) -> None:
    assert parse_retry_after(value, NOON) == wait


@pytest.mark.parametrize(
    ("failing_for", "too_long"),
    [(None, False), (timedelta(days=4, hours=23), False), (timedelta(days=5), True)],
)
def test_five_days_of_nothing_but_failures_are_too_long(
    failing_for: timedelta | None, too_long: bool
) -> None:
    since = None if failing_for is None else NOON - failing_for
    assert has_failed_too_long(since, NOON) is too_long


@pytest.mark.parametrize(
    ("failures", "asked", "rest"),
    [
        pytest.param(1, 0 * MINUTE, 0 * MINUTE, id="one failure is nothing"),
        pytest.param(1, 3 * MINUTE, 3 * MINUTE, id="what was asked for is given"),
        pytest.param(TRIPS_AT - 1, 0 * MINUTE, 0 * MINUTE, id="not yet"),
        pytest.param(TRIPS_AT, 0 * MINUTE, MINUTE, id="the breaker trips"),
        pytest.param(TRIPS_AT + 1, 0 * MINUTE, 2 * MINUTE, id="twice as long"),
        pytest.param(TRIPS_AT + 5, 0 * MINUTE, 32 * MINUTE, id="and so on"),
        pytest.param(TRIPS_AT + 6, 0 * MINUTE, LONGEST_REST, id="to an hour"),
        pytest.param(10_000, 0 * MINUTE, LONGEST_REST, id="and never longer"),
        pytest.param(TRIPS_AT, 3 * HOUR, 3 * HOUR, id="unless it was asked for"),
    ],
)
def test_an_endpoint_rests_after_failures_in_a_row(failures: int, asked: timedelta, rest: timedelta) -> None:
    assert rest_after(failures, asked) == rest


def test_only_an_endpoint_that_is_busy_or_silent_is_left_alone_at_once() -> None:
    def rest(status: int | None, after: str | None = None) -> timedelta:
        headers = {} if after is None else {"retry-after": after}
        return judge_response(status, headers, attempt=1, now=NOON).rest

    assert [rest(500), rest(404), rest(302), rest(200)] == [timedelta()] * 4
    assert [rest(None), rest(429), rest(503)] == [MINUTE] * 3
    assert [rest(500, "90"), rest(429, "600")] == [90 * SECOND, 10 * MINUTE]
