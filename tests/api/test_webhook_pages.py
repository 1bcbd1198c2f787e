"""An editor keeps webhooks in the browser alone: subscribe, see the key once, watch, rotate, send again."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts import Answer, deliver_due
from api.services import Services
from models import UserRole
from tests.alerts.endpoints import PretendingSender
from tests.api.browsing import HTML, sign_in
from tests.api.conftest import PASSWORD, People, World

LIST = "/desk/webhooks"


class EchoingSender(PretendingSender):
    """Answers a challenge as it should, and everything else with markup."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        challenged = b"subscription.challenge" in body
        return Answer(status=200, body=body.decode() if challenged else "<b>thanks</b>")


@pytest.fixture
def desk(client: TestClient, people: People, world: World) -> TestClient:
    """An editor's browser."""
    people.add("bien", UserRole.EDITOR, password=PASSWORD)
    sign_in(client, "bien@facts.example")
    return client


def read(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def submit(client: TestClient, page: str, action: str, **fields: str) -> Any:
    """A form of a page, sent with what the page hides in it."""
    text = read(client, page)
    token = re.search(r'data-form-token="([^"]+)"', text)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert token is not None
    hidden = {"form_token": token[1]} | ({"version": version[1]} if version else {})
    return client.post(action, data=hidden | fields, headers=HTML)


def deliver(services: Services) -> None:
    deliver_due(services.sessions, sender=EchoingSender(), cipher=services.cipher, now=services.clock())


def test_an_editor_signs_in_to_their_own_page(client: TestClient, people: People, world: World) -> None:
    people.add("bien", UserRole.EDITOR, password=PASSWORD)
    page = client.get("/desk/sign-in", headers=HTML)
    assert page.status_code == 200
    entered = client.post(
        "/desk/sign-in", data={"email": "bien@facts.example", "password": PASSWORD, "target": "/desk/"}
    )
    assert entered.headers["location"] == LIST
    nav = read(client, LIST)
    assert 'href="/desk/sources"' not in nav
    assert f'class="brand" href="{LIST}"' in nav, "the queue is not theirs to read"


def test_the_whole_way_by_forms_alone(desk: TestClient, services: Services) -> None:
    assert "Chưa có đăng ký nào." in read(desk, LIST)
    made = submit(
        desk,
        LIST,
        LIST,
        url="https://paper.example/hook",
        event_types="brief.corrected",
        is_ordered="true",
    )
    key = re.search(r"whsec_[\w+/=]+", made.text)
    assert key is not None
    assert "chưa xác minh" in made.text
    page = f"{LIST}/1"
    assert key.group() not in read(desk, page)
    deliver(services)
    assert "đang nhận" in read(desk, page)

    submit(desk, page, f"{page}/test")
    deliver(services)
    detail = read(desk, f"{page}/deliveries/2")
    assert "&lt;b&gt;thanks&lt;/b&gt;" in detail
    assert "subscription.test" in detail
    submit(desk, f"{page}/deliveries/2", f"{page}/deliveries/2/replay")
    assert "đang gửi" in read(desk, f"{page}/deliveries/2")

    rotated = submit(desk, page, f"{page}/rotate")
    assert key.group() not in rotated.text
    assert "whsec_" in rotated.text
    assert re.search(r"Khóa cũ còn ký đến \d\d/\d\d/\d{4}", rotated.text), "a day ahead has a date"
    for button, state in [("pause", "tạm dừng"), ("resume", "đang nhận"), ("disable", "đã tắt")]:
        submit(desk, page, f"{page}/{button}")
        assert state in read(desk, page)


def test_every_filter_and_a_key_pair_can_be_chosen_in_the_form(desk: TestClient, world: World) -> None:
    made = submit(
        desk,
        LIST,
        LIST,
        url="https://paper.example/hook",
        languages="vi",
        subjects="health",
        desks="trung-uong",
        least_priority="0,4",
        cloudevents="true",
        key_pair="true",
    )
    assert "whpk_" in made.text
    told = desk.get("/subscriptions/1").json()
    assert (told["languages"], told["subjects"], told["desks"]) == (["vi"], ["health"], ["trung-uong"])
    assert (told["least_priority"], told["signing"], told["envelope"]) == (0.4, "v1a", "cloudevents")
    assert "trung-uong · mức ưu tiên ít nhất (0 đến 1) 0.4 · v1a · CloudEvents" in read(desk, f"{LIST}/1")
    for wrong in ("nhiều", "2", "nan"):
        refused = submit(desk, LIST, LIST, url="https://paper.example/hook", least_priority=wrong)
        assert refused.status_code == 422, wrong
        assert "least_priority" in refused.text


def test_a_bad_address_is_explained_and_stays_in_the_form(desk: TestClient) -> None:
    answer = submit(desk, LIST, LIST, url="http://paper.example/hook")
    assert answer.status_code == 422
    assert "Địa chỉ: phải bắt đầu bằng https://" in answer.text
    assert 'value="http://paper.example/hook"' in answer.text


def test_a_refused_subscription_keeps_everything_that_was_typed_and_ticked(desk: TestClient) -> None:
    fields = {
        "description": "Tòa soạn & ban điện tử",
        "event_types": "brief.corrected",
        "languages": "en",
        "subjects": "health",
        "desks": "trung-uong",
        "least_priority": "nhiều",
        "is_ordered": "true",
        "cloudevents": "true",
        "key_pair": "true",
    }
    answer = submit(desk, LIST, LIST, url="https://paper.example/hook", **fields)
    assert answer.status_code == 422
    typed = re.findall(r'name="(description|least_priority)" value="([^"]*)"', answer.text)
    assert dict(typed) == {"description": "Tòa soạn &amp; ban điện tử", "least_priority": "nhiều"}
    ticked = re.findall(r'name="(\w+)" value="([^"]*)" checked', answer.text)
    assert dict(ticked) == {name: kept for name, kept in fields.items() if name not in dict(typed)}
    assert len(ticked) == 7


def test_somebody_elses_are_not_there(desk: TestClient, client: TestClient, people: People) -> None:
    submit(desk, LIST, LIST, url="https://paper.example/hook")
    people.add("khac", UserRole.EDITOR, password=PASSWORD)
    sign_in(client, "khac@facts.example")
    assert client.get(f"{LIST}/1", headers=HTML).status_code == 404
    assert "paper.example" not in read(client, LIST)


@pytest.mark.parametrize(("path", "status"), [("/desk/", 403), ("/desk/webhooks/99", 404)])
def test_from_a_page_that_is_not_theirs_an_editor_is_led_to_their_own(
    desk: TestClient, path: str, status: int
) -> None:
    refused = desk.get(path, headers=HTML)
    assert refused.status_code == status
    assert f'<a href="{LIST}">Quay lại</a>' in refused.text


class FailingSender(EchoingSender):
    """Answers a challenge, and 500 to everything else."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = await super().send(url, headers, body)
        return answer if b"subscription.challenge" in body else Answer(status=500)


@pytest.fixture
def failed(desk: TestClient, services: Services) -> str:
    """The page of a subscription whose test waits for its third attempt."""
    submit(desk, LIST, LIST, url="https://paper.example/hook")
    deliver(services)
    page = f"{LIST}/1"
    submit(desk, page, f"{page}/test")
    for later in (timedelta(0), timedelta(seconds=10)):
        now = services.clock() + later
        deliver_due(services.sessions, sender=FailingSender(), cipher=services.cipher, now=now)
    return page


def test_a_delivery_that_waits_says_until_when_and_is_sent_now_by_a_button(
    desk: TestClient, services: Services, failed: str
) -> None:
    detail = read(desk, f"{failed}/deliveries/2")
    assert re.search(r"Lần thử tới: \d\d/\d\d/\d{4} \d\d:\d\d\.", detail)
    assert "Gửi ngay" in detail
    assert "Send now" in read(desk, f"{failed}/deliveries/2?lang=en")
    submit(desk, f"{failed}/deliveries/2", f"{failed}/deliveries/2/replay")
    deliver(services)
    assert "<td>3</td>" in read(desk, failed)
    assert desk.get("/subscriptions/1/deliveries").json()[0]["state"] == "delivered"


def test_attempts_count_those_before_it_was_sent_again(
    desk: TestClient, services: Services, failed: str
) -> None:
    submit(desk, f"{failed}/deliveries/2", f"{failed}/deliveries/2/replay")
    deliver(services)
    submit(desk, f"{failed}/deliveries/2", f"{failed}/deliveries/2/replay")
    deliver(services)
    assert desk.get("/subscriptions/1/deliveries").json()[0]["attempts"] == 4
