"""A source, its hub and our callback over real sockets: offered, subscribed, verified, pushed, renewed, ended."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import select

from api.app import create_app
from api.services import Services
from classify.checking import CheckResult
from classify.library import Library
from classify.precedents import Precedents
from ingest.documents import read_document
from ingest.fetch import Fetcher
from ingest.stages import Subscribed, subscribe_due
from ingest.workers import Workers
from models import HubState, HubSubscription, Sessions, Source, SourceKind, SourceState, writing
from tests.ingest.conftest import Clock
from tests.ingest.desk import Desk
from tests.ingest.fake_hub import FakeHub, Form, HubReply, open_hub
from tests.ingest.fake_news import FakeNews, Reply, item, rss

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class PushedDesk(Desk):
    """A desk whose callback hubs can reach, with one source that names a hub."""

    def __init__(self, desk: Desk, hub: FakeHub, services: Services, callback_url: str) -> None:
        super().__init__(desk.news, desk.sessions, desk.fetcher, desk.workers, desk.clock)
        self.hub, self.cipher, self.callback_url = hub, services.cipher, callback_url
        self.feed = self.tell()

    def tell(self, *pages: str, path: str = "/rss", hub: str | None = None, topic: str | None = None) -> str:
        """Scripts the source: a feed of pages that names the hub in its headers."""
        url = self.news.url(path)
        link = f'<{hub or self.hub.url}>; rel="hub", <{topic or url}>; rel="self"'
        return self.news.tell(path, Reply(rss(*(item(page) for page in pages)), headers={"Link": link}))

    def subscribe(self, callback_url: str | None = "") -> Subscribed:
        return subscribe_due(
            self.sessions,
            self.fetcher,
            self.cipher,
            clock=self.clock,
            callback_url=self.callback_url if callback_url == "" else callback_url,
        )

    def start(self) -> Form:
        """Follows the source until its hub is asked; what it was asked."""
        self.follow(self.feed)
        self.poll()
        self.clock.pass_by(timedelta(seconds=11))
        self.poll()
        self.subscribe()
        return self.hub.forms[-1]

    def start_active(self) -> Form:
        """The same, and the hub asks back."""
        form = self.start()
        assert self.hub.ask_back(form).status_code == 200
        return form

    def rows(self) -> list[HubSubscription]:
        with self.sessions() as session:
            return list(session.scalars(select(HubSubscription).order_by(HubSubscription.id)))

    def row(self) -> HubSubscription:
        (row,) = self.rows()
        return row

    def due_in(self) -> timedelta:
        """How long until the source is polled."""
        due = self.source(self.feed).next_poll_at
        assert due is not None
        return due - self.clock()

    def change(self, **values: object) -> None:
        """Sets columns of the source."""
        with writing(self.sessions) as session:
            for name, value in values.items():
                setattr(session.scalars(select(Source)).one(), name, value)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with open_hub() as hub:
        yield hub


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """The service on a loopback port; its address."""
    listening = socket.create_server(("127.30.0.200", 0))
    config = uvicorn.Config(create_app(services), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    host, port = listening.getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def check_nothing(session: object, sentence: str, language: str | None, as_of: object) -> CheckResult:
    raise NotImplementedError


@pytest.fixture
def desk(
    news: FakeNews,
    hub: FakeHub,
    sessions: Sessions,
    fetcher: Fetcher,
    workers: Workers,
    clock: Clock,
    tmp_path: Path,
) -> Iterator[PushedDesk]:
    def no_library() -> Library:
        raise NotImplementedError

    def no_precedents() -> Precedents:
        raise NotImplementedError

    services = Services(
        sessions=sessions,
        clock=clock,
        cipher=MultiFernet([Fernet(Fernet.generate_key())]),
        library=no_library,
        precedents=no_precedents,
        check=check_nothing,
        weigh=lambda session, texts: [[] for _ in texts],
        read_document=read_document,
        public_url="https://facts.example",
        office="Phòng Thông tin",
        contact="mailto:desk@facts.example",
    )
    with serving(services) as address:
        plain = Desk(news, sessions, fetcher, workers, clock)
        yield PushedDesk(plain, hub, services, f"{address}/websub")


def test_a_pushed_item_is_an_article_long_before_the_next_poll(desk: PushedDesk) -> None:
    form = desk.start()
    assert dict(form) == {
        "hub.mode": "subscribe",
        "hub.topic": desk.feed,
        "hub.callback": f"{desk.callback_url}/{desk.row().token}",
        "hub.lease_seconds": "604800",
        "hub.secret": form["hub.secret"],
    }
    assert 40 <= len(form["hub.secret"]) < 200
    assert len(desk.row().token) >= 40
    assert desk.row().state is HubState.REQUESTED
    answer = desk.hub.ask_back(form)
    assert (answer.status_code, answer.text) == (200, "wyz 42 &")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    row = desk.row()
    assert row.is_active(desk.clock())
    assert row.lease_until == desk.clock() + timedelta(seconds=600_000)
    assert desk.due_in() > 20 * MINUTE
    desk.clock.pass_by(6 * MINUTE)
    desk.tell(desk.publish("/1.htm"))
    assert desk.hub.push(form) == 202
    assert desk.poll().new_articles == 1
    row = desk.row()
    assert (row.deliveries, row.last_delivery_at, row.announced_in_row) == (1, desk.clock(), 1)
    assert desk.due_in() > 40 * MINUTE


@on_sqlite
@pytest.mark.parametrize(("status", "case"), [(302, 201), (301, 202)])
def test_websub_rocks_201_202_a_redirected_topic_is_subscribed_where_it_ended(
    desk: PushedDesk, status: int, case: int
) -> None:
    moved = desk.tell(path="/moved")
    desk.news.tell("/rss", Reply(status=status, headers={"Location": "/moved"}))
    assert desk.start()["hub.topic"] == moved


@on_sqlite
@pytest.mark.parametrize(("status", "case"), [(307, 203), (308, 204)])
def test_websub_rocks_203_204_a_redirected_hub_is_asked_where_it_went(
    desk: PushedDesk, status: int, case: int
) -> None:
    desk.hub.answer = lambda path, form: HubReply(status, {"Location": "/new"}) if path == "/" else HubReply()
    form = desk.start_active()
    assert desk.hub.asked == [("/", form), ("/new", form)]
    assert desk.row().state is HubState.ACTIVE


@on_sqlite
@pytest.mark.parametrize(
    "changed",
    [{"topic": "https://other.vn/rss"}, {"topic": ""}, {"mode": "unsubscribe"}, {"mode": "publish"}],
)
def test_websub_rocks_205_what_we_did_not_ask_for_is_not_confirmed(
    desk: PushedDesk, changed: Mapping[str, str]
) -> None:
    form = desk.start()
    answer = desk.hub.ask_back(form, **changed)
    assert answer.status_code == 404
    assert "wyz" not in answer.text
    assert desk.row().state is HubState.REQUESTED


@on_sqlite
@pytest.mark.parametrize("token", ["x" * 43, "%00", "đ", "..%2f..%2fdesk"])
def test_an_unknown_callback_is_not_there_whatever_is_sent_to_it(desk: PushedDesk, token: str) -> None:
    form = {**desk.start(), "hub.callback": f"{desk.callback_url}/{token}"}
    assert desk.hub.ask_back(form).status_code == 404
    assert desk.hub.deny(form, "no").status_code == 404
    assert desk.hub.push(form) == 404
    assert desk.row().state is HubState.REQUESTED


@on_sqlite
def test_a_question_that_lacks_its_parts_is_not_confirmed(desk: PushedDesk) -> None:
    form = desk.start()
    assert desk.hub.get(form, challenge="x").status_code == 422
    assert desk.row().state is HubState.REQUESTED


@on_sqlite
@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_websub_rocks_300_a_delivery_is_acknowledged_and_makes_the_source_due(
    desk: PushedDesk, method: str
) -> None:
    form = desk.start_active()
    desk.clock.pass_by(6 * MINUTE)
    assert desk.hub.push(form, b'{"broken": ', method=method) == 202
    assert desk.due_in() == timedelta(0)
    assert desk.row().bad_signatures == 0


@on_sqlite
def test_websub_rocks_301_a_delivery_with_a_wrong_signature_changes_nothing_but_a_count(
    desk: PushedDesk,
) -> None:
    form = desk.start_active()
    desk.clock.pass_by(6 * MINUTE)
    due = desk.due_in()
    assert desk.hub.push(form, secret="guessed") == 202
    assert (desk.due_in(), desk.row().bad_signatures, desk.row().deliveries) == (due, 1, 0)


@on_sqlite
def test_websub_rocks_302_a_delivery_without_a_signature_changes_nothing_but_a_count(
    desk: PushedDesk,
) -> None:
    form = desk.start_active()
    desk.clock.pass_by(6 * MINUTE)
    due = desk.due_in()
    assert desk.hub.post(form, b"<rss/>", {}) == 202
    assert (desk.due_in(), desk.row().bad_signatures, desk.row().deliveries) == (due, 1, 0)


@on_sqlite
def test_a_delivery_as_large_as_a_feed_is_taken_and_a_larger_one_refused(desk: PushedDesk) -> None:
    form = desk.start_active()
    assert desk.hub.push(form, b"x" * 10_000_000) == 202
    assert desk.hub.push(form, b"x" * 10_000_001) == 413
    assert desk.row().deliveries == 1


@on_sqlite
def test_a_stranger_cannot_make_the_service_read_a_body(desk: PushedDesk) -> None:
    host, port = desk.callback_url.removeprefix("http://").removesuffix("/websub").split(":")
    head = f"POST /websub/{'x' * 43} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9000000\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as stranger:
        stranger.sendall(head.encode())
        assert stranger.recv(100).startswith(b"HTTP/1.1 404")


@on_sqlite
def test_a_flood_of_pushes_makes_no_flood_of_polls(desk: PushedDesk) -> None:
    form = desk.start_active()
    for _ in range(30):
        desk.hub.push(form)
        desk.poll()
        desk.clock.pass_by(timedelta(seconds=20))
    polls = desk.source(desk.feed).polls
    assert polls == 2 + 1
    assert desk.row().deliveries == 30


@on_sqlite
def test_a_push_does_not_hurry_a_source_that_asked_for_rest(desk: PushedDesk) -> None:
    form = desk.start_active()
    desk.news.tell("/rss", Reply(status=429, headers={"Retry-After": "7200"}))
    desk.clock.pass_by(HOUR)
    desk.poll()
    desk.hub.push(form)
    assert desk.due_in() >= 2 * HOUR


@on_sqlite
def test_a_push_that_comes_while_the_source_is_polled_is_not_lost(desk: PushedDesk) -> None:
    form = desk.start_active()
    page = desk.publish("/1.htm")

    def pushed_meanwhile(headers: Mapping[str, str]) -> Reply:
        desk.tell(page)
        desk.hub.push(form)
        return Reply(rss())

    desk.clock.pass_by(HOUR)
    desk.news.tell("/rss", pushed_meanwhile)
    assert desk.poll().new_articles == 0
    assert desk.due_in() < 6 * MINUTE
    desk.clock.pass_by(6 * MINUTE)
    assert desk.poll().new_articles == 1


@on_sqlite
def test_a_source_that_still_shows_the_old_is_looked_at_again(desk: PushedDesk) -> None:
    form = desk.start_active()
    desk.clock.pass_by(6 * MINUTE)
    desk.hub.push(form)
    desk.poll()
    assert desk.due_in() < 6 * MINUTE
    desk.tell(desk.publish("/1.htm"))
    desk.clock.pass_by(6 * MINUTE)
    assert desk.poll().new_articles == 1
    assert desk.row().announced_in_row == 1


@on_sqlite
def test_a_push_is_answered_by_an_unconditional_poll(desk: PushedDesk) -> None:
    link = f'<{desk.hub.url}>; rel="hub"'
    desk.news.tell("/rss", Reply(rss(), headers={"Link": link, "ETag": '"a"'}))
    form = desk.start_active()
    desk.clock.pass_by(HOUR)
    desk.poll()
    desk.clock.pass_by(6 * MINUTE)
    desk.hub.push(form)
    desk.poll()
    sent = [asked.headers.get("if-none-match") for asked in desk.news.requests_to("/rss")]
    assert sent == [None, None, '"a"', None]


@on_sqlite
def test_a_hub_that_proves_right_makes_polls_rarer_and_one_that_falls_silent_makes_them_usual_again(
    desk: PushedDesk,
) -> None:
    form = desk.start_active()
    pages: list[str] = []
    waits = []
    for number in range(4):
        desk.clock.pass_by(HOUR)
        pages.append(desk.publish(f"/{number}.htm"))
        desk.tell(*pages)
        desk.hub.push(form)
        desk.poll()
        waits.append(desk.due_in())
    usual = timedelta(seconds=desk.source(desk.feed).interval_seconds)
    assert [wait / usual for wait in waits] == pytest.approx([2, 4, 8, 8], rel=0.15)
    asked = len(desk.hub.asked)
    for number in range(4, 7):
        desk.clock.pass_by(6 * HOUR)
        pages.append(desk.publish(f"/{number}.htm"))
        desk.tell(*pages)
        desk.poll()
        assert desk.due_in() < 1.5 * usual
    assert desk.row().is_silent
    desk.subscribe()
    assert len(desk.hub.asked) == asked + 1
    assert desk.hub.forms[-1] == form
    assert desk.row().state is HubState.ACTIVE


@on_sqlite
def test_a_lease_is_renewed_in_time_with_the_same_callback_and_secret(desk: PushedDesk) -> None:
    form = desk.start()
    assert desk.hub.ask_back(form, lease="100000").status_code == 200
    desk.clock.pass_by(timedelta(seconds=69_000))
    desk.subscribe()
    assert len(desk.hub.forms) == 1
    desk.clock.pass_by(timedelta(seconds=12_000))
    desk.subscribe()
    assert desk.hub.forms == [form, form]
    assert desk.row().is_active(desk.clock())
    desk.hub.ask_back(form, lease="100000")
    assert desk.row().lease_until == desk.clock() + timedelta(seconds=100_000)
    assert desk.row().attempts == 0


@on_sqlite
def test_a_lease_that_nobody_renews_runs_out_and_the_source_is_polled_as_ever(desk: PushedDesk) -> None:
    form = desk.start()
    desk.hub.ask_back(form, lease="100000")
    desk.hub.answer = lambda path, form: HubReply(500)
    desk.clock.pass_by(timedelta(seconds=90_000))
    desk.subscribe()
    assert (desk.row().state, desk.row().attempts) == (HubState.ACTIVE, 1)
    desk.clock.pass_by(timedelta(seconds=10_000))
    desk.hub.answer = lambda path, form: HubReply()
    desk.subscribe()
    assert desk.row().state is HubState.REQUESTED
    assert not desk.row().is_active(desk.clock())
    assert desk.hub.ask_back(desk.hub.forms[-1]).status_code == 200
    assert desk.row().is_active(desk.clock())


@on_sqlite
def test_a_hub_may_ask_back_before_it_answers_and_may_ask_twice(desk: PushedDesk) -> None:
    def asks_first(path: str, form: Form) -> HubReply:
        assert [desk.hub.ask_back(form).status_code for _ in range(2)] == [200, 200]
        return HubReply(204)

    desk.hub.answer = asks_first
    desk.start()
    row = desk.row()
    assert (row.state, row.attempts) == (HubState.ACTIVE, 0)
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > desk.clock() + 4 * DAY


@on_sqlite
def test_a_denied_source_is_polled_and_the_hub_is_told_that_it_is_over(desk: PushedDesk) -> None:
    form = desk.start_active()
    assert desk.hub.deny(form, "x", topic="https://other.vn/").status_code == 404
    assert desk.row().state is HubState.ACTIVE
    assert desk.hub.deny(form, "quota\n exceeded").status_code == 200
    assert (desk.row().state, desk.row().reason) == (HubState.DENIED, "denied: quota exceeded")
    assert desk.hub.push(form) == 410
    assert desk.hub.ask_back(form).status_code == 404
    desk.clock.pass_by(29 * DAY)
    desk.subscribe()
    assert len(desk.hub.asked) == 1
    desk.clock.pass_by(2 * DAY)
    desk.subscribe()
    assert len(desk.hub.asked) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (HubReply(400, body=b"no such topic"), HubState.DENIED, "no such topic"),
        (HubReply(302, {"Location": "/new"}), HubState.DENIED, "302"),
        (HubReply(307, {"Location": "http://169.254.169.254/"}), HubState.DENIED, "not a public address"),
        (HubReply(307, {"Location": "/"}), HubState.REQUESTED, "redirects"),
        (HubReply(503, {"Retry-After": "7200"}), HubState.REQUESTED, "503"),
        (HubReply(200), HubState.REQUESTED, "yet to ask back"),
    ],
)
def test_what_a_hub_answers_is_written_on_the_subscription_in_words(
    desk: PushedDesk, reply: HubReply, state: HubState, words: str
) -> None:
    desk.hub.answer = lambda path, form: reply
    desk.start()
    assert desk.row().state is state
    assert words in desk.row().reason


@on_sqlite
@pytest.mark.parametrize(
    ("address", "state"),
    [("http://127.30.0.9:1/", HubState.REQUESTED), ("http://10.0.0.1/", HubState.DENIED)],
)
def test_a_hub_that_is_down_or_private_leaves_the_source_to_be_polled(
    desk: PushedDesk, address: str, state: HubState
) -> None:
    desk.tell(desk.publish("/1.htm"), hub=address)
    desk.follow(desk.feed)
    desk.poll()
    assert desk.subscribe() == Subscribed(asked=1, accepted=0)
    assert desk.row().state is state
    assert desk.source(desk.feed).state is SourceState.WORKING
    first = desk.row().next_attempt_at
    assert first is not None
    desk.clock.pass_by(first - desk.clock())
    desk.subscribe()
    again = desk.row().next_attempt_at
    assert again is not None
    assert again > first


@on_sqlite
def test_without_a_public_address_nobody_is_asked(desk: PushedDesk) -> None:
    desk.follow(desk.feed)
    desk.poll()
    assert desk.subscribe(callback_url=None) == Subscribed()
    assert desk.row().state is HubState.OFFERED
    assert desk.hub.asked == []
    desk.subscribe()
    assert len(desk.hub.asked) == 1


def dead(desk: PushedDesk) -> None:
    desk.news.tell("/rss", Reply(status=410))
    desk.clock.pass_by(HOUR)
    desk.poll()


@pytest.mark.parametrize("ends", [dead, lambda desk: desk.change(is_active=False)], ids=["dead", "inactive"])
def test_a_source_that_is_not_read_any_more_is_unsubscribed(
    desk: PushedDesk, ends: Callable[[PushedDesk], None]
) -> None:
    form = desk.start_active()
    ends(desk)
    desk.subscribe()
    farewell = desk.hub.forms[-1]
    assert farewell == {
        "hub.mode": "unsubscribe",
        "hub.topic": form["hub.topic"],
        "hub.callback": form["hub.callback"],
    }
    assert desk.hub.ask_back(form).status_code == 404
    assert desk.hub.push({**farewell, "hub.secret": form["hub.secret"]}) == 410
    assert [desk.hub.ask_back(farewell, lease=None).status_code for _ in range(2)] == [200, 200]
    assert desk.row().state is HubState.ENDED
    desk.clock.pass_by(31 * DAY)
    desk.subscribe()
    assert (desk.rows(), len(desk.hub.asked)) == ([], 2)


@on_sqlite
def test_a_topic_that_moves_is_followed_and_the_old_one_let_go(desk: PushedDesk) -> None:
    old = desk.start_active()
    desk.clock.pass_by(25 * HOUR)
    desk.tell(desk.publish("/1.htm"), topic="https://a.vn/new")
    desk.poll()
    desk.subscribe()
    assert {(form["hub.mode"], form["hub.topic"]) for form in desk.hub.forms[1:]} == {
        ("unsubscribe", desk.feed),
        ("subscribe", "https://a.vn/new"),
    }
    new = next(form for form in desk.hub.forms if form["hub.topic"] == "https://a.vn/new")
    assert new["hub.callback"] != old["hub.callback"]
    assert new["hub.secret"] != old["hub.secret"]
    assert [row.state for row in desk.rows()] == [HubState.LEAVING, HubState.REQUESTED]


@on_sqlite
def test_a_source_that_names_another_topic_every_time_is_followed_once_a_day(desk: PushedDesk) -> None:
    form = desk.start_active()
    for number in range(5):
        desk.clock.pass_by(2 * HOUR)
        desk.tell(desk.publish(f"/{number}.htm"), topic=f"https://a.vn/{number}")
        desk.hub.push(form)
        desk.poll()
        desk.subscribe()
    assert desk.row().topic == desk.feed
    assert len(desk.hub.asked) == 1


@on_sqlite
def test_a_source_that_stops_naming_its_hub_is_not_renewed_and_one_that_resumes_is(desk: PushedDesk) -> None:
    form = desk.start()
    desk.hub.ask_back(form, lease="100000")
    desk.clock.pass_by(HOUR)
    desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm")))))
    desk.poll()
    assert desk.row().is_active(desk.clock())
    desk.clock.pass_by(DAY)
    desk.subscribe()
    assert len(desk.hub.asked) == 1
    desk.tell(desk.publish("/2.htm"))
    desk.poll()
    desk.subscribe()
    assert desk.hub.forms == [form, form]


@on_sqlite
def test_a_listing_page_can_name_a_hub_too(desk: PushedDesk) -> None:
    page = desk.publish("/gia-xang-tang-manh-11111.htm")
    head = f'<link rel="hub" href="{desk.hub.url}"><link rel="self" href="/">'
    listing = f"<html><head>{head}</head><body><a href='{page}'>Giá xăng</a></body></html>"
    url = desk.news.tell("/", Reply(listing.encode()))
    desk.follow(url, kind=SourceKind.LISTING)
    desk.poll()
    desk.subscribe()
    assert desk.hub.forms[-1]["hub.topic"] == url


@on_sqlite
def test_secrets_are_stored_encrypted_and_made_anew_when_no_key_opens_them(desk: PushedDesk) -> None:
    form = desk.start_active()
    stored = desk.row().secret_encrypted
    assert stored is not None
    assert form["hub.secret"].encode() not in stored
    desk.cipher = MultiFernet([Fernet(Fernet.generate_key())])
    desk.clock.pass_by(6 * DAY)
    desk.subscribe()
    assert desk.hub.forms[-1]["hub.callback"] == form["hub.callback"]
    assert desk.hub.forms[-1]["hub.secret"] != form["hub.secret"]
    # The service that lost the key knows nobody's signature, and answers all the same.
    assert desk.hub.push(desk.hub.forms[-1]) == 202
    assert desk.row().bad_signatures == 1
