"""Many people at one queue over HTTP: who has what open, what is put aside, and many decided at once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from alerts import STANDARD, escalate_due, forget_viewers
from alerts.clocks import start_clocks
from alerts.presence import PRESENT_FOR
from models import Alert, AlertState, AlertViewer, AuditEntry, ClaimGroup, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World, add_alerts


def test_colleagues_see_who_has_an_alert_open_until_the_page_falls_silent(
    client: TestClient, analyst: Person, officer: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    path = f"/alerts/{world.alert_id}"
    assert client.post(f"{path}/presence", headers=analyst.headers).json() == [
        {"id": analyst.user.id, "name": "An"}
    ]
    client.post(f"{path}/presence", headers=analyst.headers)
    both = client.post(f"{path}/presence", headers=officer.headers).json()
    assert [one["name"] for one in both] == ["An", "Oanh"]
    for shown in (client.get(path, headers=officer.headers), client.get("/alerts", headers=officer.headers)):
        alert = shown.json() if isinstance(shown.json(), dict) else shown.json()[0]
        assert [one["name"] for one in alert["viewers"]] == ["An", "Oanh"]
        assert alert["version"] == 1
    clock.pass_by(PRESENT_FOR)
    assert client.get(path, headers=officer.headers).json()["viewers"] == []
    assert forget_viewers(sessions, now=clock.now) == 2
    with sessions() as session:
        assert session.scalars(select(AlertViewer)).all() == []


def test_an_alert_is_snoozed_and_woken_with_the_version_that_was_seen(
    client: TestClient, analyst: Person, world: World, clock: Clock
) -> None:
    path, until = f"/alerts/{world.alert_id}", (clock.now + timedelta(days=1)).isoformat()
    sent = {"until": until, "note": "the yearbook comes on Monday"}

    def post(act: str, tag: str | None, **body: Any) -> Any:
        headers = analyst.headers | ({"If-Match": tag} if tag else {})
        return client.post(f"{path}/{act}", headers=headers, json=body or None)

    assert post("snooze", None, **sent).status_code == 428
    assert post("snooze", '"4"', **sent).json()["current"]["version"] == 1
    assert post("snooze", '"1"', until=until, note="").status_code == 422
    assert post("snooze", '"1"', until="2026-11-23T09:00:00", note="no zone").status_code == 422
    snoozed = post("snooze", '"1"', **sent)
    assert (snoozed.status_code, snoozed.json()["state"], snoozed.headers["etag"]) == (200, "snoozed", '"2"')
    assert client.get("/alerts", headers=analyst.headers).json() == []
    assert len(client.get("/alerts?state=snoozed", headers=analyst.headers).json()) == 1
    assert post("wake", '"1"').status_code == 412
    assert post("wake", '"2"').json()["state"] == "new"
    assert post("wake", '"3"').status_code == 409


def preview(client: TestClient, who: Person, **sent: Any) -> Any:
    return client.post("/alerts/bulk/preview", headers=who.headers, json=sent)


def acts_on_many(sessions: Sessions) -> list[int]:
    """The log's entries of such acts, by their numbers."""
    with sessions() as session:
        acted = AuditEntry.action == "alerts.acted_on_many"
        return list(session.scalars(select(AuditEntry.id).where(acted)))


def test_many_are_counted_first_and_what_changed_since_is_left_alone(
    client: TestClient, analyst: Person, officer: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    first, second, third = add_alerts(sessions, 3, clock.now, world.desk_id)
    client.post(f"/alerts/{third}/hold", headers=officer.headers | {"If-Match": '"1"'})
    counted = preview(client, analyst, ids=[first, second, third, 999], outcome="not_about_us").json()
    assert (counted["count"], counted["ids"]) == (2, [first, second])
    assert counted["left"] == [
        {"alert_id": 999, "reason": "there is no such alert"},
        {"alert_id": third, "reason": "somebody else holds it"},
    ]
    client.post(f"/alerts/{second}/hold", headers=officer.headers | {"If-Match": '"1"'})
    token = {"token": counted["token"]}
    done = client.post("/alerts/bulk", headers=analyst.headers, json=token)
    assert (done.status_code, done.json()["done"]) == (200, [first])
    assert [one["alert_id"] for one in done.json()["left"]] == [second]
    before = acts_on_many(sessions)
    again = client.post("/alerts/bulk", headers=analyst.headers, json=token)
    assert (again.status_code, again.content) == (200, done.content)
    assert (len(before), acts_on_many(sessions)) == (1, before)
    assert client.post("/alerts/bulk", headers=officer.headers, json=token).status_code == 422
    clock.pass_by(timedelta(minutes=11))
    assert "older than" in client.post("/alerts/bulk", headers=analyst.headers, json=token).text
    assert client.post("/alerts/bulk", headers=analyst.headers, json={"token": "x"}).status_code == 422


def test_a_confirmation_sent_twice_at_once_is_one_act(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    chosen = add_alerts(sessions, 3, clock.now, world.desk_id)
    token = {"token": preview(client, analyst, ids=chosen, outcome="not_about_us").json()["token"]}

    def confirm(_: int) -> bytes:
        answered = client.post("/alerts/bulk", headers=analyst.headers, json=token)
        assert answered.status_code == 200
        return answered.content

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(confirm, range(4)))
    assert [json.loads(one)["done"] for one in answers] == [chosen]
    assert len(acts_on_many(sessions)) == 1


def test_another_preview_of_the_same_alerts_is_another_act(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    chosen = add_alerts(sessions, 1, clock.now, world.desk_id)
    tokens = [preview(client, analyst, ids=chosen, outcome="not_about_us").json()["token"] for _ in range(2)]
    first, second = (
        client.post("/alerts/bulk", headers=analyst.headers, json={"token": token}).json() for token in tokens
    )
    assert (first["done"], second["done"], len(second["left"])) == (chosen, [], 1)
    assert len(acts_on_many(sessions)) == 2


def test_a_part_of_the_queue_is_snoozed_by_filter(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    add_alerts(sessions, 4, clock.now, world.desk_id)
    until = (clock.now + timedelta(hours=5)).isoformat()
    counted = preview(client, analyst, matching={"least_priority": 0.5}, until=until, note="wait").json()
    assert counted["count"] == 3
    done = client.post("/alerts/bulk", headers=analyst.headers, json={"token": counted["token"]}).json()
    assert len(done["done"]) == 3
    assert len(client.get("/alerts", headers=analyst.headers).json()) == 2


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"outcome": "not_a_claim"}, "#/ids"),
        ({"ids": [1], "matching": {}, "outcome": "not_a_claim"}, "#/ids"),
        ({"ids": [1]}, "#/outcome"),
        ({"ids": [1], "outcome": "respond"}, "#/outcome"),
        ({"ids": [1], "outcome": "no_response"}, "#/note"),
        ({"ids": [1], "outcome": "duplicate_of"}, "#/duplicate_of"),
        ({"ids": [1], "outcome": "not_a_claim", "duplicate_of": 1}, "#/duplicate_of"),
        ({"ids": [1], "until": "2026-11-20T00:00:00Z", "note": "x"}, "#/until"),
    ],
)
def test_an_act_on_many_that_cannot_be_is_refused_before_it_is_counted(
    client: TestClient, analyst: Person, world: World, sent: dict[str, Any], pointer: str
) -> None:
    answer = preview(client, analyst, **sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_the_console_counts_confirms_and_snoozes_by_form(
    client: TestClient, people: People, world: World, sessions: Sessions, clock: Clock
) -> None:
    other, third = add_alerts(sessions, 2, clock.now, world.desk_id)
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    counted = submit(client, "/desk/bulk/preview", alert=[world.alert_id, other], act="not_a_claim")
    assert "Làm với 2 cảnh báo này" in counted.text
    assert "Mỗi quyết định hoàn tác được trong mười phút" in counted.text
    token = counted.text.split('name="token" value="')[1].split('"')[0]
    done = submit(client, "/desk/bulk", token=token).text
    assert "Đã làm xong 2 cảnh báo." in done
    assert re.search(r"Hoàn tác được đến .*\d\d:\d\d.*: mở từng cảnh báo dưới đây", done)
    for page in (counted.text, done):
        listed = page.split('<ul class="sightings">')[1].split("</ul>")[0]
        with sessions() as session:
            claims = session.scalars(
                select(ClaimGroup.text)
                .join(Alert, Alert.group_id == ClaimGroup.id)
                .where(Alert.id.in_([world.alert_id, other]))
            ).all()
        assert len(claims) == 2
        assert all(claim in listed for claim in claims)
        assert listed.count('class="from">') == 2, "each with its outlets"
    refused = submit(client, "/desk/bulk/preview", alert=[world.alert_id], act="duplicate_of")
    assert refused.status_code == 422
    nobody = submit(client, "/desk/bulk/preview", act="not_a_claim", note="không chọn gì")
    assert (nobody.status_code, "Cảnh báo: hãy chọn ít nhất một." in nobody.text) == (422, True)
    kept = submit(client, "/desk/bulk/preview", alert=[other, third], act="no_response", note="  ")
    assert kept.text.count('type="checkbox" name="alert"') == 2
    assert '<option value="no_response" selected>' in kept.text
    assert (
        "Đây là cảnh báo mà các cảnh báo kia trùng với"
        in submit(
            client, "/desk/bulk/preview", alert=[third], act="duplicate_of", duplicate_of=str(third)
        ).text
    )
    far = {"alert": [other], "act": "duplicate_of", "duplicate_of": "9999999999"}
    assert submit(client, "/desk/bulk/preview", **far).status_code == 422

    address = f"/desk/alerts/{third}"
    refused = submit(client, f"{address}/snooze", version=1, hours=72, note=" ")
    assert (refused.status_code, '<details class="snooze" open>' in refused.text) == (422, True)
    assert '<option value="72" selected>' in refused.text
    assert submit(client, f"{address}/snooze", version=1, hours=72, note="chờ niên giám").status_code == 303
    assert "tạm hoãn đến" in client.get(address, headers=HTML).text
    assert submit(client, f"{address}/wake", version=2).status_code == 303


def test_what_waits_too_long_is_shown_with_whom_it_was_told(
    client: TestClient, people: People, admin: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    (other,) = add_alerts(sessions, 1, clock.now, world.desk_id)
    with writing(sessions) as session:
        clock.now = MORNING + timedelta(hours=1)
        start_clocks(session, [session.get_one(Alert, world.alert_id)], policy=STANDARD, now=clock.now)
    assert client.get("/alerts?late=true", headers=admin.headers).json() == []
    clock.pass_by(timedelta(hours=1, minutes=30))
    assert escalate_due(sessions, now=clock.now) == 3
    (late,) = client.get("/alerts?late=true", headers=admin.headers).json()
    assert late["id"] == world.alert_id != other
    look, decision, response = late["clocks"]
    assert (look["kind"], look["urgency"], look["allowed_minutes"], look["is_late"]) == (
        "first_look",
        "high",
        60,
        True,
    )
    assert [one["told"] for one in look["escalations"]] == [[], [], ["Quan"]]
    assert (decision["is_late"], response["is_running"], response["due_at"]) == (False, False, None)
    metrics = client.get("/metrics", headers=admin.headers).text
    assert 'dinhchinh_clocks_late{kind="first_look"} 1.0' in metrics
    assert 'dinhchinh_clocks_late{kind="decision"} 0.0' in metrics
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    queue = client.get("/desk/?view=late", headers=HTML).text
    assert "Trễ xem từ" in queue
    assert f"#{other}" not in queue
    assert "Đã báo không có ai" in client.get(f"/desk/alerts/{world.alert_id}", headers=HTML).text


def test_a_page_is_in_order_across_states_and_desks(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    made = add_alerts(sessions, 8, clock.now, world.desk_id)
    with writing(sessions) as session:
        # Of each pair with one priority, one waits and is everybody's, the other is held or snoozed.
        for place, alert_id in enumerate(made):
            alert = session.get_one(Alert, alert_id)
            alert.state = (AlertState.NEW, AlertState.HELD, AlertState.NEW, AlertState.SNOOZED)[place % 4]
            alert.desk_id = None if alert.state is AlertState.NEW else world.desk_id
    seen: list[int] = []
    address = "/alerts?limit=2&state=new&state=held&state=snoozed&state=new"
    while address:
        answer = client.get(address, headers=analyst.headers)
        seen += [one["id"] for one in answer.json()]
        address = answer.headers.get("link", "").removeprefix("<").removesuffix('>; rel="next"')
    pairs = [made[place : place + 2][::-1] for place in range(0, 8, 2)]
    assert seen == [world.alert_id, *(alert_id for pair in pairs for alert_id in pair)]
