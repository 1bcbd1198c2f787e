"""A published brief whose source says something else: marked in the list and on its page, and a task among the others."""

import pytest
from fastapi.testclient import TestClient

from alerts import note_outdated
from models import Passage, RecordTask, Sessions, writing
from tests.api.conftest import RECORD, Clock, Person, World
from tests.api.publishing import TITLE, Publisher


@pytest.fixture
def brief_id(publisher: Publisher, sessions: Sessions, clock: Clock, world: World) -> int:
    """A published brief whose source has been taken out of the record."""
    brief_id = publisher.answer()
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = clock.now
    note_outdated(sessions, now=clock.now)
    return brief_id


def test_the_list_and_the_page_of_the_brief_are_marked(
    client: TestClient, officer: Person, brief_id: int
) -> None:
    (listed,) = client.get("/briefs", headers=officer.headers).json()
    assert listed["state"] == "published"
    assert listed["source_changed_at"] is not None
    for path in ("/desk/briefs", f"/desk/briefs/{brief_id}"):
        assert "Tư liệu được dẫn đã thay đổi" in client.get(path, headers=officer.headers).text


def test_a_brief_whose_sources_stand_is_not_marked(
    client: TestClient, officer: Person, publisher: Publisher, sessions: Sessions, clock: Clock
) -> None:
    publisher.answer()
    note_outdated(sessions, now=clock.now)
    (listed,) = client.get("/briefs", headers=officer.headers).json()
    assert listed["source_changed_at"] is None
    assert "Tư liệu được dẫn đã thay đổi" not in client.get("/desk/briefs", headers=officer.headers).text


def test_its_task_says_which_brief_and_which_passage(
    client: TestClient, officer: Person, brief_id: int, world: World
) -> None:
    (task,) = client.get("/record-tasks", headers=officer.headers).json()
    assert (task["brief_id"], task["brief_title"]) == (brief_id, TITLE)
    assert (task["passage"]["id"], task["alert_id"]) == (world.passage_id, world.alert_id)
    assert (task["opened_by"], task["note"], task["is_said_otherwise"]) == (None, "", False)
    page = client.get("/desk/tasks", headers=officer.headers).text
    assert f'<a href="/desk/briefs/{brief_id}">' in page
    assert RECORD in page
    assert "đoạn này không còn thuộc kho tư liệu" in page


def test_a_task_that_was_over_by_itself_says_so(
    client: TestClient, officer: Person, brief_id: int, world: World, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = None
    note_outdated(sessions, now=clock.now)
    (task,) = client.get("/record-tasks", headers=officer.headers).json()
    assert (task["resolution"], task["resolved_by"]) == ("stands", None)
    assert "Nguồn lại nói như cũ" in client.get("/desk/tasks", headers=officer.headers).text
    (listed,) = client.get("/briefs", headers=officer.headers).json()
    assert listed["source_changed_at"] is None


def test_whoever_answers_for_the_brief_settles_it(
    client: TestClient, approver: Person, brief_id: int, sessions: Sessions
) -> None:
    with sessions() as session:
        task_id = session.query(RecordTask).filter_by(brief_id=brief_id).one().id
    sent = {"resolution": "stands", "note": "Số của năm ấy."}
    answer = client.post(f"/record-tasks/{task_id}/resolve", headers=approver.headers, json=sent)
    assert answer.status_code == 200, answer.text
    assert answer.json()["resolved_by"] == "Phuong"
    (listed,) = client.get("/briefs", headers=approver.headers).json()
    assert listed["source_changed_at"] is None
