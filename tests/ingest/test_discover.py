"""Finding what to follow at an outlet."""

from datetime import UTC, datetime

import pytest

from ingest.discover import discover
from ingest.errors import IngestError
from ingest.fetch import Fetcher
from ingest.urls import NotAnAddress
from ingest.workers import Workers
from models import SourceKind
from tests.ingest.fake_news import FakeNews, Reply, item, rss

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FEED = Reply(rss(item("/1.htm"), title="Báo thử"))
SITEMAP = Reply(b"<urlset><url><loc>/1.htm</loc></url></urlset>")


def look(
    news: FakeNews, fetcher: Fetcher, workers: Workers, path: str = "/"
) -> list[tuple[str, SourceKind, str]]:
    found = discover(fetcher, workers, news.url(path), now=NOW)
    return [(one.url.removeprefix(news.url("")), one.kind, one.how) for one in found]


def test_a_feed_is_found_to_be_one(news: FakeNews, fetcher: Fetcher, workers: Workers) -> None:
    news.tell("/rss", FEED)
    assert look(news, fetcher, workers, "/rss") == [("/rss", SourceKind.FEED, "the address itself")]


def test_feeds_that_a_page_declares_are_found_and_dead_ones_left_out(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/a.rss", "/gone.rss")
    )
    news.tell(
        "/",
        Reply(f"<html><head>{head}</head><body><a href='/sitemap-news.xml'>Sơ đồ</a></body></html>".encode()),
    )
    news.tell("/a.rss", FEED)
    news.tell("/sitemap-news.xml", SITEMAP)
    assert look(news, fetcher, workers) == [
        ("/a.rss", SourceKind.FEED, "declared by the page"),
        ("/sitemap-news.xml", SourceKind.SITEMAP, "linked from the page"),
    ]


def test_a_page_of_feeds_is_followed(news: FakeNews, fetcher: Fetcher, workers: Workers) -> None:
    news.tell("/", Reply(b"<html><body><a href='/rss'>RSS</a></body></html>"))
    news.tell(
        "/rss",
        Reply(b"<html><body><a href='/rss/home.rss'>x</a><a href='/rss/world.rss'>y</a></body></html>"),
    )
    news.tell("/rss/home.rss", FEED)
    news.tell("/rss/world.rss", FEED)
    assert {url for url, _, _ in look(news, fetcher, workers)} == {"/rss/home.rss", "/rss/world.rss"}


def test_usual_places_are_tried_when_the_page_says_nothing(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    news.tell("/", Reply(b"<html><body>x</body></html>"))
    news.tell("/feed", FEED)
    assert look(news, fetcher, workers) == [("/feed", SourceKind.FEED, "a usual place")]


def test_without_any_feed_the_page_itself_is_a_listing(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    news.tell("/", Reply(b"<html><body><a href='/gia-xang-tang-manh-12345.htm'>x</a></body></html>"))
    assert look(news, fetcher, workers) == [("/", SourceKind.LISTING, "links on the page")]


def test_feeds_of_other_sites_are_not_this_outlets(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    other = news.tell("/a.rss", FEED, host="127.30.0.2")
    news.tell("/", Reply(f"<html><body><a href='{other}'>x</a></body></html>".encode()))
    assert look(news, fetcher, workers) == []


def test_no_more_than_twenty_addresses_are_tried(news: FakeNews, fetcher: Fetcher, workers: Workers) -> None:
    links = "".join(f"<a href='/rss/{n}.rss'>x</a>" for n in range(100))
    news.tell("/", Reply(f"<html><body>{links}</body></html>".encode()))
    look(news, fetcher, workers)
    assert len([path for path in news.paths() if path.startswith("/rss/")]) == 20


def test_an_address_that_does_not_answer_is_an_error_in_words(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    with pytest.raises(IngestError, match="nothing there"):
        look(news, fetcher, workers, "/missing")
    with pytest.raises(NotAnAddress):
        discover(fetcher, workers, "nonsense", now=NOW)
