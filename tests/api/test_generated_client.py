"""A client that is generated from the description alone works the desk: its names, its models, its errors."""

from typing import Any

import httpx2
import pytest
from aiopenapi3 import OpenAPI
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models import Sessions
from tests.api.conftest import CLAIM, Person, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def generated(app: FastAPI, client: TestClient, analyst: Person) -> Any:
    """The client, generated from what the service serves and speaking to it."""
    document = client.get("/openapi.json", headers=analyst.headers).json()

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent = client.request(
            request.method, str(request.url), headers=dict(request.headers), content=request.read()
        )
        headers = [(name, value) for name, value in sent.headers.items() if name != "content-encoding"]
        return httpx2.Response(sent.status_code, headers=headers, content=sent.content, request=request)

    def open_session(*arguments: Any, **options: Any) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(answer))

    api: Any = OpenAPI(
        "http://facts.example/openapi.json", document, session_factory=open_session, use_operation_tags=False
    )
    api.authenticate(key=analyst.key)
    return api


def test_the_queue_is_worked_by_names_and_models_of_the_description(
    generated: Any, world: World, sessions: Sessions
) -> None:
    calls = generated._
    (alert,) = calls.alerts_list_alerts()
    assert (alert.id, alert.claim) == (world.alert_id, CLAIM)
    held = calls.alerts_hold(parameters={"alert_id": alert.id, "if-match": '"1"'}, data={"take_over": False})
    assert held.held_by == "An"
    decided = calls.alerts_decide(
        parameters={"alert_id": alert.id, "if-match": f'"{held.version}"'},
        data={"outcome": "record_is_wrong", "note": "Bảng cũ."},
    )
    assert decided.decisions[0].note == "Bảng cũ."
    made = calls.accounts_make_key(data={"label": "generated"})
    assert made.key.startswith("dc_")
