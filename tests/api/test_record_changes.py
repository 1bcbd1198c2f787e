"""The record changes while an alert waits: its card, its page and the API say what is found now, and a person decides."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.views.record_changes import choose_before
from models import (
    Alert,
    ArticleVersion,
    Assessment,
    AssessmentPassage,
    Label,
    Passage,
    Sessions,
    fold,
    writing,
)
from tests.api.conftest import RECORD, Clock, Person, World

REVISED = "Năm 2024 cả nước xuất khẩu 12 triệu tấn gạo, theo số liệu điều chỉnh."


def find_anew(
    sessions: Sessions,
    clock: Clock,
    world: World,
    *,
    label: Label = Label.SUPPORTED,
    alert_worthy: bool = False,
    text: str | None = REVISED,
) -> int:
    """A day later the page of the passage says something else, and the claim has been held against that."""
    clock.now += timedelta(days=1)
    with writing(sessions) as session:
        old = session.get_one(Passage, world.passage_id)
        old.superseded_at = clock.now
        article = session.get_one(ArticleVersion, old.version_id).article_id
        version = ArticleVersion(
            article_id=article,
            number=2,
            title="Xuất khẩu gạo năm 2024",
            text_zstd=session.get_one(ArticleVersion, old.version_id).text_zstd,
            text_sha256="2" * 64,
            language="vi",
            fetched_at=clock.now,
        )
        assessment = Assessment(
            claim_id=world.claim_id,
            label=label,
            probability=0.03,
            probabilities={},
            threshold=0.91,
            alert_worthy=alert_worthy,
            differences=[],
            model="test-1",
            assessed_at=clock.now,
            considered_at=clock.now,
        )
        session.add_all([version, assessment])
        session.flush()
        if text is not None:
            passage = Passage(
                version_id=version.id,
                article_id=article,
                position=0,
                start=0,
                end=len(text),
                text=text,
                folded=fold(text),
                language="vi",
                publisher=old.publisher,
                publisher_kind=old.publisher_kind,
                filed_at=clock.now,
            )
            session.add(passage)
            session.flush()
            session.add(
                AssessmentPassage(assessment_id=assessment.id, rank=1, passage_id=passage.id, score=0.9)
            )
        session.get_one(Alert, world.alert_id).assessment_id = assessment.id
        return assessment.id


def test_an_alert_whose_record_has_not_changed_says_nothing_of_it(
    client: TestClient, analyst: Person, world: World
) -> None:
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert alert["record_change"] is None
    page = client.get(f"/desk/alerts/{world.alert_id}", headers=analyst.headers).text
    assert "Tư liệu đã thay đổi" not in page


def test_the_api_says_what_was_found_then_and_what_now(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    find_anew(sessions, clock, world)
    for alert in (
        client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json(),
        client.get("/alerts", headers=analyst.headers).json()[0],
    ):
        assert (alert["label"], alert["evidence"][0]["passage"]["text"]) == ("supported", REVISED)
        change = alert["record_change"]
        assert (change["label_before"], change["is_alert_worthy_before"]) == ("contradicted", True)
        assert change["passage_before"]["text"] == RECORD
        assert change["passage_before"]["superseded_at"] is not None
        assert change["is_still_contradicted"] is False


@pytest.mark.parametrize(
    ("label", "worthy", "words"),
    [
        (Label.SUPPORTED, False, "nay được tư liệu dẫn ra xác nhận"),
        (Label.NOT_ENOUGH_EVIDENCE, False, "nay chưa đủ tư liệu"),
        (Label.MISSING_CONTEXT, False, "nay thiếu bối cảnh"),
        (Label.CONTRADICTED, False, "nay chưa đủ tư liệu"),
        (Label.CONTRADICTED, True, "nay trái với tư liệu được dẫn"),
    ],
)
def test_card_and_page_say_it_and_warn_whoever_would_respond(
    client: TestClient,
    analyst: Person,
    world: World,
    sessions: Sessions,
    clock: Clock,
    label: Label,
    worthy: bool,
    words: str,
) -> None:
    find_anew(sessions, clock, world, label=label, alert_worthy=worthy)
    said = f"Tư liệu đã thay đổi sau khi nêu cảnh báo: {words}"
    assert said in client.get("/desk/", headers=analyst.headers).text
    headers = analyst.headers | {"If-Match": '"1"'}
    assert client.post(f"/alerts/{world.alert_id}/hold", headers=headers).status_code == 200
    page = client.get(f"/desk/alerts/{world.alert_id}", headers=analyst.headers).text
    assert said in page
    assert "Khi nêu cảnh báo: trái với tư liệu được dẫn" in page
    assert RECORD in page
    assert ("Tư liệu nay không còn trái với nội dung này." in page) is not worthy


def test_where_nothing_is_left_of_the_record_it_says_so(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    find_anew(sessions, clock, world, label=Label.NOT_ENOUGH_EVIDENCE, text=None)
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert alert["evidence"] == []
    assert alert["record_change"]["passage_before"]["text"] == RECORD
    assert "nay chưa đủ tư liệu" in client.get("/desk/", headers=analyst.headers).text


def test_a_page_that_says_the_same_in_a_new_edition_is_no_change(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    find_anew(sessions, clock, world, label=Label.CONTRADICTED, alert_worthy=True, text=RECORD)
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert alert["record_change"] is None


def test_a_card_marks_the_passage_that_was_replaced_and_not_judged_anew_yet(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = clock.now
    assert "Trang này đã thay đổi sau đó" in client.get("/desk/", headers=analyst.headers).text


def test_a_drafting_alert_says_that_subscribers_wait_for_whoever_begins_the_brief(
    client: TestClient, analyst: Person, officer: Person, world: World, sessions: Sessions, clock: Clock
) -> None:
    headers = analyst.headers | {"If-Match": '"1"'}
    client.post(f"/alerts/{world.alert_id}/hold", headers=headers)
    headers = analyst.headers | {"If-Match": '"2"'}
    sent = {"outcome": "respond"}
    client.post(f"/alerts/{world.alert_id}/decide", headers=headers, json=sent)
    find_anew(sessions, clock, world)
    page = client.get(f"/desk/alerts/{world.alert_id}", headers=officer.headers).text
    assert "chỉ được báo khi có người bắt đầu soạn" in page


@pytest.mark.parametrize(
    ("assessed", "chosen"),
    [
        ([-2, -1, 1], 1),
        ([-2, 0, 1], 1),
        ([1, 2, 3], 0),
        ([2], None),
    ],
)
def test_what_stood_when_the_alert_was_raised_is_what_counts_as_before(
    assessed: list[int], chosen: int | None, clock: Clock
) -> None:
    raised_at = clock.now
    made = []
    for number, hours in enumerate(assessed):
        made.append(
            Assessment(
                claim_id=1,
                label=Label.CONTRADICTED,
                probability=0.9,
                probabilities={},
                threshold=0.9,
                alert_worthy=True,
                differences=[],
                model="test",
                assessed_at=raised_at + timedelta(hours=hours),
            )
        )
        made[-1].id = number
    before = choose_before(made, made[-1], raised_at)
    assert before is (None if chosen is None else made[chosen])
