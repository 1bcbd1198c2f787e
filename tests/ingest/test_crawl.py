"""From due sources to stored versions, over real sockets and a real database."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text, update

from ingest.crawl import LONGEST_REST, READS_PER_SOURCE
from ingest.fetch import Fetcher
from ingest.reading import due_articles
from ingest.stages import crawl
from ingest.values import Counts
from ingest.workers import Workers
from models import (
    ArticleState,
    Host,
    Role,
    Sessions,
    Source,
    SourceFetch,
    SourceKind,
    SourceState,
    Validators,
    writing,
)
from tests.ingest.conftest import Clock
from tests.ingest.desk import BODY, Desk
from tests.ingest.fake_news import FakeNews, Reply, article_page, item, rss

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock) -> Desk:
    return Desk(news, sessions, fetcher, workers, clock)


def test_a_feed_becomes_articles_with_text_title_date_and_language(desk: Desk) -> None:
    page = desk.publish("/tin/1.htm")
    feed = desk.news.tell("/rss", Reply(rss(item(page, "Giá xăng tăng", "Fri, 03 May 2024 15:47:42 +07"))))
    desk.follow(feed)
    counts = desk.settle()
    assert (counts.new_articles, counts.read, counts.new_versions, counts.failed) == (1, 1, 1, 0)
    (article,), (version,) = desk.articles(), desk.versions()
    assert (article.url, article.state, article.title, article.language) == (
        page,
        ArticleState.READ,
        "Giá xăng tăng",
        "vi",
    )
    assert article.published_at == version.published_at == datetime(2024, 5, 3, 8, 47, 42, tzinfo=UTC)
    assert version.text.split("\n")[-2:] == list(BODY)
    assert (version.number, version.title, version.grouped_at, version.analysed_at) == (
        1,
        "Giá xăng tăng",
        None,
        None,
    )
    source = desk.source(feed)
    assert (source.state, source.state_reason, source.polls) == (
        SourceState.WORKING,
        "answers as it should",
        2,
    )
    assert source.next_poll_at is not None
    assert source.next_poll_at > desk.clock() + 20 * MINUTE


def test_working_twice_stores_everything_once(desk: Desk) -> None:
    pages = [desk.publish(f"/tin/{n}.htm", f"Tin {n}") for n in range(3)]
    desk.follow(desk.news.tell("/rss", Reply(rss(*(item(page) for page in pages)))))
    desk.settle()
    desk.clock.pass_by(HOUR / 2)
    desk.settle()
    assert [article.url for article in desk.articles()] == pages
    assert len(desk.versions()) == 3
    assert [len(desk.news.requests_to(f"/tin/{n}.htm")) for n in range(3)] == [1, 1, 1]


def test_an_unchanged_feed_is_asked_for_conditionally_once_it_is_trusted(desk: Desk) -> None:
    body = rss(item(desk.publish("/1.htm")))

    def conditional(headers: Mapping[str, str]) -> Reply:
        if headers.get("if-none-match") == '"a"':
            return Reply(status=304)
        return Reply(body, headers={"ETag": '"a"'})

    feed = desk.news.tell("/rss", conditional)
    desk.follow(feed)
    desk.settle()
    assert desk.source(feed).validators is Validators.TRUSTED
    desk.clock.pass_by(HOUR)
    assert desk.poll().unchanged == 1
    assert [asked.headers.get("if-none-match") for asked in desk.news.requests_to("/rss")] == [
        None,
        None,
        '"a"',
    ]


def test_a_feed_that_changes_under_the_same_validator_is_caught_and_always_fetched_whole(desk: Desk) -> None:
    count = iter(range(100))

    def lying(headers: Mapping[str, str]) -> Reply:
        page = desk.publish(f"/{next(count)}.htm")
        return Reply(rss(item(page)), headers={"ETag": '"never-changes"'})

    feed = desk.news.tell("/rss", lying)
    desk.follow(feed)
    desk.settle()
    source = desk.source(feed)
    assert (source.state, source.validators) == (SourceState.LYING, Validators.LYING)
    assert "'\"never-changes\"'" in source.state_reason
    desk.clock.pass_by(2 * HOUR)
    desk.poll()
    assert "if-none-match" not in desk.news.requests_to("/rss")[-1].headers
    assert desk.source(feed).state is SourceState.LYING


def test_a_feed_that_only_stamps_the_time_into_its_head_does_not_lie(desk: Desk) -> None:
    page, count = desk.publish("/1.htm"), iter(range(100))

    def stamped(headers: Mapping[str, str]) -> Reply:
        return Reply(
            rss(f"<lastBuildDate>{next(count)}</lastBuildDate>", item(page)), headers={"ETag": '"a"'}
        )

    feed = desk.news.tell("/rss", stamped)
    desk.follow(feed)
    desk.settle()
    assert desk.source(feed).state is SourceState.WORKING


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(status=500), SourceState.FAILING, "answers 500"),
        (Reply(status=503, headers={"Retry-After": "120"}), SourceState.LIMITED, "asked again after 120"),
        (Reply(status=429), SourceState.LIMITED, "answers 429"),
        (Reply(status=410), SourceState.DEAD, "gone for good"),
        (Reply(status=404), SourceState.FAILING, "nothing there"),
        (Reply(status=403), SourceState.BLOCKED, "not for us"),
        (Reply(status=403, headers={"cf-mitigated": "challenge"}), SourceState.BLOCKED, "challenge"),
        (
            Reply(status=302, headers={"Location": "http://169.254.169.254/"}),
            SourceState.BLOCKED,
            "169.254.169.254 is not a public address",
        ),
        (Reply(status=302, headers={"Location": "/rss"}), SourceState.FAILING, "more than 5 redirects"),
        (
            Reply(b"<!doctype html><html><body>x</body></html>"),
            SourceState.FAILING,
            "an HTML page, not a feed",
        ),
        (Reply(b""), SourceState.FAILING, "empty"),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), SourceState.FAILING, "damaged"),
    ],
)
def test_every_misbehaviour_shows_on_the_source_in_words(
    desk: Desk, reply: Reply, state: SourceState, words: str
) -> None:
    feed = desk.news.tell("/rss", reply)
    desk.follow(feed)
    assert desk.poll().failed == 1
    source = desk.source(feed)
    assert source.state is state
    assert words in source.state_reason
    assert source.next_poll_at is not None
    assert source.next_poll_at > desk.clock()


def test_a_source_that_never_finishes_is_slow(desk: Desk, hasty: Fetcher) -> None:
    desk.fetcher = hasty
    feed = desk.news.tell("/rss", Reply(b"x" * 999, drip=True))
    desk.follow(feed)
    desk.poll()
    source = desk.source(feed)
    assert source.state is SourceState.SLOW
    assert source.state_reason.startswith("no whole answer within 3 s")


def test_a_source_that_robots_txt_denies_is_blocked_and_not_fetched(desk: Desk) -> None:
    desk.news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /"))
    feed = desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm")))))
    desk.follow(feed)
    desk.settle()
    assert desk.source(feed).state is SourceState.BLOCKED
    assert "robots.txt denies /rss" in desk.source(feed).state_reason
    assert desk.news.paths() == ["/robots.txt"]


def test_robots_txt_is_remembered_from_one_run_to_the_next(desk: Desk) -> None:
    desk.news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private"))
    desk.follow(desk.news.tell("/rss", Reply(rss())))
    desk.poll()
    with desk.sessions() as session:
        (host,) = session.scalars(select(Host))
    assert (host.robots_txt, host.robots_status, host.robots_fetched_at) == (
        "User-agent: *\nDisallow: /private",
        200,
        desk.clock(),
    )


def test_pages_that_robots_txt_denies_are_never_fetched(desk: Desk) -> None:
    desk.news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /tin/"))
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.publish("/tin/1.htm"))))))
    desk.settle()
    (article,) = desk.articles()
    assert (article.state, article.state_reason) == (ArticleState.REFUSED, "robots.txt denies /tin/1.htm")
    assert "/tin/1.htm" not in desk.news.paths()


def test_a_source_at_anothers_address_is_its_second_name(desk: Desk) -> None:
    page = desk.publish("/1.htm")
    feed = desk.news.tell("/rss", Reply(rss(item(page))))
    old = desk.news.tell("/old", Reply(status=301, headers={"Location": feed}), host="127.30.0.2")
    desk.follow(old, role=Role.OFFICIAL)
    desk.follow(feed)
    desk.settle()
    assert "which is the source" in desk.source(old).state_reason
    (article,) = desk.articles()
    assert article.source_id == desk.source(feed).id


def test_a_permanent_redirect_is_adopted_after_a_day_of_sightings(desk: Desk) -> None:
    desk.news.tell("/new", Reply(rss(item(desk.publish("/1.htm")))))
    old = desk.news.tell("/old", Reply(status=308, headers={"Location": "/new"}))
    desk.follow(old)
    desk.settle()
    assert "says it has moved to" in desk.source(old).state_reason
    desk.clock.pass_by(DAY + MINUTE)
    desk.poll()
    assert desk.source(desk.news.url("/new")).state_reason == f"moved for good to {desk.news.url('/new')}"


def test_a_truncated_feed_keeps_working_and_says_what_is_amiss_until_it_is_mended(desk: Desk) -> None:
    whole = rss(item(desk.publish("/1.htm")), item(desk.publish("/2.htm")))
    feed = desk.news.tell("/rss", Reply(whole[:-100]))
    desk.follow(feed)
    desk.settle()
    assert desk.source(feed).state is SourceState.WORKING
    assert "breaks off" in desk.source(feed).state_reason
    assert len(desk.articles()) == 1
    desk.news.tell("/rss", Reply(whole))
    desk.clock.pass_by(HOUR)
    desk.settle()
    assert desk.source(feed).state_reason == "answers as it should"
    assert len(desk.articles()) == 2


def test_two_limited_feeds_on_one_host_let_the_host_rest(desk: Desk) -> None:
    limited = Reply(status=429, headers={"Retry-After": "3600"})
    desk.follow(desk.news.tell("/a", limited))
    desk.follow(desk.news.tell("/b", limited))
    desk.poll()
    desk.follow(desk.news.tell("/c", Reply(rss())))
    desk.poll()
    assert "left alone until" in desk.source(desk.news.url("/c")).state_reason
    assert desk.news.paths() == ["/robots.txt", "/a", "/b"]


def test_a_dead_feed_comes_back_by_itself(desk: Desk) -> None:
    feed = desk.news.tell("/rss", Reply(status=410))
    desk.follow(feed)
    desk.poll()
    desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm")))))
    desk.clock.pass_by(34 * DAY)
    desk.poll()
    assert desk.source(feed).state is SourceState.WORKING


def test_a_changed_text_is_a_new_version_and_a_changed_date_is_nothing(desk: Desk) -> None:
    page = desk.publish("/1.htm")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page, date="Mon, 23 Nov 2026 14:00:00 +07")))))
    desk.settle()
    desk.clock.pass_by(HOUR)
    desk.publish("/1.htm", head="<meta property='article:modified_time' content='2026-11-23T09:00:00Z'>")
    assert desk.read().new_versions == 0
    desk.clock.pass_by(5 * HOUR)
    desk.news.tell(
        "/1.htm",
        Reply(article_page("Giá xăng tăng", BODY[0], "Đính chính: xăng RON 95 tăng 140 đồng một lít.")),
    )
    assert desk.read().new_versions == 1
    first, second = desk.versions()
    assert (first.number, second.number) == (1, 2)
    assert "140 đồng" in second.text
    assert "140 đồng" not in first.text
    desk.clock.pass_by(19 * HOUR)
    assert desk.read().due == 1
    desk.clock.pass_by(DAY)
    assert desk.read().due == 1
    desk.clock.pass_by(30 * DAY)
    assert desk.read().due == 0


def test_what_changes_nothing_that_the_page_says_is_no_version(desk: Desk) -> None:
    page = desk.publish("/1.htm")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page, date="Mon, 23 Nov 2026 14:00:00 +07")))))
    desk.settle()
    desk.clock.pass_by(HOUR)
    retouched = [text.replace(" - ", " – ").replace(" ", "  ") for text in BODY]
    desk.news.tell(
        "/1.htm", Reply(article_page("Giá xăng tăng", *retouched, "Cập nhật lúc 16:05, 23/11/2026"))
    )
    counts = desk.read()
    assert (counts.read, counts.new_versions) == (1, 0)
    assert [version.number for version in desk.versions()] == [1]


def test_a_corrected_headline_alone_is_a_new_version(desk: Desk) -> None:
    page = desk.publish("/1.htm", "Giá xăng tăng 1.410 đồng")
    entry = item(page, "Giá xăng tăng 1.410 đồng", "Mon, 23 Nov 2026 14:00:00 +07")
    desk.follow(desk.news.tell("/rss", Reply(rss(entry))))
    desk.settle()
    desk.clock.pass_by(HOUR)
    desk.publish("/1.htm", "Giá xăng tăng 1.140 đồng")
    assert desk.read().new_versions == 1
    first, second = desk.versions()
    assert (first.title, second.title) == ("Giá xăng tăng 1.410 đồng", "Giá xăng tăng 1.140 đồng")
    # The text begins with the headline.
    assert first.text.split("\n")[1:] == second.text.split("\n")[1:]
    assert desk.articles()[0].title == second.title


def test_an_old_article_is_read_once(desk: Desk) -> None:
    desk.follow(
        desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm"), date="Fri, 03 May 2024 15:47:42 +07"))))
    )
    desk.settle()
    assert desk.articles()[0].next_read_at is None


def test_a_page_under_two_addresses_is_stored_under_its_own(desk: Desk) -> None:
    own = desk.news.url("/tin/gia-xang-1.htm")
    head = f'<link rel="canonical" href="{own}">'
    desk.publish("/tin/gia-xang-1.htm", head=head)
    amp = desk.publish("/amp/gia-xang-1.htm", head=head)
    desk.follow(desk.news.tell("/rss", Reply(rss(item(amp)))))
    desk.settle()
    desk.read()
    states = {article.url: (article.state, article.versions) for article in desk.articles()}
    assert states == {amp: (ArticleState.REFUSED, 0), own: (ArticleState.READ, 1)}


def test_a_page_that_takes_its_section_for_itself_is_not_believed(desk: Desk) -> None:
    page = desk.publish("/tin/1.htm", head=f'<link rel="canonical" href="{desk.news.url("/tin")}">')
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page)))))
    desk.settle()
    assert [(article.url, article.state) for article in desk.articles()] == [(page, ArticleState.READ)]


@pytest.mark.parametrize("first", [0, 1])
def test_an_article_belongs_to_the_same_source_whichever_was_polled_first(desk: Desk, first: int) -> None:
    page = desk.publish("/1.htm")
    feeds = [
        desk.news.tell(path, Reply(rss(item(page))), host=host)
        for path, host in (("/rss", "127.30.0.1"), ("/all", "127.30.0.2"))
    ]
    desk.follow(feeds[first])
    desk.settle()
    desk.follow(feeds[1 - first])
    desk.settle()
    (article,) = desk.articles()
    assert article.source_id == desk.source(feeds[0]).id
    assert (article.state, article.versions) == (ArticleState.READ, 1)


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(status=404), ArticleState.WANTED, "nothing there"),
        (Reply(status=410), ArticleState.GONE, "gone for good"),
        (Reply(status=403), ArticleState.REFUSED, "not for us"),
        (
            Reply(article_page("Just a moment...", "Checking your browser.")),
            ArticleState.UNREADABLE,
            "challenge",
        ),
        (Reply(article_page("Tin", "Đăng nhập để đọc tiếp bài này.")), ArticleState.UNREADABLE, "paywall"),
        (Reply(b"<html></html>"), ArticleState.UNREADABLE, "no article text"),
    ],
)
def test_a_page_that_cannot_be_read_says_why_and_is_not_stored(
    desk: Desk, reply: Reply, state: ArticleState, words: str
) -> None:
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.news.tell("/1.htm", reply))))))
    desk.settle()
    (article,) = desk.articles()
    assert article.state is state
    assert words in article.state_reason
    assert desk.versions() == []


def test_a_missing_page_is_given_up_after_a_second_look(desk: Desk) -> None:
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.news.url("/1.htm"))))))
    desk.settle()
    desk.clock.pass_by(HOUR)
    desk.read()
    assert desk.articles()[0].state is ArticleState.GONE
    assert len(desk.news.requests_to("/1.htm")) == 2


def test_a_text_once_read_stays_when_its_page_goes(desk: Desk) -> None:
    page = desk.publish("/1.htm")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page, date="Mon, 23 Nov 2026 14:00:00 +07")))))
    desk.settle()
    desk.news.tell("/1.htm", Reply(status=410))
    desk.clock.pass_by(HOUR)
    desk.read()
    (article,) = desk.articles()
    assert (article.state, article.state_reason) == (
        ArticleState.READ,
        "read; later the host answers 410: gone for good",
    )
    assert len(desk.versions()) == 1


def test_thirty_fetches_of_a_source_are_kept(desk: Desk) -> None:
    feed = desk.news.tell("/rss", Reply(rss()))
    desk.follow(feed)
    for _ in range(41):
        desk.poll()
        desk.clock.pass_by(DAY + 3 * HOUR)
    with desk.sessions() as session:
        kept = session.scalars(select(SourceFetch)).all()
    assert len(kept) == 31
    assert {(fetch.outcome, fetch.http_status) for fetch in kept} == {("unchanged", 200)}


def test_sitemaps_and_listing_pages_are_sources_too(desk: Desk) -> None:
    page, other = (
        desk.publish("/gia-xang-tang-manh-11111.htm"),
        desk.publish("/bao-so-3-do-bo-22222.htm", "Bão số 3"),
    )
    desk.follow(
        desk.news.tell("/sitemap.xml", Reply(f"<urlset><url><loc>{page}</loc></url></urlset>".encode())),
        kind=SourceKind.SITEMAP,
    )
    desk.follow(
        desk.news.tell(
            "/", Reply(f"<html><body><a href='{other}'>Bão số 3</a><a href='/'>x</a></body></html>".encode())
        ),
        kind=SourceKind.LISTING,
    )
    desk.settle()
    assert {(article.url, article.state) for article in desk.articles()} == {
        (page, ArticleState.READ),
        (other, ArticleState.READ),
    }


def test_the_sitemaps_that_an_index_names_are_followed_and_archives_are_not(desk: Desk) -> None:
    page = desk.publish("/gia-xang.htm")
    news = desk.news.tell("/news.xml", Reply(f"<urlset><url><loc>{page}</loc></url></urlset>".encode()))
    old = desk.news.url("/2019.xml")
    entries = f"<sitemap><loc>{news}</loc></sitemap><sitemap><loc>{old}</loc><lastmod>2019-12-31</lastmod></sitemap>"
    desk.follow(
        desk.news.tell("/index.xml", Reply(f"<sitemapindex>{entries}</sitemapindex>".encode())),
        kind=SourceKind.SITEMAP,
    )
    desk.settle()
    assert [article.url for article in desk.articles()] == [page]
    assert desk.source(news).kind is SourceKind.SITEMAP
    assert "/2019.xml" not in desk.news.paths()
    for _ in range(20):
        desk.clock.pass_by(DAY + 3 * HOUR)
        desk.poll()
    assert "an archive" in desk.source(news).state_reason


def test_a_crash_between_fetching_and_writing_loses_nothing(desk: Desk) -> None:
    pages = [desk.publish(f"/tin/{n}.htm", f"Tin {n}") for n in range(5)]
    desk.follow(desk.news.tell("/rss", Reply(rss(*(item(page) for page in pages)))))
    desk.poll()

    class PulledPlug(BaseException):
        pass

    def pull(counts: Counts) -> None:
        raise PulledPlug

    with pytest.raises(PulledPlug):
        crawl(
            desk.sessions,
            desk.fetcher,
            desk.workers,
            clock=desk.clock,
            patience=timedelta(0),
            on_progress=pull,
        )
    desk.read()
    assert [(article.url, article.versions) for article in desk.articles()] == [(page, 1) for page in pages]


def test_a_row_that_cannot_be_written_does_not_take_others_with_it(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (
        desk.news.tell("/good", Reply(rss(item(desk.publish("/1.htm"))))),
        desk.news.tell("/bad", Reply(rss())),
    )
    desk.follow(good)
    desk.follow(bad)
    with writing(desk.sessions) as session:
        session.scalars(select(Source).where(Source.url == bad)).one().hour_profile = ["not a number"] * 24
        session.scalars(select(Source).where(Source.url == bad)).one().polls = 5
    desk.poll()
    assert desk.source(good).state is SourceState.WORKING
    assert desk.source(bad).state is SourceState.NEW
    assert f"source {desk.source(bad).id} could not be written" in caplog.text


def test_two_sources_that_moved_to_one_address_are_adopted_once(desk: Desk) -> None:
    goal = desk.news.tell("/new", Reply(rss()))
    moved = Reply(status=301, headers={"Location": goal})
    first, second = desk.news.tell("/a", moved), desk.news.tell("/b", moved)
    desk.follow(first)
    desk.follow(second)
    for _ in range(4):
        desk.poll()
        desk.clock.pass_by(27 * HOUR)
    with desk.sessions() as session:
        addresses = set(session.scalars(select(Source.url)))
    assert goal in addresses
    assert len(addresses & {first, second}) == 1


def test_a_source_does_not_adopt_an_address_that_is_too_long_to_keep(desk: Desk) -> None:
    goal = desk.news.tell(f"/new?{'x' * 3_000}", Reply(rss()))
    feed = desk.news.tell("/a", Reply(status=301, headers={"Location": goal}))
    desk.follow(feed)
    for _ in range(4):
        desk.poll()
        desk.clock.pass_by(27 * HOUR)
    assert "an address of 3," in desk.source(feed).state_reason


def test_an_article_waits_while_robots_txt_cannot_be_had(desk: Desk) -> None:
    page = desk.publish("/tin/1.htm", host="127.30.0.2")
    desk.news.tell("/robots.txt", Reply(status=503), host="127.30.0.2")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page)))))
    desk.settle()
    assert desk.articles()[0].state is ArticleState.WANTED
    assert desk.news.paths("127.30.0.2") == ["/robots.txt"]
    desk.news.tell("/robots.txt", Reply(status=404), host="127.30.0.2")
    desk.clock.pass_by(HOUR)
    desk.read()
    assert desk.articles()[0].state is ArticleState.READ


def test_an_article_outlives_a_host_that_says_come_back_at_once(desk: Desk) -> None:
    page = desk.news.tell("/tin/1.htm", Reply(status=503, headers={"Retry-After": "0"}))
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page)))))
    desk.settle()
    for _ in range(6):
        desk.clock.pass_by(timedelta(seconds=10))
        desk.read()
    assert len(desk.news.requests_to("/tin/1.htm")) == 1
    desk.publish("/tin/1.htm")
    desk.clock.pass_by(HOUR)
    desk.read()
    assert desk.articles()[0].state is ArticleState.READ


def test_of_two_pages_that_name_each_other_one_is_kept(desk: Desk) -> None:
    one, other = desk.news.url("/tin/bai-1.htm"), desk.news.url("/amp/bai-1.htm")
    desk.publish("/tin/bai-1.htm", head=f"<link rel='canonical' href='{other}'>")
    desk.publish("/amp/bai-1.htm", head=f"<link rel='canonical' href='{one}'>")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(one), item(other)))))
    desk.settle()
    assert sorted(article.state for article in desk.articles()) == [ArticleState.READ, ArticleState.REFUSED]


def test_unchanged_is_no_answer_to_who_asked_for_the_whole(desk: Desk) -> None:
    page = desk.news.tell("/tin/1.htm", Reply(status=304))
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page)))))
    feed = desk.news.tell("/never", Reply(status=304))
    desk.follow(feed)
    desk.settle()
    assert desk.source(feed).state is SourceState.FAILING
    assert "304" in desk.source(feed).state_reason
    assert (desk.articles()[0].state, desk.articles()[0].reads) == (ArticleState.WANTED, 0)
    assert "304" in desk.articles()[0].state_reason


def test_a_source_that_moved_to_one_nobody_polls_is_read_all_the_same(desk: Desk) -> None:
    goal = desk.news.tell("/new", Reply(rss(item(desk.publish("/tin/1.htm")))))
    feed = desk.news.tell("/old", Reply(status=301, headers={"Location": goal}))
    desk.follow(goal)
    desk.follow(feed)
    with writing(desk.sessions) as session:
        session.execute(update(Source).where(Source.url == goal).values(is_active=False))
    for _ in range(4):
        desk.poll()
        desk.clock.pass_by(27 * HOUR)
    assert len(desk.articles()) == 1
    assert "that is not polled" in desk.source(feed).state_reason


def test_a_row_that_the_database_refuses_takes_no_other_with_it_and_counts_none_twice(desk: Desk) -> None:
    good, bad = desk.news.tell("/good", Reply(rss())), desk.news.tell("/bad", Reply(rss()))
    desk.follow(good)
    desk.follow(bad)
    with writing(desk.sessions) as session:
        refusal = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        session.execute(
            text(f"CREATE TRIGGER refusing BEFORE UPDATE ON source WHEN new.url LIKE '%/bad' {refusal}")
        )
    assert desk.poll().failed == 1
    assert (desk.source(good).polls, desk.source(bad).polls) == (1, 0)


def test_pages_are_looked_up_a_tenth_of_the_time_while_others_are_on_their_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [desk.publish(f"/{n}.htm", f"Tin {n}") for n in range(2 * READS_PER_SOURCE)]
    desk.follow(desk.news.tell("/rss", Reply(rss(*(item(page) for page in pages)))))
    desk.poll()
    looks: list[tuple[float, float, int]] = []

    def look(*arguments: Any, **options: Any) -> Any:
        began = time.monotonic()
        found = due_articles(*arguments, **options)
        time.sleep(0.05)
        looks.append((began, time.monotonic(), len(options["leave_out"])))
        return found

    monkeypatch.setattr("ingest.crawl.due_articles", look)
    assert desk.read().read == len(pages)
    for (began, ended, _), (again, _, under_way) in pairwise(looks):
        assert under_way == 0 or again - ended >= min(9 * (ended - began) * 0.99, LONGEST_REST)
