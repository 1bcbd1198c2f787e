"""Duty, working days and routing over HTTP: desks without an officer are named, and a rule says why it matches."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts import replace_rules
from models import RoutingRule, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, Clock, People, Person, World


@pytest.fixture
def chief(people: People, world: World) -> Person:
    return people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)


def test_desks_without_a_duty_officer_are_named_until_somebody_is_put_on_duty(
    client: TestClient, analyst: Person, chief: Person, admin: Person, world: World, clock: Clock
) -> None:
    client.post("/desks", headers=admin.headers, json={"slug": "hue", "name": "Huế"})
    coverage = client.get("/desks/coverage", headers=analyst.headers).json()
    assert [(one["desk"], one["on_duty"]) for one in coverage] == [("hue", []), ("trung-uong", [])]
    ends_at = clock.now + timedelta(hours=8)
    sent = {"user_id": analyst.user.id, "starts_at": clock.now.isoformat(), "ends_at": ends_at.isoformat()}
    path = f"/desks/{world.desk_id}/duty"
    assert client.post(path, headers=analyst.headers, json=sent).status_code == 403
    assert client.post("/desks/2/duty", headers=chief.headers, json=sent).status_code == 404
    put = client.post(path, headers=chief.headers, json=sent)
    assert (put.status_code, put.json()["officer"]["name"]) == (201, "An")
    assert client.post(path, headers=chief.headers, json=sent).status_code == 422
    last = client.get("/desks/coverage", headers=analyst.headers).json()[-1]
    assert ([one["name"] for one in last["on_duty"]], last["uncovered_from"][:16]) == (
        ["An"],
        ends_at.isoformat()[:16],
    )
    later = (clock.now + timedelta(hours=9)).isoformat().replace("+00:00", "Z")
    assert client.get(f"/desks/coverage?at={later}", headers=analyst.headers).json()[-1]["on_duty"] == []
    turns = client.get(path, headers=analyst.headers).json()
    assert client.delete(f"{path}/{turns[0]['id']}", headers=chief.headers).status_code == 200
    assert client.get(path, headers=analyst.headers).json() == []
    assert client.delete(f"{path}/999", headers=chief.headers).status_code == 404


def test_a_shift_hands_over_to_the_next_of_its_own_desk(
    client: TestClient, analyst: Person, people: People, world: World
) -> None:
    path = f"/desks/{world.desk_id}/handover"
    made = client.post(path, headers=analyst.headers, json={"text": "Bộ gọi lại lúc chín giờ."})
    assert (made.status_code, made.json()["written_by"]) == (201, "An")
    assert client.post(path, headers=analyst.headers, json={"text": " "}).status_code == 422
    assert len(client.get(path, headers=analyst.headers).json()) == 1
    stranger = people.add("la", UserRole.ANALYST, None)
    assert client.get(path, headers=stranger.headers).status_code == 200
    client.post("/desks", headers=people.add("q", UserRole.ADMIN).headers, json={"slug": "xa", "name": "Xa"})
    outsider = people.add("lan", UserRole.ANALYST, world.desk_id + 1)
    assert client.get(path, headers=outsider.headers).status_code == 404


def test_a_desk_keeps_its_hours_and_days(
    client: TestClient, chief: Person, analyst: Person, world: World
) -> None:
    path = f"/desks/{world.desk_id}/calendar"
    assert client.get(path, headers=analyst.headers).json() == {
        "time_zone": "Asia/Ho_Chi_Minh",
        "hours": "mon-fri 08:00-17:00",
        "holidays": "VN",
        "days": [],
    }
    wanted = {"time_zone": "Europe/Paris", "hours": "mon-sat 09:00-12:00", "holidays": "FR"}
    assert client.put(path, headers=analyst.headers, json=wanted).status_code == 403
    assert client.put(path, headers=chief.headers, json=wanted).json() == wanted | {"days": []}
    bad = client.put(path, headers=chief.headers, json=wanted | {"time_zone": "Mars/Olympus"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "#/time_zone")
    day = client.put(f"{path}/2026-12-24", headers=chief.headers, json={"name": "Inventory"}).json()
    assert day["days"] == [{"day": "2026-12-24", "name": "Inventory", "is_worked": False, "for_all": False}]
    assert client.put(f"{path}/soon", headers=chief.headers, json={"name": "x"}).status_code == 422


def put_rules(client: TestClient, who: Person, tag: str | None, *rules: dict[str, Any]) -> Any:
    headers = who.headers | ({} if tag is None else {"If-Match": tag})
    return client.put("/routing/rules", headers=headers, json={"rules": rules})


def test_a_day_of_the_calendar_is_over_at_midnight_where_the_desk_is(
    client: TestClient, chief: Person, world: World, clock: Clock
) -> None:
    path = f"/desks/{world.desk_id}/calendar"
    client.put(f"{path}/{clock.now.date()}", headers=chief.headers, json={"name": "Kiểm kê"})
    clock.now = clock.now.replace(hour=16, minute=59)
    assert len(client.get(path, headers=chief.headers).json()["days"]) == 1
    clock.pass_by(timedelta(minutes=1))
    assert client.get(path, headers=chief.headers).json()["days"] == []


def test_rules_are_replaced_only_as_they_were_seen_and_explain_themselves(
    client: TestClient, admin: Person, chief: Person, world: World
) -> None:
    client.post("/desks", headers=admin.headers, json={"slug": "hai-phong", "name": "Hải Phòng"})
    empty = client.get("/routing/rules", headers=chief.headers)
    assert empty.json() == []
    place = {"desk": "hai-phong", "places": ["Hải Phòng"], "countries": ["jp"]}
    rest = {"desk": "trung-uong"}
    assert put_rules(client, chief, empty.headers["etag"], place).status_code == 403
    assert put_rules(client, admin, None, place).status_code == 428
    assert put_rules(client, admin, empty.headers["etag"], {"desk": "nowhere"}).status_code == 404
    made = put_rules(client, admin, empty.headers["etag"], place, rest)
    assert (made.status_code, [rule["desk"] for rule in made.json()]) == (200, ["hai-phong", "trung-uong"])
    assert put_rules(client, admin, empty.headers["etag"]).status_code == 412
    assert client.get("/routing/rules", headers=chief.headers).headers["etag"] == made.headers["etag"]

    sent = {"text": "Cảng Hải Phòng xuất khẩu 12 triệu tấn gạo.", "country": "JP"}
    tried = client.post("/routing/test", headers=chief.headers, json=sent).json()
    assert (tried["desk"], tried["rule"], tried["reason"]) == (
        "hai-phong",
        1,
        "rule 1: place Hải Phòng and country jp",
    )
    assert (tried["subject"], tried["subject_words"]) == ("economy_and_statistics", ["xuất khẩu"])
    elsewhere = client.post("/routing/test", headers=chief.headers, json={"claim_id": world.claim_id}).json()
    assert (elsewhere["desk"], [one["matches"] for one in elsewhere["tried"]]) == (
        "trung-uong",
        [False, True],
    )
    assert elsewhere["tried"][0]["reason"] == "place is none of Hải Phòng"
    missing = client.post("/routing/test", headers=chief.headers, json={"claim_id": 999})
    assert missing.status_code == 404


def test_the_console_shows_who_is_on_duty_and_takes_a_note(
    client: TestClient, people: People, world: World, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        rule = RoutingRule(position=1, desk_id=world.desk_id, subjects=["health"], places=["Huế"])
        replace_rules(session, [rule], actor="command", now=clock.now)
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    assert "không có ai" in client.get("/desk/duty", headers=HTML).text
    assert "Y tế · Huế" in client.get("/desk/routing", headers=HTML).text
    note = "Bộ gọi lại lúc chín giờ."
    assert submit(client, "/desk/duty/handover", desk_id=world.desk_id, text=note).status_code == 303
    assert note in client.get("/desk/duty", headers=HTML).text
    assert submit(client, "/desk/duty/handover", desk_id=world.desk_id, text=" ").status_code == 422
    assert submit(client, "/desk/duty/handover", desk_id=999, text="x").status_code == 404
