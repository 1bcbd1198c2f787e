"""The whole room once on SQLite and once on PostgreSQL; its parts are tried on SQLite alone, which is faster."""

from datetime import timedelta

from ingest.fetch import Fetcher
from ingest.stages import crawl
from ingest.values import Counts, Purpose, Request
from ingest.workers import Workers
from models import ArticleState, Sessions, SourceState
from tests.ingest.conftest import Clock
from tests.ingest.desk import Desk
from tests.ingest.fake_news import FakeNews, Reply, item, rss


def test_one_crawl_polls_reads_and_groups_everything_that_is_due(
    news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock
) -> None:
    desk = Desk(news, sessions, fetcher, workers, clock)
    page, copy = desk.publish("/1.htm"), desk.publish("/2.htm", host="127.30.0.2")
    desk.follow(desk.news.tell("/rss", Reply(rss(item(page)))))
    desk.follow(desk.news.tell("/rss", Reply(rss(item(copy))), host="127.30.0.2"))
    seen: list[Counts] = []
    counts = crawl(
        desk.sessions,
        desk.fetcher,
        desk.workers,
        clock=desk.clock,
        patience=timedelta(0),
        on_progress=seen.append,
    )
    assert (counts.new_articles, counts.read, counts.grouped) == (2, 2, 2)
    assert seen[-1].read == 2
    assert len({article.story_id for article in desk.articles()}) == 1


def test_failures_repeats_and_changing_owners_are_written_on_both(
    news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock
) -> None:
    desk = Desk(news, sessions, fetcher, workers, clock)
    page = desk.publish("/1.htm")
    own = news.tell("/rss", Reply(rss(item(page), item(news.url("/gone.htm")))))
    desk.follow(news.tell("/all", Reply(rss(item(page))), host="127.30.0.2"))
    desk.follow(news.tell("/limited", Reply(status=429, headers={"Retry-After": "60"})))
    desk.settle()
    desk.follow(own)
    desk.settle()
    for _ in range(3):
        clock.pass_by(timedelta(hours=2))
        desk.settle()
    states = {article.url: (article.state, article.source_id) for article in desk.articles()}
    assert states == {
        page: (ArticleState.READ, desk.source(own).id),
        news.url("/gone.htm"): (ArticleState.GONE, desk.source(own).id),
    }
    assert desk.source(news.url("/limited")).state is SourceState.LIMITED


def test_a_robots_txt_with_a_nul_is_kept_on_both(
    news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock
) -> None:
    desk = Desk(news, sessions, fetcher, workers, clock)
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /priv\x00ate\n"))
    feed = news.tell("/rss", Reply(rss()))
    desk.follow(feed)
    desk.poll()
    assert desk.source(feed).state is SourceState.WORKING
    assert fetcher.fetch(Request(key=1, url=news.url("/private"), purpose=Purpose.PAGE)).failure is not None
