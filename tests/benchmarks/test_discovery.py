"""The rules that polling is compared with, and the replay that compares them."""

import numpy as np
import pytest

from benchmarks.ingest.discovery import (
    DAYS,
    DuplicateShare,
    EntryFrequency,
    FixedInterval,
    OurCadence,
    Replay,
    Seen,
    replay,
    with_as_many_requests,
)
from benchmarks.ingest.trace import DAY, SourceTrace

HOUR = 3_600.0


def source(*published: float, length: int = 20) -> SourceTrace:
    return SourceTrace(1.0, length, np.array(published))


@pytest.mark.parametrize(
    ("items_this_week", "factor", "wait"),
    [
        pytest.param(0, 1, 24 * HOUR, id="a silent source waits a day"),
        pytest.param(7, 1, 24 * HOUR, id="one a day is asked daily"),
        pytest.param(84, 1, 2 * HOUR, id="twelve a day, two hours"),
        pytest.param(84, 2, HOUR, id="the factor halves it"),
        pytest.param(100_000, 1, 300.0, id="never under five minutes"),
    ],
)
def test_entry_frequency_divides_the_week(items_this_week: int, factor: float, wait: float) -> None:
    seen = Seen(8 * DAY, 20, [8 * DAY] * items_this_week)
    assert EntryFrequency(factor).wait(seen) == pytest.approx(wait)


def test_entry_frequency_forgets_what_is_older_than_a_week() -> None:
    rule = EntryFrequency(1)
    rule.wait(Seen(DAY, 20, [DAY] * 84))
    assert rule.wait(Seen(9 * DAY, 20, ())) == 24 * HOUR


@pytest.mark.parametrize(
    ("new", "wait"),
    [
        pytest.param(0, 6 * HOUR + 600, id="all known: ten minutes longer"),
        pytest.param(6, 6 * HOUR + 600, id="70 % known: ten minutes longer"),
        pytest.param(10, 6 * HOUR, id="half known: the pace is right"),
        pytest.param(16, 5 * HOUR, id="20 % known: an hour shorter"),
    ],
)
def test_duplicate_share_follows_what_was_known(new: int, wait: float) -> None:
    rule = DuplicateShare(1)
    assert rule.wait(Seen(0, 20, [0.0] * 20)) == 6 * HOUR
    assert rule.wait(Seen(6 * HOUR, 20, [HOUR] * new)) == pytest.approx(wait)


def test_duplicate_share_comes_back_from_long_intervals_at_once() -> None:
    rule = DuplicateShare(1)
    rule.wait(Seen(0, 20, ()))
    for hour in range(100):
        long = rule.wait(Seen(hour * HOUR, 20, ()))
    assert long > 20 * HOUR
    assert rule.wait(Seen(101 * HOUR, 20, [HOUR] * 20)) == 6 * HOUR


def test_the_delay_is_from_publication_to_the_next_poll() -> None:
    found = replay([source(10 * HOUR)], lambda _: FixedInterval(24 * HOUR), warm_up=0.0)
    assert found.requests == DAYS
    # The first poll is within half an hour of the beginning.
    assert 14 * HOUR <= found.median <= 14.5 * HOUR


def test_items_that_left_the_feed_unseen_are_never_found() -> None:
    items = [HOUR * n / 10 for n in range(10, 40)]
    found = replay([source(*items, length=20)], lambda _: FixedInterval(24 * HOUR), warm_up=0.0)
    assert np.isinf(found.delays).sum() == 10
    assert len(found.delays) == 30


def test_the_warm_up_does_not_count() -> None:
    found = replay([source(HOUR, 30 * HOUR)], lambda _: FixedInterval(HOUR), warm_up=DAY)
    assert len(found.delays) == 1
    assert found.requests == pytest.approx(DAYS * 24, abs=1)


def test_the_setting_is_turned_until_the_requests_are_equal() -> None:
    def attempt(setting: float) -> Replay:
        return Replay(np.zeros(1), round(100 * setting))

    _, setting = with_as_many_requests(500, attempt, low=0.1, high=100)
    assert setting == pytest.approx(5, rel=0.01)


def test_our_cadence_asks_a_busy_source_more_often_than_a_quiet_one() -> None:
    hourly = np.arange(0, DAYS * DAY, HOUR).tolist()
    busy, quiet = (replay([one], OurCadence, warm_up=0.0) for one in (source(*hourly), source(HOUR)))
    assert busy.requests > 2 * quiet.requests
