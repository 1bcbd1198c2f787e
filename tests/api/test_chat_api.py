"""Giving a desk a chat room; its address is never shown again."""

import json

from fastapi.testclient import TestClient

from alerts import HttpSender
from alerts.notices import send_notices
from api.accounts import create_desk
from api.services import Services
from models import Sessions, UserRole, writing
from tests.alerts.endpoints import Reply, listening
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World

ROOM = {"url": "https://chat.example/hooks/very-secret"}


def test_an_admin_sets_tries_and_removes_a_room(client: TestClient, admin: Person, world: World) -> None:
    url = f"/desks/{world.desk_id}/chat"
    assert client.get(url, headers=admin.headers).status_code == 404
    assert client.post(f"{url}/test", headers=admin.headers).status_code == 404
    made = client.put(url, headers=admin.headers, json=ROOM)
    assert (made.status_code, made.json()["host"]) == (200, "chat.example")
    shown = client.get(url, headers=admin.headers)
    assert "very-secret" not in made.text + shown.text
    assert client.post(f"{url}/test", headers=admin.headers).status_code == 202
    assert client.put(url, headers=admin.headers, json=ROOM | {"url": "https://other.example/x"}).json()[
        "host"
    ] == ("other.example")
    assert client.delete(url, headers=admin.headers).status_code == 204
    assert client.delete(url, headers=admin.headers).status_code == 404
    assert "very-secret" not in client.get("/audit", headers=admin.headers).text


def test_a_chief_keeps_the_room_of_their_own_desk_alone(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    chief = people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)
    with writing(sessions) as session:
        other = create_desk(session, slug="bo", name="Bộ", now=MORNING).id
    own, others = f"/desks/{world.desk_id}/chat", f"/desks/{other}/chat"
    assert client.put(own, headers=chief.headers, json=ROOM).status_code == 200
    for method, path in (("PUT", others), ("GET", others), ("DELETE", others), ("POST", f"{others}/test")):
        body = ROOM if method == "PUT" else None
        assert client.request(method, path, headers=chief.headers, json=body).status_code == 404


def test_a_chief_sets_tries_and_removes_the_room_in_the_console_and_sees_what_arrived(
    client: TestClient, people: People, world: World, services: Services, clock: Clock
) -> None:
    people.add("chanh", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "chanh@facts.example")
    page = f"/desk/duty/{world.desk_id}"

    def send() -> str:
        sender = HttpSender(allowed_networks=services.allowed_networks)
        cipher = services.cipher
        send_notices(services.sessions, postbox=None, sender=sender, cipher=cipher, now=clock())
        return client.get(page, headers=HTML).text

    refused = submit(client, f"{page}/chat", url="http://chat.example/hooks/very-secret")
    assert (refused.status_code, "very-secret" in refused.text) == (422, False)
    with listening(Reply(200), Reply(404)) as endpoint:
        assert submit(client, f"{page}/chat", url=f" {endpoint.url}?token=very-secret ").status_code == 303
        assert submit(client, f"{page}/chat/test").status_code == 303
        assert "đang gửi" in client.get(page, headers=HTML).text
        shown = send()
        assert "đã tới" in shown
        assert "Thử nghiệm" in json.loads(endpoint.requests[0].body)["text"]
        submit(client, f"{page}/chat/test")
        shown += send()
    assert "không gửi được" in shown
    assert "404" in shown
    assert "very-secret" not in shown
    assert submit(client, f"{page}/chat/remove").status_code == 303
    assert "Chưa có phòng nào." in client.get(page, headers=HTML).text
    assert submit(client, f"{page}/chat/test").status_code == 404


def test_an_analyst_sees_no_room_on_the_desks_page(client: TestClient, people: People, world: World) -> None:
    people.add("an2", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an2@facts.example")
    page = client.get(f"/desk/duty/{world.desk_id}", headers=HTML).text
    assert "Phòng trò chuyện" not in page
    assert submit(client, f"/desk/duty/{world.desk_id}/chat", url=ROOM["url"]).status_code == 403


def test_nobody_else_may_and_bad_addresses_are_refused(
    client: TestClient, admin: Person, analyst: Person, editor: Person, world: World
) -> None:
    url = f"/desks/{world.desk_id}/chat"
    for person in (analyst, editor):
        assert client.put(url, headers=person.headers, json=ROOM).status_code == 403
    assert client.put(url, headers=admin.headers, json={"url": "http://chat.example/x"}).status_code == 422
    assert client.put("/desks/999/chat", headers=admin.headers, json=ROOM).status_code == 404
