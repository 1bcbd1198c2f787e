"""Word by e-mail, over a real SMTP conversation, and into a chat room: a row first, sent afterwards, kept until it is."""

import email
import email.policy
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession
from cryptography.fernet import MultiFernet
from sqlalchemy import select

from alerts import HttpSender, Invalid, create_subscription, disable_subscription
from alerts.chat import remove_chat_room, set_chat_room
from alerts.mail import Postbox, SmtpPostbox
from alerts.notices import WAITS, Notified, notify_desk, notify_person, send_notices
from models import ChatRoom, Notice, NoticeState, Sessions, writing
from models.network import parse_networks
from tests.alerts.endpoints import Endpoint, Reply, listening
from tests.alerts.office import NOON, Office

LOOPBACK = parse_networks(["127.0.0.0/8"])
MINUTE = timedelta(minutes=1)


class MailServer:
    """Takes mails, or answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.answer = "250 taken"
        self.answer_to_recipient = ""

    async def handle_RCPT(  # noqa: N802 - the library names it
        self, server: SMTP, session: SmtpSession, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.answer_to_recipient:
            return self.answer_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.to += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def server() -> Iterator[tuple[MailServer, SmtpPostbox]]:
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    # Port 0 is any free one, which the library cannot wait for by itself.
    controller.port = free_port()
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}"
    yield handler, SmtpPostbox(url=url, sender="desk@facts.example", office="Phòng Thông tin")
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def tell_editor(office: Office, subject: str = "Đính chính", text: str = "Một bài đã được sửa.\n") -> int:
    with writing(office.sessions) as session:
        return notify_person(session, office.editor.id, subject=subject, text=text, now=NOON).id


def send(
    office: Office, cipher: MultiFernet, postbox: Postbox | None = None, after: timedelta = timedelta()
) -> Notified:
    return send_notices(
        office.sessions,
        postbox=postbox,
        sender=HttpSender(allowed_networks=LOOPBACK),
        cipher=cipher,
        now=NOON + after,
    )


def read(sessions: Sessions, number: int = 1) -> Notice:
    with sessions() as session:
        return session.get_one(Notice, number)


def test_a_mail_arrives_as_it_was_written(
    office: Office, cipher: MultiFernet, server: tuple[MailServer, SmtpPostbox]
) -> None:
    handler, postbox = server
    tell_editor(office)
    assert send(office, cipher, postbox) == Notified(sent=1)
    assert send(office, cipher, postbox, MINUTE) == Notified()
    (mail,) = handler.mails
    assert handler.to == ["editor@desk.example"]
    assert mail["subject"] == "Đính chính"
    assert mail["from"] == "Phòng Thông tin <desk@facts.example>"
    assert mail["to"] == "editor <editor@desk.example>"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["message-id"] == f"<notice-1-{int(NOON.timestamp())}@facts.example>"
    assert mail.get_content().replace("\r\n", "\n") == "Một bài đã được sửa.\n"
    assert read(office.sessions).state is NoticeState.SENT


def test_a_line_break_in_a_subject_starts_no_header(
    office: Office, cipher: MultiFernet, server: tuple[MailServer, SmtpPostbox]
) -> None:
    handler, postbox = server
    tell_editor(office, subject="Tin\r\nBcc: everybody@desk.example")
    assert send(office, cipher, postbox) == Notified(sent=1)
    assert handler.mails[0]["subject"] == "Tin Bcc: everybody@desk.example"
    assert handler.to == ["editor@desk.example"]


@pytest.mark.parametrize(
    ("answer", "state", "again"),
    [
        pytest.param("451 try later", NoticeState.PENDING, True, id="for the moment"),
        pytest.param("552 never", NoticeState.GIVEN_UP, False, id="for good"),
    ],
)
def test_what_the_server_does_not_take_waits_or_is_given_up(
    answer: str,
    state: NoticeState,
    again: bool,
    office: Office,
    cipher: MultiFernet,
    server: tuple[MailServer, SmtpPostbox],
) -> None:
    handler, postbox = server
    handler.answer = answer
    tell_editor(office)
    send(office, cipher, postbox)
    kept = read(office.sessions)
    assert (kept.state, kept.state_reason) == (state, f"the mail server answered {answer}")
    handler.answer = "250 taken"
    assert send(office, cipher, postbox, WAITS[1]).sent == again


def test_an_address_that_the_server_does_not_know_is_given_up(
    office: Office, cipher: MultiFernet, server: tuple[MailServer, SmtpPostbox]
) -> None:
    handler, postbox = server
    handler.answer_to_recipient = "550 no such person"
    tell_editor(office)
    assert send(office, cipher, postbox) == Notified(given_up=1)
    assert "550 no such person" in read(office.sessions).state_reason


def test_a_server_that_is_away_is_asked_again_until_patience_ends(
    office: Office, cipher: MultiFernet
) -> None:
    away = SmtpPostbox(url=f"smtp://127.0.0.1:{free_port()}", sender="desk@facts.example", office="P")
    tell_editor(office)
    later = timedelta()
    for wait in WAITS[1:]:
        assert send(office, cipher, away, later) == Notified(waiting=1)
        later += wait
    assert send(office, cipher, away, later) == Notified(given_up=1)
    assert "refused" in read(office.sessions).state_reason


def test_no_password_is_sent_to_a_server_that_offers_no_tls(office: Office, cipher: MultiFernet) -> None:
    handler, asked = MailServer(), []

    def authenticate(*arguments: Any) -> AuthResult:
        asked.append(arguments[-1])
        return AuthResult(success=True, auth_data=LoginPassword(b"", b""))

    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        url = f"smtp://desk:hunter2@127.0.0.1:{controller.port}"
        tell_editor(office)
        postbox = SmtpPostbox(url=url, sender="desk@facts.example", office="P")
        assert send(office, cipher, postbox) == Notified(waiting=1)
    finally:
        controller.stop()
    assert asked == []
    assert "no TLS" in read(office.sessions).state_reason
    assert "hunter2" not in read(office.sessions).state_reason


def test_without_a_mail_server_the_row_says_so(office: Office, cipher: MultiFernet) -> None:
    tell_editor(office)
    assert send(office, cipher, None) == Notified(given_up=1)
    assert "DINHCHINH_SMTP_URL" in read(office.sessions).state_reason


def furnish(office: Office, cipher: MultiFernet, endpoint: Endpoint) -> None:
    with writing(office.sessions) as session:
        set_chat_room(
            session,
            office.desk.id,
            url=endpoint.url,
            actor=office.admin,
            cipher=cipher,
            now=NOON,
            allowed_networks=LOOPBACK,
        )


def tell_desk(office: Office) -> list[Notice]:
    with writing(office.sessions) as session:
        return notify_desk(session, office.desk.id, subject="Khiếu nại", text="Bài 3", now=NOON)


def test_a_desk_with_a_room_hears_of_it_there(office: Office, cipher: MultiFernet) -> None:
    with listening() as endpoint:
        furnish(office, cipher, endpoint)
        tell_desk(office)
        assert send(office, cipher) == Notified(sent=1)
        (request,) = endpoint.requests
    assert json.loads(request.body) == {"text": "Khiếu nại\nBài 3"}
    with office.sessions() as session:
        room = session.get_one(ChatRoom, office.desk.id)
    assert endpoint.url.encode() not in room.url_encrypted
    assert cipher.decrypt(room.url_encrypted).decode() == endpoint.url


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        pytest.param(Reply(500), NoticeState.PENDING, id="broken"),
        pytest.param(Reply(302, (("location", "http://127.0.0.1:1/"),)), NoticeState.PENDING, id="moved"),
        pytest.param(Reply(404), NoticeState.GIVEN_UP, id="no such room"),
        pytest.param(Reply(410), NoticeState.GIVEN_UP, id="gone"),
    ],
)
def test_a_room_that_does_not_answer_is_tried_again_and_one_that_is_gone_is_not(
    reply: Reply, state: NoticeState, office: Office, cipher: MultiFernet
) -> None:
    with listening(reply) as endpoint:
        furnish(office, cipher, endpoint)
        tell_desk(office)
        send(office, cipher)
    kept = read(office.sessions)
    assert kept.state is state
    assert str(reply.status) in kept.state_reason


def test_a_desk_without_a_room_is_told_through_its_chief(
    office: Office, cipher: MultiFernet, server: tuple[MailServer, SmtpPostbox]
) -> None:
    handler, postbox = server
    with listening() as endpoint:
        furnish(office, cipher, endpoint)
    with writing(office.sessions) as session:
        remove_chat_room(session, office.desk.id, actor=office.admin, now=NOON)
    tell_desk(office)
    with writing(office.sessions) as session:
        notify_desk(session, None, subject="Khiếu nại", text="Bài 4", now=NOON)
    assert send(office, cipher, postbox) == Notified(sent=2)
    assert handler.to == ["chief@desk.example", "admin@desk.example"]


def test_a_room_inside_the_building_is_refused_when_it_is_set_and_when_it_is_spoken_to(
    office: Office, cipher: MultiFernet
) -> None:
    with pytest.raises(Invalid, match="https"), writing(office.sessions) as session:
        set_chat_room(
            session,
            office.desk.id,
            url="http://10.0.0.1/hook",
            actor=office.admin,
            cipher=cipher,
            now=NOON,
        )
    with listening() as endpoint:
        furnish(office, cipher, endpoint)
        tell_desk(office)
        done = send_notices(office.sessions, postbox=None, sender=HttpSender(), cipher=cipher, now=NOON)
        assert endpoint.requests == []
    assert done == Notified(given_up=1)


def test_whose_endpoint_is_switched_off_is_told_by_mail_unless_they_did_it_themselves(
    office: Office, cipher: MultiFernet, server: tuple[MailServer, SmtpPostbox]
) -> None:
    handler, postbox = server
    with writing(office.sessions) as session:
        numbers = [
            create_subscription(
                session, actor=office.editor, url=f"https://paper.example/{name}", cipher=cipher, now=NOON
            ).subscription.id
            for name in ("gone", "own")
        ]
        disable_subscription(session, numbers[0], reason="answered 410", actor="system", now=NOON)
        disable_subscription(session, numbers[1], reason="enough", actor=office.editor, now=NOON)
    assert send(office, cipher, postbox) == Notified(sent=1)
    (mail,) = handler.mails
    said = mail.get_content()
    assert "https://paper.example/gone" in said
    assert "answered 410" in said
    assert "/subscriptions/1/resume" in said


def test_a_notice_is_part_of_the_act_it_tells_of(office: Office, sessions: Sessions) -> None:
    with sessions() as session:
        notify_person(session, office.editor.id, subject="a", text="b", now=NOON)
        session.rollback()
        assert session.scalars(select(Notice)).all() == []
