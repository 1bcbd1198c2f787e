"""The queue over HTTP: held by one, decided by its holder, never changed behind anybody's back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models import Alert, AlertState, AuditEntry, Desk, Event, Sessions, UserRole, writing
from tests.api.conftest import CLAIM, RECORD, Clock, People, Person, World, add_alerts


def hold(client: TestClient, who: Person, alert_id: int, tag: str = '"1"') -> Any:
    return client.post(f"/alerts/{alert_id}/hold", headers=who.headers | {"If-Match": tag})


def decide(client: TestClient, who: Person, alert_id: int, tag: str, **sent: Any) -> Any:
    return client.post(f"/alerts/{alert_id}/decide", headers=who.headers | {"If-Match": tag}, json=sent)


def test_an_alert_shows_the_sentence_the_passage_and_why_it_ranks_there(
    client: TestClient, analyst: Person, world: World
) -> None:
    answer = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers)
    alert = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert alert["sighting"]["sentence"] == CLAIM
    assert alert["sighting"]["outlet"] == "Báo Thanh Lam Mới"
    assert alert["outlets"] == ["The Monsoon Courier", "Báo Thanh Lam Mới"]
    assert [one["url"].split("/")[2] for one in alert["sightings"]] == ["courier.example", "moi.example"]
    (evidence,) = alert["evidence"]
    assert evidence["passage"]["text"] == RECORD
    assert (evidence["passage"]["publisher"], evidence["passage"]["publisher_kind"]) == (
        "Cục Thống kê",
        "official",
    )
    assert alert["official_only"] is True
    (difference,) = alert["differences"]
    assert (difference["kind"], difference["claim"], difference["passage"]) == ("number", "12", "9,18")
    assert alert["label"] == "contradicted"
    assert (alert["probability"], alert["threshold"], alert["model"]) == (0.96, 0.91, "test-1")
    assert sum(alert["priority_parts"].values()) == pytest.approx(alert["priority"])


def test_an_alert_raised_by_hand_stands_without_an_assessment(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    (alert_id,) = add_alerts(sessions, 1, clock.now, world.desk_id)
    alert = client.get(f"/alerts/{alert_id}", headers=analyst.headers).json()
    assert (alert["label"], alert["evidence"], alert["official_only"]) == (None, [], False)
    assert alert["sighting"]["sentence"] == "Tỉnh số 0 có 100 trường học."


@pytest.mark.parametrize(
    ("tag", "status", "name"),
    [
        (None, 428, "version-required"),
        ("*", 428, "version-required"),
        ('"7"', 412, "version-stale"),
        ('W/"1"', 412, "version-stale"),
        ("1", 412, "version-stale"),
        ('"abc"', 412, "version-stale"),
        ('"7", "8"', 412, "version-stale"),
        ('"1"', 200, None),
        ('"7", "1"', 200, None),
    ],
)
@pytest.mark.parametrize("act", ["hold", "release", "decide", "close", "reopen"])
def test_no_act_on_an_alert_without_the_version_that_was_seen(
    client: TestClient,
    analyst: Person,
    approver: Person,
    world: World,
    tag: str | None,
    status: int,
    name: str | None,
    act: str,
) -> None:
    who = approver if act == "reopen" else analyst
    headers = who.headers | ({} if tag is None else {"If-Match": tag})
    body = {"decide": {"outcome": "not_a_claim"}, "reopen": {"note": "again"}}.get(act)
    answer = client.post(f"/alerts/{world.alert_id}/{act}", headers=headers, json=body)
    if status != 200:
        assert (answer.status_code, answer.json()["type"]) == (
            status,
            f"http://facts.example/problems#{name}",
        )
        if status == 412:
            assert answer.headers["etag"] == '"1"'
            assert answer.json()["current"]["version"] == 1
    elif act == "hold":
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    else:
        # The version is right; what stands in the way is the state, and that is another status.
        assert answer.status_code == 409
        assert answer.json()["current"]["state"] == "new"


def test_two_people_cannot_hold_one_alert(
    client: TestClient, analyst: Person, officer: Person, world: World, clock: Clock
) -> None:
    assert hold(client, analyst, world.alert_id).status_code == 200
    stale = hold(client, officer, world.alert_id, '"1"')
    assert stale.status_code == 412
    assert stale.json()["current"]["held_by"] == "An"
    assert stale.headers["etag"] == '"2"'
    taken = hold(client, officer, world.alert_id, '"2"')
    assert (taken.status_code, taken.json()["type"]) == (409, "http://facts.example/problems#conflict")

    clock.pass_by(timedelta(minutes=16))
    lapsed = client.get(f"/alerts/{world.alert_id}", headers=officer.headers).json()
    assert (lapsed["state"], lapsed["held_by"]) == ("new", None)
    assert hold(client, officer, world.alert_id, '"2"').json()["held_by"] == "Oanh"


def test_only_a_chief_takes_over(client: TestClient, analyst: Person, people: People, world: World) -> None:
    chief = people.add("chanh", UserRole.DESK_CHIEF, world.desk_id)
    second = people.add("hai", UserRole.ANALYST, world.desk_id)
    hold(client, analyst, world.alert_id)
    url, sent = f"/alerts/{world.alert_id}/hold", {"take_over": True}
    assert client.post(url, headers=second.headers | {"If-Match": '"2"'}, json=sent).status_code == 403
    taken = client.post(url, headers=chief.headers | {"If-Match": '"2"'}, json=sent)
    assert (taken.status_code, taken.json()["held_by"]) == (200, "Chanh")


def test_a_heartbeat_prolongs_the_hold_and_leaves_the_version(
    client: TestClient, analyst: Person, officer: Person, world: World, clock: Clock
) -> None:
    held = hold(client, analyst, world.alert_id).json()
    clock.pass_by(timedelta(minutes=5))
    beat = client.post(f"/alerts/{world.alert_id}/heartbeat", headers=analyst.headers)
    assert (beat.status_code, beat.headers["etag"]) == (200, '"2"')
    assert beat.json()["held_until"] > held["held_until"]
    assert client.post(f"/alerts/{world.alert_id}/heartbeat", headers=officer.headers).status_code == 409


@pytest.mark.parametrize(
    ("sent", "status", "pointer"),
    [
        ({"outcome": "no_response"}, 422, "#/note"),
        ({"outcome": "claim_is_right", "note": "  "}, 422, "#/note"),
        ({"outcome": "record_is_wrong"}, 422, "#/note"),
        ({"outcome": "duplicate_of"}, 422, "#/duplicate_of"),
        ({"outcome": "takedown"}, 422, "#/outcome"),
        ({"outcome": "respond", "sentiment": "bad"}, 422, "#/sentiment"),
        ({"outcome": "respond", "note": "nul \0"}, 422, "#/note"),
        ({"outcome": "not_a_claim"}, 200, None),
        ({"outcome": "claim_is_right", "note": "The record was revised."}, 200, None),
        ({"outcome": "respond"}, 200, None),
    ],
)
def test_a_decision_needs_what_its_lane_needs(
    client: TestClient,
    analyst: Person,
    world: World,
    sent: Mapping[str, str],
    status: int,
    pointer: str | None,
) -> None:
    hold(client, analyst, world.alert_id)
    answer = decide(client, analyst, world.alert_id, '"2"', **sent)
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()["state"] == "held"
    else:
        assert answer.json()["decisions"][0]["decided_by"] == "An"
        assert answer.json()["state"] == ("drafting" if sent["outcome"] == "respond" else "closed")


def test_an_unconfirmed_alert_tells_nobody(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    hold(client, analyst, world.alert_id)
    decide(client, analyst, world.alert_id, '"2"', outcome="not_about_us")
    with sessions() as session:
        assert session.scalars(select(Event)).all() == []


def test_a_refused_act_leaves_no_entry_in_the_log(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    with sessions() as session:
        before = session.scalars(select(AuditEntry.id)).all()
    decide(client, analyst, world.alert_id, '"1"', outcome="respond")
    hold(client, analyst, world.alert_id, '"9"')
    with sessions() as session:
        assert session.scalars(select(AuditEntry.id)).all() == before


def test_another_desks_alert_is_not_there_to_read_or_act_on(
    client: TestClient, people: People, world: World, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        other = Desk(slug="bo-y-te", name="Bộ Y tế", created_at=clock.now)
        session.add(other)
        session.flush()
        other_id = other.id
    stranger = people.add("la", UserRole.DESK_CHIEF, other_id)
    assert client.get("/alerts", headers=stranger.headers).json() == []
    for method, path in [
        ("GET", ""),
        ("POST", "/hold"),
        ("POST", "/release"),
        ("POST", "/heartbeat"),
        ("POST", "/close"),
        ("POST", "/draft"),
    ]:
        headers = stranger.headers | {"If-Match": '"1"'}
        answer = client.request(method, f"/alerts/{world.alert_id}{path}", headers=headers)
        assert answer.status_code == 404, path
    sent = {"claim_id": world.claim_id, "note": "who has this?"}
    raised = client.post("/alerts", headers=stranger.headers, json=sent)
    assert (raised.status_code, "current" in raised.json()) == (409, False)
    (shared,) = add_alerts(sessions, 1, clock.now, None)
    assert hold(client, stranger, shared).status_code == 200


def test_pages_follow_each_other_without_gap_or_repeat_through_ties(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    made = add_alerts(sessions, 9, clock.now, world.desk_id)
    seen: list[tuple[float, int]] = []
    address = "/alerts?limit=3"
    while address:
        answer = client.get(address, headers=analyst.headers)
        seen += [(one["priority"], one["id"]) for one in answer.json()]
        link = answer.headers.get("link", "")
        address = link.removeprefix("<").removesuffix('>; rel="next"')
    assert sorted(seen, reverse=True) == seen
    assert {alert_id for _, alert_id in seen} == {world.alert_id, *made}
    assert len(seen) == 10


@pytest.mark.parametrize(
    "cursor", ["x", "", "bm8", "WzFd", "WyJhIiwgMV0", "W05hTiwgMV0", "WzFlOTksIDFd", "%00", "[1,2]"]
)
def test_a_cursor_that_is_not_ours_is_refused(client: TestClient, analyst: Person, cursor: str) -> None:
    answer = client.get(f"/alerts?after={cursor}", headers=analyst.headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/after")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("state=held", 1),
        ("state=new&state=held", 3),
        ("state=closed", 0),
        ("subject=economy_and_statistics", 1),
        ("subject=health", 0),
        ("desk=trung-uong", 3),
        ("desk=bo-y-te", 0),
        ("least_priority=0.6", 1),
        ("held_by_me=true", 1),
        ("outcome=respond", 0),
    ],
)
def test_the_queue_is_filtered(
    client: TestClient,
    analyst: Person,
    world: World,
    sessions: Sessions,
    clock: Clock,
    query: str,
    found: int,
) -> None:
    add_alerts(sessions, 2, clock.now, world.desk_id)
    hold(client, analyst, world.alert_id)
    assert len(client.get(f"/alerts?{query}", headers=analyst.headers).json()) == found


def test_a_claim_is_raised_by_hand_once(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        session.delete(session.get_one(Alert, world.alert_id))
    sent = {"claim_id": world.claim_id, "note": "the ministry asked"}
    made = client.post("/alerts", headers=analyst.headers, json=sent)
    assert (made.status_code, made.json()["raised_by"]) == (201, "An")
    assert client.get(made.headers["location"], headers=analyst.headers).json()["state"] == AlertState.NEW
    again = client.post("/alerts", headers=analyst.headers, json=sent)
    assert (again.status_code, again.json()["current"]["id"]) == (409, made.json()["id"])
    missing = client.post("/alerts", headers=analyst.headers, json=sent | {"claim_id": 999})
    assert missing.status_code == 404


def test_a_claim_whose_alert_another_desk_has_is_raised_by_nobody_else_and_says_no_more(
    client: TestClient, admin: Person, analyst: Person, world: World, sessions: Sessions
) -> None:
    theirs = client.post("/desks", headers=admin.headers, json={"slug": "khac", "name": "Phòng khác"}).json()[
        "id"
    ]
    with writing(sessions) as session:
        session.get_one(Alert, world.alert_id).desk_id = theirs
    sent = {"claim_id": world.claim_id, "note": "the ministry asked"}
    refused = client.post("/alerts", headers=analyst.headers, json=sent)
    assert (refused.status_code, "current" in refused.json()) == (409, False)
    assert str(world.alert_id) not in refused.json()["detail"]


@pytest.mark.parametrize("identifier", ["0", "-1", "2147483648", "99999999999999999999", "one", "1.5"])
def test_an_id_that_no_row_can_have_is_refused_before_the_database_sees_it(
    client: TestClient, analyst: Person, identifier: str
) -> None:
    assert client.get(f"/alerts/{identifier}", headers=analyst.headers).status_code == 422
