"""What an endpoint may expect: order if it asked for it, rest when it needs one, and nothing before it proves itself."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Event, Semaphore, Thread
from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook

from alerts import (
    Answer,
    Conflict,
    Delivered,
    NewSecret,
    challenge_again,
    deliver_due,
    rotate_secret,
)
from models import (
    AuditEntry,
    Delivery,
    DeliveryAttempt,
    Sessions,
    SigningScheme,
    Subscription,
    SubscriptionState,
    writing,
)
from tests.alerts.endpoints import PretendingSender, Reply, Request, listening
from tests.alerts.hooks import HOUR, MINUTE, SECOND, Room, numbers
from tests.alerts.office import Office


@pytest.fixture
def room(office: Office, cipher: MultiFernet) -> Room:
    return Room(office, cipher, datetime.now().astimezone())


def test_an_ordered_endpoint_is_told_of_nothing_before_what_it_has_not_taken(room: Room) -> None:
    with listening(Reply(500), Reply(404), Reply(200)) as endpoint:
        room.subscribe(endpoint.url, is_ordered=True)
        room.tell(1, 2)
        assert room.deliver() == Delivered(attempted=1, waiting=2)
        room.tell(3)
        assert room.deliver(SECOND) == Delivered()
        assert room.deliver(5 * SECOND) == Delivered(attempted=1, waiting=3)
        assert room.deliver(6 * MINUTE) == Delivered(attempted=3, delivered=3)
        assert numbers(endpoint) == [1, 1, 1, 2, 3]


class GoneWhenTold(PretendingSender):
    """Answers for `/gone` with 410, but only when the test says so; for anything else at once."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.well_told, self.may_answer, self.answered = Semaphore(0), Event(), Event()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.sent.append(url)
        if not url.endswith("/gone"):
            self.well_told.release()
            return Answer(status=200)
        await asyncio.to_thread(self.may_answer.wait, 60)
        # Called when the answer has been taken in.
        asyncio.get_running_loop().call_soon(self.answered.set)
        return Answer(status=410)


class NotedSessions:
    """Sessions, and word of when the pass asks for one."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.asked = Event()

    def __call__(self) -> Session:
        self.asked.set()
        return self._sessions()


def test_nothing_is_sent_to_an_endpoint_whose_410_is_not_in_the_ledger_yet(room: Room) -> None:
    sender, noted = GoneWhenTold(), NotedSessions(room.office.sessions)
    gone = room.subscribe("https://paper.example/gone").subscription.id
    room.subscribe("https://paper.example/well")
    room.tell(1)
    passing = Thread(
        target=lambda: deliver_due(
            noted,  # type: ignore[arg-type]  # it is called like one, and nothing else is asked of it
            sender=sender,
            cipher=room.cipher,
            now=room.now,
        )
    )
    passing.start()
    assert sender.well_told.acquire(timeout=60)
    room.tell(2)
    assert sender.well_told.acquire(timeout=60)
    with writing(room.office.sessions) as session:
        # While this is locked, what the other endpoint answered cannot be written down.
        session.execute(select(Delivery).with_for_update()).all()
        noted.asked.clear()
        assert noted.asked.wait(60)
        sender.may_answer.set()
        assert sender.answered.wait(60)
    passing.join()
    assert sender.sent.count("https://paper.example/gone") == 1
    with room.office.sessions() as session:
        assert session.get_one(Subscription, gone).state is SubscriptionState.DISABLED


def test_any_other_endpoint_is_told_the_rest_meanwhile(room: Room) -> None:
    with listening(Reply(500), Reply(200)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell(1, 2, 3)
        assert room.deliver() == Delivered(attempted=3, delivered=2, waiting=1)
        assert room.deliver(6 * SECOND) == Delivered(attempted=1, delivered=1)
        assert numbers(endpoint) == [1, 2, 3, 1]


def test_an_ordered_endpoint_goes_on_after_a_message_that_was_given_up(room: Room) -> None:
    with listening(*[Reply(500)] * 10, Reply(200)) as endpoint:
        room.subscribe(endpoint.url, is_ordered=True)
        room.tell(1, 2)
        for _ in range(10):
            room.deliver(25 * HOUR if room.subscription().failures > 8 else 10 * HOUR)
            with writing(room.office.sessions) as session:
                session.get_one(Subscription, 1).failing_since = None
        while len(numbers(endpoint)) < 11:
            room.deliver(25 * HOUR)
        assert numbers(endpoint) == [1] * 10 + [2]
    assert room.states() == ["given_up", "delivered"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_endpoint_that_asks_for_a_rest_gets_it_for_all_its_messages(room: Room, status: int) -> None:
    with listening(Reply(status, (("Retry-After", "600"),)), Reply(200)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell(1, 2)
        assert room.deliver() == Delivered(attempted=1, waiting=2)
        room.tell(3)
        assert room.deliver(9 * MINUTE) == Delivered()
        assert room.deliver(2 * MINUTE).delivered == 3
        assert len(endpoint.requests) == 4


def test_after_five_failures_in_a_row_one_message_tries_whether_it_is_over(room: Room) -> None:
    with listening(*[Reply(500)] * 6, Reply(200)) as endpoint:
        room.subscribe(endpoint.url)
        room.tell(*range(10))
        assert room.deliver() == Delivered(attempted=5, waiting=10)
        assert room.subscription().failures == 5
        assert room.deliver(30 * SECOND) == Delivered()
        assert room.deliver(31 * SECOND) == Delivered(attempted=1, waiting=10)
        assert room.deliver(MINUTE) == Delivered()
        assert room.deliver(2 * MINUTE).delivered > 0
        assert room.deliver(10 * MINUTE).waiting == 0
    healthy = room.subscription()
    assert (healthy.failures, healthy.failing_since, healthy.resting_until) == (0, None, None)
    assert set(room.states()) == {"delivered"}


def echo(change: Callable[[str], bytes]) -> Callable[[Request], Reply]:
    """Answers a challenge in some form."""
    return lambda request: Reply(200, body=change(json.loads(request.body)["data"].get("challenge", "")))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda word: word.encode(), id="the word alone"),
        pytest.param(lambda word: json.dumps({"challenge": word}).encode(), id="in JSON"),
    ],
)
def test_an_endpoint_proves_itself_by_answering_the_challenge(
    room: Room, answer: Callable[[str], bytes]
) -> None:
    with listening() as endpoint:
        endpoint.answering = echo(answer)
        secret = room.subscribe(endpoint.url, challenged=True).secret
        room.tell(1)
        assert room.subscription().state is SubscriptionState.UNVERIFIED
        assert room.deliver() == Delivered(attempted=1, delivered=1)
        assert room.subscription().state is SubscriptionState.ACTIVE
        room.tell(2)
        assert room.deliver().delivered == 1
    challenge, event = endpoint.requests
    assert Webhook(secret).verify(challenge.body, challenge.headers)["type"] == "subscription.challenge"
    assert json.loads(event.body)["data"] == {"number": 2}
    with room.office.sessions() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.actor, last.action) == ("system", "subscription.verified")


def test_an_endpoint_that_only_says_yes_to_everything_has_proved_nothing(room: Room) -> None:
    with listening(Reply(200, body=b"ok")) as endpoint:
        room.subscribe(endpoint.url, challenged=True)
        assert room.deliver() == Delivered(attempted=1, given_up=1)
        room.tell(1)
        assert room.deliver(HOUR) == Delivered()
        assert len(endpoint.requests) == 1
    assert room.subscription().state is SubscriptionState.UNVERIFIED


def reasons(room: Room) -> list[tuple[str, str]]:
    with room.office.sessions() as session:
        rows = session.execute(select(Delivery.state, Delivery.state_reason).order_by(Delivery.id))
        return [(state, reason) for state, reason in rows]


OVERTAKEN = ("cancelled", "a newer challenge was sent")


def test_an_older_challenge_is_not_sent_any_more_once_a_newer_one_is(room: Room) -> None:
    with listening(Reply(500)) as endpoint:
        number = room.subscribe(endpoint.url, challenged=True).subscription.id
        assert room.deliver().waiting == 1
        with writing(room.office.sessions) as session:
            challenge_again(session, number, actor=room.office.editor, now=room.now)
        endpoint.answering = echo(lambda word: word.encode())
        assert room.deliver(HOUR) == Delivered(attempted=1, delivered=1)
        assert len(endpoint.requests) == 2
    assert reasons(room)[0] == OVERTAKEN
    assert room.subscription().state is SubscriptionState.ACTIVE


def test_asking_for_a_challenge_ends_the_rest_of_an_endpoint_that_did_not_listen_yet(room: Room) -> None:
    with listening(Reply(503), Reply(503), Reply()) as endpoint:
        number = room.subscribe(endpoint.url, challenged=True).subscription.id
        room.deliver()
        with writing(room.office.sessions) as session:
            assert session.get_one(Subscription, number).resting_until is not None
            challenge_again(session, number, actor=room.office.editor, now=room.now)
        room.deliver()
        assert len(endpoint.requests) == 2


def test_the_answer_to_an_older_challenge_comes_too_late_and_is_logged_as_what_it_is(room: Room) -> None:
    with listening() as endpoint:
        number = room.subscribe(endpoint.url, challenged=True).subscription.id
        right = echo(lambda word: word.encode())

        def overtaken(request: Request) -> Reply:
            with writing(room.office.sessions) as session:
                challenge_again(session, number, actor=room.office.editor, now=room.now + HOUR)
            return right(request)

        endpoint.answering = overtaken
        assert room.deliver() == Delivered(attempted=1, delivered=1)
        assert room.subscription().state is SubscriptionState.UNVERIFIED
        assert reasons(room) == [OVERTAKEN, ("pending", "")]
        endpoint.answering = right
        room.deliver(HOUR)
    assert [state for state, _ in reasons(room)] == ["cancelled", "delivered"]
    assert room.subscription().state is SubscriptionState.ACTIVE


def test_messages_are_signed_by_every_secret_of_the_last_day(room: Room) -> None:
    with listening() as endpoint:
        made = room.subscribe(endpoint.url)
        secrets = [made.secret]
        for version in range(1, 5):
            with writing(room.office.sessions) as session:
                secrets.append(rotate(room, session, made.subscription.id, version).secret)
            room.now += 5 * HOUR
        room.tell(1)
        room.deliver()
        (request,) = endpoint.requests
    assert len(request.headers["webhook-signature"].split()) == 5
    room.now -= 20 * HOUR
    with pytest.raises(Conflict, match="old secrets"), writing(room.office.sessions) as session:
        rotate(room, session, made.subscription.id, 5)


def rotate(room: Room, session: Any, number: int, version: int, **wishes: Any) -> NewSecret:
    return rotate_secret(
        session,
        number,
        actor=room.office.editor,
        cipher=room.cipher,
        version=version,
        now=room.now,
        **wishes,
    )


def test_a_shared_secret_is_replaced_by_a_key_pair(room: Room) -> None:
    with listening() as endpoint:
        made = room.subscribe(endpoint.url)
        with writing(room.office.sessions) as session:
            new = rotate(room, session, made.subscription.id, 1, signing=SigningScheme.V1A)
        room.tell(1)
        room.deliver()
        (request,) = endpoint.requests
    assert new.secret.startswith("whpk_")
    schemes = [one.split(",")[0] for one in request.headers["webhook-signature"].split()]
    assert schemes == ["v1a", "v1"]
    assert Webhook(made.secret).verify(request.body, request.headers)


def test_a_filter_on_priority_keeps_back_what_is_less_urgent_and_not_what_has_none(room: Room) -> None:
    alert = room.office.raise_alert()
    with listening() as endpoint:
        room.subscribe(endpoint.url, least_priority=alert.priority + 0.01)
        room.tell(1, alert_id=alert.id)
        room.tell(2)
        with writing(room.office.sessions) as session:
            session.get_one(type(alert), alert.id).priority += 0.02
        room.tell(3, alert_id=alert.id)
        room.deliver()
    assert numbers(endpoint) == [2, 3]


def test_an_answer_that_echoes_secrets_is_kept_without_them(room: Room) -> None:
    with listening() as endpoint:
        secret: str = room.subscribe(endpoint.url).secret
        endpoint.answering = lambda request: Reply(
            400, body=json.dumps(request.headers).encode() + secret.encode()
        )
        room.tell(1)
        room.deliver()
    signature = endpoint.requests[0].headers["webhook-signature"].partition(",")[2]
    with room.office.sessions() as session:
        # On a busy machine the pass lasts until the second attempt is due.
        kept = session.scalars(select(DeliveryAttempt.response_body).order_by(DeliveryAttempt.id)).all()[0]
    assert "webhook-id" in kept
    assert secret not in kept
    assert signature not in kept
