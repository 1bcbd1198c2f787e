"""The invented trace has what makes polling hard, and is the same every time."""

from datetime import timedelta

import numpy as np

from benchmarks.ingest.trace import BEGIN, DAY, LEAST_A_DAY, MOST_A_DAY, generate_trace

DAYS = 28


def test_the_same_seed_gives_the_same_trace() -> None:
    one, other = (generate_trace(sources=5, days=7, seed=3) for _ in range(2))
    assert all(np.array_equal(a.published, b.published) for a, b in zip(one, other, strict=True))


def test_another_seed_gives_another_trace() -> None:
    one, other = (generate_trace(sources=5, days=7, seed=seed) for seed in (3, 4))
    assert not np.array_equal(one[-1].published, other[-1].published)


def test_rates_spread_over_four_orders_of_magnitude_and_are_kept() -> None:
    trace = generate_trace(sources=41, days=DAYS, seed=3)
    assert trace[-1].rate / trace[0].rate == MOST_A_DAY / LEAST_A_DAY == 10_000
    busy = [source for source in trace if source.rate > 20]
    # Common events and the draw of hours add a little.
    assert all(0.7 < len(source.published) / DAYS / source.rate < 1.5 for source in busy)


def test_items_lie_in_order_within_the_days() -> None:
    for source in generate_trace(sources=9, days=7, seed=3):
        assert np.all(np.diff(source.published) >= 0)
        assert not len(source.published) or (source.published[0] >= 0 and source.published[-1] < 7 * DAY)


def test_a_newsroom_sleeps_at_night_and_rests_at_weekends() -> None:
    trace = generate_trace(sources=30, days=DAYS, seed=3)
    items = np.concatenate([source.published for source in trace])
    by_hour = np.bincount((items // 3600 % 24).astype(int), minlength=24)
    assert by_hour.max() > 4 * by_hour.min()
    weekend = [(BEGIN + timedelta(seconds=float(at))).weekday() >= 5 for at in items]
    assert np.mean(weekend) < 2 / 7 * 0.8


def test_items_come_in_batches() -> None:
    quiet = [source for source in generate_trace(sources=200, days=DAYS, seed=3) if source.rate < 3]
    gaps = np.concatenate([np.diff(source.published) for source in quiet])
    assert np.mean(gaps < 900) > 0.2
