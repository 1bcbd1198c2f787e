"""Finding what to follow at an outlet."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.discover import Discovery, Found, discover, rank
from ingest.errors import IngestError
from ingest.fetch import Fetcher
from ingest.urls import NotAnAddress
from ingest.workers import Workers
from models import SourceKind
from tests.ingest.fake_news import FakeNews, Reply, item, rss

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FEED = Reply(rss(item("/1.htm", date="Sun, 22 Nov 2026 06:00:00 +07"), title="Báo thử"))
SITEMAP = Reply(b"<urlset><url><loc>/1.htm</loc></url></urlset>")


def look(
    news: FakeNews, fetcher: Fetcher, workers: Workers, path: str = "/"
) -> list[tuple[str, SourceKind, str]]:
    found = search(news, fetcher, workers, path).found
    return [(one.url.removeprefix(news.url("")), one.kind, one.how) for one in found]


def search(news: FakeNews, fetcher: Fetcher, workers: Workers, path: str = "/") -> Discovery:
    return discover(fetcher, workers, news.url(path), now=NOW)


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


def test_a_declared_json_feed_is_found_and_what_only_describes_the_page_is_not_tried(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    head = (
        "<link rel='alternate' type='application/feed+json' href='/feed.json'>"
        "<link rel='alternate' type='application/json+oembed' href='/oembed'>"
    )
    news.tell("/", Reply(f"<html><head>{head}</head><body>x</body></html>".encode()))
    feed = '{"version": "https://jsonfeed.org/version/1.1", "title": "Báo", "items": [{"id": "1", "url": "/1.htm"}]}'
    news.tell("/feed.json", Reply(feed.encode(), headers={"Content-Type": "application/feed+json"}))
    assert look(news, fetcher, workers) == [("/feed.json", SourceKind.FEED, "declared by the page")]
    assert "/oembed" not in news.paths()


def test_readers_comments_are_never_offered(news: FakeNews, fetcher: Fetcher, workers: Workers) -> None:
    head = "".join(
        f"<link rel='alternate' type='application/rss+xml' href='{path}'>"
        for path in ("/comments/feed/", "/a.rss")
    )
    news.tell("/", Reply(f"<html><head>{head}</head><body>x</body></html>".encode()))
    news.tell("/a.rss", FEED)
    news.tell("/comments/feed/", FEED)
    assert [url for url, _, _ in look(news, fetcher, workers)] == ["/a.rss"]


def test_sitemaps_in_robots_txt_are_tried_those_of_news_first(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    news.tell("/", Reply(b"<html><body>x</body></html>"))
    lines = [*(f"Sitemap: {news.url(f'/archive-{n}.xml')}" for n in range(30)), "Sitemap: /news.xml"]
    news.tell("/robots.txt", Reply("\n".join(["User-agent: *", "Allow: /", *lines]).encode()))
    news.tell("/news.xml", SITEMAP)
    assert look(news, fetcher, workers) == [("/news.xml", SourceKind.SITEMAP, "named by robots.txt")]


def test_an_index_leads_to_its_news_sitemap_however_deep(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    def index(*paths: str) -> Reply:
        named = "".join(f"<sitemap><loc>{news.url(path)}</loc></sitemap>" for path in paths)
        return Reply(f"<sitemapindex>{named}</sitemapindex>".encode())

    news.tell("/", Reply(b"<html><body>x</body></html>"))
    news.tell("/robots.txt", Reply(f"Sitemap: {news.url('/index.xml')}".encode()))
    news.tell("/index.xml", index("/2026/news-index.xml", "/tags.xml"))
    news.tell("/2026/news-index.xml", index("/2026/news-11.xml"))
    news.tell("/2026/news-11.xml", SITEMAP)
    assert look(news, fetcher, workers) == [
        ("/2026/news-11.xml", SourceKind.SITEMAP, "named by a sitemap index"),
        ("/2026/news-index.xml", SourceKind.SITEMAP, "named by a sitemap index"),
        ("/index.xml", SourceKind.SITEMAP, "named by robots.txt"),
    ]
    assert "/tags.xml" not in news.paths()


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


def test_a_link_pattern_makes_the_page_itself_a_listing(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    news.tell("/", Reply(b"<html><body><a href='/rss'>RSS</a><a href='/bai/7'>x</a></body></html>"))
    news.tell("/rss", FEED)
    (found,) = discover(fetcher, workers, news.url("/"), now=NOW, link_pattern=r"/bai/\d+$").found
    assert (found.kind, found.entries) == (SourceKind.LISTING, 1)
    for pattern, words in (("(", "not a regular expression"), ("/none/", "without a link to an article")):
        with pytest.raises(IngestError, match=words):
            discover(fetcher, workers, news.url("/"), now=NOW, link_pattern=pattern)


@pytest.mark.parametrize(
    ("page", "feed_language", "language"),
    [
        ("Giá xăng dầu tăng từ chiều nay trên cả nước, người dân xếp hàng đổ xăng", "en-US", "vi"),
        ("Fuel prices rise again across the country as drivers queue at the pumps", "fr-FR", "fr"),
        ("Fuel prices rise again across the country as drivers queue at the pumps", "", "en"),
    ],
)
def test_an_outlet_in_vietnamese_is_that_and_any_other_is_what_its_feed_says(
    page: str, feed_language: str, language: str, news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    site = "<meta property='og:site_name' content='Báo Thử'>"
    news.tell(
        "/",
        Reply(
            f"<html lang='en'><head>{site}</head><body><a href='/rss'>RSS</a><a href='/1'>{page}</a></body></html>".encode()
        ),
    )
    stated = f"<language>{feed_language}</language>" if feed_language else ""
    news.tell("/rss", Reply(rss(stated, item("/1.htm"))))
    found = search(news, fetcher, workers)
    assert (found.name, found.language) == ("Báo Thử", language)


def test_a_feed_given_by_its_address_is_in_the_language_of_its_titles(
    news: FakeNews, fetcher: Fetcher, workers: Workers
) -> None:
    titles = ("Giá xăng dầu tăng từ chiều nay trên cả nước", "Bão số 3 đổ bộ vào đất liền trong đêm")
    items = [item(f"/{n}.htm", title) for n, title in enumerate(titles)]
    news.tell("/tin/moi.rss", Reply(rss("<language>en-US</language>", *items)))
    found = search(news, fetcher, workers, "/tin/moi.rss")
    assert (found.language, found.home_url) == ("vi", news.url("/"))


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


def found(url: str, kind: SourceKind, *, days: float | None = 1, how: str = "x", entries: int = 9) -> Found:
    newest = None if days is None else NOW - timedelta(days=days)
    return Found(url=f"https://a.vn{url}", kind=kind, how=how, entries=entries, newest=newest)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(
            found("/a.rss", SourceKind.FEED), found("/news.xml", SourceKind.SITEMAP), id="feed before sitemap"
        ),
        pytest.param(
            found("/news.xml", SourceKind.SITEMAP),
            found("/a.rss", SourceKind.FEED, days=400),
            id="the living before the still",
        ),
        pytest.param(
            found("/a.rss", SourceKind.FEED, days=None),
            found("/b.rss", SourceKind.FEED, days=400),
            id="a feed without dates is not still",
        ),
        pytest.param(
            found("/news.xml", SourceKind.SITEMAP),
            found("/sitemap.xml", SourceKind.SITEMAP, days=None, entries=2_000),
            id="news sitemap before archive",
        ),
        pytest.param(
            found("/rss/tin-moi-nhat.rss", SourceKind.FEED),
            found("/rss/the-thao.rss", SourceKind.FEED, entries=60),
            id="everything before a section",
        ),
        pytest.param(
            found("/b.rss", SourceKind.FEED, how="declared by the page"),
            found("/a.rss", SourceKind.FEED, how="linked from the page", entries=60),
            id="declared before linked",
        ),
        pytest.param(
            found("/b.rss", SourceKind.FEED, entries=60), found("/a.rss", SourceKind.FEED), id="longer first"
        ),
    ],
)
def test_what_is_best_to_follow_comes_first(better: Found, worse: Found) -> None:
    assert rank(better, NOW) < rank(worse, NOW)
