"""What was met and answered before, beside a claim: in order, with what became of it, and nothing decided by it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models import Alert, Claim, ClaimGroup, Desk, Sessions, Source, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import CLAIM, PASSWORD, Clock, People, Person, World, add_claim
from tests.api.test_briefs_api import Office, publish
from tests.api.test_briefs_api import office as office

AGAIN = "Trong năm 2024, Việt Nam xuất khẩu 12 triệu tấn gạo."


@pytest.fixture
def earlier(sessions: Sessions, world: World, clock: Clock) -> int:
    """The id of an alert about nearly the same, decided a week ago."""
    with writing(sessions) as session:
        seen_at = clock.now - timedelta(days=7)
        group = ClaimGroup(
            key="again", text=AGAIN, language="vi", first_seen_at=seen_at, last_seen_at=seen_at
        )
        session.add(group)
        session.flush()
        add_claim(session, session.get_one(Source, world.source_id), "Gạo", group, seen_at, AGAIN)
        alert = Alert(
            group_id=group.id,
            assessment_id=None,
            raised_at=seen_at,
            updated_at=seen_at,
            priority=0.1,
            priority_parts={"probability": 0.1},
            desk_id=world.desk_id,
        )
        session.add(alert)
        session.flush()
        return alert.id


def decide(client: TestClient, who: Person, alert_id: int, outcome: str, note: str) -> None:
    url = f"/alerts/{alert_id}"
    client.post(f"{url}/hold", headers=who.headers | {"If-Match": '"1"'})
    sent = {"outcome": outcome, "note": note}
    answer = client.post(f"{url}/decide", headers=who.headers | {"If-Match": '"2"'}, json=sent)
    assert answer.status_code == 200, answer.text


def read(client: TestClient, who: Person, path: str) -> Any:
    answer = client.get(path, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_earlier_claim_is_shown_with_its_alert_and_what_was_decided(
    client: TestClient, analyst: Person, world: World, earlier: int
) -> None:
    decide(client, analyst, earlier, "claim_is_right", "Đã kiểm tra số liệu hải quan.")
    for path in (f"/alerts/{world.alert_id}/similar", f"/claims/{world.claim_id}/similar"):
        (found,) = read(client, analyst, path)["claims"]
        assert (found["text"], found["sighting"]["outlet"]) == (AGAIN, "Báo Thanh Lam Mới")
        assert 0.0 < found["score"] <= 1.0
        assert (found["alert"]["id"], found["alert"]["outcome"]) == (earlier, "claim_is_right")
        assert found["alert"]["note"] == "Đã kiểm tra số liệu hải quan."


def test_a_near_claim_changes_nothing_by_itself(
    client: TestClient, analyst: Person, world: World, earlier: int, sessions: Sessions
) -> None:
    decide(client, analyst, earlier, "not_a_claim", "")
    before = read(client, analyst, f"/alerts/{world.alert_id}")
    read(client, analyst, f"/alerts/{world.alert_id}/similar")
    assert read(client, analyst, f"/alerts/{world.alert_id}") == before
    with sessions() as session:
        assert len(set(session.scalars(select(Claim.group_id)))) == 2


def test_an_alert_is_merged_into_a_similar_one_from_its_page(
    client: TestClient, people: People, world: World, earlier: int
) -> None:
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    address = f"/desk/alerts/{world.alert_id}"
    offered = f"Cùng một nội dung: gộp vào cảnh báo {earlier}"
    assert offered in client.get(address, headers=HTML).text
    assert submit(client, f"{address}/merge", version=1, into=999).status_code == 404
    assert submit(client, f"{address}/merge", version=1, into=earlier).status_code == 303
    merged = client.get(address, headers=HTML).text
    assert f"Đã gộp vào cảnh báo số {earlier}" in merged
    assert offered not in merged
    lead = client.get(f"/desk/alerts/{earlier}", headers=HTML).text
    assert f"/desk/alerts/{world.alert_id}" in lead
    assert "Cùng một nội dung" not in lead, "what repeats this one is no alert to merge it into"


def test_another_desks_alert_is_not_told_of(
    client: TestClient, analyst: Person, world: World, earlier: int, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        other = Desk(slug="bo-y-te", name="Bộ Y tế", created_at=clock.now)
        session.add(other)
        session.flush()
        session.get_one(Alert, earlier).desk_id = other.id
    (found,) = read(client, analyst, f"/alerts/{world.alert_id}/similar")["claims"]
    assert (found["text"], found["alert"]) == (AGAIN, None)


def test_a_group_that_a_person_emptied_is_left_out(
    client: TestClient, analyst: Person, world: World, earlier: int, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        group_id = session.get_one(Alert, earlier).group_id
        for claim in session.scalars(select(Claim).where(Claim.group_id == group_id)):
            claim.group_id = None
    assert read(client, analyst, f"/alerts/{world.alert_id}/similar")["claims"] == []


def test_a_published_brief_is_shown_by_its_nearest_part(
    office: Office, client: TestClient, officer: Person, approver: Person, world: World
) -> None:
    similar = f"/alerts/{world.alert_id}/similar"
    assert read(client, officer, similar)["briefs"] == [], "a draft is no precedent"
    assert publish(office, officer, approver).status_code == 200
    (found,) = read(client, officer, similar)["briefs"]
    assert (found["brief_id"], found["state"]) == (office.id, "published")
    assert CLAIM in found["part"]


def test_what_is_not_there_has_no_precedents(
    client: TestClient, people: People, analyst: Person, world: World, clock: Clock, sessions: Sessions
) -> None:
    for path in ("/alerts/999/similar", "/claims/999/similar"):
        assert client.get(path, headers=analyst.headers).status_code == 404
    editor = people.add("bien", UserRole.EDITOR)
    assert client.get(f"/claims/{world.claim_id}/similar", headers=editor.headers).status_code == 403
