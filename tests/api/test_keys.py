"""Keys in the hands of who looks after them: seen, narrowed, rotated and ended, and never widened."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import AlertsError
from api.credentials import narrow_key, revoke_key, rotate_key
from models import ApiKey, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World


def make(client: TestClient, person: Person, **sent: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.post("/keys", headers=person.headers, json={"label": "feed"} | sent).json()
    return made


def bearer(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


def test_an_admin_sees_narrows_and_ends_anybodys_keys_and_nobody_else_does(
    client: TestClient, admin: Person, analyst: Person, officer: Person, world: World
) -> None:
    made = make(client, analyst)
    listed = client.get(f"/users/{analyst.user.id}/keys", headers=admin.headers)
    assert [one["label"] for one in listed.json()] == ["feed", "test"]
    assert made["key"] not in listed.text
    assert client.get(f"/users/{analyst.user.id}/keys", headers=officer.headers).status_code == 403
    assert client.get("/users/99/keys", headers=admin.headers).status_code == 404

    path, less = f"/keys/{made['id']}", {"scopes": ["read_queue", "hold"]}
    assert client.patch(path, headers=officer.headers, json=less).status_code == 404
    assert client.patch(path, headers=admin.headers, json=less).json()["scopes"] == ["hold", "read_queue"]
    assert client.get("/alerts", headers=bearer(made)).status_code == 200
    assert client.get("/articles", headers=bearer(made)).status_code == 403
    assert client.delete(path, headers=admin.headers).json()["revoked_at"] is not None
    assert client.get("/alerts", headers=bearer(made)).status_code == 401


def test_a_narrowed_key_is_never_widened_again(client: TestClient, analyst: Person, world: World) -> None:
    made = make(client, analyst, scopes=["read_queue"])
    path = f"/keys/{made['id']}"
    wider = client.patch(path, headers=analyst.headers, json={"scopes": ["read_queue", "decide"]})
    assert (wider.status_code, wider.json()["errors"][0]["pointer"]) == (422, "#/scopes")
    for unknown in ([], ["fly"]):
        assert client.patch(path, headers=analyst.headers, json={"scopes": unknown}).status_code == 422


def test_a_rotated_key_goes_on_as_a_new_one_and_the_old_one_ends(
    client: TestClient, analyst: Person, world: World
) -> None:
    made = make(client, analyst, scopes=["read_queue"])
    answer = client.post(f"/keys/{made['id']}/rotate", headers=analyst.headers)
    fresh = answer.json()
    assert (answer.status_code, fresh["label"], fresh["scopes"]) == (201, "feed", ["read_queue"])
    assert client.get("/alerts", headers=bearer(made)).status_code == 401
    assert client.get("/alerts", headers=bearer(fresh)).status_code == 200
    again = client.post(f"/keys/{made['id']}/rotate", headers=analyst.headers)
    assert again.status_code == 409
    assert "key_sha256" not in again.text
    narrowed = client.patch(f"/keys/{made['id']}", headers=analyst.headers, json={"scopes": ["read_queue"]})
    assert narrowed.status_code == 409


def test_the_old_key_lives_on_for_the_overlap_and_no_longer(
    client: TestClient, admin: Person, analyst: Person, clock: Clock, world: World
) -> None:
    made = make(client, analyst)
    sent = {"overlap_hours": 24}
    fresh = client.post(f"/keys/{made['id']}/rotate", headers=admin.headers, json=sent).json()
    clock.pass_by(timedelta(hours=23))
    assert client.get("/alerts", headers=bearer(made)).status_code == 200
    clock.pass_by(timedelta(hours=1))
    assert client.get("/alerts", headers=bearer(made)).status_code == 401
    assert client.get("/alerts", headers=bearer(fresh)).status_code == 200


def test_a_limited_key_rotates_none_that_may_do_more(
    client: TestClient, analyst: Person, world: World
) -> None:
    wide, keeper = make(client, analyst), make(client, analyst, scopes=["keep_own_keys"])
    assert client.post(f"/keys/{wide['id']}/rotate", headers=bearer(keeper)).status_code == 403
    assert client.post(f"/keys/{keeper['id']}/rotate", headers=bearer(keeper)).status_code == 201


Act = Callable[[Session, ApiKey], object]


def narrow_to(*scopes: str) -> Act:
    return lambda session, row: narrow_key(session, row, scopes=scopes, now=MORNING)


# SQLite has one writer, who reads when nobody else writes.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("meanwhile", "act"),
    [
        (narrow_to("hold"), narrow_to("decide", "hold")),
        (lambda session, row: revoke_key(session, row, now=MORNING), narrow_to("hold")),
        (
            lambda session, row: revoke_key(session, row, now=MORNING),
            lambda session, row: rotate_key(session, row, now=MORNING),
        ),
    ],
    ids=["narrowed", "ended", "ended and rotated"],
)
def test_what_somebody_else_has_just_done_to_a_key_holds(
    client: TestClient, analyst: Person, sessions: Sessions, world: World, meanwhile: Act, act: Act
) -> None:
    made = make(client, analyst, scopes=["decide", "hold"])
    with writing(sessions) as session:
        row = session.get_one(ApiKey, made["id"])
        with writing(sessions) as other:
            meanwhile(other, other.get_one(ApiKey, made["id"]))
        with pytest.raises(AlertsError):
            act(session, row)


@pytest.mark.parametrize("role", [role for role in UserRole if role is not UserRole.ADMIN])
def test_no_other_role_touches_somebody_elses_key(
    client: TestClient, people: People, analyst: Person, world: World, role: UserRole
) -> None:
    somebody, made = people.add("somebody", role, world.desk_id), make(client, analyst)
    path = f"/keys/{made['id']}"
    answers = [
        client.patch(path, headers=somebody.headers, json={"scopes": ["read_queue"]}),
        client.post(f"{path}/rotate", headers=somebody.headers),
        client.delete(path, headers=somebody.headers),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get("/alerts", headers=bearer(made)).status_code == 200


def test_an_editor_makes_a_key_in_the_browser_and_ends_it_there(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    people.add("lan", UserRole.EDITOR, None, PASSWORD)
    sign_in(client, "lan@facts.example")
    made = submit(client, "/desk/account/keys", label="máy nhận tin", days="30")
    assert made.status_code == 200
    found = re.search(r"<code>(dc_[^<]+)</code>", made.text)
    assert found is not None
    page = client.get("/desk/account", headers=HTML).text
    assert ("máy nhận tin" in page, found[1] in page) == (True, False)
    with sessions() as session:
        key = session.scalars(select(ApiKey).where(ApiKey.label == "máy nhận tin")).one()
    assert key.expires_at == MORNING + timedelta(days=30)
    program = {"Authorization": f"Bearer {found[1]}"}
    assert client.get("/subscriptions", headers=program).status_code == 200
    assert submit(client, f"/desk/account/keys/{key.id}/end").status_code == 303
    assert client.get("/subscriptions", headers=program).status_code == 401
    assert "máy nhận tin" not in client.get("/desk/account", headers=HTML).text


def test_a_key_without_a_purpose_is_refused_and_anothers_is_not_there(
    client: TestClient, people: People, analyst: Person, world: World
) -> None:
    others = make(client, analyst)
    people.add("lan", UserRole.EDITOR, None, PASSWORD)
    sign_in(client, "lan@facts.example")
    assert submit(client, "/desk/account/keys", label=" ").status_code == 422
    assert submit(client, f"/desk/account/keys/{others['id']}/end").status_code == 404
    assert client.get("/alerts", headers=bearer(others)).status_code == 200
