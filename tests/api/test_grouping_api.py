"""Merging, splitting and undoing over HTTP and by form: people have the last word, and can take it back."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from models import Claim, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, Clock, People, Person, World, add_alerts


def post(client: TestClient, who: Person, path: str, tag: str | None, **sent: Any) -> Any:
    headers = who.headers | ({} if tag is None else {"If-Match": tag})
    return client.post(path, headers=headers, json=sent)


def read(client: TestClient, who: Person, alert_id: int) -> Any:
    return client.get(f"/alerts/{alert_id}", headers=who.headers).json()


def test_a_merged_alert_counts_with_the_one_it_repeats_and_is_shown_there(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    (repeat,) = add_alerts(sessions, 1, clock.now, world.desk_id)
    lead = f"/alerts/{world.alert_id}"
    assert post(client, analyst, f"{lead}/merge", None, into=repeat).status_code == 428
    assert post(client, analyst, f"{lead}/merge", '"9"', into=repeat).status_code == 412
    assert post(client, analyst, f"/alerts/{repeat}/merge", '"1"', into=999).status_code == 404
    merged = post(client, analyst, f"{lead}/merge", '"1"', into=repeat)
    assert (merged.status_code, merged.json()["duplicate_of"]) == (200, repeat)
    assert merged.headers["etag"] == '"3"'
    shown = read(client, analyst, repeat)
    # One of the two outlets carries the other text too.
    assert (shown["outlet_count"], shown["outlets_lately"]) == (2, 2)
    assert [(one["id"], len(one["outlets"])) for one in shown["repeats"]] == [(world.alert_id, 2)]
    assert shown["priority_parts"]["outlets"] > 0
    again = post(client, analyst, f"{lead}/merge", '"3"', into=repeat)
    assert (again.status_code, again.json()["current"]["state"]) == (409, "closed")


def test_a_list_counts_the_outlets_of_a_repeat_beside_the_one_it_repeats(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    """The first repeats the second, which repeats the third: each counts its own and what repeats it."""
    second, third = add_alerts(sessions, 2, clock.now, world.desk_id)
    merged = post(client, analyst, f"/alerts/{world.alert_id}/merge", '"1"', into=second)
    assert merged.status_code == 200
    assert post(client, analyst, f"/alerts/{second}/merge", '"1"', into=third).status_code == 200
    listed = client.get("/alerts", headers=analyst.headers, params={"state": ["new", "closed"]}).json()
    assert {one["id"]: one["outlet_count"] for one in listed} == {world.alert_id: 2, second: 2, third: 2}


def test_an_alert_that_somebody_else_holds_is_not_merged_away(
    client: TestClient, analyst: Person, officer: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    (other,) = add_alerts(sessions, 1, clock.now, world.desk_id)
    assert post(client, officer, f"/alerts/{other}/hold", '"1"').status_code == 200
    refused = post(client, analyst, f"/alerts/{other}/merge", '"2"', into=world.alert_id)
    assert (refused.status_code, refused.json()["current"]["held_by"]) == (409, "Oanh")
    assert post(client, officer, f"/alerts/{other}/merge", '"2"', into=world.alert_id).status_code == 200


def test_another_desks_alert_is_not_there_to_merge_into(
    client: TestClient, people: People, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    (shared,) = add_alerts(sessions, 1, clock.now, None)
    client.post("/desks", headers=people.add("q", UserRole.ADMIN).headers, json={"slug": "xa", "name": "Xa"})
    stranger = people.add("la", UserRole.ANALYST, world.desk_id + 1)
    answer = post(client, stranger, f"/alerts/{shared}/merge", '"1"', into=world.alert_id)
    assert answer.status_code == 404


def test_a_claim_is_split_off_for_good_and_says_so(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    path = f"/alerts/{world.alert_id}/split"
    sightings = read(client, analyst, world.alert_id)["sightings"]
    both = [one["claim_id"] for one in sightings]
    assert post(client, analyst, path, None, claim_ids=both[:1], note="x").status_code == 428
    assert post(client, analyst, path, '"1"', claim_ids=both, note="x").status_code == 422
    assert post(client, analyst, path, '"1"', claim_ids=both[:1], note=" ").status_code == 422
    made = post(client, analyst, path, '"1"', claim_ids=both[:1], note="about September")
    assert made.status_code == 201
    assert made.headers["location"] == f"/alerts/{made.json()['id']}"
    (moved,) = made.json()["sightings"]
    assert (moved["claim_id"], moved["group_reason"], moved["group_score"]) == (
        both[0],
        "split by hand",
        None,
    )
    left = read(client, analyst, world.alert_id)
    assert (left["version"], [one["claim_id"] for one in left["sightings"]]) == (2, both[1:])
    stale = post(client, analyst, path, '"1"', claim_ids=both[1:], note="again")
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)


def test_a_decision_is_undone_by_whoever_took_it_within_ten_minutes(
    client: TestClient, analyst: Person, officer: Person, world: World, clock: Clock
) -> None:
    path = f"/alerts/{world.alert_id}"
    post(client, analyst, f"{path}/hold", '"1"')
    post(client, analyst, f"{path}/decide", '"2"', outcome="not_a_claim")
    assert post(client, officer, f"{path}/undo", '"3"').status_code == 403
    assert post(client, analyst, f"{path}/undo", None).status_code == 428
    undone = post(client, analyst, f"{path}/undo", '"3"')
    assert (undone.status_code, undone.json()["state"], undone.json()["decisions"]) == (200, "held", [])
    post(client, analyst, f"{path}/decide", '"4"', outcome="not_about_us")
    clock.pass_by(timedelta(minutes=11))
    late = post(client, analyst, f"{path}/undo", '"5"')
    assert (late.status_code, late.json()["current"]["outcome"]) == (409, "not_about_us")


def test_the_page_says_why_claims_are_one_and_splits_and_undoes_by_form(
    client: TestClient, people: People, world: World, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        claim.group_reason, claim.group_score = "the same words but for gần", 0.9
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    address = f"/desk/alerts/{world.alert_id}"
    page = client.get(address, headers=HTML).text
    assert "cùng từ ngữ, chỉ khác gần (90%)" in page
    assert "2 nơi đăng, 2 nơi trong 24 giờ qua" in page
    nobody = submit(client, f"{address}/split", version=1, note="tháng khác")
    assert (nobody.status_code, "Các câu đã chọn: hãy chọn ít nhất một." in nobody.text) == (422, True)
    assert 'required value="tháng khác"' in nobody.text
    refused = submit(client, f"{address}/split", version=1, claim=world.claim_id, note=" ")
    assert (refused.status_code, refused.text.count('form="split" checked')) == (422, 1)
    assert 'name="outcome"' not in refused.text
    done = submit(client, f"{address}/split", version=1, claim=world.claim_id, note="tháng khác")
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/alerts/{world.alert_id + 1}")
    assert "do người tách riêng" in client.get(f"/desk/alerts/{world.alert_id + 1}", headers=HTML).text

    submit(client, f"{address}/hold", version=2)
    submit(client, f"{address}/decide", version=3, outcome="not_a_claim")
    assert "Hoàn tác quyết định" in client.get(address, headers=HTML).text
    assert submit(client, f"{address}/undo", version=4).status_code == 303
    assert "Bạn đang xử lý" in client.get(address, headers=HTML).text
