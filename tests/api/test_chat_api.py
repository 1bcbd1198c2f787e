"""Giving a desk a chat room; its address is never shown again."""

from fastapi.testclient import TestClient

from tests.api.conftest import Person, World

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


def test_nobody_else_may_and_bad_addresses_are_refused(
    client: TestClient, admin: Person, analyst: Person, editor: Person, world: World
) -> None:
    url = f"/desks/{world.desk_id}/chat"
    for person in (analyst, editor):
        assert client.put(url, headers=person.headers, json=ROOM).status_code == 403
    assert client.put(url, headers=admin.headers, json={"url": "http://chat.example/x"}).status_code == 422
    assert client.put("/desks/999/chat", headers=admin.headers, json=ROOM).status_code == 404
