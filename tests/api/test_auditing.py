"""A chief reads what was done at their own desk; who works for every desk reads all."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.accounts import create_desk
from models import Alert, Sessions, UserRole, writing
from tests.api.conftest import MORNING, People, Person, World, add_alerts
from tests.api.publishing import Publisher
from tests.api.test_stream import told


@pytest.fixture
def ministry(sessions: Sessions, world: World) -> int:
    with writing(sessions) as session:
        return create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=MORNING).id


def read(client: TestClient, person: Person, **asked: Any) -> set[tuple[str, str]]:
    answer = client.get("/audit", params={"limit": 200} | asked, headers=person.headers)
    assert answer.status_code == 200
    return {(one["action"], one["object_id"]) for one in answer.json()}


def hold(client: TestClient, person: Person, alert_id: int) -> None:
    held = client.post(f"/alerts/{alert_id}/hold", headers=person.headers | {"If-Match": '"1"'})
    assert held.status_code == 200


def test_a_chief_reads_the_entries_of_their_own_desk_and_of_no_other(
    client: TestClient,
    people: People,
    admin: Person,
    analyst: Person,
    world: World,
    ministry: int,
    sessions: Sessions,
    publisher: Publisher,
) -> None:
    theirs, nobodys = add_alerts(sessions, 2, MORNING, ministry)
    with writing(sessions) as session:
        session.get_one(Alert, nobodys).desk_id = None
    chief, other = (
        people.add("chanh", UserRole.DESK_CHIEF, world.desk_id),
        people.add("yen", UserRole.DESK_CHIEF, ministry),
    )
    everywhere = people.add("khap", UserRole.DESK_CHIEF)
    brief = publisher.answer()
    hold(client, other, theirs)
    hold(client, analyst, nobodys)

    own, others = read(client, chief), read(client, other)
    assert {("alert.decided", str(world.alert_id)), ("brief.published", str(brief))} <= own
    assert ("desk.created", str(world.desk_id)) in own
    assert ("alert.held", str(nobodys)) in own & others
    assert ("alert.held", str(theirs)) in others - own
    assert ("brief.published", str(brief)) not in others
    assert {action.partition(".")[0] for action, _ in own | others} <= {"alert", "brief", "desk", "duty"}
    assert read(client, other, object_type="alert", object_id=world.alert_id) == set()
    assert read(client, admin) == read(client, everywhere) > own | others
    assert ("user.created", str(chief.user.id)) in read(client, admin)


def test_what_was_given_to_another_desk_is_read_at_both(
    client: TestClient, people: People, analyst: Person, world: World, ministry: int
) -> None:
    chief = people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)
    other = people.add("yen", UserRole.DESK_CHIEF, ministry)
    sent = {"desk": "bo-y-te", "note": "Số liệu của Bộ."}
    client.post(f"/alerts/{world.alert_id}/reroute", json=sent, headers=analyst.headers | {"If-Match": '"1"'})
    hold_path = f"/alerts/{world.alert_id}/hold"
    assert client.post(hold_path, headers=other.headers | {"If-Match": '"2"'}).status_code == 200
    given, held = ("alert.rerouted", str(world.alert_id)), ("alert.held", str(world.alert_id))
    assert {given, held} <= read(client, other)
    assert given in read(client, chief)
    assert held not in read(client, chief)


def test_an_entry_is_read_at_the_desk_it_was_made_at_and_not_at_those_the_alert_went_to(
    client: TestClient, people: People, analyst: Person, world: World, ministry: int, sessions: Sessions
) -> None:
    chief = people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)
    other = people.add("yen", UserRole.DESK_CHIEF, ministry)
    with writing(sessions) as session:
        session.get_one(Alert, world.alert_id).desk_id = None
    path = f"/alerts/{world.alert_id}"

    def act(person: Person, act: str, version: int, **sent: str) -> int:
        headers = person.headers | {"If-Match": f'"{version}"'}
        return client.post(f"{path}/{act}", json=sent or None, headers=headers).status_code

    def said(person: Person) -> list[tuple[str, int]]:
        asked = {"object_type": "alert", "object_id": str(world.alert_id)}
        entries = client.get("/audit", params=asked, headers=person.headers).json()
        return [(one["action"], one["details"]["version"]) for one in reversed(entries)]

    everybodys = [("alert.held", 2), ("alert.released", 3)]
    here = [("alert.held", 5), ("alert.released", 6)]
    there = [("alert.held", 8), ("alert.rerouted", 9)]
    assert (act(analyst, "hold", 1), act(analyst, "release", 2)) == (200, 200)
    assert act(analyst, "reroute", 3, desk="trung-uong", note="Của ta.") == 200
    assert (act(analyst, "hold", 4), act(analyst, "release", 5)) == (200, 200)
    assert act(analyst, "reroute", 6, desk="bo-y-te", note="Của Bộ.") == 200
    assert act(other, "hold", 7) == 200
    assert said(chief) == [*everybodys, ("alert.rerouted", 4), *here, ("alert.rerouted", 7)]
    assert said(other) == [*everybodys, ("alert.rerouted", 4), ("alert.rerouted", 7), ("alert.held", 8)]
    assert act(other, "reroute", 8, desk="trung-uong", note="Không phải.") == 200
    assert act(analyst, "hold", 9) == 200
    returned = ("alert.held", 10)
    assert said(chief) == [
        *everybodys,
        ("alert.rerouted", 4),
        *here,
        ("alert.rerouted", 7),
        ("alert.rerouted", 9),
        returned,
    ]
    assert said(other) == [*everybodys, ("alert.rerouted", 4), ("alert.rerouted", 7), *there]
    # Whoever follows hears the same, and what was done elsewhere not even afterwards.
    for person in (chief, other):
        events = told(client, person, "0")[1:]
        assert [(one["event"], one["data"]["version"]) for one in events] == said(person)


def test_entries_whose_ids_are_no_numbers_stand_in_nobodys_way(
    client: TestClient, people: People, admin: Person, world: World
) -> None:
    chief = people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)
    seen = client.get("/routing/rules", headers=admin.headers).headers["etag"]
    put = client.put("/routing/rules", json={"rules": []}, headers=admin.headers | {"If-Match": seen})
    assert put.status_code == 200
    assert ("routing.replaced", "rules") in read(client, admin)
    assert ("routing.replaced", "rules") not in read(client, chief)
