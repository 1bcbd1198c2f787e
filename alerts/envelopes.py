"""What is around an event's data when it is sent: nothing more than Standard Webhooks, or a CloudEvent. Pure."""

import json
from dataclasses import dataclass
from typing import Any

from models import Envelope

SOURCE = "/dinhchinh"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The bytes that are signed and sent, and what they are."""

    body: bytes
    content_type: str


def wrap_body(body: str, *, message_id: str, envelope: Envelope, source: str = SOURCE) -> Wrapped:
    """An event's stored body as one subscription wants it; the same bytes every time.

    As a CloudEvent (1.0, structured mode) its `id` is the `webhook-id`; `source` is a URI or its reference.
    """
    if envelope is Envelope.STANDARD:
        return Wrapped(body.encode(), "application/json")
    written: dict[str, Any] = json.loads(body)
    data = written["data"]
    event = {
        "specversion": "1.0",
        "id": message_id,
        "source": source,
        "type": written["type"],
        "time": written["timestamp"],
        "datacontenttype": "application/json",
    }
    for noun in ("brief", "alert", "subscription"):
        if data.get(noun) is not None:
            event["subject"] = f"{noun}/{data[noun]}"
            break
    whole = json.dumps(event | {"data": data}, ensure_ascii=False, separators=(",", ":"))
    return Wrapped(whole.encode(), "application/cloudevents+json")
