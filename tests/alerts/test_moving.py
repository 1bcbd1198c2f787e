"""An endpoint that moves begins anew: what its old address did, or does yet, says nothing about the new one."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from alerts import change_subscription, deliver_due
from models import Sessions, SubscriptionState, writing
from tests.alerts.endpoints import Endpoint, Reply, Request, listening
from tests.alerts.hooks import HOUR, LOOPBACK, MINUTE, Room
from tests.alerts.office import Office

DAY = timedelta(days=1)
FOR_LONG = (("Retry-After", str(20 * 3600)),)


@pytest.fixture
def room(office: Office, cipher: MultiFernet) -> Room:
    return Room(office, cipher, datetime.now().astimezone())


def move(room: Room, url: str) -> None:
    subscription = room.subscription()
    with writing(room.office.sessions) as session:
        change_subscription(
            session,
            subscription.id,
            actor=room.office.editor,
            version=subscription.version,
            now=room.now,
            allowed_networks=LOOPBACK,
            url=url,
        )


def prove(request: Request) -> Reply:
    """Answers a challenge as it should, and takes everything else."""
    return Reply(200, body=json.loads(request.body)["data"].get("challenge", "ok").encode())


def kinds(endpoint: Endpoint) -> list[str]:
    return [json.loads(request.body)["type"].partition(".")[2] for request in endpoint.requests]


@pytest.mark.parametrize("is_ordered", [False, True], ids=["in any order", "in order"])
@pytest.mark.parametrize(
    "refusal", [Reply(500), Reply(503, FOR_LONG)], ids=["failing", "asking for a long rest"]
)
def test_what_waits_goes_to_the_new_address_as_soon_as_that_has_proved_itself(
    room: Room, refusal: Reply, is_ordered: bool
) -> None:
    with listening(refusal) as old, listening() as new:
        new.answering = prove
        room.subscribe(old.url, is_ordered=is_ordered)
        room.tell(1, 2)
        for _ in range(4):
            room.deliver(2 * HOUR)
        move(room, new.url)
        room.deliver()
        room.deliver(MINUTE)
        assert kinds(new) == ["challenge", "published", "published"]
    assert room.subscription().state is SubscriptionState.ACTIVE


def test_failures_of_the_old_address_do_not_count_against_the_new_one(room: Room) -> None:
    with listening(Reply(500)) as old, listening(Reply(500)) as new:
        room.subscribe(old.url)
        room.tell(1)
        room.deliver()
        room.deliver(4 * DAY + 23 * HOUR)
        move(room, new.url)
        room.deliver(2 * HOUR)
        assert kinds(new) == ["challenge"]
    moved = room.subscription()
    assert (moved.state, moved.failures) == (SubscriptionState.UNVERIFIED, 1)
    assert moved.failing_since is not None
    assert moved.failing_since >= room.now


@pytest.mark.parametrize("is_ordered", [False, True], ids=["in any order", "in order"])
@pytest.mark.parametrize(
    "late", [Reply(410), Reply(500), Reply(503, FOR_LONG)], ids=["gone", "failing", "asking for a long rest"]
)
def test_what_the_old_address_answers_after_the_move_is_noted_and_changes_nothing(
    room: Room, late: Reply, is_ordered: bool
) -> None:
    with listening() as old, listening() as new:
        new.answering = prove

        def move_meanwhile(request: Request) -> Reply:
            if len(old.requests) == 1:
                move(room, new.url)
            return late

        old.answering = move_meanwhile
        room.subscribe(old.url, is_ordered=is_ordered)
        room.tell(1, 2)
        room.deliver()
        room.deliver(MINUTE)
        assert kinds(new) == ["challenge", "published", "published"]
    moved = room.subscription()
    assert (moved.state, moved.state_reason) == (SubscriptionState.ACTIVE, "")
    assert (moved.failures, moved.failing_since, moved.resting_until) == (0, None, None)


def test_what_the_old_address_took_while_the_endpoint_moved_is_not_sent_again(room: Room) -> None:
    with listening() as old, listening() as new:
        new.answering = prove

        def move_meanwhile(request: Request) -> Reply:
            move(room, new.url)
            return Reply()

        old.answering = move_meanwhile
        room.subscribe(old.url)
        room.tell(1)
        room.deliver()
        room.deliver(MINUTE)
        assert kinds(new) == ["challenge"]
    assert room.states() == ["delivered", "delivered"]


class MovedMeanwhile:
    """Sessions, and something that happens between what a pass reads first and what it takes then."""

    def __init__(self, sessions: Sessions, happens: Any) -> None:
        self._sessions, self._happens, self._asked = sessions, happens, 0

    def __call__(self) -> Session:
        self._asked += 1
        if self._asked == 2:
            self._happens()
        return self._sessions()


def test_what_was_due_before_the_move_is_not_sent_to_an_address_that_has_not_proved_itself(
    room: Room,
) -> None:
    with listening() as old, listening(Reply(404)) as new:
        room.subscribe(old.url)
        room.tell(1)
        meanwhile = MovedMeanwhile(room.office.sessions, lambda: move(room, new.url))
        deliver_due(
            meanwhile,  # type: ignore[arg-type]  # it is called like one, and nothing else is asked of it
            sender=room.sender,
            cipher=room.cipher,
            now=room.now,
        )
        room.deliver(MINUTE)
        assert set(kinds(new)) == {"challenge"}
        assert old.requests == []
