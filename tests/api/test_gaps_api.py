"""Information gaps over HTTP and in the console: searches are counted, and nobody's search is kept."""

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from models import AuditEntry, SearchCount, Sessions, UserRole
from tests.api.browsing import HTML, sign_in
from tests.api.conftest import PASSWORD, Clock, People, Person, World


def search(client: TestClient, who: Person, question: str) -> Any:
    return client.get("/passages", params={"q": question}, headers=who.headers)


def test_a_search_is_counted_by_subject_and_answered_or_not(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    assert search(client, analyst, "xuất khẩu gạo năm 2024").status_code == 200
    assert search(client, analyst, "bệnh viện ở Huế có bao nhiêu ca cúm").status_code == 200
    with sessions() as session:
        rows = session.scalars(select(SearchCount).order_by(SearchCount.subject)).all()
        assert (
            session.scalars(select(AuditEntry.action).where(AuditEntry.action.contains("search"))).all() == []
        )
    counted = [(row.subject, row.searches, row.unanswered) for row in rows]
    assert counted == [("economy_and_statistics", 1, 0), ("health", 1, 1)]
    gaps = client.get("/gaps", headers=analyst.headers).json()
    assert gaps["week"] == "2026-11-23"
    assert [(one["subject"], one["unanswered"]) for one in gaps["subjects"]] == [("health", 1)]
    assert client.get("/gaps?week=2026-11-22", headers=analyst.headers).json()["subjects"] == []
    assert client.get("/gaps?week=9999-12-31", headers=analyst.headers).status_code == 422


def test_the_console_shows_the_gaps_of_a_week(
    client: TestClient, people: People, analyst: Person, world: World, clock: Clock
) -> None:
    search(client, analyst, "bệnh viện ở Huế có bao nhiêu ca cúm")
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    page = client.get("/desk/gaps", headers=HTML).text
    assert "1 (tuần trước 0)" in page
    assert "Huế" not in page
    assert (
        "Tuần này không thấy khoảng trống nào." in client.get("/desk/gaps?week=2026-11-02", headers=HTML).text
    )
