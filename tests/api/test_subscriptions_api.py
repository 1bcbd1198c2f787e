"""An editor's own door: subscribe, test, see what was sent, rotate; and nobody else's."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from alerts import record_event
from api.services import Services
from models import EventType, UserRole, writing
from tests.api.conftest import People, Person
from tests.api.subscribing import RecordingSender, deliver

HOOK = {"url": "https://paper.example/hook", "event_types": ["brief.published"], "languages": ["vi"]}


def test_the_secret_is_shown_once_and_verifies_what_is_sent(
    client: TestClient, editor: Person, services: Services
) -> None:
    made = client.post("/subscriptions", headers=editor.headers, json=HOOK)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    secret = made.json()["secret"]
    url = made.headers["location"]
    assert secret not in client.get(url, headers=editor.headers).text
    assert secret not in client.get("/subscriptions", headers=editor.headers).text

    assert made.json()["subscription"]["state"] == "unverified"
    assert client.post(f"{url}/test", headers=editor.headers).status_code == 409
    sender = RecordingSender(204)
    deliver(services, sender)
    assert client.get(url, headers=editor.headers).json()["state"] == "active"
    assert client.post(f"{url}/test", headers=editor.headers).status_code == 202
    deliver(services, sender)
    address, headers, body = sender.sent[1]
    assert address == HOOK["url"]
    # The library checks the timestamp against its own clock; the test's clock stands still.
    Webhook(secret).sign(headers["webhook-id"], services.clock(), body.decode())
    expected = Webhook(secret).sign(headers["webhook-id"], services.clock(), body.decode())
    assert expected in headers["webhook-signature"].split()

    delivery, _ = client.get(f"{url}/deliveries", headers=editor.headers).json()
    assert (delivery["state"], delivery["event_type"]) == ("delivered", "subscription.test")
    detail = client.get(f"{url}/deliveries/{delivery['id']}", headers=editor.headers).json()
    assert detail["body"].encode() == body
    assert [(one["http_status"], one["response_body"]) for one in detail["attempt_log"]] == [
        (204, "thank you")
    ]
    replayed = client.post(f"{url}/deliveries/{delivery['id']}/replay", headers=editor.headers)
    assert (replayed.status_code, replayed.json()["state"]) == (202, "pending")
    assert replayed.json()["message_id"] == delivery["message_id"]


def test_an_endpoint_that_does_not_know_the_challenge_is_told_of_nothing_and_may_be_asked_again(
    client: TestClient, editor: Person, services: Services
) -> None:
    url = client.post("/subscriptions", headers=editor.headers, json=HOOK).headers["location"]
    stubborn, willing = RecordingSender(404), RecordingSender(200)
    deliver(services, stubborn)
    assert client.post(f"{url}/challenge", headers=editor.headers).status_code == 202
    deliver(services, willing)
    read = client.get(url, headers=editor.headers)
    assert read.json()["state"] == "active"
    assert client.post(f"{url}/challenge", headers=editor.headers).status_code == 409
    tagged = editor.headers | {"If-Match": read.headers["etag"]}
    moved = client.patch(url, headers=tagged, json={"url": "https://paper.example/other"})
    assert moved.json()["state"] == "unverified"


def test_a_range_is_asked_for_again(client: TestClient, editor: Person, services: Services) -> None:
    made = client.post(
        "/subscriptions",
        headers=editor.headers,
        json={"url": HOOK["url"], "envelope": "cloudevents", "signing": "v1a", "least_priority": 0.4},
    )
    assert made.json()["secret"].startswith("whpk_")
    assert made.json()["subscription"]["least_priority"] == 0.4
    url = made.headers["location"]
    deliver(services, RecordingSender(200))
    now = services.clock()
    with writing(services.sessions) as session:
        event = record_event(session, EventType.BRIEF_PUBLISHED, {"brief": 7}, now=now)
    sender = RecordingSender(200)
    deliver(services, sender)
    asked = {"since": now.isoformat(), "until": (now + timedelta(seconds=1)).isoformat()}
    missed = client.post(f"{url}/replay", headers=editor.headers, json=asked | {"only_missed": True})
    everything = client.post(f"{url}/replay", headers=editor.headers, json=asked)
    assert (missed.json(), everything.json()) == ({"messages": 0}, {"messages": 1})
    deliver(services, sender)
    first, second = sender.sent
    assert first[1]["webhook-id"] == second[1]["webhook-id"] == event.message_id
    assert first[1]["webhook-signature"].startswith("v1a,")
    assert first[2] == second[2]
    sent = json.loads(first[2])
    assert (sent["id"], sent["source"], sent["subject"]) == (
        event.message_id,
        "http://facts.example",
        "brief/7",
    )
    detail = client.get(f"{url}/deliveries/2", headers=editor.headers).json()
    assert detail["body"].encode() == first[2]
    backwards = client.post(
        f"{url}/replay",
        headers=editor.headers,
        json={"since": asked["until"], "until": asked["since"]},
    )
    assert backwards.status_code == 422


def test_somebody_elses_subscription_is_not_there(
    client: TestClient, editor: Person, people: People, admin: Person
) -> None:
    url = client.post("/subscriptions", headers=editor.headers, json=HOOK).headers["location"]
    client.post(f"{url}/test", headers=editor.headers)
    other = people.add("khac", UserRole.EDITOR)
    tagged = other.headers | {"If-Match": '"1"'}
    asked = [
        client.get(url, headers=tagged),
        client.patch(url, headers=tagged, json={"description": "mine"}),
        client.delete(url, headers=tagged),
        client.post(f"{url}/pause", headers=tagged),
        client.post(f"{url}/rotate", headers=tagged),
        client.post(f"{url}/test", headers=tagged),
        client.post(f"{url}/challenge", headers=tagged),
        client.post(
            f"{url}/replay",
            headers=tagged,
            json={"since": "2026-11-18T00:00:00Z", "until": "2026-11-19T00:00:00Z"},
        ),
        client.get(f"{url}/deliveries", headers=tagged),
        client.get(f"{url}/deliveries/1", headers=tagged),
        client.post(f"{url}/deliveries/1/replay", headers=tagged),
    ]
    assert [answer.status_code for answer in asked] == [404] * len(asked)
    assert client.get("/subscriptions", headers=other.headers).json() == []
    assert client.get(url, headers=admin.headers).status_code == 200


@pytest.mark.parametrize("act", ["pause", "resume", "rotate"])
def test_no_act_without_the_version_that_was_seen(client: TestClient, editor: Person, act: str) -> None:
    url = client.post("/subscriptions", headers=editor.headers, json=HOOK).headers["location"]
    assert client.post(f"{url}/{act}", headers=editor.headers).status_code == 428
    stale = client.post(f"{url}/{act}", headers=editor.headers | {"If-Match": '"5"'})
    assert (stale.status_code, stale.json()["current"]["version"], stale.headers["etag"]) == (412, 1, '"1"')


def test_it_is_changed_paused_resumed_rotated_and_switched_off(
    client: TestClient, editor: Person, services: Services
) -> None:
    made = client.post("/subscriptions", headers=editor.headers, json=HOOK)
    url = made.headers["location"]

    def tagged() -> dict[str, str]:
        return editor.headers | {"If-Match": client.get(url, headers=editor.headers).headers["etag"]}

    deliver(services, RecordingSender(200))
    changed = client.patch(url, headers=tagged(), json={"languages": ["en"]})
    assert (changed.json()["languages"], changed.json()["event_types"]) == (["en"], ["brief.published"])
    assert client.post(f"{url}/pause", headers=tagged()).json()["state"] == "paused"
    assert client.post(f"{url}/pause", headers=tagged()).status_code == 409
    assert client.post(f"{url}/resume", headers=tagged()).json()["state"] == "active"
    rotated = client.post(f"{url}/rotate", headers=tagged()).json()
    assert rotated["secret"] != made.json()["secret"]
    assert rotated["subscription"]["old_secret_until"] is not None
    assert client.delete(url, headers=tagged()).json()["state"] == "disabled"
    assert client.post(f"{url}/test", headers=tagged()).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://paper.example/hook"},
        {"url": "ftp://paper.example/hook"},
        {"url": "https://user:secret@paper.example/"},
        {"url": "https://paper.example:22/"},
        {"url": ""},
        {"event_types": ["alert.raised"]},
        {"subjects": ["enemies"]},
        {"languages": ["vietnamese"]},
        {"secret": "mine"},
        {"least_priority": 2},
        {"envelope": "xml"},
        {"signing": "v2"},
    ],
)
def test_an_address_or_filter_that_cannot_be_used_is_refused(
    client: TestClient, editor: Person, change: dict[str, object]
) -> None:
    answer = client.post("/subscriptions", headers=editor.headers, json=HOOK | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].split("/")[1] == next(iter(change))
