"""Webhooks and notices are sent by passes that run side by side and share nothing but the way to open connections."""

from threading import Event, Thread

from cryptography.fernet import MultiFernet

from alerts import Delivered, HttpSender, create_subscription, deliver_due, record_event
from alerts.chat import set_chat_room
from alerts.notices import Notified, notify_desk, send_notices
from models import EventType, writing
from models.network import parse_networks
from tests.alerts.endpoints import Reply, Request, listening
from tests.alerts.office import NOON, Office

LOOPBACK = parse_networks(["127.0.0.0/8"])


def test_word_into_a_chat_room_does_not_break_off_webhooks_that_are_under_way(
    office: Office, cipher: MultiFernet
) -> None:
    sender, arrived, told = HttpSender(allowed_networks=LOOPBACK), Event(), Event()
    done: list[Delivered] = []

    def answer_when_the_room_was_told(request: Request) -> Reply:
        arrived.set()
        assert told.wait(60)
        return Reply()

    with listening() as hook, listening() as chat:
        hook.answering = answer_when_the_room_was_told
        with writing(office.sessions) as session:
            set_chat_room(
                session,
                office.desk.id,
                url=chat.url,
                actor=office.admin,
                cipher=cipher,
                now=NOON,
                allowed_networks=LOOPBACK,
            )
            create_subscription(
                session,
                actor=office.editor,
                url=hook.url,
                cipher=cipher,
                now=NOON,
                allowed_networks=LOOPBACK,
            )
            notify_desk(session, office.desk.id, subject="Khiếu nại", text="Bài 3", now=NOON)
            for number in range(3):
                record_event(session, EventType.BRIEF_PUBLISHED, {"number": number}, now=NOON)
        passing = Thread(
            target=lambda: done.append(deliver_due(office.sessions, sender=sender, cipher=cipher, now=NOON))
        )
        passing.start()
        assert arrived.wait(60)
        notified = send_notices(office.sessions, postbox=None, sender=sender, cipher=cipher, now=NOON)
        told.set()
        passing.join()
    assert notified == Notified(sent=1)
    assert done == [Delivered(attempted=3, delivered=3)]
