"""The server that polling is measured against: whole feeds, 304s, and no robots.txt."""

from datetime import UTC, datetime

import httpx

from benchmarks.ingest.feed_server import ITEMS, feed_url, host, measure_ceiling, serve_feeds
from ingest.feed import FeedHints, read_feed

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_hosts_are_different_loopback_addresses() -> None:
    names = [host(number) for number in range(20_000)]
    assert len(set(names)) == len(names)
    assert all(0 <= int(part) <= 255 for name in names for part in name.split("."))


def test_a_feed_is_whole_at_first_and_unchanged_when_asked_conditionally() -> None:
    with serve_feeds() as port:
        url = feed_url(port, 10, 7)
        whole = httpx.get(url)
        assert len(read_feed(whole.content, FeedHints(url=url), NOW).entries) == ITEMS
        assert httpx.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
        assert httpx.get(f"http://{host(7)}:{port}/robots.txt").status_code == 404


def test_the_bare_client_gets_every_answer() -> None:
    with serve_feeds() as port:
        assert measure_ceiling(port, hosts=3, requests=30) > 0
