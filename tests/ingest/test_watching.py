"""While an alert is open the pages that carry its claim are read again, and at rest again when it is closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ingest.fetch import Fetcher
from ingest.rereading import Rereading
from ingest.watching import watch_alerted
from ingest.workers import Workers
from models import (
    Alert,
    AlertState,
    Article,
    ArticleState,
    AssertedBy,
    Claim,
    ClaimGroup,
    Sessions,
    writing,
)
from tests.ingest.conftest import Clock
from tests.ingest.desk import BODY, Desk
from tests.ingest.fake_news import FakeNews, Reply, article_page, item, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rereading()


@pytest.fixture
def desk(news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock) -> Desk:
    return Desk(news, sessions, fetcher, workers, clock)


@pytest.fixture
def read(desk: Desk) -> Desk:
    """A desk that has read one page, years after it was published."""
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm"))))))
    desk.settle()
    return desk


def raise_alert(desk: Desk, *article_ids: int, repeats: int | None = None) -> int:
    """An alert on a claim that the articles carry; closed at once when it repeats another."""
    now = desk.clock()
    with writing(desk.sessions) as session:
        key = f"group of {article_ids} {repeats}"
        group = ClaimGroup(key=key, text=BODY[0], language="vi", first_seen_at=now, last_seen_at=now)
        session.add(group)
        session.flush()
        for article_id in article_ids:
            session.add(
                Claim(
                    version_id=article_id,
                    article_id=article_id,
                    start=0,
                    end=9,
                    text=BODY[0],
                    language="vi",
                    asserted_by=AssertedBy.OUTLET,
                    probability=0.9,
                    model="test",
                    found_at=now,
                    group_id=group.id,
                )
            )
        alert = Alert(
            group_id=group.id,
            assessment_id=None,
            raised_at=now,
            updated_at=now,
            priority=0.5,
            priority_parts={},
            state=AlertState.NEW if repeats is None else AlertState.CLOSED,
            duplicate_of_id=repeats,
        )
        session.add(alert)
        session.flush()
        return alert.id


def set_state(desk: Desk, alert_id: int, state: AlertState) -> None:
    with writing(desk.sessions) as session:
        session.execute(update(Alert).where(Alert.id == alert_id).values(state=state))


def watch(desk: Desk) -> int:
    return watch_alerted(desk.sessions, now=desk.clock(), rereading=RULES)


def due_in(desk: Desk, path: str = "/1.htm") -> timedelta | None:
    with desk.sessions() as session:
        at = session.scalars(select(Article.next_read_at).where(Article.url.endswith(path))).one()
    return None if at is None else at - desk.clock()


def test_a_page_is_watched_from_the_alert_on_and_rests_when_it_is_closed(read: Desk) -> None:
    assert due_in(read) is None
    alert = raise_alert(read, 1)
    assert (watch(read), watch(read)) == (1, 0)
    assert due_in(read) == HOUR
    for state in AlertState:
        set_state(read, alert, state)
        watch(read)
        assert due_in(read) == (None if state is AlertState.CLOSED else HOUR)


def test_an_article_that_is_still_young_rests_as_young_ones_do(desk: Desk) -> None:
    entry = item(desk.publish("/1.htm"), date="Mon, 23 Nov 2026 14:00:00 +07")
    desk.follow(desk.news.tell("/rss", Reply(rss(entry))))
    desk.settle()
    desk.clock.pass_by(2 * HOUR)
    desk.read()
    set_state(desk, raise_alert(desk, 1), AlertState.NEW)
    watch(desk)
    assert due_in(desk) == HOUR
    set_state(desk, 1, AlertState.CLOSED)
    watch(desk)
    assert due_in(desk) == desk.articles()[0].first_seen_at + 6 * HOUR - desk.clock()


def test_the_outlets_of_a_repeat_are_watched_for_the_alert_it_repeats(read: Desk) -> None:
    first = raise_alert(read)
    second = raise_alert(read, repeats=first)
    raise_alert(read, 1, repeats=second)
    watch(read)
    assert due_in(read) == HOUR
    set_state(read, first, AlertState.CLOSED)
    watch(read)
    assert due_in(read) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_watched_page_is_asked_for_whole_until_the_outlet_corrects_it(desk: Desk) -> None:
    page = article_page("Giá xăng tăng", *BODY)
    liar = {"ETag": '"always"'}
    desk.news.tell("/1.htm", Reply(page, headers=liar))
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.news.url("/1.htm"))))))
    desk.settle()
    raise_alert(desk, 1)
    watch(desk)
    desk.clock.pass_by(HOUR)
    assert desk.read().new_versions == 0
    assert "if-none-match" not in desk.news.requests_to("/1.htm")[-1].headers
    corrected = article_page("Giá xăng tăng", BODY[0], "Đính chính: xăng RON 95 tăng 140 đồng một lít.")
    desk.news.tell("/1.htm", Reply(corrected, headers=liar))
    desk.clock.pass_by(HOUR)
    assert desk.read().new_versions == 1
    # It goes on being watched: the outlet may change its mind.
    assert due_in(desk) == HOUR


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("reply", "again"),
    [
        pytest.param(Reply(b"not here", status=404), DAY, id="missing"),
        pytest.param(Reply(b"down", status=500), DAY, id="the server fails"),
        pytest.param(
            Reply(article_page("Just a moment...", "Checking your browser.")), DAY, id="a challenge"
        ),
        pytest.param(Reply(b"gone", status=410), None, id="gone for good"),
    ],
)
def test_a_watched_page_that_fails_is_looked_at_daily_unless_it_is_gone_for_good(
    read: Desk, reply: Reply, again: timedelta | None
) -> None:
    raise_alert(read, 1)
    watch(read)
    read.news.tell("/1.htm", reply)
    for _ in range(8):
        read.clock.pass_by(DAY)
        read.read()
    assert due_in(read) == again
    [article] = read.articles()
    assert article.state is ArticleState.READ
    assert article.state_reason.startswith("read; later")


def test_an_alert_raised_while_its_page_is_on_its_way_is_not_lost(desk: Desk) -> None:
    """The answer is written by what the row says then, not by what it said when the page was asked for."""
    page = article_page("Giá xăng tăng", *BODY)
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.news.tell("/1.htm", Reply(page)), date="")))))
    desk.settle()
    desk.clock.pass_by(HOUR)

    def meanwhile(headers: object) -> Reply:
        raise_alert(desk, 1)
        watch(desk)
        return Reply(page)

    desk.news.tell("/1.htm", meanwhile)
    desk.read()
    assert due_in(desk) == HOUR
