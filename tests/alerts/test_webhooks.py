"""Deliveries over real sockets on loopback, to endpoints that do as they please."""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from alerts import (
    Answer,
    Delivered,
    HttpSender,
    NewSecret,
    Sender,
    create_subscription,
    deliver_due,
    record_event,
    rotate_secret,
    verify_chain,
)
from alerts.parcels import TAKEN_FOR
from models import (
    AuditEntry,
    Delivery,
    DeliveryAttempt,
    Event,
    EventType,
    Sessions,
    Subscription,
    writing,
)
from models.network import parse_networks
from tests.alerts.endpoints import PretendingSender, Reply, listening
from tests.alerts.office import Office

LOOPBACK = parse_networks(["127.0.0.0/8"])
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def sender() -> HttpSender:
    return HttpSender(allowed_networks=LOOPBACK, user_agent="Dinhchinh/test")


@dataclass
class Room:
    """An office whose editor subscribes, and the pass that delivers to them."""

    office: Office
    cipher: MultiFernet
    sender: Sender
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def subscribe(self, url: str) -> NewSecret:
        with writing(self.office.sessions) as session:
            return create_subscription(
                session,
                actor=self.office.editor,
                url=url,
                cipher=self.cipher,
                now=self.began,
                allowed_networks=LOOPBACK,
            )

    def tell(self, number: int = 1) -> Event:
        with writing(self.office.sessions) as session:
            return record_event(session, EventType.BRIEF_PUBLISHED, {"number": number}, now=self.began)

    def deliver(self, later: timedelta = timedelta(), sender: Sender | None = None) -> Delivered:
        return deliver_due(
            self.office.sessions,
            sender=sender or self.sender,
            cipher=self.cipher,
            now=self.began + later,
            spread=lambda: 0.0,
        )

    def deliveries(self) -> list[Delivery]:
        with self.office.sessions() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def subscription(self) -> Subscription:
        with self.office.sessions() as session:
            return session.scalars(select(Subscription)).one()

    def attempts(self) -> list[DeliveryAttempt]:
        with self.office.sessions() as session:
            return list(session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.id)))


def post(sender: HttpSender, url: str) -> Answer:
    """What comes back for an empty message."""

    async def exchange() -> Answer:
        async with sender.open() as connections:
            return await connections.send(url, {}, b"{}")

    return asyncio.run(exchange())


@pytest.fixture
def room(office: Office, cipher: MultiFernet, sender: HttpSender) -> Room:
    return Room(office, cipher, sender)


def test_a_delivery_is_signed_once_for_all_and_written_down(room: Room) -> None:
    with listening() as endpoint:
        secret = room.subscribe(endpoint.url).secret
        event = room.tell()
        assert room.deliver() == Delivered(attempted=1, delivered=1)
        assert room.deliver() == Delivered()
    (request,) = endpoint.requests
    assert Webhook(secret).verify(request.body, request.headers)["data"] == {"number": 1}
    assert request.body == event.body.encode()
    assert request.headers["webhook-id"] == event.message_id
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "Dinhchinh/test"
    (delivery,) = room.deliveries()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("delivered", 1, None)
    assert delivery.delivered_at is not None
    (attempt,) = room.attempts()
    assert (attempt.http_status, attempt.response_body, attempt.error) == (200, "ok", "")


def test_a_rotated_secret_verifies_beside_the_old_one(room: Room) -> None:
    with listening() as endpoint:
        old = room.subscribe(endpoint.url)
        with writing(room.office.sessions) as session:
            new = rotate_secret(
                session,
                old.subscription.id,
                actor=room.office.editor,
                cipher=room.cipher,
                version=1,
                now=room.began,
            )
        room.tell(1)
        room.deliver()
        room.tell(2)
        room.deliver(25 * HOUR)
    during, after = endpoint.requests
    assert Webhook(old.secret).verify(during.body, during.headers)
    assert Webhook(new.secret).verify(during.body, during.headers)
    assert len(after.headers["webhook-signature"].split()) == 1


def test_a_failure_is_tried_again_with_the_same_id_and_body(room: Room) -> None:
    with listening(Reply(500, body=b"broken"), Reply(200)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        assert room.deliver() == Delivered(attempted=1, waiting=1)
        assert room.subscription().failing_since is not None
        assert room.deliver(timedelta(seconds=4)) == Delivered()
        assert room.deliver(timedelta(seconds=30)) == Delivered(attempted=1, delivered=1)
    first, second = endpoint.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert room.subscription().failing_since is None
    assert [attempt.http_status for attempt in room.attempts()] == [500, 200]
    assert room.attempts()[0].response_body == "broken"


@pytest.mark.parametrize(
    ("reply", "earliest"),
    [
        pytest.param(Reply(500), timedelta(seconds=5), id="500"),
        pytest.param(Reply(302, (("location", "http://127.0.0.1:1/"),)), timedelta(seconds=5), id="redirect"),
        pytest.param(Reply(429, (("Retry-After", "600"),)), 10 * MINUTE, id="429 with Retry-After"),
        pytest.param(Reply(503, (("Retry-After", "600"),)), 10 * MINUTE, id="503 with Retry-After"),
    ],
)
def test_the_next_attempt_is_when_the_answer_says(room: Room, reply: Reply, earliest: timedelta) -> None:
    with listening(reply) as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        assert room.deliver() == Delivered(attempted=1, waiting=1)
        assert len(endpoint.requests) == 1
    (delivery,) = room.deliveries()
    assert delivery.next_attempt_at is not None
    waited = delivery.next_attempt_at - room.began
    assert earliest <= waited < earliest + 5 * timedelta(seconds=1)


def test_an_endpoint_that_is_gone_is_never_asked_again(room: Room) -> None:
    with listening(Reply(410)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell(1)
        room.tell(2)
        assert room.deliver() == Delivered(attempted=1, given_up=1, disabled=1)
        room.tell(3)
        assert room.deliver(HOUR) == Delivered()
        assert len(endpoint.requests) == 1
    subscription = room.subscription()
    assert (subscription.state, subscription.state_reason) == ("disabled", "the endpoint answered 410 Gone")
    assert [delivery.state for delivery in room.deliveries()] == ["given_up", "cancelled"]
    with room.office.sessions() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert verify_chain(session).ok
    assert (last.actor, last.action) == ("system", "subscription.disabled")


def test_five_days_of_nothing_but_failures_switch_an_endpoint_off(room: Room) -> None:
    with listening(Reply(500)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        passes = [room.deliver(timedelta(hours=25 * number)) for number in range(7)]
        assert len(endpoint.requests) == 6
    assert [done.disabled for done in passes] == [0, 0, 0, 0, 0, 1, 0]
    assert "nothing but failures for 5 days" in room.subscription().state_reason


def test_a_message_is_given_up_after_its_last_attempt(room: Room) -> None:
    with listening(*[Reply(500)] * 9, Reply(400)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        later = timedelta()
        for _ in range(9):
            assert room.deliver(later).waiting == 1
            (delivery,) = room.deliveries()
            assert delivery.next_attempt_at is not None
            later = delivery.next_attempt_at - room.began
        assert room.deliver(later) == Delivered(attempted=1, given_up=1)
        assert len(endpoint.requests) == 10
    (delivery,) = room.deliveries()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("given_up", 10, None)
    assert "attempt 10 of 10" in delivery.state_reason


def test_a_hanging_endpoint_costs_one_timeout_and_nobody_else_waits_for_the_next(room: Room) -> None:
    impatient = HttpSender(allowed_networks=LOOPBACK, timeout_seconds=2)
    with listening(Reply(hang=True)) as hanging, listening() as healthy:
        room.subscribe(hanging.url)
        room.subscribe(healthy.url)
        for number in range(5):
            room.tell(number)
        assert room.deliver(sender=impatient) == Delivered(attempted=6, delivered=5, waiting=5)
        assert len(hanging.requests) == 1
    assert [json.loads(request.body)["data"]["number"] for request in healthy.requests] == [0, 1, 2, 3, 4]


def test_while_one_endpoint_hangs_another_is_told_of_what_is_new(room: Room) -> None:
    with listening(Reply(hang=True)) as hanging, listening() as healthy:
        room.subscribe(hanging.url)
        room.subscribe(healthy.url)
        room.tell(1)
        passing = Thread(target=room.deliver, args=(MINUTE,))
        passing.start()
        assert hanging.has_received(1)
        room.tell(2)
        assert healthy.has_received(2)
        assert passing.is_alive()
        hanging.closing.set()
        passing.join()


def test_an_answer_that_never_ends_is_cut_off_at_the_deadline() -> None:
    impatient = HttpSender(allowed_networks=LOOPBACK, timeout_seconds=2)
    with listening(Reply(drip=True)) as endpoint:
        answer = post(impatient, endpoint.url)
    assert answer.status == 200
    assert set(answer.body) == {"x"}
    assert "broke off" in answer.error
    assert answer.elapsed_ms >= 2000


def test_of_a_large_answer_twenty_kilobytes_are_kept(room: Room) -> None:
    with listening(Reply(200, body=b"\0" + b"a" * 50_000)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        assert room.deliver().delivered == 1
    (attempt,) = room.attempts()
    assert len(attempt.response_body) == 20_000


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/hook",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://10.0.0.1/",
        "http://192.168.0.1/",
        "http://[::1]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://0x7f000001/",
        "http://localhost/",
        "https://localhost:8443/",
    ],
)
def test_nothing_is_sent_to_an_address_inside_the_building(url: str) -> None:
    answer = post(HttpSender(), url)
    assert answer.status is None
    assert answer.permanent
    assert "not a public address" in answer.error


def test_a_name_that_resolves_into_the_building_later_is_refused_then() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    sender = HttpSender(allowed_networks=LOOPBACK, resolver=lambda host, port: next(answers))
    with listening() as endpoint:
        url = endpoint.url.replace("127.0.0.1", "rebinding.example")
        assert post(sender, url).status == 200
        refused = post(sender, url)
        assert len(endpoint.requests) == 1
    assert refused.permanent
    assert "10.0.0.1" in refused.error


@pytest.mark.parametrize("host", ["2130706433", "127.1", "017700000001"])
def test_nor_to_one_that_is_spelled_oddly(host: str) -> None:
    answer = post(HttpSender(), f"http://{host}/")
    assert (answer.status, answer.permanent) == (None, True)


def test_one_address_inside_the_building_among_others_refuses_the_name() -> None:
    sender = HttpSender(
        allowed_networks=LOOPBACK, resolver=lambda host, port: ["127.0.0.1", "169.254.169.254"]
    )
    with listening() as endpoint:
        refused = post(sender, endpoint.url.replace("127.0.0.1", "two.example"))
        assert endpoint.requests == []
    assert refused.permanent
    assert "169.254.169.254" in refused.error


def test_a_name_is_resolved_once_for_a_message_and_what_was_judged_is_dialled() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with listening() as endpoint:
        url = endpoint.url.replace("127.0.0.1", "rebinding.example")
        assert post(HttpSender(allowed_networks=LOOPBACK, resolver=rebinding), url).status == 200
        assert endpoint.requests[0].headers["host"].startswith("rebinding.example")
    assert asked == ["rebinding.example"]


def test_a_name_nobody_knows_may_be_known_later() -> None:
    answer = post(HttpSender(), "https://no-such-host.invalid/hook")
    assert (answer.status, answer.permanent) == (None, False)


def test_a_refused_address_is_given_up_at_once_and_written_down(room: Room) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        room.tell(1)
        room.tell(2)
        assert room.deliver(sender=HttpSender()) == Delivered(attempted=2, given_up=2)
        assert endpoint.requests == []
    assert all("not a public address" in delivery.state_reason for delivery in room.deliveries())


class Crash(BaseException):
    """The process is killed."""


class CrashingSender(PretendingSender):
    """Sends, and dies before anybody can write down that it did."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        async with HttpSender(allowed_networks=LOOPBACK).open() as connections:
            await connections.send(url, headers, body)
        raise Crash


def test_a_crash_after_sending_means_the_same_message_again(room: Room) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        with pytest.raises(Crash):
            room.deliver(sender=CrashingSender())
        assert room.deliver() == Delivered()
        assert room.deliver(TAKEN_FOR + MINUTE) == Delivered(attempted=1, delivered=1)
    first, second = endpoint.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


class BrokenSender(PretendingSender):
    """Has a mistake in it."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        raise ZeroDivisionError


def test_a_mistake_in_sending_is_logged_and_the_delivery_waits(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.subscribe("https://paper.example/hook")
    room.tell()
    with caplog.at_level(logging.ERROR):
        assert room.deliver(sender=BrokenSender()) == Delivered(attempted=1, waiting=1)
    assert f"delivery {room.deliveries()[0].id}" in caplog.text


def test_a_secret_that_cannot_be_read_is_no_reason_to_send_unsigned(room: Room) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        room.tell()
        room.cipher = MultiFernet([Fernet(Fernet.generate_key())])
        assert room.deliver() == Delivered(attempted=1, waiting=1)
        assert endpoint.requests == []
    assert "secret cannot be read" in room.attempts()[0].error


def test_a_pass_stops_at_its_limit_and_the_rest_stays_due(room: Room, sessions: Sessions) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        for number in range(5):
            room.tell(number)
        done = deliver_due(sessions, sender=room.sender, cipher=room.cipher, now=room.began + MINUTE, limit=3)
        assert done == Delivered(attempted=3, delivered=3)
        assert room.deliver(MINUTE) == Delivered(attempted=2, delivered=2)
    assert [json.loads(request.body)["data"]["number"] for request in endpoint.requests] == [0, 1, 2, 3, 4]
