"""Giving an alert to another desk over HTTP and in the console, and taking it back."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from alerts import UNDO_FOR, NotFound
from api.accounts import create_desk
from api.pages.route_words import route_reason
from api.pages.wording import Language
from api.permissions import Actor
from api.views.current import show_current
from models import Alert, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World
from tests.api.test_stream import told


@pytest.fixture
def ministry(sessions: Sessions, world: World) -> int:
    with writing(sessions) as session:
        return create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=MORNING).id


def test_an_alert_leaves_its_desk_with_a_reason_and_comes_back_to_whoever_gave_it(
    client: TestClient, analyst: Person, people: People, world: World, ministry: int
) -> None:
    theirs = people.add("bac", UserRole.ANALYST, ministry)
    path, body = f"/alerts/{world.alert_id}", {"desk": "bo-y-te", "note": "Số liệu của Bộ."}
    assert client.post(f"{path}/reroute", json=body, headers=analyst.headers).status_code == 428
    stale = client.post(f"{path}/reroute", json=body, headers=analyst.headers | {"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 1)
    given = client.post(f"{path}/reroute", json=body, headers=analyst.headers | {"If-Match": '"1"'})
    assert (given.status_code, given.json()["desk"], given.headers["etag"]) == (200, "bo-y-te", '"2"')
    (reroute,) = given.json()["reroutes"]
    assert (reroute["from_desk"], reroute["to_desk"], reroute["note"]) == (
        "trung-uong",
        "bo-y-te",
        "Số liệu của Bộ.",
    )
    assert client.get(path, headers=analyst.headers).status_code == 404
    assert client.get(path, headers=theirs.headers).json()["reroutes"][0]["rerouted_by"] == "An"
    back = client.post(f"{path}/reroute/undo", headers=analyst.headers | {"If-Match": '"2"'})
    assert (back.status_code, back.json()["desk"], back.json()["held_by"]) == (200, "trung-uong", "An")
    assert client.get(path, headers=theirs.headers).status_code == 404


def test_what_the_other_desk_has_begun_is_not_taken_back_nor_seen_for_longer(
    client: TestClient, clock: Clock, analyst: Person, people: People, world: World, ministry: int
) -> None:
    theirs = people.add("bac", UserRole.ANALYST, ministry)
    path, body = f"/alerts/{world.alert_id}", {"desk": "bo-y-te", "note": "Số liệu của Bộ."}
    client.post(f"{path}/reroute", json=body, headers=analyst.headers | {"If-Match": '"1"'})
    held = client.post(f"{path}/hold", headers=theirs.headers | {"If-Match": '"2"'})
    refused = client.post(
        f"{path}/reroute/undo", headers=analyst.headers | {"If-Match": held.headers["etag"]}
    )
    assert refused.status_code == 403
    assert "acted on alert" in refused.json()["detail"]
    stale = client.post(f"{path}/reroute/undo", headers=analyst.headers | {"If-Match": '"2"'})
    for answer in (refused, stale):
        assert (answer.status_code, "current" in answer.json(), "Bac" in answer.text) == (403, False, False)
    clock.pass_by(UNDO_FOR + timedelta(seconds=1))
    late = client.post(f"{path}/reroute/undo", headers=analyst.headers | {"If-Match": held.headers["etag"]})
    assert late.status_code == 404


def test_a_refusal_does_not_show_what_has_gone_to_another_desk_meanwhile(
    client: TestClient, sessions: Sessions, analyst: Person, world: World, ministry: int, clock: Clock
) -> None:
    with sessions() as session:
        seen = session.get_one(Alert, world.alert_id)
    actor = Actor(analyst.user, None)
    assert show_current(sessions, seen, actor, clock.now).version == 1
    body = {"desk": "bo-y-te", "note": "Số liệu của Bộ."}
    client.post(f"/alerts/{world.alert_id}/reroute", json=body, headers=analyst.headers | {"If-Match": '"1"'})
    assert show_current(sessions, seen, actor, clock.now).version == 2
    clock.pass_by(UNDO_FOR + timedelta(seconds=1))
    with pytest.raises(NotFound):
        show_current(sessions, seen, actor, clock.now)


def test_both_desks_are_told_of_it_and_no_third(
    client: TestClient, sessions: Sessions, analyst: Person, people: People, world: World, ministry: int
) -> None:
    theirs = people.add("bac", UserRole.ANALYST, ministry)
    with writing(sessions) as session:
        third = create_desk(session, slug="ca-mau", name="Tỉnh Cà Mau", now=MORNING).id
    outsider = people.add("ca", UserRole.DESK_CHIEF, third)
    body = {"desk": "bo-y-te", "note": "Số liệu của Bộ."}
    client.post(f"/alerts/{world.alert_id}/reroute", json=body, headers=analyst.headers | {"If-Match": '"1"'})
    for person in (analyst, theirs):
        ready, moved = told(client, person, "0")
        assert (ready["event"], moved["event"]) == ("ready", "alert.rerouted")
        assert moved["data"]["has_left"] is (person is analyst)
    assert [one["event"] for one in told(client, outsider, "0")] == ["ready"]


def test_the_console_gives_it_away_says_so_and_takes_it_back(
    client: TestClient, people: People, world: World, ministry: int
) -> None:
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    page = f"/desk/alerts/{world.alert_id}"
    assert f'action="{page}/reroute"' in client.get(page, headers=HTML).text
    refused = submit(client, f"{page}/reroute", version=1, desk="bo-y-te", note="")
    assert refused.status_code == 422
    given = submit(client, f"{page}/reroute", version=1, desk="bo-y-te", note="Số liệu của Bộ.")
    assert (given.status_code, given.headers["location"]) == (303, "/desk/")
    queue = client.get("/desk/", headers=HTML).text
    assert f"Đã chuyển cảnh báo {world.alert_id} cho Bộ Y tế: Số liệu của Bộ." in queue
    assert client.get(page, headers=HTML).status_code == 404
    back = submit(client, f"{page}/reroute/undo", version=2)
    assert (back.status_code, back.headers["location"]) == (303, page)
    assert client.get(page, headers=HTML).status_code == 200
    assert "Đã chuyển cảnh báo" not in client.get("/desk/", headers=HTML).text


@pytest.mark.parametrize(
    ("reason", "language", "expected"),
    [
        ("rule 2: subject health and place Hạ Long", "vi", "quy tắc 2: chủ đề Y tế và địa danh Hạ Long"),
        ("rule 2: subject health and place Hạ Long", "en", "rule 2: subject Health and place Hạ Long"),
        ("rule 1: everything", "vi", "quy tắc 1: tất cả còn lại"),
        ("split from alert 7", "vi", "tách từ cảnh báo 7"),
        ("country is none of fr, jp", "vi", "nước không thuộc: fr, jp"),
        (
            "none of 3 rules matches subject other, language vi",
            "vi",
            "không quy tắc nào trong 3 quy tắc khớp: chủ đề Khác, ngôn ngữ tiếng Việt",
        ),
        ("none of 0 rules matches subject other, language vi", "vi", "chưa có quy tắc nào"),
        ("none of 0 rules matches subject other, language en", "en", "there are no rules"),
        ("language is none of en, vi", "vi", "ngôn ngữ không thuộc: tiếng Anh, tiếng Việt"),
        ("rule 1: language en and place Vi Thanh", "en", "rule 1: language English and place Vi Thanh"),
    ],
)
def test_the_rules_reason_is_said_in_the_pages_language(
    reason: str, language: Language, expected: str
) -> None:
    assert route_reason(reason, language) == expected
