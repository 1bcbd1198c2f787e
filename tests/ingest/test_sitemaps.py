"""Indexes of sitemaps and what they lead to, over real sockets and a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ingest.fetch import Fetcher
from ingest.sources import MAX_LIVING, MAX_SITEMAPS, follow_sitemaps
from ingest.workers import Workers
from models import Role, Sessions, Source, SourceKind, writing
from tests.ingest.conftest import Clock
from tests.ingest.desk import Desk
from tests.ingest.fake_news import FakeNews, Reply

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock) -> Desk:
    return Desk(news, sessions, fetcher, workers, clock)


def index(desk: Desk, path: str, *named: str) -> str:
    entries = "".join(f"<sitemap><loc>{desk.news.url(name)}</loc></sitemap>" for name in named)
    return desk.news.tell(path, Reply(f"<sitemapindex>{entries}</sitemapindex>".encode()))


def sitemap(desk: Desk, path: str, *pages: str) -> str:
    entries = "".join(f"<url><loc>{page}</loc></url>" for page in pages)
    return desk.news.tell(path, Reply(f"<urlset>{entries}</urlset>".encode()))


def sources(desk: Desk) -> set[str]:
    with desk.sessions() as session:
        return {url.removeprefix(desk.news.url("")) for url in session.scalars(select(Source.url))}


def test_indexes_are_followed_three_deep_and_no_deeper(desk: Desk) -> None:
    first = index(desk, "/0.xml", "/1.xml")
    for depth in range(1, 6):
        index(desk, f"/{depth}.xml", f"/{depth + 1}.xml")
    desk.follow(first, kind=SourceKind.SITEMAP)
    for _ in range(6):
        desk.settle()
    assert sources(desk) == {"/0.xml", "/1.xml", "/2.xml", "/3.xml"}
    assert desk.source(desk.news.url("/2.xml")).index_url == desk.news.url("/1.xml")


def test_indexes_that_name_each_other_end(desk: Desk) -> None:
    desk.follow(index(desk, "/a.xml", "/b.xml"), kind=SourceKind.SITEMAP)
    index(desk, "/b.xml", "/a.xml", "/b.xml")
    for _ in range(3):
        desk.settle()
    assert sources(desk) == {"/a.xml", "/b.xml"}


def test_of_a_long_index_the_first_and_the_last_are_followed(desk: Desk) -> None:
    names = [f"/{day}.xml" for day in range(200)]
    desk.follow(index(desk, "/index.xml", *names), kind=SourceKind.SITEMAP)
    desk.poll()
    half = MAX_SITEMAPS // 2
    assert sources(desk) == {"/index.xml", *names[:half], *names[-half:]}


def test_an_index_that_names_a_new_sitemap_is_read_within_hours_whatever_it_says_itself(desk: Desk) -> None:
    page, other = desk.publish("/gia-xang.htm"), desk.publish("/bao-so-3.htm")
    sitemap(desk, "/22.xml", page)
    address = index(desk, "/index.xml", "/22.xml")
    desk.follow(address, kind=SourceKind.SITEMAP)
    desk.settle()
    for _ in range(20):
        desk.clock.pass_by(DAY)
        desk.poll()
    assert "an archive" in desk.source(desk.news.url("/22.xml")).state_reason
    assert desk.source(address).state_reason == "answers as it should"
    sitemap(desk, "/23.xml", other)
    index(desk, "/index.xml", "/22.xml", "/23.xml")
    desk.clock.pass_by(2 * HOUR + 15 * MINUTE)
    desk.settle()
    assert other in {article.url for article in desk.articles()}


def test_what_an_index_names_has_its_role_and_stays_what_somebody_made_of_it(desk: Desk) -> None:
    news = sitemap(desk, "/news.xml", desk.publish("/1.htm"))
    desk.follow(news, kind=SourceKind.SITEMAP)
    desk.follow(
        index(desk, "/index.xml", "/news.xml", "/new.xml"), role=Role.OFFICIAL, kind=SourceKind.SITEMAP
    )
    desk.poll()
    assert desk.source(news).role is Role.MONITORED
    assert desk.source(desk.news.url("/new.xml")).role is Role.OFFICIAL


def test_sitemaps_of_another_site_are_not_followed(desk: Desk) -> None:
    desk.follow(desk.news.url("/index.xml"), kind=SourceKind.SITEMAP)
    with writing(desk.sessions) as session:
        source = session.scalars(select(Source)).one()
        other = desk.news.url("/news.xml", host="127.30.0.9")
        assert follow_sitemaps(session, source, [other], desk.clock()) == 0
    assert sources(desk) == {"/index.xml"}


def test_an_index_that_names_others_every_time_is_followed_no_further_until_some_retire(desk: Desk) -> None:
    desk.follow(desk.news.url("/index.xml"), kind=SourceKind.SITEMAP)

    def follow(hour: int) -> int:
        names = [desk.news.url(f"/{hour}-{number}.xml") for number in range(MAX_SITEMAPS)]
        with writing(desk.sessions) as session:
            source = session.scalars(select(Source).where(Source.url == desk.news.url("/index.xml"))).one()
            return follow_sitemaps(session, source, names, desk.clock())

    assert sum(follow(hour) for hour in range(24)) == MAX_LIVING
    desk.clock.pass_by(15 * DAY)
    assert follow(24) == MAX_SITEMAPS
