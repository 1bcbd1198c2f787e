"""The forms of silence, a right claim and a wrong record, and the task for the desk that owns the record."""

from fastapi.testclient import TestClient

from api.accounts import create_desk
from models import Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, RECORD, People, Person, World


def test_a_wrong_record_is_a_task_of_the_desk_that_owns_it(
    client: TestClient, analyst: Person, people: People, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        ministry = create_desk(session, slug="bo", name="Bộ", now=MORNING)
    owner = people.add("chu", UserRole.ANALYST, ministry.id)
    url = f"/alerts/{world.alert_id}"
    client.post(f"{url}/hold", headers=analyst.headers | {"If-Match": '"1"'})
    sent = {
        "outcome": "record_is_wrong",
        "note": "Bảng 4 là của năm trước.",
        "passage_id": world.passage_id,
        "owner_desk": "bo",
    }
    headers = analyst.headers | {"If-Match": '"2"'}
    assert client.post(f"{url}/decide", headers=headers, json=sent | {"owner_desk": "x"}).status_code == 404
    (decision,) = client.post(f"{url}/decide", headers=headers, json=sent).json()["decisions"]
    assert decision["passage_id"] == world.passage_id

    assert client.get("/record-tasks", headers=analyst.headers).json() == []
    (task,) = client.get("/record-tasks?is_open=true", headers=owner.headers).json()
    assert (task["id"], task["note"], task["passage"]["text"]) == (
        decision["task_id"],
        "Bảng 4 là của năm trước.",
        RECORD,
    )
    path = f"/record-tasks/{task['id']}/resolve"
    settled = {"resolution": "corrected", "note": "Đã thay bảng 4."}
    assert client.post(path, headers=analyst.headers, json=settled).status_code == 404
    assert client.post(path, headers=owner.headers, json=settled).json()["resolved_by"] == "Chu"
    assert client.post(path, headers=owner.headers, json=settled).status_code == 409
    assert client.get("/record-tasks?is_open=true", headers=owner.headers).json() == []


def test_no_response_and_a_right_claim_are_decided_with_their_own_fields(
    client: TestClient, analyst: Person, world: World
) -> None:
    url = f"/alerts/{world.alert_id}"
    client.post(f"{url}/hold", headers=analyst.headers | {"If-Match": '"1"'})
    headers = analyst.headers | {"If-Match": '"2"'}
    silent = {"outcome": "no_response", "note": "x", "ground": "small_reach"}
    wrong = client.post(f"{url}/decide", headers=headers, json=silent | {"passage_id": world.passage_id})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/passage_id")
    decided = client.post(f"{url}/decide", headers=headers, json=silent).json()
    assert decided["decisions"][0]["ground"] == "small_reach"


def test_the_console_opens_and_settles_a_task_in_forms(
    client: TestClient, people: People, world: World
) -> None:
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    url = f"/desk/alerts/{world.alert_id}"
    submit(client, f"{url}/hold", version=1)
    page = client.get(url, headers=HTML).text
    assert "trả lời sẽ làm lan rộng thêm" in page
    decided = submit(
        client,
        f"{url}/decide",
        version=2,
        outcome="record_is_wrong",
        note="Bảng cũ.",
        ground="small_reach",
        passage=str(world.passage_id),
        owner="trung-uong",
    )
    assert decided.status_code == 303
    assert "Việc số 1" in client.get(url, headers=HTML).text
    tasks = client.get("/desk/tasks", headers=HTML).text
    assert RECORD in tasks
    assert "Bảng cũ." in tasks
    empty = submit(client, "/desk/tasks/1/resolve", resolution="stands", note=" ")
    assert (empty.status_code, RECORD in empty.text) == (422, True)
    assert submit(client, "/desk/tasks/1/resolve", resolution="stands", note="Đúng rồi.").status_code == 303
    assert "The record stands" in client.get("/desk/tasks?lang=en", headers=HTML).text
