"""Receivers as docs/webhooks.md prints them, on the official libraries, hear us and nobody else."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import select

from alerts import (
    HttpSender,
    create_subscription,
    deliver_due,
    record_event,
    replay_delivery,
    rotate_secret,
)
from alerts.signing import new_secret, sign_message, verification_key
from models import Delivery, EventType, SigningScheme, Subscription, writing
from models.network import parse_networks
from tests.alerts.endpoints import listening
from tests.alerts.office import Office

ROOT = Path(__file__).parent.parent.parent
NODE = ROOT / "tests" / "node"
DOCUMENT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
LOOPBACK = parse_networks(["127.0.0.0/8"])
BODY = '{"type":"brief.published","data":{"title":"Xuất khẩu gạo"}}'.encode()


@dataclass
class Receiver:
    """A running receiver; what it took in is a line each."""

    port: int
    process: subprocess.Popen[str]

    def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """The status and the text that a message is answered with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/hook", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def finish(self) -> list[str]:
        """Stop it; what it printed."""
        self.process.terminate()
        return self.process.communicate()[0].splitlines()


def read_printed(name: str) -> str:
    """The block of code that the document prints under this name."""
    printed = re.search(rf"^```{name}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert printed is not None
    return printed.group(1)


@contextmanager
def running(language: str, secret: str, folder: Path) -> Iterator[Receiver]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if language == "python":
        command, name = [sys.executable], "receiver.py"
    else:
        node = shutil.which("node")
        if node is None or not (NODE / "node_modules" / "standardwebhooks").exists():
            pytest.fail(
                "JAVASCRIPT RECEIVER NOT RUN: it needs node and `npm ci --prefix tests/node` (make packages)"
            )
        command, name = [node], "receiver.cjs"
    (folder / name).write_text(read_printed(language), encoding="utf-8")
    environment = os.environ | {
        "PORT": str(port),
        "WEBHOOK_SECRET": secret,
        "NODE_PATH": str(NODE / "node_modules"),
    }
    with subprocess.Popen(
        [*command, str(folder / name)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until_it_listens(port, process)
            yield Receiver(port, process)
        finally:
            process.kill()


def wait_until_it_listens(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("the receiver never listened")


@pytest.fixture(scope="module", params=["python", "javascript"])
def receiver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Receiver, str]]:
    secret = new_secret()
    with running(request.param, secret, tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver, secret


def sign(*secrets: str, sent_at: datetime | None = None) -> dict[str, str]:
    return sign_message(secrets, message_id="msg_1", sent_at=sent_at or datetime.now(UTC), body=BODY)


def test_ours_is_taken_whichever_of_two_secrets_is_known(receiver: tuple[Receiver, str]) -> None:
    running, secret = receiver
    assert running.post(BODY, sign(secret)) == (200, "ok")
    assert running.post(BODY, sign(new_secret(), secret))[0] == 200
    assert running.post(BODY, sign(secret, new_secret()))[0] == 200


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        pytest.param(BODY + b" ", {}, id="another body"),
        pytest.param(BODY, {"webhook-id": "msg_2"}, id="another id"),
        pytest.param(BODY, {"webhook-timestamp": "1"}, id="another time"),
        pytest.param(BODY, {"webhook-signature": "v1,AAAA"}, id="another signature"),
        pytest.param(BODY, {"webhook-signature": ""}, id="no signature"),
    ],
)
def test_a_tampered_message_is_refused(
    receiver: tuple[Receiver, str], body: bytes, changes: dict[str, str]
) -> None:
    running, secret = receiver
    assert running.post(body, sign(secret) | changes)[0] == 400


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_message_and_one_from_the_future_are_refused(
    receiver: tuple[Receiver, str], minutes: int
) -> None:
    running, secret = receiver
    sent_at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert running.post(BODY, sign(secret, sent_at=sent_at))[0] == 400


def test_a_stranger_is_refused(receiver: tuple[Receiver, str]) -> None:
    assert receiver[0].post(BODY, sign(new_secret()))[0] == 400


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_a_receiver_subscribes_hears_the_news_once_and_stays_heard_while_the_secret_rotates(
    language: str, office: Office, cipher: MultiFernet, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    sender = HttpSender(allowed_networks=LOOPBACK)

    def deliver() -> None:
        deliver_due(office.sessions, sender=sender, cipher=cipher, now=datetime.now(UTC))

    with writing(office.sessions) as session:
        made = create_subscription(
            session,
            actor=office.editor,
            url="http://127.0.0.1:8080/hook",
            cipher=cipher,
            now=now,
            allowed_networks=LOOPBACK,
            challenged=True,
        )
    with running(language, made.secret, tmp_path) as receiver:
        with writing(office.sessions) as session:
            row = session.get_one(Subscription, made.subscription.id)
            row.url = f"http://127.0.0.1:{receiver.port}/hook"
        deliver()
        with writing(office.sessions) as session:
            assert session.get_one(Subscription, row.id).state == "active"
            event = record_event(session, EventType.BRIEF_PUBLISHED, {"title": "Gạo"}, now=now)
            version = session.get_one(Subscription, row.id).version
            rotate_secret(session, row.id, actor=office.editor, cipher=cipher, version=version, now=now)
        deliver()
        with writing(office.sessions) as session:
            delivery = session.scalars(select(Delivery).where(Delivery.event_id == event.id)).one()
            assert delivery.state == "delivered"
            replay_delivery(session, delivery.id, actor=office.editor, now=now)
        deliver()
        with office.sessions() as session:
            assert session.get_one(Delivery, delivery.id).state == "delivered"
        heard = receiver.finish()
    assert [line.split()[1] for line in heard] == ["subscription.challenge", "brief.published"]
    assert heard[1].split()[0] == event.message_id
    assert json.loads(heard[1].split(maxsplit=2)[2]) == {"title": "Gạo"}


# Each brief's texts in the order they arrive: its id, the language (none: the withdrawal), the number; is it still news?
ARRIVING = [
    (1, "vi", 1, True),
    (1, "vi", 2, True),
    (2, "vi", 2, True),
    (2, "vi", 1, False),
    (2, "en", 1, True),
    (2, "vi", 3, True),
    (3, "vi", 5, True),
    (3, None, 2, True),
    (4, None, 2, True),
    (4, "vi", 5, False),
    (4, "en", 1, False),
    (5, "en", 1, True),
]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_a_text_that_a_later_one_or_the_withdrawal_overtook_is_let_go(language: str, tmp_path: Path) -> None:
    secret, sent_at = new_secret(), datetime.now(UTC)
    with running(language, secret, tmp_path) as receiver:
        for brief, text_language, number, _ in ARRIVING:
            data = {"brief": brief, "language": text_language, "version": number}
            body = json.dumps({"type": "brief.corrected", "data": data}).encode()
            message_id = f"msg_{brief}_{text_language}_{number}"
            headers = sign_message([secret], message_id=message_id, sent_at=sent_at, body=body)
            assert receiver.post(body, headers) == (200, "ok")
        heard = [line.split()[0] for line in receiver.finish()]
    assert heard == [f"msg_{brief}_{language}_{number}" for brief, language, number, news in ARRIVING if news]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_an_announcement_that_arrives_after_it_was_taken_back_is_let_go(
    language: str, tmp_path: Path
) -> None:
    secret, sent_at = new_secret(), datetime.now(UTC)
    arriving = [
        ("msg_3", "alert.retracted", {"alert": 7, "announced": "msg_2"}),
        ("msg_2", "alert.confirmed", {"alert": 7}),
        ("msg_4", "alert.confirmed", {"alert": 7}),
    ]
    with running(language, secret, tmp_path) as receiver:
        for message_id, event_type, data in arriving:
            body = json.dumps({"type": event_type, "data": data}).encode()
            headers = sign_message([secret], message_id=message_id, sent_at=sent_at, body=body)
            assert receiver.post(body, headers) == (200, "ok")
        heard = [line.split()[0] for line in receiver.finish()]
    assert heard == ["msg_3", "msg_4"]


@pytest.fixture(scope="module")
def verify_v1a() -> Callable[..., bool]:
    """The check that the document prints for key pairs."""
    printed: dict[str, Any] = {}
    exec(read_printed("python verify_v1a"), printed)  # noqa: S102 - it is our own document
    return cast("Callable[..., bool]", printed["verify"])


def test_the_printed_check_of_v1a_needs_the_public_key_alone(
    office: Office, cipher: MultiFernet, verify_v1a: Callable[..., bool]
) -> None:
    now = datetime.now(UTC)
    with listening() as endpoint:
        with writing(office.sessions) as session:
            made = create_subscription(
                session,
                actor=office.editor,
                url=endpoint.url,
                cipher=cipher,
                now=now,
                allowed_networks=LOOPBACK,
                signing=SigningScheme.V1A,
            )
            record_event(session, EventType.BRIEF_PUBLISHED, {"title": "Gạo"}, now=now)
        deliver_due(
            office.sessions,
            sender=HttpSender(allowed_networks=LOOPBACK),
            cipher=cipher,
            now=datetime.now(UTC),
        )
        (request,) = endpoint.requests
    assert made.secret.startswith("whpk_")
    assert verify_v1a(made.secret, request.body, request.headers)


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        pytest.param(BODY + b" ", {}, id="another body"),
        pytest.param(BODY, {"webhook-id": "msg_2"}, id="another id"),
        pytest.param(BODY, {"webhook-signature": "v1a," + "A" * 86 + "=="}, id="another signature"),
        pytest.param(BODY, {"webhook-signature": ""}, id="no signature"),
    ],
)
def test_the_printed_check_of_v1a_refuses_what_was_tampered_with(
    verify_v1a: Callable[..., bool], body: bytes, changes: dict[str, str]
) -> None:
    secret = new_secret(SigningScheme.V1A)
    public = verification_key(secret)
    assert verify_v1a(public, BODY, sign(new_secret(), secret))
    assert not verify_v1a(public, body, sign(secret) | changes)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_the_printed_check_of_v1a_refuses_the_old_and_a_stranger(
    verify_v1a: Callable[..., bool], minutes: int
) -> None:
    secret = new_secret(SigningScheme.V1A)
    sent_at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert not verify_v1a(verification_key(secret), BODY, sign(secret, sent_at=sent_at))
    assert not verify_v1a(verification_key(new_secret(SigningScheme.V1A)), BODY, sign(secret))
