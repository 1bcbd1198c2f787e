"""What a hub's answers, leases and signatures mean: decisions, and which offer is taken."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Failure
from ingest.feed import FeedHints
from ingest.listing import read_source
from ingest.offers import Offer, find_offer
from ingest.values import Feed, Fetched, Purpose, Request
from ingest.websub import (
    ASKED_LEASE,
    LONGEST_LEASE,
    confirms,
    describe,
    grant_lease,
    is_over,
    is_signed,
    judge_hub_answer,
)
from models import HubState, HubSubscription

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "https://a.vn/rss"
HUB, TOPIC = "https://hub.vn/", "https://a.vn/feed"
OFFER = Offer(HUB, TOPIC)
LINKS = f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'
ATOM = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title>{LINKS}</feed>"
RSS = (
    "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>A</title><link>https://a.vn/</link>"
    f"{LINKS.replace('<link', '<atom:link')}<item><link>https://a.vn/1</link></item></channel></rss>"
)
PAGE = (
    f"<html><head>{LINKS}</head><body><link rel='hub' href='https://evil.vn/'>"
    "<a href='/tin-moi-trong-ngay-12345.htm'>Tin mới</a></body></html>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": [], "feed_url": "https://a.vn/feed", "hubs": '
    '[{"type": "rssCloud", "url": "https://cloud.vn/"}, {"type": "WebSub", "url": "https://hub.vn/"}]}'
)


def offer_of(body: str, kind: str = "feed", **headers: str) -> Offer | None:
    feed = read_source(body.encode(), FeedHints(url=FEED), kind, NOW)
    return find_offer(FEED, headers, feed)


BOTH = f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'


def test_websub_rocks_100_hub_and_topic_are_found_in_link_headers() -> None:
    assert offer_of("<rss version='2.0'><channel/></rss>", link=BOTH) == OFFER


def test_websub_rocks_101_hub_and_topic_are_found_in_the_head_of_a_page() -> None:
    assert offer_of(PAGE, "listing") == OFFER


def test_websub_rocks_102_hub_and_topic_are_found_in_an_atom_feed() -> None:
    assert offer_of(ATOM) == OFFER


def test_websub_rocks_103_hub_and_topic_are_found_in_an_rss_feed() -> None:
    assert offer_of(RSS) == OFFER


def test_websub_rocks_104_headers_come_before_the_document() -> None:
    other = ATOM.replace("hub.vn", "wrong.vn").replace("a.vn/feed", "a.vn/wrong")
    assert offer_of(other, link=BOTH) == OFFER


def test_websub_rocks_200_the_topic_is_what_the_source_calls_itself() -> None:
    assert offer_of(ATOM.replace("a.vn/feed", "a.vn/feed?self=other")) == Offer(HUB, f"{TOPIC}?self=other")


def test_a_json_feed_names_its_hub_among_others() -> None:
    assert offer_of(JSON) == OFFER


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"<{HUB}>;rel=hub,<{TOPIC}>;rel=self", OFFER),
        (f'<{TOPIC}>; title="a, <b>"; REL="Self", <{HUB}>; rel="alternate HUB"', OFFER),
        (f'<{HUB}>; rel="hub"', Offer(HUB, FEED)),
        ('</hub>; rel="hub", </feed>; rel="self"', Offer("https://a.vn/hub", TOPIC)),
        (f'<{HUB}?key=1#top>; rel="hub", <{TOPIC}>; rel="self"', Offer(f"{HUB}?key=1", TOPIC)),
        (f'<ftp://hub.vn/>; rel="hub", <{HUB}>; rel="hub", <{TOPIC}>; rel="self"', OFFER),
        (f'<https://me:secret@hub.vn/>; rel="hub", <{TOPIC}>; rel="self"', None),
        (f'<https://hub.vn/{"x" * 1_000}>; rel="hub"', None),
        ('<https://hub.vn/đ>; rel="hub"', None),
        ('<http://[::1>; rel="hub"', None),
        (f'<{TOPIC}>; rel="self"', None),
        (f'<{HUB}>; title="rel=hub"', None),
        ("", None),
    ],
)
def test_links_are_read_as_they_are_written_and_only_addresses_of_the_web_are_taken(
    link: str, expected: Offer | None
) -> None:
    assert find_offer(FEED, {"link": link}, Feed()) == expected


@given(st.text(alphabet='<>;,="ahubrelsf: /', max_size=200))
def test_no_link_header_breaks_the_reader(link: str) -> None:
    offer = find_offer(FEED, {"link": link}, Feed())
    assert offer is None or offer.hub.startswith("http")


@pytest.mark.parametrize(
    ("seconds", "spread", "until", "renewed"),
    [
        ("600000", 0.0, timedelta(seconds=600_000), timedelta(seconds=480_000)),
        ("600000", 1.0, timedelta(seconds=600_000), timedelta(seconds=420_000)),
        ("60", 0.0, MINUTE, 5 * MINUTE),
        ("999999999999999", 0.0, LONGEST_LEASE, LONGEST_LEASE * 0.8),
        (None, 0.0, ASKED_LEASE, ASKED_LEASE * 0.8),
        ("", 0.0, ASKED_LEASE, ASKED_LEASE * 0.8),
        ("0", 0.0, ASKED_LEASE, ASKED_LEASE * 0.8),
        ("-5", 0.0, ASKED_LEASE, ASKED_LEASE * 0.8),
        ("forever", 0.0, ASKED_LEASE, ASKED_LEASE * 0.8),
    ],
)
def test_a_lease_is_what_the_hub_grants_within_reason_and_is_renewed_at_four_fifths(
    seconds: str | None, spread: float, until: timedelta, renewed: timedelta
) -> None:
    lease = grant_lease(seconds, now=NOW, spread=spread)
    assert (lease.until - NOW, lease.renew_at - NOW) == (until, renewed)


def subscription(state: HubState = HubState.REQUESTED, **known: Any) -> HubSubscription:
    defaults: dict[str, Any] = {"source_id": 1, "hub": HUB, "topic": TOPIC, "token": "t", "offered_at": NOW}
    return HubSubscription(state=state, **(defaults | known))


def answered(
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    failure: Failure | None = None,
) -> Fetched:
    request = Request(key=1, url=HUB, purpose=Purpose.HUB, form={})
    return Fetched(
        request=request,
        url=HUB,
        status=status,
        headers=headers or {},
        body=body,
        failure=failure,
        reason="because" if failure else "",
    )


@pytest.mark.parametrize(
    ("answer", "attempts", "state", "wait"),
    [
        (answered(202), 1, HubState.REQUESTED, HOUR),
        (answered(204), 1, HubState.REQUESTED, HOUR),
        (answered(202), 5, HubState.REQUESTED, 160 * MINUTE),
        (answered(202), 500, HubState.REQUESTED, 7 * DAY),
        (answered(failure=Failure.UNREACHABLE), 1, HubState.REQUESTED, 10 * MINUTE),
        (answered(failure=Failure.TIMEOUT), 3, HubState.REQUESTED, 40 * MINUTE),
        (answered(failure=Failure.REDIRECT_LOOP), 1, HubState.REQUESTED, 10 * MINUTE),
        (answered(failure=Failure.ADDRESS_REFUSED), 1, HubState.DENIED, 30 * DAY),
        (answered(500), 1, HubState.REQUESTED, 10 * MINUTE),
        (answered(503, {"retry-after": "7200"}), 1, HubState.REQUESTED, 2 * HOUR),
        (answered(429, {"retry-after": "5"}), 1, HubState.REQUESTED, 10 * MINUTE),
        (answered(408), 1, HubState.REQUESTED, 10 * MINUTE),
        (answered(400), 1, HubState.DENIED, 30 * DAY),
        (answered(404), 1, HubState.DENIED, 30 * DAY),
        (answered(410), 1, HubState.DENIED, 30 * DAY),
        (answered(302, {"location": "/"}), 1, HubState.DENIED, 30 * DAY),
    ],
)
def test_a_hub_is_asked_again_when_it_may_change_its_mind_and_left_alone_when_it_refuses(
    answer: Fetched, attempts: int, state: HubState, wait: timedelta
) -> None:
    following = judge_hub_answer(subscription(attempts=attempts), answer, now=NOW, jitter=0.0)
    assert (following.state, following.at - NOW) == (state, wait)
    assert following.reason


def test_a_refusal_says_what_the_hub_said_in_one_short_line() -> None:
    body = b"topic\r\n not\x00 allowed " + b"x" * 900
    reason = judge_hub_answer(subscription(attempts=1), answered(400, body=body), now=NOW, jitter=0.0).reason
    assert reason.startswith("denied: the host answers 400 (topic not allowed x")
    assert len(reason) < 260


@pytest.mark.parametrize(
    ("answer", "attempts", "state"),
    [
        (answered(202), 1, HubState.LEAVING),
        (answered(202), 3, HubState.ENDED),
        (answered(500), 2, HubState.LEAVING),
        (answered(500), 3, HubState.ENDED),
        (answered(404), 1, HubState.ENDED),
        (answered(failure=Failure.ADDRESS_REFUSED), 1, HubState.ENDED),
    ],
)
def test_leaving_is_tried_three_times_and_then_the_lease_runs_out_by_itself(
    answer: Fetched, attempts: int, state: HubState
) -> None:
    following = judge_hub_answer(
        subscription(HubState.LEAVING, attempts=attempts), answer, now=NOW, jitter=0.0
    )
    assert following.state is state


@pytest.mark.parametrize(
    ("state", "subscribe", "unsubscribe", "over"),
    [
        (HubState.OFFERED, False, False, False),
        (HubState.REQUESTED, True, False, False),
        (HubState.ACTIVE, True, False, False),
        (HubState.LAPSED, True, False, False),
        (HubState.DENIED, False, False, True),
        (HubState.LEAVING, False, True, True),
        (HubState.ENDED, False, True, True),
    ],
)
def test_a_hub_is_confirmed_what_is_wanted_and_nothing_else(
    state: HubState, subscribe: bool, unsubscribe: bool, over: bool
) -> None:
    one = subscription(state)
    assert confirms(one, mode="subscribe", topic=TOPIC) is subscribe
    assert confirms(one, mode="unsubscribe", topic=TOPIC) is unsubscribe
    assert not confirms(one, mode="subscribe", topic=FEED)
    assert not confirms(one, mode="publish", topic=TOPIC)
    assert is_over(one) is over


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_each_method_of_the_specification_is_recognised(method: str) -> None:
    digest = hmac.new(b"secret", b"tin", getattr(hashlib, method)).hexdigest()
    assert is_signed(b"tin", f"{method}={digest}", b"secret")
    assert is_signed(b"tin", f" {method.upper()}={digest.upper()}", b"secret")
    assert not is_signed(b"tin!", f"{method}={digest}", b"secret")
    assert not is_signed(b"tin", f"{method}={digest}", b"other")
    assert not is_signed(b"tin", f"{method}={digest[:-1]}", b"secret")
    assert not is_signed(b"tin", f"{method}={digest}", None)


@pytest.mark.parametrize("header", [None, "", "sha256", "sha256=", "md5=", "sha256=đ", "new=1", "__doc__=1"])
def test_anything_else_is_no_signature(header: str | None) -> None:
    assert not is_signed(b"tin", header, b"secret")
    if header == "md5=":
        digest = hmac.new(b"secret", b"tin", hashlib.md5).hexdigest()
        assert not is_signed(b"tin", f"md5={digest}", b"secret")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (subscription(HubState.ACTIVE, lease_until=NOW + DAY), "pushed until 2026-11-24 08:00 UTC"),
        (subscription(HubState.ACTIVE, lease_until=NOW + DAY, unannounced_in_row=3), "its hub keeps silent"),
        (subscription(HubState.ACTIVE, lease_until=NOW - DAY), "its hub is asked to push"),
        (subscription(HubState.DENIED, reason="denied: no"), "its hub does not push (denied: no)"),
        (subscription(HubState.OFFERED), ""),
        (subscription(HubState.ENDED), ""),
    ],
)
def test_a_few_words_say_whether_a_source_is_pushed(one: HubSubscription, words: str) -> None:
    assert describe(one, NOW) == words
