"""A sentence tried out, over the API and on the page: gates, passages, what differs, how sure, by which record."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models import Assessment, Label, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, RECORD, Clock, People, Person, World

SURE = "Năm 2024 có 12 triệu tấn gạo."
UNSURE = "Có 12 triệu tấn gạo."
BELOW = "dưới ngưỡng cảnh báo"


@pytest.fixture
def desk(client: TestClient, people: People, world: World) -> TestClient:
    """An analyst's browser."""
    people.add("binh", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "binh@facts.example")
    return client


def check(client: TestClient, person: Person, **sent: Any) -> Any:
    return client.post("/check", headers=person.headers, json=sent)


def test_a_checked_sentence_shows_all_that_led_to_the_verdict(client: TestClient, analyst: Person) -> None:
    shown = check(client, analyst, sentence=SURE).json()
    assert [(one["gate"], one["passed"]) for one in shown["gates"]] == [
        ("fact", True),
        ("about_vietnam", True),
        ("checkable", True),
    ]
    assert (shown["label"], shown["is_alert_worthy"], shown["model"]) == ("contradicted", True, "test")
    assert (shown["probability"], shown["label_threshold"], shown["threshold"]) == (0.97, 0.5, 0.9)
    [difference] = shown["differences"]
    assert difference["claim"] == SURE[slice(*difference["claim_at"])]
    assert difference["passage"] == RECORD[slice(*difference["passage_at"])]
    passage = shown["passages"][0]
    assert {"publisher", "publisher_kind", "published_at", "score", "url"} <= set(passage)
    assert (passage["publisher"], passage["publisher_kind"]) == ("Cục Thống kê", "official")


def test_what_lies_below_the_alert_threshold_says_so(
    client: TestClient, analyst: Person, world: World
) -> None:
    shown = check(client, analyst, sentence=UNSURE).json()
    assert (shown["label"], shown["is_alert_worthy"]) == ("contradicted", False)


def test_the_gate_that_stopped_a_sentence_is_named_and_the_later_ones_were_not_asked(
    client: TestClient, analyst: Person, world: World
) -> None:
    shown = check(client, analyst, sentence="Chính sách này quá chậm.").json()
    assert [(one["passed"], one["reason"]) for one in shown["gates"]] == [
        (False, "opinion"),
        (None, "not asked"),
        (None, "not asked"),
    ]
    assert (shown["label"], shown["is_alert_worthy"], shown["passages"]) == (None, None, [])


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        pytest.param({"sentence": ""}, "#/sentence", id="empty"),
        pytest.param({"sentence": " \n\t "}, "#/sentence", id="only spaces"),
        pytest.param({"sentence": "Gạo " * 600}, "#/sentence", id="longer than a sentence"),
        pytest.param({"sentence": "Gạo " * 6000}, "#/sentence", id="longer than is read at all"),
        pytest.param({"sentence": SURE, "language": "fr"}, "#/language", id="a language that is not read"),
        pytest.param({"sentence": SURE, "as_of": "2024-06-30T00:00"}, "#/as_of", id="a time without a zone"),
    ],
)
def test_what_is_no_sentence_is_one_clear_problem(
    client: TestClient, analyst: Person, sent: dict[str, str], pointer: str
) -> None:
    answer = check(client, analyst, **sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_sentence_is_checked_by_the_record_of_its_day(
    client: TestClient, analyst: Person, world: World
) -> None:
    before = check(client, analyst, sentence=SURE, as_of="2020-01-01T00:00:00Z").json()
    assert (before["as_of"], before["passages"]) == ("2020-01-01T00:00:00Z", [])
    assert check(client, analyst, sentence=SURE, as_of="2027-01-01T00:00:00Z").json()["passages"] != []


def test_the_page_marks_both_sides_and_gives_gates_thresholds_and_model(desk: TestClient) -> None:
    page = submit(desk, "/desk/check", sentence=SURE).text
    assert page.count("<mark>") == 2
    for words in ("Nêu một dữ kiện", "Đối chiếu được", "97,0%", "90,0%", "50,0%", "Mô hình test", "độ khớp"):
        assert words in page
    assert BELOW not in page


def test_the_page_does_not_let_a_hint_be_taken_for_a_finding(desk: TestClient) -> None:
    page = submit(desk, "/desk/check", sentence=UNSURE).text
    assert "trái với tư liệu được dẫn" in page
    assert BELOW in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"sentence": "  "}, "Hãy nhập một câu"),
        ({"sentence": "Gạo " * 600}, "2000 ký tự"),
        ({"sentence": SURE, "as_of": "hôm qua"}, "Ngày không đúng"),
    ],
)
def test_the_page_says_what_to_mend_and_keeps_what_was_typed(
    desk: TestClient, form: dict[str, str], said: str
) -> None:
    answer = submit(desk, "/desk/check", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert form["sentence"].strip() in answer.text


def test_the_page_checks_by_the_record_of_a_day(desk: TestClient) -> None:
    page = submit(desk, "/desk/check", sentence=SURE, as_of="2020-01-01").text
    assert "Chưa có đoạn tư liệu nào." in page
    assert "01/01/2020" in page


@pytest.fixture
def hinted(world: World, sessions: Sessions) -> World:
    """The claim's label is contradicted, but not surely enough for an alert."""
    with writing(sessions) as session:
        session.query(Assessment).one().alert_worthy = False
    return world


def test_a_claim_says_whether_its_label_is_a_finding(
    client: TestClient, analyst: Person, hinted: World
) -> None:
    claim = client.get(f"/claims/{hinted.claim_id}", headers=analyst.headers).json()
    assert (claim["label"], claim["is_alert_worthy"]) == ("contradicted", False)
    found = client.get("/claims?label=contradicted&is_alert_worthy=true", headers=analyst.headers).json()
    assert found == []
    hints = client.get("/claims?label=contradicted&is_alert_worthy=false", headers=analyst.headers).json()
    assert [one["id"] for one in hints] == [hinted.claim_id]


@pytest.fixture
def out_of_context(world: World, sessions: Sessions) -> World:
    """The claim's passage says it under a condition that the claim leaves out."""
    with writing(sessions) as session:
        assessment = session.query(Assessment).one()
        assessment.label, assessment.alert_worthy, assessment.probability = Label.MISSING_CONTEXT, False, 0.0
        assessment.differences = [{"kind": "context", "claim": None, "passage": [0, 3]}]
    return world


def test_missing_context_is_a_label_of_its_own_in_the_interface_the_figures_and_the_metrics(
    client: TestClient, analyst: Person, admin: Person, out_of_context: World
) -> None:
    [claim] = client.get("/claims?label=missing_context", headers=analyst.headers).json()
    assert (claim["id"], claim["is_alert_worthy"]) == (out_of_context.claim_id, False)
    shown = client.get(f"/claims/{claim['id']}", headers=analyst.headers).json()
    [difference] = shown["differences"]
    assert (difference["kind"], difference["claim"], difference["passage"]) == ("context", None, RECORD[:3])
    counts = client.get("/stats/public").json()["assessed"]
    assert (counts["missing_context"], counts["contradicted"]) == (1, 0)
    metrics = client.get("/metrics", headers=admin.headers).text
    assert 'dinhchinh_assessments{label="missing_context"} 1.0' in metrics
    assert "dinhchinh_assessments_alert_worthy 0.0" in metrics


@pytest.mark.parametrize(
    ("language", "label", "note", "kind"),
    [
        ("vi", "thiếu bối cảnh", "tự nó không thành cảnh báo", "điều kiện bị bỏ qua"),
        ("en", "missing context", "raises no alert by itself", "condition left out"),
    ],
)
def test_the_pages_say_missing_context_in_words_and_that_it_is_no_alert(
    desk: TestClient, out_of_context: World, language: str, label: str, note: str, kind: str
) -> None:
    desk.cookies.set("dinhchinh_language", language)
    for path in ("/desk/", f"/desk/alerts/{out_of_context.alert_id}"):
        page = desk.get(path, headers=HTML).text
        assert label in page
        assert note in page
    assert kind in page


def test_an_alert_that_only_a_person_raised_says_so_in_the_queue(desk: TestClient, hinted: World) -> None:
    for path in ("/desk/", f"/desk/alerts/{hinted.alert_id}"):
        assert BELOW in desk.get(path, headers=HTML).text


def test_the_public_counts_what_the_record_contradicts_only_where_it_is_a_finding(
    client: TestClient, world: World, sessions: Sessions, clock: Clock
) -> None:
    assert client.get("/stats/public").json()["assessed"][Label.CONTRADICTED] == 1
    clock.pass_by(timedelta(minutes=1))
    with writing(sessions) as session:
        session.query(Assessment).one().alert_worthy = False
    counts = client.get("/stats/public").json()
    assert (counts["assessed"]["contradicted"], counts["assessed"]["not_enough_evidence"]) == (0, 1)
    assert counts["by_origin"]["domestic"]["contradicted"] == 0
    assert counts["by_origin"]["domestic"]["not_enough_evidence"] == 1
