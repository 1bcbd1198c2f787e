"""When the key that secrets were encrypted with is lost, there is a way back for every subscriber."""

from datetime import datetime

import pytest
from cryptography.fernet import Fernet, MultiFernet
from standardwebhooks.webhooks import Webhook

from alerts import Delivered, resume_subscription, rotate_secret
from alerts.keys import give_up_unreadable
from models import writing
from tests.alerts.endpoints import Reply, listening
from tests.alerts.hooks import MINUTE, Room
from tests.alerts.office import Office


@pytest.fixture
def room(office: Office, cipher: MultiFernet) -> Room:
    return Room(office, cipher, datetime.now().astimezone())


def lose_the_key(room: Room) -> None:
    """Another key is in the settings, and what the lost one closed is given up."""
    room.cipher = MultiFernet([Fernet(Fernet.generate_key())])
    with writing(room.office.sessions) as session:
        assert give_up_unreadable(session, room.cipher, now=room.now) == 1


def rotate(room: Room) -> str:
    subscription = room.subscription()
    with writing(room.office.sessions) as session:
        return rotate_secret(
            session,
            subscription.id,
            actor=room.office.editor,
            cipher=room.cipher,
            version=subscription.version,
            now=room.now,
        ).secret


def resume(room: Room) -> None:
    subscription = room.subscription()
    with writing(room.office.sessions) as session:
        resume_subscription(
            session,
            subscription.id,
            actor=room.office.editor,
            version=subscription.version,
            now=room.now,
        )


def test_who_rotates_the_secret_and_resumes_is_told_again_at_once(room: Room) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        lose_the_key(room)
        secret = rotate(room)
        resume(room)
        room.tell(1)
        assert room.deliver() == Delivered(attempted=1, delivered=1)
        (request,) = endpoint.requests
    assert len(request.headers["webhook-signature"].split()) == 1
    assert Webhook(secret).verify(request.body, request.headers)


def test_of_the_old_secrets_those_that_can_be_read_still_sign(room: Room) -> None:
    with listening(Reply(200)) as endpoint:
        room.subscribe(endpoint.url)
        lose_the_key(room)
        secrets = [rotate(room), rotate(room)]
        resume(room)
        room.tell(1)
        assert room.deliver(MINUTE).delivered == 1
        (request,) = endpoint.requests
    assert len(request.headers["webhook-signature"].split()) == 2
    for secret in secrets:
        assert Webhook(secret).verify(request.body, request.headers)


def test_without_the_newest_secret_nothing_is_sent_though_an_old_one_can_be_read(room: Room) -> None:
    with listening() as endpoint:
        room.subscribe(endpoint.url)
        known = room.cipher
        room.cipher = MultiFernet([Fernet(Fernet.generate_key())])
        rotate(room)
        room.cipher = known
        room.tell(1)
        assert room.deliver() == Delivered(attempted=1, waiting=1)
        assert endpoint.requests == []
