"""Fetching over real sockets: manners, guards, redirects, limits."""

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta

import pytest

from ingest.errors import Failure
from ingest.fetch import Fetcher, FetchLimits
from ingest.values import Fetched, Purpose, Request, RobotsCopy
from models.network import NetworkPolicy, parse_networks
from tests.ingest.conftest import AGENT, NEWSROOM, Clock
from tests.ingest.fake_hub import FakeHub, HubReply, open_hub
from tests.ingest.fake_news import FakeNews, Reply, gzipped


def get(
    fetcher: Fetcher,
    url: str,
    purpose: Purpose = Purpose.FEED,
    etag: str | None = None,
    last_modified: str | None = None,
) -> Fetched:
    request = Request(key=1, url=url, purpose=purpose, etag=etag, last_modified=last_modified)
    return fetcher.fetch(request)


def test_a_body_comes_with_status_headers_and_time(news: FakeNews, fetcher: Fetcher) -> None:
    url = news.tell("/feed", gzipped(b"tin" * 100, ETag='"a"'))
    began = time.monotonic()
    answer = get(fetcher, url)
    waited = timedelta(seconds=time.monotonic() - began)
    assert (answer.status, answer.body, answer.headers["etag"], answer.failure) == (
        200,
        b"tin" * 100,
        '"a"',
        None,
    )
    assert timedelta(0) < answer.elapsed <= waited
    sent = news.requests_to("/feed")[0].headers
    assert sent["user-agent"] == AGENT
    assert sent["accept-encoding"] == "gzip, deflate, br, zstd"
    assert not {"cookie", "referer", "if-none-match", "if-modified-since"} & set(sent)


def test_validators_are_sent_exactly_as_received(news: FakeNews, fetcher: Fetcher) -> None:
    url = news.tell("/feed", Reply(status=304))
    answer = get(fetcher, url, etag='W/"x y"', last_modified="yesterday, or so")
    assert answer.status == 304
    sent = news.requests_to("/feed")[0].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"x y"', "yesterday, or so")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"tin"),
        Reply(status=304),
        Reply(b"moved" * 100, status=302, headers={"Location": "/elsewhere"}),
        Reply(status=404),
    ],
    ids=["read", "unchanged", "redirected", "missing"],
)
def test_a_host_is_spoken_to_over_one_connection(news: FakeNews, fetcher: Fetcher, reply: Reply) -> None:
    news.tell("/elsewhere", Reply(b"tin"))
    for path in ("/1", "/2"):
        get(fetcher, news.tell(path, reply), etag='"a"')
    assert len({asked.connection for asked in news.asked}) == 1


def test_robots_txt_is_asked_once_and_handed_back_to_be_kept(news: FakeNews, fetcher: Fetcher) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private"))
    first, second = get(fetcher, news.tell("/1", Reply(b"1"))), get(fetcher, news.tell("/2", Reply(b"2")))
    assert news.paths() == ["/robots.txt", "/1", "/2"]
    assert [copy.text for copy in first.robots] == ["User-agent: *\nDisallow: /private"]
    assert second.robots == ()


def test_what_robots_txt_denies_is_not_fetched(news: FakeNews, fetcher: Fetcher) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private"))
    answer = get(fetcher, news.tell("/private/1", Reply(b"secret")), Purpose.PAGE)
    assert (answer.failure, answer.reason) == (Failure.ROBOTS_DENIED, "robots.txt denies /private/1")
    assert news.paths() == ["/robots.txt"]


def test_a_kept_copy_of_robots_txt_is_believed_until_it_is_a_day_old(
    news: FakeNews, fetcher: Fetcher, clock: Clock
) -> None:
    host = news.url("").removeprefix("http://")
    fetcher.learn_robots(
        [RobotsCopy(host=host, status=200, text="User-agent: *\nDisallow: /", fetched_at=clock())]
    )
    url = news.tell("/feed", Reply(b"x"))
    assert get(fetcher, url).failure is Failure.ROBOTS_DENIED
    assert news.paths() == []
    clock.pass_by(timedelta(hours=25))
    assert get(fetcher, url).status == 200
    assert news.paths() == ["/robots.txt", "/feed"]


def test_the_rules_last_given_hold_while_robots_txt_fails(
    news: FakeNews, fetcher: Fetcher, clock: Clock
) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private"))
    assert get(fetcher, news.tell("/1", Reply(b"1"))).status == 200
    news.tell("/robots.txt", Reply(status=500))
    clock.pass_by(timedelta(hours=25))
    assert get(fetcher, news.url("/1")).status == 200
    assert get(fetcher, news.tell("/private", Reply(b"x"))).failure is Failure.ROBOTS_DENIED


def test_a_host_that_fails_to_repeat_its_robots_txt_is_not_asked_for_it_with_every_page(
    news: FakeNews, fetcher: Fetcher, clock: Clock
) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private"))
    get(fetcher, news.tell("/1", Reply(b"1")))
    news.tell("/robots.txt", Reply(status=500))
    clock.pass_by(timedelta(hours=25))
    for _ in range(3):
        get(fetcher, news.url("/1"))
    assert news.paths().count("/robots.txt") == 2
    clock.pass_by(timedelta(minutes=31))
    get(fetcher, news.url("/1"))
    assert news.paths().count("/robots.txt") == 3


def test_a_robots_txt_of_any_length_is_obeyed_as_far_as_it_is_read(news: FakeNews, fetcher: Fetcher) -> None:
    filler = b"# nothing to see here\n" * 30_000
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private\n" + filler + b"Disallow: /"))
    answer = get(fetcher, news.tell("/open", Reply(b"here")))
    assert answer.status == 200
    assert get(fetcher, news.url("/private")).failure is Failure.ROBOTS_DENIED
    assert len(answer.robots[0].text) <= 512_000


def test_a_redirect_is_judged_by_the_address_that_will_be_asked_for(news: FakeNews, fetcher: Fetcher) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /private/"))
    news.tell("/private/1", Reply(b"hush"))
    for way in ("/open/../private/1", "/./private/1"):
        moved = news.tell("/moved", Reply(status=302, headers={"Location": news.url(way)}))
        assert get(fetcher, moved).failure is Failure.ROBOTS_DENIED
    assert "/private/1" not in news.paths()


def test_a_validator_beyond_ascii_goes_back_as_it_came(news: FakeNews, fetcher: Fetcher) -> None:
    as_sent = '"bài"'.encode().decode("latin-1")
    page = news.tell("/1", Reply(b"1", headers={"ETag": as_sent}))
    etag = get(fetcher, page).headers["etag"]
    answer = fetcher.fetch(Request(key=1, url=page, purpose=Purpose.FEED, etag=etag))
    assert answer.status == 200
    assert news.requests_to("/1")[-1].headers["if-none-match"] == as_sent


def test_a_validator_too_long_for_a_header_is_not_sent_back(news: FakeNews, fetcher: Fetcher) -> None:
    page = news.tell("/1", Reply(b"1"))
    fetcher.fetch(Request(key=1, url=page, purpose=Purpose.FEED, etag="x" * 9_000, last_modified="today"))
    sent = news.requests_to("/1")[0].headers
    assert "if-none-match" not in sent
    assert sent["if-modified-since"] == "today"


def test_the_first_page_waits_as_long_as_robots_txt_has_just_asked_for(
    news: FakeNews, fetcher: Fetcher
) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nCrawl-delay: 0.4"))
    get(fetcher, news.tell("/1", Reply(b"1")))
    robots, page = news.asked
    assert page.began_at - robots.ended_at >= 0.38


def test_a_permanent_redirect_is_told_and_a_temporary_one_is_not(news: FakeNews, fetcher: Fetcher) -> None:
    goal = news.tell("/new", Reply(b"here"))
    answer = get(fetcher, news.tell("/old", Reply(status=301, headers={"Location": "/new"})))
    assert (answer.body, answer.url, answer.permanent_redirect_to) == (b"here", goal, goal)
    news.tell("/mixed", Reply(status=302, headers={"Location": "/old"}))
    answer = get(fetcher, news.url("/mixed"))
    assert (answer.body, answer.url, answer.permanent_redirect_to) == (b"here", goal, None)


def test_validators_do_not_follow_a_redirect(news: FakeNews, fetcher: Fetcher) -> None:
    news.tell("/new", Reply(b"here"))
    get(fetcher, news.tell("/old", Reply(status=301, headers={"Location": "/new"})), etag='"a"')
    assert "if-none-match" in news.requests_to("/old")[0].headers
    assert "if-none-match" not in news.requests_to("/new")[0].headers


def test_an_endless_chain_of_redirects_is_given_up_after_five(news: FakeNews, fetcher: Fetcher) -> None:
    steps = itertools.count()

    def onwards(headers: object) -> Reply:
        return Reply(status=302, headers={"Location": f"/{next(steps) % 20}"})

    for n in range(20):
        news.tell(f"/{n}", onwards)
    answer = get(fetcher, news.url("/19"))
    assert answer.failure is Failure.REDIRECT_LOOP
    assert len(news.paths()) == 1 + 6


def test_every_hop_asks_the_robots_txt_of_its_own_host(news: FakeNews, fetcher: Fetcher) -> None:
    goal = news.tell("/feed", Reply(b"here"), host="127.30.0.2")
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /"), host="127.30.0.2")
    answer = get(fetcher, news.tell("/old", Reply(status=302, headers={"Location": goal})))
    assert answer.failure is Failure.ROBOTS_DENIED
    assert news.paths("127.30.0.2") == ["/robots.txt"]


@pytest.fixture
def forbidden() -> Iterator[socket.socket]:
    """A listener on an address outside the allowed network."""
    with closing(socket.create_server(("127.31.0.1", 0))) as server:
        server.settimeout(0.2)
        yield server


def test_a_redirect_to_a_private_address_never_connects(
    news: FakeNews, fetcher: Fetcher, forbidden: socket.socket
) -> None:
    target = f"http://127.31.0.1:{forbidden.getsockname()[1]}/latest/meta-data/"
    answer = get(fetcher, news.tell("/feed", Reply(status=302, headers={"Location": target})))
    assert answer.failure is Failure.ADDRESS_REFUSED
    assert "127.31.0.1 is not a public address" in answer.reason
    with pytest.raises(TimeoutError):
        forbidden.accept()


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://user:word@127.30.0.1/",
        "http://169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "gopher://127.30.0.1/",
        "http://127.30.0.1:0/",
        "http://[bad",
    ],
)
def test_a_redirect_to_anything_else_but_a_public_web_address_is_refused(
    news: FakeNews, fetcher: Fetcher, location: str
) -> None:
    answer = get(fetcher, news.tell("/feed", Reply(status=302, headers={"Location": location})))
    assert answer.failure in (Failure.ADDRESS_REFUSED, Failure.UNEXPECTED_STATUS)
    assert answer.body == b""


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://127.30.0.1/x", "http://", "http://a b/", "http://127.30.0.1:99999/"]
)
def test_an_address_that_cannot_be_fetched_is_an_answer_too(fetcher: Fetcher, url: str) -> None:
    assert get(fetcher, url).failure is Failure.ADDRESS_REFUSED


@pytest.fixture
def rebinding(clock: Clock) -> Iterator[tuple[Fetcher, list[str]]]:
    """A fetcher whose resolver answers allowed addresses at first and a private one from then on."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.30.0.1"] if len(asked) == 1 else ["127.31.0.1"]

    limits = FetchLimits(delay=timedelta(0))
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock, resolver=resolve) as fetcher:
        yield fetcher, asked


def test_a_name_that_rebinds_is_judged_at_every_connection(
    news: FakeNews, rebinding: tuple[Fetcher, list[str]]
) -> None:
    fetcher, asked = rebinding
    news.tell("/robots.txt", Reply(b"", headers={"Connection": "close"}))
    news.tell("/feed", Reply(b"x"))
    answer = get(fetcher, f"http://rebind.test:{news.port}/feed")
    assert (answer.failure, asked) == (Failure.ADDRESS_REFUSED, ["rebind.test"] * 2)


def test_a_slow_drip_ends_at_the_deadline(news: FakeNews, hasty: Fetcher) -> None:
    answer = get(hasty, news.tell("/feed", Reply(b"x" * 1_000, drip=True)))
    assert (answer.failure, answer.reason) == (Failure.TIMEOUT, "no whole answer within 3 s")


def test_a_body_that_breaks_off_is_said_to_have_done_so(news: FakeNews, fetcher: Fetcher) -> None:
    assert get(fetcher, news.tell("/feed", Reply(b"half", cut=True))).failure is Failure.BROKEN_BODY


def test_a_host_that_is_not_there_is_unreachable(fetcher: Fetcher) -> None:
    with closing(socket.create_server(("127.30.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert get(fetcher, f"http://127.30.0.1:{port}/feed").failure is Failure.UNREACHABLE


@pytest.fixture
def small(clock: Clock) -> Iterator[Fetcher]:
    limits = FetchLimits(caps={**FetchLimits().caps, Purpose.FEED: 5_000}, delay=timedelta(0))
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock) as fetcher:
        yield fetcher


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(b"x" * 5_001), Failure.TOO_LARGE),
        (gzipped(b" " * 2_000_000), Failure.BOMB),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), Failure.BROKEN_BODY),
        (Reply(b"x" * 5_000), None),
    ],
)
def test_a_body_is_capped_before_and_after_decoding(
    news: FakeNews, small: Fetcher, reply: Reply, failure: Failure | None
) -> None:
    assert get(small, news.tell("/feed", reply)).failure is failure


@pytest.fixture
def polite(clock: Clock) -> Iterator[Fetcher]:
    limits = FetchLimits(delay=timedelta(seconds=0.15))
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock) as fetcher:
        yield fetcher


def test_a_host_gets_one_request_at_a_time_with_a_pause_after_each(news: FakeNews, polite: Fetcher) -> None:
    for host in ("127.30.0.1", "127.30.0.2"):
        for n in range(4):
            news.tell(f"/{n}", Reply(b"x"), host=host)
    requests = [
        Request(key=n, url=news.url(f"/{n % 4}", f"127.30.0.{1 + n // 4}"), purpose=Purpose.PAGE)
        for n in range(8)
    ]
    threads = [
        threading.Thread(target=lambda part=part: list(polite.fetch_all(part)))
        for part in (requests[::2], requests[1::2])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for host in ("127.30.0.1", "127.30.0.2"):
        visits = sorted(
            (asked for asked in news.asked if asked.host == host), key=lambda asked: asked.began_at
        )
        assert len(visits) == 5
        gaps = [after.began_at - before.began_at for before, after in itertools.pairwise(visits)]
        assert min(gaps) >= 0.15


def test_a_crawl_delay_is_kept(news: FakeNews, fetcher: Fetcher) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nCrawl-delay: 0.4"))
    list(
        fetcher.fetch_all(
            Request(key=n, url=news.tell(f"/{n}", Reply(b"x")), purpose=Purpose.PAGE) for n in range(2)
        )
    )
    before, after = (news.requests_to(f"/{n}")[0] for n in range(2))
    assert after.began_at - before.began_at >= 0.4


def test_healthy_hosts_are_not_held_up_by_a_hanging_one(news: FakeNews, fetcher: Fetcher) -> None:
    others_are_done = threading.Event()

    def hang(headers: Mapping[str, str]) -> Reply:
        others_are_done.wait(60)
        return Reply(b"x")

    requests = [Request(key=0, url=news.tell("/feed", hang), purpose=Purpose.FEED)]
    healthy = {n: news.tell("/feed", Reply(b"x"), host=f"127.30.1.{n}") for n in range(1, 20)}
    requests += [Request(key=n, url=url, purpose=Purpose.FEED) for n, url in healthy.items()]
    answers = fetcher.fetch_all(requests)
    assert {
        answer.request.key: answer.status for answer in itertools.islice(answers, len(healthy))
    } == dict.fromkeys(healthy, 200)
    others_are_done.set()
    assert [(answer.request.key, answer.status) for answer in answers] == [(0, 200)]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_rest_twice_is_left_alone(news: FakeNews, fetcher: Fetcher, status: int) -> None:
    reply = Reply(status=status, headers={"Retry-After": "60"})
    requests = [Request(key=n, url=news.tell(f"/{n}", reply), purpose=Purpose.PAGE) for n in range(6)]
    answers = list(fetcher.fetch_all(requests))
    assert [answer.asked for answer in answers] == [True, True, False, False, False, False]
    assert all(answer.headers["retry-after"] == "60" for answer in answers)
    assert len(news.paths()) == 1 + 2


def test_one_slow_page_does_not_stop_its_host(news: FakeNews, hasty: Fetcher) -> None:
    urls = [
        news.tell("/0", Reply(b"x" * 999, drip=True)),
        news.tell("/1", Reply(b"x")),
        news.tell("/2", Reply(b"x")),
    ]
    answers = list(
        hasty.fetch_all(Request(key=n, url=url, purpose=Purpose.PAGE) for n, url in enumerate(urls))
    )
    assert [answer.failure for answer in answers] == [Failure.TIMEOUT, None, None]


def test_the_proxy_of_the_environment_is_not_used(
    news: FakeNews, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.31.0.9:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.31.0.9:1")
    assert get(fetcher, news.tell("/feed", Reply(b"x"))).status == 200


def test_more_hosts_than_are_kept_open_are_served_all_the_same(news: FakeNews, clock: Clock) -> None:
    limits = FetchLimits(delay=timedelta(0), open_hosts=3, remembered_hosts=4)
    hosts = [f"127.30.2.{n}" for n in range(1, 30)]
    requests = [
        Request(key=n, url=news.tell("/feed", Reply(b"x"), host=host), purpose=Purpose.FEED)
        for n, host in enumerate(hosts)
    ]
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock) as fetcher:
        for _ in range(2):
            assert [answer.status for answer in fetcher.fetch_all(requests)] == [200] * len(hosts)


def test_tls_certificates_are_checked(news: FakeNews, fetcher: Fetcher) -> None:
    answer = get(fetcher, news.url("/feed").replace("http:", "https:"))
    assert answer.failure is Failure.UNREACHABLE
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_closing_in_the_middle_ends_everything(news: FakeNews, clock: Clock) -> None:
    requests = [
        Request(
            key=n,
            url=news.tell("/feed", Reply(b"x" * 999, drip=True), host=f"127.30.3.{n}"),
            purpose=Purpose.FEED,
        )
        for n in range(1, 9)
    ]
    requests.append(Request(key=0, url=news.tell("/feed", Reply(b"x")), purpose=Purpose.FEED))
    with Fetcher(
        user_agent=AGENT, policy=NetworkPolicy(parse_networks(["127.30.0.0/16"])), clock=clock
    ) as fetcher:
        first = next(answers := fetcher.fetch_all(requests))
        assert first.request.key == 0
        answers.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "fetch" and not thread.daemon]


FORM = {"hub.mode": "subscribe", "hub.topic": "https://a.vn/rss?a=1&b=đ"}


def ask(fetcher: Fetcher, url: str) -> Fetched:
    return fetcher.fetch(Request(key=1, url=url, purpose=Purpose.HUB, form=FORM))


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with open_hub() as hub:
        yield hub


def test_a_form_is_posted_with_our_name_and_without_asking_robots_txt(hub: FakeHub, fetcher: Fetcher) -> None:
    hub.answer = lambda path, form: HubReply(202, body=b"thanks")
    answer = ask(fetcher, hub.url)
    assert (answer.status, answer.body) == (202, b"thanks")
    assert hub.asked == [("/", FORM)]
    assert hub.content_types == ["application/x-www-form-urlencoded"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_form_follows_the_redirects_that_keep_it(hub: FakeHub, fetcher: Fetcher, status: int) -> None:
    hub.answer = lambda path, form: HubReply(status, {"Location": "/new"}) if path == "/" else HubReply()
    assert ask(fetcher, hub.url).status == 202
    assert hub.asked == [("/", FORM), ("/new", FORM)]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_form_does_not_follow_the_redirects_that_would_drop_it(
    hub: FakeHub, fetcher: Fetcher, status: int
) -> None:
    hub.answer = lambda path, form: HubReply(status, {"Location": "/new"})
    assert ask(fetcher, hub.url).status == status
    assert len(hub.asked) == 1


def test_a_redirected_form_does_not_reach_a_private_address(hub: FakeHub, fetcher: Fetcher) -> None:
    hub.answer = lambda path, form: HubReply(307, {"Location": "http://169.254.169.254/"})
    assert ask(fetcher, hub.url).failure is Failure.ADDRESS_REFUSED
