"""What the latest polls say of a source, and what one can do about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.diagnosis import LEGEND, MARKS, advise, diagnose, judge_validators_in_words
from ingest.errors import Failure
from models import Role, Source, SourceFetch, SourceState, Validators

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def source(**known: Any) -> Source:
    defaults: dict[str, Any] = {"url": "https://a.vn/rss", "title": "A", "role": Role.MONITORED}
    return Source(**({**defaults, "created_at": NOW - 90 * 24 * HOUR} | known))


def polls(*outcomes: tuple[str, int]) -> list[SourceFetch]:
    """Polls an hour apart, the last one an hour ago, with so many new items each."""
    return [
        SourceFetch(
            source_id=1, at=NOW - (len(outcomes) - n) * HOUR, outcome=outcome, reason="", new_items=new
        )
        for n, (outcome, new) in enumerate(outcomes)
    ]


def test_every_outcome_has_a_mark_of_its_own_and_a_word_for_it() -> None:
    assert set(MARKS) == set(Failure)
    assert len(LEGEND) == len(Failure) + 3
    assert all(len(one) == 1 for one in LEGEND)


def test_polls_are_a_strip_oldest_first() -> None:
    found = diagnose(source(), polls(("read", 3), ("read", 0), ("unchanged", 0), ("timeout", 0)), NOW)
    assert (found.strip, found.failed_polls) == ("+-.T", 1)


def test_items_expected_are_held_against_items_seen_since_the_oldest_poll() -> None:
    usual = [1.0] * 24
    found = diagnose(source(hour_profile=usual), polls(("read", 50), ("read", 2), ("read", 1)), NOW)
    # What the oldest poll found was there before anybody watched.
    assert (found.expected_items, found.seen_items, found.watched_since) == (3.0, 3, NOW - 3 * HOUR)


def test_nothing_is_expected_of_a_source_whose_day_is_not_known() -> None:
    assert diagnose(source(), polls(("read", 50)), NOW).expected_items is None
    never = diagnose(source(hour_profile=[1.0] * 24), [], NOW)
    assert (never.strip, never.expected_items, never.seen_items, never.watched_since) == ("", None, 0, None)


@pytest.mark.parametrize(
    ("known", "last", "words"),
    [
        ({"state": SourceState.WORKING}, "read", "nothing to do"),
        ({"state": SourceState.WORKING}, Failure.MISSING, "nothing to do"),
        ({"state": SourceState.LYING}, "read", "always fetched whole"),
        ({"state": SourceState.BLOCKED}, Failure.ROBOTS_DENIED, "robots.txt is obeyed"),
        ({"state": SourceState.BLOCKED}, Failure.ADDRESS_REFUSED, "DINHCHINH_ALLOW_NETWORKS"),
        ({"state": SourceState.BLOCKED}, Failure.CHALLENGE, "turns programs away"),
        ({"state": SourceState.FAILING}, Failure.NOT_A_FEED, "sources add"),
        ({"state": SourceState.FAILING}, Failure.SERVER_ERROR, "a browser"),
        ({"state": SourceState.LIMITED}, Failure.LIMITED, "DINHCHINH_HOST_DELAY"),
        ({"state": SourceState.SILENT}, "read", "still publishes"),
        ({"state": SourceState.DEAD}, Failure.NOT_A_FEED, "once a month"),
        ({"state": SourceState.NEW}, None, "nothing yet"),
        ({"state": SourceState.NEW, "is_active": False}, None, "not polled"),
    ],
)
def test_what_one_can_do_follows_from_state_and_last_poll(
    known: dict[str, Any], last: str | None, words: str
) -> None:
    assert words in advise(source(**known), last)


@pytest.mark.parametrize("state", SourceState)
def test_there_is_advice_for_every_state(state: SourceState) -> None:
    assert advise(source(state=state), None)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "none known"),
        ({"last_success_at": NOW}, "none offered"),
        ({"etag": '"a"'}, "not believed yet"),
        ({"last_modified": "x", "validators": Validators.TRUSTED}, "believed"),
        ({"etag": '"a"', "validators": Validators.LYING}, "caught lying"),
    ],
)
def test_validators_are_judged_in_words(known: dict[str, Any], words: str) -> None:
    assert judge_validators_in_words(source(**known)).startswith(words)
