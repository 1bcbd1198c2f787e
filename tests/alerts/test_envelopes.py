"""What is around an event's data."""

import json

import pytest

from alerts.envelopes import wrap_body
from models import Envelope

BODY = '{"type":"brief.corrected","timestamp":"2026-11-18T12:00:00+00:00","data":{"brief":3,"title":"Gạo"}}'


def test_the_standard_envelope_is_the_stored_body_byte_for_byte() -> None:
    wrapped = wrap_body(BODY, message_id="msg_1", envelope=Envelope.STANDARD)
    assert (wrapped.body, wrapped.content_type) == (BODY.encode(), "application/json")


def test_a_cloud_event_has_every_required_attribute_and_the_same_data() -> None:
    wrapped = wrap_body(
        BODY, message_id="msg_1", envelope=Envelope.CLOUDEVENTS, source="https://facts.example"
    )
    assert wrapped.content_type == "application/cloudevents+json"
    assert json.loads(wrapped.body) == {
        "specversion": "1.0",
        "id": "msg_1",
        "source": "https://facts.example",
        "type": "brief.corrected",
        "time": "2026-11-18T12:00:00+00:00",
        "datacontenttype": "application/json",
        "subject": "brief/3",
        "data": {"brief": 3, "title": "Gạo"},
    }
    again = wrap_body(BODY, message_id="msg_1", envelope=Envelope.CLOUDEVENTS, source="https://facts.example")
    assert again == wrapped


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        ('{"alert":5}', "alert/5"),
        ('{"brief":null,"alert":5}', "alert/5"),
        ('{"brief":2,"alert":5}', "brief/2"),
        ("{}", None),
    ],
)
def test_the_subject_is_what_the_event_is_about(data: str, subject: str | None) -> None:
    body = f'{{"type":"alert.confirmed","timestamp":"2026-11-18T12:00:00+00:00","data":{data}}}'
    wrapped = wrap_body(body, message_id="msg_1", envelope=Envelope.CLOUDEVENTS)
    assert json.loads(wrapped.body).get("subject") == subject
