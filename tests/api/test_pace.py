"""Guessing gets slower with every failure, and a success or an hour makes good."""

from datetime import timedelta

import pytest

from api.pace import FREE_FAILURES, LONGEST_WAIT, Failures, SignInPace, wait_left
from tests.api.conftest import MORNING


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (3, 0), (4, 1), (5, 2), (8, 16), (13, 512), (14, 900), (1000, 900)],
)
def test_waiting_doubles_from_the_fourth_failure_up_to_a_quarter_hour(failures: int, seconds: int) -> None:
    assert wait_left(Failures(failures, MORNING), MORNING) == timedelta(seconds=seconds)


def test_waiting_counts_from_the_last_failure() -> None:
    failures = Failures(8, MORNING)
    assert wait_left(failures, MORNING + timedelta(seconds=10)) == timedelta(seconds=6)
    assert wait_left(failures, MORNING + timedelta(seconds=16)) == timedelta()


def test_the_slower_of_account_and_address_decides() -> None:
    pace = SignInPace()
    for _ in range(FREE_FAILURES):
        pace.note_failure(("account:a", "address:1"), MORNING)
    assert pace.wait_left(("account:b", "address:1"), MORNING) == timedelta(seconds=1)
    assert pace.wait_left(("account:b", "address:2"), MORNING) == timedelta()


def test_success_and_an_hour_of_quiet_forgive() -> None:
    pace = SignInPace()
    for _ in range(10):
        pace.note_failure(("account:a",), MORNING)
    pace.forget(("account:a",))
    assert pace.wait_left(("account:a",), MORNING) == timedelta()
    for _ in range(FREE_FAILURES):
        pace.note_failure(("account:b",), MORNING)
    later = MORNING + timedelta(hours=2)
    pace.note_failure(("account:b",), later)
    assert pace.wait_left(("account:b",), later) == timedelta()


def test_a_flood_of_made_up_accounts_does_not_fill_the_memory() -> None:
    pace = SignInPace()
    for _ in range(FREE_FAILURES + 3):
        pace.note_failure(("account:victim",), MORNING)
    for number in range(10_000):
        pace.note_failure((f"account:{number}",), MORNING)
    assert pace.wait_left(("account:victim",), MORNING) < LONGEST_WAIT
    assert len(pace) == 10_000
