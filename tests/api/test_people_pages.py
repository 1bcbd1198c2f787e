"""Accounts and their keys, kept by an admin in the browser."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models import ApiKey, Sessions, User, UserRole
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, People, Person, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def admin_desk(client: TestClient, people: People, world: World) -> TestClient:
    people.add("quan", UserRole.ADMIN, None, PASSWORD)
    sign_in(client, "quan@facts.example")
    return client


def key_of(sessions: Sessions, person: Person) -> ApiKey:
    with sessions() as session:
        return session.scalars(
            select(ApiKey).where(ApiKey.user_id == person.user.id).order_by(ApiKey.id.desc()).limit(1)
        ).one()


def test_an_admin_opens_changes_and_switches_off_an_account(
    admin_desk: TestClient, world: World, sessions: Sessions
) -> None:
    sent = {"email": "chi@facts.example", "name": "Chi", "role": "analyst", "desk": str(world.desk_id)}
    made = submit(admin_desk, "/desk/people", **sent)
    page = made.headers["location"]
    assert submit(admin_desk, "/desk/people", **sent).status_code == 409
    assert submit(admin_desk, "/desk/people", **(sent | {"email": "chi"})).status_code == 422
    assert "Chi" in admin_desk.get("/desk/people", headers=HTML).text
    changed = {"name": "Chi Lê", "role": "press_officer", "desk": "", "is_active": "true"}
    assert submit(admin_desk, page, **changed).status_code == 303
    with sessions() as session:
        user = session.scalars(select(User).where(User.email == "chi@facts.example")).one()
    assert (user.name, user.role, user.desk_id, user.is_active) == (
        "Chi Lê",
        UserRole.PRESS_OFFICER,
        None,
        True,
    )
    assert submit(admin_desk, page, name="Chi Lê", role="press_officer").status_code == 303
    with sessions() as session:
        assert session.get_one(User, user.id).is_active is False
    assert submit(admin_desk, "/desk/people/999", name="x", role="analyst").status_code == 404


def test_an_admin_does_not_take_their_own_role_away(admin_desk: TestClient, sessions: Sessions) -> None:
    with sessions() as session:
        own = session.scalars(select(User).where(User.role == UserRole.ADMIN)).one()
    refused = submit(admin_desk, f"/desk/people/{own.id}", name="Quân", role="analyst", is_active="true")
    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert submit(admin_desk, f"/desk/people/{own.id}", name="Quân", role="admin").status_code == 422


def test_a_key_is_narrowed_rotated_and_ended_on_its_owners_page(
    admin_desk: TestClient, analyst: Person, sessions: Sessions
) -> None:
    page, key = f"/desk/people/{analyst.user.id}", key_of(sessions, analyst)
    path = f"{page}/keys/{key.id}"
    assert submit(admin_desk, f"{path}/narrow", scopes=["fly"]).status_code == 422
    assert submit(admin_desk, f"{path}/narrow", scopes=["read_queue", "hold"]).status_code == 303
    assert key_of(sessions, analyst).scopes == ["hold", "read_queue"]
    wider = submit(admin_desk, f"{path}/narrow", scopes=["read_queue", "decide"])
    assert (wider.status_code, 'role="alert"' in wider.text) == (422, True)

    shown = submit(admin_desk, f"{path}/rotate")
    fresh = re.search(r"<code>(dc_[^<]+)</code>", shown.text)
    assert fresh is not None
    assert fresh[1] not in admin_desk.get(page, headers=HTML).text
    admin_desk.cookies.clear()
    bearer = {"Authorization": f"Bearer {fresh[1]}"}
    assert admin_desk.get("/alerts", headers=bearer).status_code == 200
    assert admin_desk.get("/alerts", headers=analyst.headers).status_code == 401

    sign_in(admin_desk, "quan@facts.example")
    new = key_of(sessions, analyst)
    assert submit(admin_desk, f"{path}/rotate").status_code == 409
    assert submit(admin_desk, f"/desk/people/999/keys/{new.id}/end").status_code == 404
    assert submit(admin_desk, f"{page}/keys/{new.id}/end").status_code == 303
    admin_desk.cookies.clear()
    assert admin_desk.get("/alerts", headers=bearer).status_code == 401


def test_nobody_else_sees_accounts(client: TestClient, people: People, world: World) -> None:
    people.add("chanh", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "chanh@facts.example")
    assert client.get("/desk/people", headers=HTML).status_code == 403
    assert submit(client, "/desk/people/1", name="x", role="admin").status_code == 403
