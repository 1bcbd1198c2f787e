"""An office that tells endpoints, and a clock that only tests move."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import select

from alerts import Delivered, HttpSender, NewSecret, create_subscription, deliver_due, record_event
from models import Delivery, EventType, Subscription, writing
from models.network import parse_networks
from tests.alerts.endpoints import Endpoint
from tests.alerts.office import Office

LOOPBACK = parse_networks(["127.0.0.0/8"])
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Room:
    """An office with one subscription, and a clock that only tests move."""

    office: Office
    cipher: MultiFernet
    now: datetime
    sender: HttpSender = field(default_factory=lambda: HttpSender(allowed_networks=LOOPBACK))

    def subscribe(self, url: str, **wishes: Any) -> NewSecret:
        with writing(self.office.sessions) as session:
            return create_subscription(
                session,
                actor=self.office.editor,
                url=url,
                cipher=self.cipher,
                now=self.now,
                allowed_networks=LOOPBACK,
                **wishes,
            )

    def tell(self, *numbers: int, **about: Any) -> None:
        for number in numbers:
            with writing(self.office.sessions) as session:
                record_event(session, EventType.BRIEF_PUBLISHED, {"number": number}, now=self.now, **about)

    def deliver(self, after: timedelta = timedelta()) -> Delivered:
        self.now += after
        return deliver_due(
            self.office.sessions, sender=self.sender, cipher=self.cipher, now=self.now, spread=lambda: 0.0
        )

    def subscription(self) -> Subscription:
        with self.office.sessions() as session:
            return session.scalars(select(Subscription)).one()

    def states(self) -> list[str]:
        with self.office.sessions() as session:
            return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def numbers(endpoint: Endpoint) -> list[int]:
    """The numbers of the briefs that an endpoint was told of."""
    return [json.loads(request.body)["data"]["number"] for request in endpoint.requests]
