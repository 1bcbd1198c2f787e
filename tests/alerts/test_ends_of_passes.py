"""A pass ends when nothing is due any more, whatever came while it wrote something down."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from alerts import Answer, Delivered, create_subscription, deliver_due, record_event
from models import EventType, Sessions, writing
from tests.alerts.endpoints import PretendingSender
from tests.alerts.office import Office

_PATIENCE = 30.0


class SlowLedger(sessionmaker[Session]):
    """Once the last message is under way, whatever is written waits until its answer is there."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.is_last, self.began, self.all_sent = False, threading.Event(), threading.Event()

    def __call__(self, **local: Any) -> Session:
        if self.is_last and threading.current_thread() is not threading.main_thread():
            self.began.set()
            assert self.all_sent.wait(_PATIENCE)
        return super().__call__(**local)


class BusySender(PretendingSender):
    """Its second message takes until the first is being written down, and something new happens meanwhile."""

    def __init__(self, ledger: SlowLedger, sessions: Sessions, now: datetime) -> None:
        self.ledger, self.sessions, self.now, self.sent = ledger, sessions, now, 0

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.sent += 1
        if self.sent == 2:
            tell(self.sessions, 3, self.now)
            self.ledger.is_last = True
            assert await asyncio.to_thread(self.ledger.began.wait, _PATIENCE)
            series = asyncio.current_task()
            assert series is not None
            series.add_done_callback(lambda _: self.ledger.all_sent.set())
        return Answer(status=200)


def tell(sessions: Sessions, number: int, now: datetime) -> None:
    with writing(sessions) as session:
        record_event(session, EventType.BRIEF_PUBLISHED, {"number": number}, now=now)


def test_a_message_that_came_while_the_last_answers_were_written_down_belongs_to_the_pass(
    office: Office, cipher: MultiFernet, engine: Engine
) -> None:
    now = datetime.now(UTC)
    with writing(office.sessions) as session:
        create_subscription(
            session, actor=office.editor, url="https://paper.example/hook", cipher=cipher, now=now
        )
    for number in (1, 2):
        tell(office.sessions, number, now)
    ledger = SlowLedger(engine)
    sender = BusySender(ledger, office.sessions, now)
    done = deliver_due(ledger, sender=sender, cipher=cipher, now=now)
    assert done == Delivered(attempted=3, delivered=3)
