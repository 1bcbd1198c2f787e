"""What the soak stands on: a press that prints on time, pages of their own, and thirds that are compared."""

import feedparser

from benchmarks.ingest.live_server import LISTED, feed_body, page_body, shift
from benchmarks.ingest.soak import Sample, thirds
from ingest.near_duplicates import jaccard, shingles


def test_a_feed_lists_the_latest_items_newest_first_with_the_moment_each_was_printed() -> None:
    feed = feedparser.parse(feed_body("http://127.40.0.1:80", feed=5, newest=900, period=1_000.0))
    assert [entry.id for entry in feed.entries] == [f"5-{900 - n}" for n in range(LISTED)]
    assert feed.entries[0].published_parsed is not None
    assert 0 <= shift(5, 1_000.0) < 1_000.0


def test_no_page_repeats_another() -> None:
    one, other = (shingles(page_body(5, item).decode()) for item in (1, 2))
    assert page_body(5, 1) == page_body(5, 1)
    assert jaccard(one, other) < 0.5


def test_the_first_third_is_left_out_and_the_others_are_compared_by_their_medians() -> None:
    samples = [Sample(at, at, 2 * at) for at in (9.0, 9.0, 9.0, 10.0, 10.0, 99.0, 11.0, 11.0, 12.0)]
    assert thirds(samples) == ({"process": 10.0, "workers": 20.0}, {"process": 11.0, "workers": 22.0})
