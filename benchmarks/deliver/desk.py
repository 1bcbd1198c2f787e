"""A database with subscriptions to deliver to, and nothing else in it."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import insert
from sqlalchemy.orm import Session

from alerts import NewSecret, create_subscription
from alerts.events import add_event
from migrations.schema import upgrade_schema
from models import (
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Sessions,
    User,
    UserRole,
    open_engine,
    open_sessions,
    writing,
)
from models.network import parse_networks

LOOPBACK = parse_networks(["127.0.0.0/8"])
CIPHER = MultiFernet([Fernet(Fernet.generate_key())])
# About half a kilobyte, as a short brief makes it.
TITLE = "Kim ngạch xuất khẩu gạo của cả nước năm 2024 đạt 9,18 triệu tấn, trị giá 5,75 tỷ USD. " * 3


def prepare_database(
    url: str, addresses: Sequence[str], *, ordered: Sequence[bool], now: datetime
) -> list[NewSecret]:
    """The newest schema, an editor, and a subscription for each address."""
    engine = open_engine(url)
    try:
        upgrade_schema(engine)
        sessions = open_sessions(engine)
        with writing(sessions) as session:
            editor = User(email="bien@paper.example", name="Biên", role=UserRole.EDITOR, created_at=now)
            session.add(editor)
            session.flush()
            return [
                create_subscription(
                    session,
                    actor=editor,
                    url=address,
                    cipher=CIPHER,
                    now=now,
                    allowed_networks=LOOPBACK,
                    is_ordered=in_order,
                )
                for address, in_order in zip(addresses, ordered, strict=True)
            ]
    finally:
        engine.dispose()


def fill_ledger(sessions: Sessions, events: int, subscriptions: Sequence[int], *, now: datetime) -> None:
    """So many events, each with a delivery to every subscription, all due."""
    with writing(sessions) as session:
        made = [publish(session, number, now) for number in range(events)]
        session.execute(
            insert(Delivery),
            [
                {
                    "event_id": event.id,
                    "subscription_id": number,
                    "next_attempt_at": now,
                    "state": DeliveryState.PENDING,
                    "state_reason": "",
                    "attempts": 0,
                }
                for event in made
                for number in subscriptions
            ],
        )


def publish(session: Session, number: int, now: datetime) -> Event:
    """An event alone."""
    return add_event(session, EventType.BRIEF_PUBLISHED, {"number": number, "title": TITLE}, now=now)
