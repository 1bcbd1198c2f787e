"""An endpoint that keeps what it is sent, and a delivery run that sends to it."""

import json
from collections.abc import Mapping

from alerts import Answer, Sender, deliver_due
from api.services import Services
from tests.alerts.endpoints import PretendingSender


class RecordingSender(PretendingSender):
    """Keeps what it was asked to send, and answers as it was told; a challenge with what was sent."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.sent.append((url, headers, body))
        challenge = json.loads(body)["data"].get("challenge")
        return Answer(status=self.status, body=challenge or "thank you")


def deliver(services: Services, sender: Sender) -> None:
    deliver_due(
        services.sessions,
        sender=sender,
        cipher=services.cipher,
        now=services.clock(),
        source=services.public_url,
    )
