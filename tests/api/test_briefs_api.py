"""Briefs over HTTP: two people, every block with its source, corrected and withdrawn in the open."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.services import Services
from models import Delivery, Event, EventType, Passage, Sessions, UserRole, writing
from tests.api.browsing import sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, RECORD, People, Person, Scales, World
from tests.api.subscribing import RecordingSender, deliver


class Office:
    """Short ways to act on one brief, always at its present version."""

    def __init__(self, client: TestClient, brief_id: int) -> None:
        self.client = client
        self.id = brief_id

    def read(self, who: Person) -> Any:
        return self.client.get(f"/briefs/{self.id}", headers=who.headers)

    def act(self, who: Person, path: str, **sent: Any) -> Any:
        tag = {"If-Match": self.read(who).headers["etag"]}
        return self.client.post(f"/briefs/{self.id}/{path}", headers=who.headers | tag, json=sent or None)

    def newest(self, who: Person) -> int:
        version_id: int = self.read(who).json()["texts"][0]["id"]
        return version_id


def text(passage_id: int, title: str = "Xuất khẩu gạo năm 2024", **more: Any) -> dict[str, Any]:
    blocks = [
        {"kind": "fact", "text": "Cả nước xuất khẩu 9,18 triệu tấn.", "passage_ids": [passage_id]},
        {"kind": "claim", "text": "Có báo viết 12 triệu tấn.", "is_statement": True},
    ]
    return {"language": "vi", "title": title, "blocks": blocks} | more


@pytest.fixture
def office(client: TestClient, officer: Person, world: World) -> Office:
    """A brief opened for the alert, with its first, extractive text."""
    url = f"/alerts/{world.alert_id}"
    client.post(f"{url}/hold", headers=officer.headers | {"If-Match": '"1"'})
    client.post(f"{url}/decide", headers=officer.headers | {"If-Match": '"2"'}, json={"outcome": "respond"})
    made = client.post(f"{url}/draft", headers=officer.headers, json={"language": "vi"})
    assert made.status_code == 201, made.text
    return Office(client, made.json()["id"])


def publish(office: Office, officer: Person, approver: Person, **sent: Any) -> Any:
    assert office.act(officer, "submit", language="vi").status_code == 200
    assert office.act(approver, f"versions/{office.newest(approver)}/approve").status_code == 200
    return office.act(officer, "publish", language="vi")


def test_the_first_text_is_made_of_quotations_with_their_sources(
    office: Office, officer: Person, world: World
) -> None:
    brief = office.read(officer).json()
    (draft,) = brief["texts"]
    assert [block["kind"] for block in draft["blocks"]][:2] == ["fact", "claim"]
    assert RECORD in draft["blocks"][0]["text"]
    assert [one["id"] for one in draft["blocks"][0]["passages"]] == [world.passage_id]
    assert draft["problems"] == []


def test_an_alert_is_answered_by_one_brief(
    office: Office, client: TestClient, officer: Person, world: World
) -> None:
    again = client.post(f"/alerts/{world.alert_id}/draft", headers=officer.headers)
    assert (again.status_code, again.json()["current"]["id"]) == (409, office.id)


def test_whoever_wrote_or_submitted_it_cannot_approve_it(
    office: Office, officer: Person, approver: Person, world: World
) -> None:
    office.act(approver, "versions", **text(world.passage_id))
    office.act(officer, "submit", language="vi")
    own = office.act(approver, f"versions/{office.newest(approver)}/approve")
    assert (own.status_code, own.json()["type"]) == (403, "http://facts.example/problems#not-allowed")
    assert office.act(officer, f"versions/{office.newest(officer)}/approve").status_code == 403
    early = office.act(officer, "publish", language="vi")
    assert early.status_code == 409


def test_an_uncited_block_stands_in_the_way_of_approval_and_is_named(
    office: Office, officer: Person, approver: Person, world: World
) -> None:
    uncited = text(world.passage_id)
    uncited["blocks"].append({"kind": "fact", "text": "Ai cũng biết thế."})
    office.act(officer, "versions", **uncited)
    office.act(officer, "submit", language="vi")
    refused = office.act(approver, f"versions/{office.newest(approver)}/approve")
    assert (refused.status_code, refused.json()["type"]) == (422, "http://facts.example/problems#not-ready")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/blocks/2"]


def test_a_source_that_was_replaced_before_the_approval_is_named_with_its_block(
    office: Office, officer: Person, approver: Person, world: World, sessions: Sessions
) -> None:
    office.act(officer, "versions", **text(world.passage_id))
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = MORNING
    (problem,) = office.act(officer, "submit", language="vi").json()["texts"][0]["problems"]
    assert (problem["kind"], problem["position"], problem["passage_id"]) == ("replaced", 1, world.passage_id)
    refused = office.act(approver, f"versions/{office.newest(approver)}/approve")
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (
        422,
        ["#/blocks/0"],
    )


def test_evidence_against_it_is_listed_and_must_be_answered_before_approval(
    office: Office, client: TestClient, officer: Person, approver: Person, world: World, scales: Scales
) -> None:
    scales.verdicts[world.passage_id] = ("supported", "12 triệu")
    without = text(world.passage_id)
    without["blocks"] = [{"kind": "fact", "text": "Không dẫn gì.", "is_statement": True}]
    office.act(officer, "versions", **without)
    submitted = office.act(officer, "submit", language="vi").json()
    (against,) = submitted["undermining"]
    assert (against["passage"]["id"], against["reason"]) == (world.passage_id, "supports_claim")
    assert [one["kind"] for one in submitted["texts"][0]["problems"]] == ["unanswered"]
    refused = office.act(approver, f"versions/{office.newest(approver)}/approve")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
        422,
        f"#/undermining/{world.passage_id}",
    )
    path = f"undermining/{world.passage_id}/acknowledge"
    answered = office.act(officer, path, reason="Bảng này đã được thay.").json()
    assert answered["undermining"][0]["acknowledged_by"] == "Oanh"
    assert answered["texts"][0]["problems"] == []
    assert office.act(approver, f"versions/{office.newest(approver)}/approve").status_code == 200


def test_a_brief_that_cites_a_passage_for_the_opposite_of_what_it_says_is_not_approved(
    office: Office, officer: Person, approver: Person, world: World, scales: Scales
) -> None:
    scales.verdicts[world.passage_id] = ("contradicted", "81,9 triệu tấn")
    wrong = {"kind": "fact", "text": "Cả nước xuất khẩu 81,9 triệu tấn.", "passage_ids": [world.passage_id]}
    written = text(world.passage_id)
    written["blocks"][0] = wrong
    office.act(officer, "versions", **written)
    submitted = office.act(officer, "submit", language="vi").json()
    (against,) = submitted["undermining"]
    assert (against["reason"], against["answered_in"]) == ("contradicts_text", [])
    (problem,) = submitted["texts"][0]["problems"]
    assert (problem["kind"], problem["passage_id"]) == ("contradicted", world.passage_id)
    assert problem["statement"] == "Cả nước xuất khẩu 81,9 triệu tấn."
    refused = office.act(approver, f"versions/{office.newest(approver)}/approve")
    assert refused.status_code == 422
    assert "which no citation answers" in refused.json()["detail"]
    # Shown to readers as what differs, it is answered.
    differing = {"kind": "difference", "text": "Bảng năm 2024 ghi khác.", "passage_ids": [world.passage_id]}
    office.act(officer, "versions", **written | {"blocks": [*written["blocks"], differing]})
    submitted = office.act(officer, "submit", language="vi").json()
    assert (submitted["undermining"][0]["answered_in"], submitted["texts"][0]["problems"]) == (["vi"], [])
    assert office.act(approver, f"versions/{office.newest(approver)}/approve").status_code == 200


def test_each_language_is_asked_about_its_own_sentences(
    office: Office, officer: Person, approver: Person, world: World, scales: Scales
) -> None:
    def write(language: str, said: str) -> None:
        block = {"kind": "fact", "text": said, "passage_ids": [world.passage_id]}
        sent = {"language": language, "title": "Gạo", "blocks": [block]}
        assert office.act(officer, "versions", **sent).status_code == 201

    def approve(language: str) -> Any:
        assert office.act(officer, "submit", language=language).status_code == 200
        (newest,) = [one["id"] for one in office.read(officer).json()["texts"] if one["language"] == language]
        return office.act(approver, f"versions/{newest}/approve")

    scales.verdicts[world.passage_id] = ("contradicted", "81")
    write("vi", "Cả nước xuất khẩu 81,9 triệu tấn.")
    write("en", "The country exported 9.18 million tonnes.")
    approved = approve("en")
    assert approved.status_code == 200, "the Vietnamese sentence is no matter of the English text"
    assert [(one["language"], one["statement"]) for one in approved.json()["undermining"]] == [
        ("vi", "Cả nước xuất khẩu 81,9 triệu tấn.")
    ]
    assert approve("vi").status_code == 422
    write("vi", "Cả nước xuất khẩu 9,18 triệu tấn.")
    write("en", "The country exported 81.9 million tonnes.")
    assert approve("vi").status_code == 200
    refused = approve("en")
    assert refused.status_code == 422
    assert "The country exported 81.9 million tonnes." in refused.json()["detail"]
    path = f"undermining/{world.passage_id}/acknowledge"
    assert office.act(officer, path, reason="Năm khác.", language="vi").status_code == 404
    office.act(officer, path, reason="Năm khác.", language="en")
    (against,) = office.read(officer).json()["undermining"]
    assert (against["language"], against["acknowledged_in"]) == ("en", ["en"])


def test_evidence_that_arrives_between_submission_and_approval_is_seen(
    office: Office, officer: Person, approver: Person, world: World, scales: Scales, sessions: Sessions
) -> None:
    statement = {"kind": "fact", "text": "Cả nước xuất khẩu 9,18 triệu tấn.", "is_statement": True}
    office.act(officer, "versions", **text(world.passage_id) | {"blocks": [statement]})
    assert office.act(officer, "submit", language="vi").json()["undermining"] == []
    scales.verdicts[world.passage_id] = ("contradicted", "9,18 triệu tấn")
    assert office.act(approver, f"versions/{office.newest(approver)}/approve").status_code == 422
    (against,) = office.read(officer).json()["undermining"]
    assert against["reason"] == "contradicts_text"
    assert against["statement"] == "Cả nước xuất khẩu 9,18 triệu tấn."
    again = office.act(officer, "undermining", passage_id=world.passage_id, note="Xem lại.")
    assert again.status_code == 409
    scales.verdicts.clear()
    assert office.act(officer, "undermining/look").json()["undermining"] == []
    named = office.act(officer, "undermining", passage_id=world.passage_id, note="Xem lại.").json()
    assert (named["undermining"][0]["named_by"], named["undermining"][0]["note"]) == ("Oanh", "Xem lại.")


def test_one_person_is_one_person_by_browser_and_by_key(
    office: Office, client: TestClient, people: People, officer: Person, world: World
) -> None:
    chief = people.add("chi", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "chi@facts.example")
    written = submit(
        client,
        f"/desk/briefs/{office.id}/write",
        version=2,
        language="vi",
        title="Gạo",
        block_text=["Của tôi"],
    )
    assert written.status_code == 303
    client.cookies.clear()
    office.act(officer, "submit", language="vi")
    refused = office.act(chief, f"versions/{office.newest(chief)}/approve")
    assert (refused.status_code, refused.json()["type"]) == (403, "http://facts.example/problems#not-allowed")


def test_an_approved_text_goes_out_at_a_set_time_by_the_clocks_of_a_zone(
    office: Office, officer: Person, approver: Person
) -> None:
    office.act(officer, "submit", language="vi")
    early = office.act(officer, "schedule", language="vi", at="2026-12-01T08:00")
    assert early.status_code == 409
    office.act(approver, f"versions/{office.newest(approver)}/approve")
    scheduled = office.act(officer, "schedule", language="vi", at="2026-12-01T08:00").json()
    schedule = scheduled["texts"][0]["schedule"]
    assert (schedule["publish_at"], schedule["time_zone"]) == ("2026-12-01T01:00:00Z", "Asia/Ho_Chi_Minh")
    skipped = office.act(officer, "schedule", language="vi", at="2027-03-28T02:30", time_zone="Europe/Berlin")
    assert (skipped.status_code, skipped.json()["errors"][0]["pointer"]) == (422, "#/at")
    called_off = office.act(officer, "unschedule", language="vi").json()
    assert called_off["texts"][0]["schedule"]["called_off_reason"] == "cancelled"
    assert called_off["texts"][0]["approved_at"] is not None


def test_versions_are_compared_sentence_by_sentence_and_commented_on(
    office: Office, client: TestClient, officer: Person, analyst: Person, world: World
) -> None:
    first = office.newest(officer)
    office.act(officer, "versions", **text(world.passage_id))
    other = text(world.passage_id, "Xuất khẩu gạo cả năm 2024")
    other["blocks"][0] |= {
        "text": "Cả nước xuất khẩu 9,2 triệu tấn.",
        "passage_ids": [],
        "is_statement": True,
    }
    office.act(officer, "versions", **other)
    newest = office.newest(officer)
    path = f"/briefs/{office.id}/versions/{newest}"
    changes = client.get(f"{path}/changes", headers=analyst.headers).json()
    assert (changes["earlier"], changes["later"]) == (2, 3)
    (change,) = changes["changes"]
    assert change["kind"] == "changed"
    assert [change["before"][slice(*place)] for place in change["removed"]] == ["9,18"]
    assert [change["after"][slice(*place)] for place in change["added"]] == ["9,2"]
    assert changes["title"]["after"] == "Xuất khẩu gạo cả năm 2024"
    assert changes["no_longer_cited"] == [world.passage_id]
    assert client.get(f"{path}/changes?since=1", headers=analyst.headers).json()["earlier"] == 1
    assert client.get(f"{path}/changes?since=3", headers=analyst.headers).status_code == 404
    only = f"/briefs/{office.id}/versions/{first}/changes"
    assert client.get(only, headers=analyst.headers).status_code == 404

    sent = {"text": "Làm tròn thế nào?", "block": 1}
    commented = client.post(f"{path}/comments", headers=analyst.headers, json=sent)
    assert commented.status_code == 201
    (comment,) = client.get(path, headers=officer.headers).json()["comments"]
    assert (comment["text"], comment["block"], comment["commented_by"]) == ("Làm tròn thế nào?", 1, "An")


def test_a_claim_sent_as_the_offices_own_statement_is_not_taken_for_one(
    office: Office, officer: Person, approver: Person, world: World
) -> None:
    written = office.act(officer, "versions", **text(world.passage_id)).json()
    (newest,) = written["texts"]
    assert [(one["kind"], one["is_statement"]) for one in newest["blocks"]] == [
        ("fact", False),
        ("claim", False),
    ]
    assert newest["problems"] == []
    assert publish(office, officer, approver).status_code == 200


def test_a_passage_that_is_not_there_cannot_be_cited(office: Office, officer: Person) -> None:
    answer = office.act(officer, "versions", **text(9999))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/passage_ids")


def test_writing_on_a_stale_version_loses_nothing(
    office: Office, client: TestClient, officer: Person, approver: Person, world: World
) -> None:
    seen = office.read(officer).headers["etag"]
    office.act(approver, "versions", **text(world.passage_id, "Của người khác"))
    url, headers = f"/briefs/{office.id}/versions", officer.headers | {"If-Match": seen}
    stale = client.post(url, headers=headers, json=text(world.passage_id, "Của tôi"))
    assert stale.status_code == 412
    assert stale.json()["current"]["texts"][0]["title"] == "Của người khác"
    assert client.post(url, headers=officer.headers, json=text(world.passage_id)).status_code == 428


def test_refusal_and_recall_need_a_reason_and_send_it_back(
    office: Office, officer: Person, approver: Person
) -> None:
    office.act(officer, "submit", language="vi")
    version = office.newest(approver)
    assert office.act(approver, f"versions/{version}/refuse", reason=" ").status_code == 422
    assert office.act(approver, f"versions/{version}/refuse", reason="Thiếu ngày.").json()["state"] == "draft"
    office.act(officer, "submit", language="vi")
    office.act(approver, f"versions/{version}/approve")
    recalled = office.act(approver, f"versions/{version}/recall", reason="Đọc lại.")
    assert recalled.json()["texts"][0]["approved_at"] is None


def test_a_brief_is_published_corrected_and_withdrawn_in_the_open(
    office: Office, client: TestClient, officer: Person, approver: Person, world: World, sessions: Sessions
) -> None:
    page = f"/published/{office.id}/vi"
    assert client.get(page).status_code == 404
    published = publish(office, officer, approver)
    assert (published.status_code, published.json()["state"]) == (200, "published")
    assert RECORD in client.get(page).text
    assert "9,18" in client.get("/published/feed.atom").text

    corrected = text(
        world.passage_id, "Gạo: 9,18 triệu tấn", grade="correction", change_note="Tiêu đề sai năm."
    )
    assert office.act(officer, "correct", **corrected).status_code == 201
    assert "Gạo: 9,18" not in client.get(page).text
    assert publish(office, officer, approver).json()["state"] == "corrected"
    now = client.get(page).text
    assert "Gạo: 9,18 triệu tấn" in now
    assert "Tiêu đề sai năm." in now
    assert "Đây là phiên bản cũ" in client.get(f"{page}/1").text

    assert office.act(officer, "withdraw", reason="Số liệu được công bố lại.").status_code == 201
    assert office.act(approver, f"versions/{office.newest(approver)}/approve").status_code == 200
    assert office.act(officer, "publish", language="vi").json()["state"] == "withdrawn"
    gone = client.get(page)
    assert gone.status_code == 200
    assert "đã được rút lại" in gone.text
    assert "Số liệu được công bố lại." in gone.text
    json = client.get(f"/published/{office.id}.json").json()
    assert json["withdrawal_reason"] == "Số liệu được công bố lại."
    assert [one["grade"] for one in json["editions"]] == ["withdrawal", "correction", "first"]

    with sessions() as session:
        told = session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.type for event in told] == [
        EventType.ALERT_CONFIRMED,
        EventType.BRIEF_PUBLISHED,
        EventType.BRIEF_CORRECTED,
        EventType.BRIEF_WITHDRAWN,
    ]
    assert f'"url":"http://facts.example{page}"' in told[1].body


def test_readers_are_told_the_office_and_not_who_in_it(
    office: Office, client: TestClient, officer: Person, approver: Person
) -> None:
    publish(office, officer, approver)
    for path in ("/", f"/published/{office.id}", f"/published/{office.id}.json", "/published/feed.atom"):
        body = client.get(path).text
        assert "Oanh" not in body
        assert "Phuong" not in body
    assert "Phòng Thông tin" in client.get(f"/published/{office.id}").text


def test_subscribers_are_told_in_the_same_moment(
    office: Office,
    client: TestClient,
    officer: Person,
    approver: Person,
    editor: Person,
    sessions: Sessions,
    services: Services,
) -> None:
    client.post("/subscriptions", headers=editor.headers, json={"url": "https://paper.example/hook"})
    deliver(services, RecordingSender(200))
    publish(office, officer, approver)
    with sessions() as session:
        _, delivery = session.scalars(select(Delivery).order_by(Delivery.id))
        assert session.get_one(Event, delivery.event_id).type is EventType.BRIEF_PUBLISHED


def test_a_fact_sheet_answers_no_alert(client: TestClient, officer: Person, world: World) -> None:
    made = client.post("/briefs", headers=officer.headers, json={"subject": "health"})
    assert made.status_code == 201
    assert client.get(made.headers["location"], headers=officer.headers).json()["subject"] == "health"
    assert client.post("/briefs", headers=officer.headers, json={}).status_code == 422


def test_a_brief_changes_its_subject_until_subscribers_know_it_by_that(
    office: Office, client: TestClient, officer: Person, approver: Person
) -> None:
    changed = office.act(officer, "subject", subject="health")
    assert (changed.status_code, changed.json()["subject"]) == (200, "health")
    publish(office, officer, approver)
    late = office.act(officer, "subject", subject="education_and_culture")
    assert late.status_code == 409
    assert "subscribers know it by that" in late.json()["detail"]
    assert client.get(f"/briefs/{office.id}", headers=officer.headers).json()["subject"] == "health"


def test_a_version_of_another_brief_is_not_there(
    office: Office, client: TestClient, officer: Person, approver: Person
) -> None:
    other = client.post("/briefs", headers=officer.headers, json={"subject": "health"}).json()["id"]
    version = office.newest(officer)
    assert client.get(f"/briefs/{other}/versions/{version}", headers=officer.headers).status_code == 404
    headers = approver.headers | {"If-Match": '"1"'}
    assert client.post(f"/briefs/{other}/versions/{version}/approve", headers=headers).status_code == 404
