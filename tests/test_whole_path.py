"""One story, from a real feed to a signed webhook, in one process over real sockets."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks.webhooks import Webhook

from dinhchinh import pipeline
from dinhchinh.demo import NETWORK, Newsroom
from models import UserRole
from tests.alerts.endpoints import Reply, listening
from tests.house import OpenHouse, opened_house


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def house(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    home = tmp_path_factory.mktemp("home")
    with opened_house(home, networks=f"{NETWORK}, 127.0.0.1/32") as house:
        house.read(newsroom.opml())
        yield house


def ok(response: Any) -> Any:
    assert response.is_success, response.text
    return response.json()


def seen(client: TestClient, path: str) -> dict[str, str]:
    """The If-Match header for what is at the path now."""
    return {"If-Match": client.get(path).headers["etag"]}


def test_one_story_from_a_real_feed_to_a_signed_webhook(house: OpenHouse, newsroom: Newsroom) -> None:
    editor = house.as_(UserRole.EDITOR)
    analyst, officer = house.as_(UserRole.ANALYST), house.as_(UserRole.PRESS_OFFICER)
    approver = house.as_(UserRole.APPROVER)
    with listening() as endpoint:
        subscribed = ok(editor.post("/subscriptions", json={"url": endpoint.url}))
        webhook = Webhook(subscribed["secret"])
        endpoint.answering = lambda request: Reply(200, body=request.body)
        assert pipeline.tell(house.house).delivered == 1
        assert webhook.verify(endpoint.requests[0].body, endpoint.requests[0].headers)["type"] == (
            "subscription.challenge"
        )
        endpoint.requests.clear()

        pipeline.gather(house.house, patience=timedelta(0))
        judged = pipeline.judge(house.house)
        assert judged.raised.raised >= 1
        # Machine suggestions stay inside: the queue has alerts, and nobody was told.
        assert pipeline.tell(house.house).attempted == 0

        alert = ok(analyst.get("/alerts"))[0]
        path = f"/alerts/{alert['id']}"
        assert alert["claim"] in newsroom_text(newsroom)
        assert alert["evidence"][0]["passage"]["text"]
        ok(analyst.post(f"{path}/hold", headers=seen(analyst, path)))
        decision = {"outcome": "respond", "note": "the published figure differs"}
        ok(analyst.post(f"{path}/decide", json=decision, headers=seen(analyst, path)))
        # Whoever decided can still undo it.
        assert pipeline.tell(house.house).attempted == 0

        brief = ok(officer.post(f"{path}/draft", json={"language": "vi"}))
        pipeline.tell(house.house)
        assert [request_type(r.body) for r in endpoint.requests] == ["alert.confirmed"]
        path = f"/briefs/{brief['id']}"
        ok(officer.post(f"{path}/submit", json={"language": "vi"}, headers=seen(officer, path)))
        version = f"{path}/versions/{brief['versions'][0]['id']}"
        early = officer.post(f"{path}/publish", json={"language": "vi"}, headers=seen(officer, path))
        assert early.status_code == 409
        ok(approver.post(f"{version}/approve", headers=seen(approver, path)))
        ok(officer.post(f"{path}/publish", json={"language": "vi"}, headers=seen(officer, path)))
        assert pipeline.tell(house.house).delivered == 1

        published = endpoint.requests[-1]
        told = webhook.verify(published.body, published.headers)
        assert told["type"] == "brief.published"
    page = TestClient(analyst.app).get(f"/published/{brief['id']}")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def newsroom_text(newsroom: Newsroom) -> str:
    return "\n".join(f"{article.title}\n{article.text}" for article in newsroom.articles)


def request_type(body: bytes) -> str:
    return str(json.loads(body)["type"])
