"""A source's state, in one word and one sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.errors import Failure
from ingest.health import expected_items, judge_failure, judge_success
from models import Role, Source, SourceState, Validators

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def source(**known: Any) -> Source:
    defaults: dict[str, Any] = {
        "url": "https://a.vn/rss",
        "title": "A",
        "role": Role.MONITORED,
        "created_at": NOW - 90 * DAY,
    }
    return Source(**(defaults | {"failures_in_row": 1, "failures": 1.0} | known))


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (Failure.TIMEOUT, SourceState.SLOW),
        (Failure.LIMITED, SourceState.LIMITED),
        (Failure.ROBOTS_DENIED, SourceState.BLOCKED),
        (Failure.ADDRESS_REFUSED, SourceState.BLOCKED),
        (Failure.FORBIDDEN, SourceState.BLOCKED),
        (Failure.CHALLENGE, SourceState.BLOCKED),
        (Failure.GONE, SourceState.DEAD),
        (Failure.SERVER_ERROR, SourceState.FAILING),
        (Failure.NOT_A_FEED, SourceState.FAILING),
        (Failure.BOMB, SourceState.FAILING),
        (Failure.REDIRECT_LOOP, SourceState.FAILING),
    ],
)
def test_a_source_that_never_worked_shows_what_is_wrong_at_once(failure: Failure, state: SourceState) -> None:
    health = judge_failure(source(), failure, "because")
    assert (health.state, health.reason) == (state, "because")


def test_a_source_that_worked_is_forgiven_two_passing_failures() -> None:
    worked = {"last_success_at": NOW - DAY, "state": SourceState.WORKING}
    forgiven = judge_failure(source(**worked, failures_in_row=2), Failure.TIMEOUT, "no answer")
    assert forgiven.state is SourceState.WORKING
    assert "no answer" in forgiven.reason
    assert (
        judge_failure(source(**worked, failures_in_row=3), Failure.TIMEOUT, "no answer").state
        is SourceState.SLOW
    )
    assert judge_failure(source(**worked), Failure.NOT_A_FEED, "HTML").state is SourceState.FAILING


def test_a_source_that_fails_for_long_is_dead() -> None:
    assert (
        judge_failure(source(failures=30.0, failures_in_row=60), Failure.SERVER_ERROR, "500").state
        is SourceState.DEAD
    )


def success(remark: str = "", elapsed: float = 0.2, **known: Any) -> tuple[SourceState, str]:
    health = judge_success(source(**known), elapsed=timedelta(seconds=elapsed), remark=remark, now=NOW)
    return health.state, health.reason


def test_a_source_that_answers_works_and_its_remark_is_shown() -> None:
    assert success() == (SourceState.WORKING, "answers as it should")
    assert success("the feed breaks off") == (SourceState.WORKING, "the feed breaks off")


def test_a_liar_stays_a_liar_however_well_it_answers() -> None:
    assert success(validators=Validators.LYING)[0] is SourceState.LYING


def test_ten_seconds_are_slow() -> None:
    assert success(elapsed=12.0) == (SourceState.SLOW, "took 12 s to answer")


def test_a_source_is_silent_when_much_was_expected_and_nothing_came() -> None:
    daily = [0.0] * 8 + [12.0] + [0.0] * 15
    state, reason = success(hour_profile=daily, last_new_item_at=NOW - 3 * DAY)
    assert (state, reason) == (SourceState.SILENT, "expected about 36 items in 72 h, saw none")
    assert success(hour_profile=daily, last_new_item_at=NOW - DAY)[0] is SourceState.WORKING


def test_a_rare_source_may_be_quiet() -> None:
    weekly = [1 / 7] + [0.0] * 23
    assert success(hour_profile=weekly, last_new_item_at=NOW - 20 * DAY)[0] is SourceState.WORKING
    assert expected_items(source(hour_profile=weekly, last_new_item_at=NOW - 14 * DAY), NOW) == pytest.approx(
        2.0
    )
