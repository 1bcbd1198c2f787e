"""The console without scripts: what waits is read, held, decided and answered by plain links and forms."""

import re
from collections.abc import Iterable
from datetime import timedelta
from html import unescape
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from alerts import Invalid, ProblemKind, publish_due
from alerts.subjects import Subject, label_subject
from api.pages.editing import gather_blocks, read_numbers
from api.pages.rendering import link_only, mark, moment
from api.pages.wording import VALUE_TABLES, VALUES, WORD_TABLES, WORDS
from classify.values import DifferenceKind
from ingest.diagnosis import LEGEND
from models import (
    AlertState,
    Article,
    BlockKind,
    Brief,
    BriefState,
    ChangeGrade,
    Claim,
    ClaimGroup,
    Ground,
    Label,
    Outcome,
    Passage,
    PublisherKind,
    ReportState,
    Role,
    Sessions,
    Source,
    SourceFetch,
    SourceState,
    TaskResolution,
    Undermining,
    UserRole,
    fold,
    nfc,
    writing,
)
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, RECORD, Clock, People, Scales, World, add_claim


@pytest.fixture
def desk(client: TestClient, people: People, world: World) -> TestClient:
    """A press officer's browser."""
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    return client


def read(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_queue_shows_claim_and_record_side_by_side(desk: TestClient) -> None:
    page = read(desk, "/desk/")
    assert "Năm 2024 Việt Nam xuất khẩu <mark>12</mark> triệu tấn gạo." in page
    assert "cả nước xuất khẩu <mark>9,18</mark> triệu tấn gạo" in page
    assert "trái với tư liệu được dẫn" in page
    assert "Chỉ có nguồn chính thức" in page
    assert "Cục Thống kê" in page
    assert "2 nơi đăng" in page
    # What the probability adds to the priority is not the probability.
    assert "xác suất: góp 0,48 trên 0,5" in page
    assert "probability: adds 0.48 of 0.5" in read(desk, "/desk/?lang=en")


@pytest.mark.parametrize(
    ("query", "vietnamese", "english"),
    [
        ("view=late", "Không có cảnh báo nào trễ hạn.", "Nothing is late."),
        ("view=snoozed", "Không có cảnh báo nào đang tạm hoãn.", "Nothing is snoozed."),
        ("view=in_work", "Không có cảnh báo nào đang trả lời.", "Nothing is being answered."),
        ("view=done", "Chưa có cảnh báo nào đã xong.", "Nothing is done yet."),
        ("view=mine", "Bạn không giữ cảnh báo nào.", "You hold no alert."),
        ("subject=health", "Không có cảnh báo nào về chủ đề này ở đây.", "Nothing on this subject here."),
    ],
)
def test_an_empty_list_says_of_what_there_is_nothing(
    desk: TestClient, query: str, vietnamese: str, english: str
) -> None:
    shown = read(desk, f"/desk/?{query}&lang=vi")
    assert vietnamese in shown
    assert "đang chờ." not in shown
    assert english in read(desk, f"/desk/?{query}&lang=en")


def test_english_is_one_link_away_and_stays(desk: TestClient) -> None:
    assert 'lang="en"' in read(desk, "/desk/?lang=en")
    assert "contradicted by the record cited" in read(desk, "/desk/")
    assert "trái với tư liệu được dẫn" in read(desk, "/desk/?lang=vi")


def test_the_other_language_keeps_what_the_page_shows_and_is_offered_where_it_can_be_read(
    desk: TestClient, world: World
) -> None:
    def switch(page: str) -> str | None:
        found = re.search(r'<a href="([^"]*)"[^>]* hreflang="en"', page)
        return None if found is None else unescape(found[1])

    late = read(desk, "/desk/?view=late&subject=health&lang=vi")
    assert switch(late) == "?view=late&subject=health&lang=en"
    # The answer to a form has no address of its own, unless the form comes from there.
    assert switch(submit(desk, f"/desk/alerts/{world.alert_id}/decide", version=1).text) is None
    assert switch(submit(desk, "/desk/check", sentence="").text) == "?lang=en"
    desk.cookies.clear()
    assert (
        switch(desk.post("/desk/sign-in", data={"email": "a", "password": "b"}, headers=HTML).text)
        == "?lang=en"
    )


def test_an_alert_is_held_decided_and_answered_by_forms_alone(desk: TestClient, world: World) -> None:
    url = f"/desk/alerts/{world.alert_id}"
    assert submit(desk, f"{url}/hold", version=1).headers["location"] == f"{url}?did=held"
    assert "Bạn đang xử lý đến" in read(desk, url)
    assert (
        submit(desk, f"{url}/decide", version=2, outcome="respond", note="Khác xa thống kê.").status_code
        == 303
    )
    assert "Khác xa thống kê." in read(desk, url)
    opened = submit(desk, f"{url}/brief", language="vi")
    brief = opened.headers["location"]
    page = read(desk, brief)
    assert "9,18 triệu tấn" in page
    assert submit(desk, f"{brief}/submit", version=2, language="vi").status_code == 303
    assert "chờ duyệt" in read(desk, brief)


def test_an_alert_shows_claims_like_it_that_were_met_before(
    desk: TestClient, world: World, sessions: Sessions, clock: Clock
) -> None:
    again = "Trong năm 2024, Việt Nam xuất khẩu 12 triệu tấn gạo."
    with writing(sessions) as session:
        group = ClaimGroup(
            key="again", text=again, language="vi", first_seen_at=clock.now, last_seen_at=clock.now
        )
        session.add(group)
        session.flush()
        add_claim(session, session.get_one(Source, world.source_id), "Gạo", group, clock.now, again)
    page = read(desk, f"/desk/alerts/{world.alert_id}")
    assert again in page
    assert "Có phải cùng một nội dung hay không, người quyết định." in page


def test_a_decision_that_came_too_late_shows_the_present_state_and_keeps_the_note(
    desk: TestClient, world: World
) -> None:
    url = f"/desk/alerts/{world.alert_id}"
    submit(desk, f"{url}/hold", version=1)
    answer = submit(desk, f"{url}/decide", version=1, outcome="no_response", note="Việc nhỏ & đã cũ.")
    assert answer.status_code == 409
    assert "Việc nhỏ &amp; đã cũ." in answer.text
    assert 'name="version" value="2"' in answer.text
    missing = submit(desk, f"{url}/decide", version=2, outcome="no_response", note="")
    assert missing.status_code == 422
    quicker = "Có người đã thay đổi trước."
    assert (quicker in answer.text, quicker in missing.text) == (True, False)


def test_a_refused_decision_keeps_every_field_of_its_form(desk: TestClient, world: World) -> None:
    url = f"/desk/alerts/{world.alert_id}"
    submit(desk, f"{url}/hold", version=1)
    wrong = submit(
        desk,
        f"{url}/decide",
        version=2,
        outcome="record_is_wrong",
        note="",
        passage=world.passage_id,
        owner="",
        ground="small_reach",
    )
    assert wrong.status_code == 422
    chosen = re.findall(r'<option value="([^"]*)" selected>', wrong.text)
    assert str(world.passage_id) in chosen
    assert "small_reach" in chosen
    assert wrong.text.count('<option value="">–</option>') == 3
    nowhere = submit(
        desk, f"{url}/decide", version=2, outcome="duplicate_of", note="Như hôm qua.", duplicate_of="999"
    )
    assert nowhere.status_code == 404
    assert "Như hôm qua." in nowhere.text
    assert 'name="duplicate_of" value="999"' in nowhere.text
    assert submit(desk, "/desk/alerts/999/hold", version=1).status_code == 404


def test_a_brief_is_written_in_the_form_and_nothing_typed_is_lost(desk: TestClient, world: World) -> None:
    url = f"/desk/alerts/{world.alert_id}"
    submit(desk, f"{url}/hold", version=1)
    submit(desk, f"{url}/decide", version=2, outcome="respond")
    brief = submit(desk, f"{url}/brief", language="vi", draft="false").headers["location"]
    fields = {
        "language": "vi",
        "title": "Gạo năm 2024",
        "kind": ["claim", "fact", "context"],
        "block_text": ["Có báo viết 12 triệu tấn.", "Thống kê là 9,18 triệu tấn.", "  "],
        "passages": ["", f"{world.passage_id}", ""],
        "position": ["2", "1", "3"],
        "statement": ["0"],
    }
    refused = submit(desk, f"{brief}/write", version=1, **fields | {"passages": ["", "số một", ""]})
    assert refused.status_code == 422
    assert "Thống kê là 9,18 triệu tấn." in refused.text
    assert "số một" in refused.text
    assert submit(desk, f"{brief}/write", version=1, **fields).status_code == 303
    page = read(desk, brief)
    assert page.index("Thống kê là 9,18 triệu tấn.") < page.index("Có báo viết 12 triệu tấn.")
    stale = submit(desk, f"{brief}/write", version=1, **fields | {"title": "Của tôi"})
    assert stale.status_code == 409
    assert "Của tôi" in stale.text


def test_a_fact_sheet_is_opened_on_a_subject_and_what_it_lacks_is_said_in_the_readers_language(
    desk: TestClient, world: World, sessions: Sessions
) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi")
    brief = opened.headers["location"].partition("?")[0]
    with sessions() as session:
        assert session.scalars(select(Brief.desk_id)).all() == [world.desk_id]
    fields = {"language": "vi", "title": "Y tế", "kind": ["fact"], "block_text": ["Ai cũng biết thế."]}
    submit(desk, f"{brief}/write", version=1, **fields)
    assert "Đoạn 1 “Ai cũng biết thế.”: chưa dẫn đoạn tư liệu nào" in read(desk, brief)
    assert "Block 1 “Ai cũng biết thế.”: has neither a passage" in read(desk, f"{brief}?lang=en")
    assert submit(desk, "/desk/briefs", subject="", language="vi").status_code == 422
    assert '<select name="subject" required><option value="">' in read(desk, "/desk/briefs?lang=vi")
    quoted = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    assert "Năm 2024 cả nước xuất khẩu 9,18 triệu tấn gạo" in read(desk, quoted.headers["location"])


def test_figures_that_nothing_cited_says_are_named_and_are_no_obstacle(
    desk: TestClient, world: World
) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    assert "tư liệu được dẫn không nêu" not in read(desk, brief)
    fields = {
        "language": "vi",
        "title": "Gạo năm 2025",
        "kind": ["fact", "claim", "difference"],
        "block_text": [
            "Xuất khẩu 9,81 triệu tấn, trị giá 5,75 tỷ USD.",
            "Bài báo viết 12 triệu tấn.",
            "Bài báo viết 12 triệu tấn, tư liệu ghi 9,18 triệu tấn.",
        ],
        "passages": [str(world.passage_id), "", str(world.passage_id)],
    }
    submit(desk, f"{brief}/write", version=2, **fields)
    page = read(desk, brief)
    hint = page.partition("tư liệu được dẫn không nêu")[2].partition("</div>")[0]
    assert re.findall(r"<li>(.*?)</li>", hint) == ["Tiêu đề: “2025”", "Đoạn 1: “9,81 triệu”"]
    assert submit(desk, f"{brief}/submit", version=3, language="vi").status_code == 303
    assert "not in what is cited" in read(desk, f"{brief}?lang=en")


def test_the_subject_of_a_brief_is_changed_in_a_form(desk: TestClient, sessions: Sessions) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi")
    brief = opened.headers["location"].partition("?")[0]
    assert "Đổi chủ đề" in read(desk, brief)
    sent = {"version": 1, "language": "vi", "subject": "education_and_culture"}
    assert submit(desk, f"{brief}/subject", **sent).status_code == 303
    assert '<span class="subject">Giáo dục' in read(desk, brief)
    late = submit(desk, f"{brief}/subject", **sent | {"subject": "rankings_and_indices"})
    assert late.status_code == 409, "somebody had changed it since that page was read"
    with sessions() as session:
        assert session.scalars(select(Brief.subject)).all() == ["education_and_culture"]


def test_a_brief_that_is_drafted_from_a_search_is_about_what_its_passages_are_about(
    desk: TestClient, world: World, sessions: Sessions
) -> None:
    form = read(desk, "/desk/search?q=xuat+khau+gao")
    assert '<option value="">theo các đoạn đã chọn</option>' in form
    assert '<option value="economy_and_statistics" selected>' not in form.split('id="quote"')[1]
    filtered = read(desk, "/desk/search?q=xuat+khau+gao&subject=economy_and_statistics")
    assert '<option value="economy_and_statistics" selected>' in filtered.split('id="quote"')[1]
    submit(desk, "/desk/briefs", subject="", language="vi", passage=[world.passage_id])
    with sessions() as session:
        told = label_subject(f"Xuất khẩu gạo năm 2024\n{RECORD}").subject
        assert session.scalars(select(Brief.subject)).all() == [told]
    with writing(sessions) as session:
        passage = session.get_one(Passage, world.passage_id)
        article = session.get_one(Article, passage.article_id)
        article.title = "Bệnh viện, vắc xin, dịch bệnh và bệnh nhân"
    submit(desk, "/desk/briefs", subject="", language="vi", passage=[world.passage_id])
    with sessions() as session:
        assert session.scalars(select(Brief.subject).order_by(Brief.id)).all()[1] == "health"


def test_a_block_whose_source_was_replaced_is_named_with_a_link_to_what_its_page_says_now(
    desk: TestClient, world: World, sessions: Sessions
) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    said = "dẫn tư liệu mà nguồn đã thay đổi sau đó"
    assert said not in read(desk, brief)
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = MORNING
    problem = rf'Đoạn 1 “[^”]+” \(<a href="(/desk/passages/{world.passage_id})">Đoạn số \d+</a>\): {said}'
    found = re.search(problem, read(desk, brief))
    assert found is not None
    assert RECORD in read(desk, found[1])


def test_a_text_held_back_for_a_replaced_source_says_so_in_the_readers_language(
    desk: TestClient, people: People, world: World, sessions: Sessions, clock: Clock
) -> None:
    people.add("duc", UserRole.APPROVER, world.desk_id, PASSWORD)
    opened = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    submit(desk, f"{brief}/submit", version=2, language="vi")
    sign_in(desk, "duc@facts.example")
    assert submit(desk, f"{brief}/versions/1/approve", version=3, language="vi").status_code == 303
    zone = {"at": "2026-12-01T08:00", "time_zone": "Asia/Ho_Chi_Minh"}
    assert submit(desk, f"{brief}/schedule", version=4, language="vi", **zone).status_code == 303
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = MORNING
    released = publish_due(sessions, permalink=lambda number, language: "", now=MORNING + timedelta(days=30))
    assert released.held_back == 1
    page = read(desk, brief)
    assert "vì những điểm nêu dưới đây." in page
    assert "Từ khi duyệt đến nay đã thiếu" in page
    assert "cites what its source" not in page
    refused = submit(desk, f"{brief}/publish", version=5, language="vi")
    assert (refused.status_code, "dẫn tư liệu mà nguồn đã thay đổi" in refused.text) == (422, True)
    assert "for what stands below." in read(desk, f"{brief}?lang=en")


def test_evidence_against_a_brief_stands_beside_it_and_is_acknowledged_in_a_form(
    desk: TestClient, world: World, scales: Scales
) -> None:
    scales.verdicts[world.passage_id] = ("supported", "12 triệu")
    url = f"/desk/alerts/{world.alert_id}"
    submit(desk, f"{url}/hold", version=1)
    submit(desk, f"{url}/decide", version=2, outcome="respond")
    brief = submit(desk, f"{url}/brief", language="vi").headers["location"].partition("?")[0]
    assert "Đã dẫn trong lời văn." in read(desk, brief)
    fields = {
        "language": "vi",
        "title": "Gạo",
        "kind": ["fact"],
        "block_text": ["Của ta."],
        "statement": ["0"],
    }
    submit(desk, f"{brief}/write", version=2, **fields)
    page = read(desk, brief)
    assert "khớp với nội dung đã đăng" in page
    assert "Chưa trả lời." in page
    nowhere = {"version": 3, "language": "vi", "passage": "999", "note": "Nói khác hẳn."}
    mistyped = submit(desk, f"{brief}/undermining", **nowhere)
    assert mistyped.status_code == 404
    assert "Nói khác hẳn.</textarea>" in mistyped.text
    assert 'name="passage" value="999"' in mistyped.text
    acknowledged = submit(
        desk,
        f"{brief}/undermining/{world.passage_id}/acknowledge",
        version=3,
        language="vi",
        reason="Bảng cũ.",
    )
    assert acknowledged.status_code == 303
    assert "Oanh đã xem xét:</strong> Bảng cũ." in read(desk, brief)
    named = submit(desk, f"{brief}/undermining", version=3, language="vi", passage="x", note="y")
    assert named.status_code == 422
    scales.verdicts.clear()
    assert submit(desk, f"{brief}/undermining/look", version=3, language="vi").status_code == 303


def test_a_passage_cited_for_the_sentence_it_contradicts_is_asked_about_beside_that_sentence(
    desk: TestClient, world: World, scales: Scales
) -> None:
    scales.verdicts[world.passage_id] = ("contradicted", "81,9")
    opened = submit(desk, "/desk/briefs", subject="health", language="vi")
    brief = opened.headers["location"].partition("?")[0]
    fields = {
        "title": "Gạo",
        "block_text": ["Xuất khẩu 81,9 triệu tấn."],
        "passages": [str(world.passage_id)],
    }
    submit(desk, f"{brief}/write", version=1, language="vi", kind=["fact"], **fields)
    submit(desk, f"{brief}/submit", version=2, language="vi")
    page = read(desk, brief)
    assert "Đã dẫn trong lời văn." not in page
    assert "Chưa trả lời." in page
    assert (
        "hãy trích trong đoạn “Điểm khác”, hoặc nêu vì sao vẫn giữ câu – “Xuất khẩu 81,9 triệu tấn.”" in page
    )
    assert "quote it in a block on what differs, or say why the sentence stands" in read(
        desk, f"{brief}?lang=en"
    )
    reason = {"version": 3, "language": "vi", "reason": "Bảng này ghi theo lịch khác."}
    submit(desk, f"{brief}/undermining/{world.passage_id}/acknowledge", **reason)
    answered = read(desk, f"{brief}?lang=vi")
    assert "Bảng này ghi theo lịch khác." in answered
    assert "hãy trích trong đoạn" not in answered


def test_the_page_of_one_language_does_not_ask_about_the_sentences_of_the_other(
    desk: TestClient, world: World, scales: Scales
) -> None:
    scales.verdicts[world.passage_id] = ("contradicted", "81")
    opened = submit(desk, "/desk/briefs", subject="health", language="vi")
    brief = opened.headers["location"].partition("?")[0]
    fields = {"title": "Gạo", "kind": ["fact"], "passages": [str(world.passage_id)]}
    submit(
        desk, f"{brief}/write", version=1, language="vi", block_text=["Xuất khẩu 81,9 triệu tấn."], **fields
    )
    submit(desk, f"{brief}/write", version=2, language="en", block_text=["Exports: 9.18 million."], **fields)
    submit(desk, f"{brief}/undermining/look", version=3, language="en")
    assert "Chưa thấy đoạn nào nói khác." in read(desk, f"{brief}?text=en")
    assert "nói khác với câu: “Xuất khẩu 81,9 triệu tấn.”" in read(desk, f"{brief}?text=vi")
    submit(desk, f"{brief}/write", version=3, language="en", block_text=["Exports: 81.9 million."], **fields)
    submit(desk, f"{brief}/undermining/look", version=4, language="en")
    english, vietnamese = read(desk, f"{brief}?text=en"), read(desk, f"{brief}?text=vi")
    assert "“Exports: 81.9 million.”" in english
    assert "“Exports: 81.9 million.”" not in vietnamese
    assert "“Xuất khẩu 81,9 triệu tấn.”" in vietnamese
    assert "“Xuất khẩu 81,9 triệu tấn.”" not in english


def test_a_reason_or_remark_that_comes_too_late_is_kept(
    desk: TestClient, people: People, world: World, scales: Scales
) -> None:
    people.add("duc", UserRole.APPROVER, world.desk_id, PASSWORD)
    scales.verdicts[world.passage_id] = ("supported", "12 triệu")
    url = f"/desk/alerts/{world.alert_id}"
    submit(desk, f"{url}/hold", version=1)
    submit(desk, f"{url}/decide", version=2, outcome="respond")
    brief = submit(desk, f"{url}/brief", language="vi").headers["location"].partition("?")[0]
    fields = {"title": "Gạo", "kind": ["fact"], "block_text": ["Của ta."], "statement": ["0"]}
    assert submit(desk, f"{brief}/write", version=2, language="vi", **fields).status_code == 303

    def late(path: str, **typed: str) -> str:
        answer = submit(desk, f"{brief}/{path}", version=1, language="vi", **typed)
        assert answer.status_code == 409, answer.text
        return str(answer.text)

    against = f"undermining/{world.passage_id}/acknowledge"
    remarked = late("versions/2/comments", words="Nguồn đâu?", block="1")
    assert "required>Nguồn đâu?</textarea>" in remarked
    assert "<option selected>1</option>" in remarked
    assert "required>Bảng cũ.</textarea>" in late(against, reason="Bảng cũ.")
    submit(desk, f"{brief}/{against}", version=3, language="vi", reason="Bảng mới.")
    assert "readonly>Bảng cũ.</textarea>" in late(against, reason="Bảng cũ.")
    submit(desk, f"{brief}/submit", version=3, language="vi")
    refused = late("versions/2/refuse", reason="Chưa rõ.")
    assert "required>Chưa rõ.</textarea>" in refused
    assert "readonly>" not in refused
    sign_in(desk, "duc@facts.example")
    assert submit(desk, f"{brief}/versions/2/approve", version=4, language="vi").status_code == 303
    assert "readonly>Chưa rõ.</textarea>" in late("versions/2/refuse", reason="Chưa rõ.")
    assert 'name="reason" value="Còn nhầm &#34;tấn&#34;."' in late(
        "versions/2/recall", reason='Còn nhầm "tấn".'
    )


def test_a_version_is_shown_with_what_it_changed_and_commented_on(desk: TestClient, world: World) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    fields = {"language": "vi", "title": "Gạo", "kind": ["fact"], "block_text": ["Chỉ một câu mới hẳn."]}
    submit(desk, f"{brief}/write", version=2, **fields)
    page = read(desk, f"{brief}/versions/2")
    assert "Khác với phiên bản 1" in page
    assert "Câu này đã được bỏ." in page
    assert "Không còn dẫn đoạn tư liệu: 1" in page
    remarked = submit(
        desk, f"{brief}/versions/2/comments", version=3, language="vi", words="Nguồn đâu?", block="1"
    )
    assert remarked.status_code == 303
    assert "Đoạn 1: Nguồn đâu?" in read(desk, f"{brief}/versions/2")
    assert "Block 1: Nguồn đâu?" in read(desk, f"{brief}?lang=en")
    assert "Khác với" not in read(desk, f"{brief}/versions/1?lang=vi")
    submit(desk, f"{brief}/write", version=3, **fields | {"title": "Gạo và lúa"})
    assert "Khác với phiên bản 2" in read(desk, f"{brief}/versions/3")
    since_first = read(desk, f"{brief}/versions/3?since=1")
    assert "Khác với phiên bản 1" in since_first
    assert '<a href="?since=2">2</a>' in since_first


def test_a_time_is_set_and_called_off_in_a_form(
    desk: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    opened = submit(desk, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    submit(desk, f"{brief}/submit", version=2, language="vi")
    people.add("phuong", UserRole.APPROVER, world.desk_id, PASSWORD)
    sign_in(desk, "phuong@facts.example")
    submit(desk, f"{brief}/versions/1/approve", version=3, language="vi")
    timed = {"version": 4, "language": "vi", "time_zone": "Europe/Berlin"}
    assert submit(desk, f"{brief}/schedule", at="mai", **timed).status_code == 422
    elsewhere = submit(desk, f"{brief}/schedule", at="2026-12-01T08:00", **timed | {"time_zone": "Sao/Hỏa"})
    assert elsewhere.status_code == 422
    assert 'name="at" value="2026-12-01T08:00"' in elsewhere.text
    assert 'name="time_zone" value="Sao/Hỏa"' in elsewhere.text
    assert submit(desk, f"{brief}/schedule", at="2026-12-01T08:00", **timed).status_code == 303
    page = read(desk, brief)
    assert ">01/12/2026 08:00<" in page
    assert 'datetime="2026-12-01T07:00:00+00:00"' in page
    assert f'action="{brief}/publish"' not in page, "not before the time that was set"
    assert submit(desk, f"{brief}/publish", version=5, language="vi").status_code == 409
    submit(desk, f"{brief}/unschedule", version=5, language="vi")
    page = read(desk, brief)
    assert "Đã hủy lịch công bố" in page
    assert f'action="{brief}/publish"' in page


def test_the_library_is_searched_and_a_sentence_tried(desk: TestClient) -> None:
    assert "9,18 triệu tấn gạo" in read(desk, "/desk/search?q=xuat+khau+gao")
    checked = submit(desk, "/desk/check", sentence="Năm 2024 có 12 triệu tấn gạo.")
    assert "trái với tư liệu được dẫn" in checked.text
    opinion = submit(desk, "/desk/check", sentence="Chính sách này quá chậm.")
    assert "câu này không nêu một dữ kiện" in opinion.text
    assert submit(desk, "/desk/check", sentence="").status_code == 422


def test_sources_are_listed_with_how_reading_goes(desk: TestClient, world: World, sessions: Sessions) -> None:
    page = read(desk, "/desk/sources")
    assert "The Monsoon Courier" in page
    assert "chưa đọc" in page
    with writing(sessions) as session:
        session.get_one(Source, world.source_id).is_active = False
    assert '<span class="state">không đọc</span>' in read(desk, "/desk/sources")


def test_the_latest_polls_of_a_source_are_a_strip_with_its_legend(
    desk: TestClient, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        for hours, (outcome, new) in enumerate(
            [("read", 9), ("read", 2), ("unchanged", 0), ("robots_denied", 0)]
        ):
            at = MORNING - timedelta(hours=4 - hours)
            session.add(
                SourceFetch(source_id=world.source_id, at=at, outcome=outcome, reason="", new_items=new)
            )
        session.get_one(Source, world.source_id).hour_profile = [0.5] * 24
    page = read(desk, "/desk/sources")
    assert 'aria-label="4 lần đọc gần đây, 1 lần không được">++.R</span>' in page
    assert "2 tin mới, thường có 2" in page
    assert '<span class="strip">R</span> robots.txt không cho đọc' in page
    assert "quá thời gian chờ" not in page
    assert "2 new items, usually 2" in read(desk, "/desk/sources?lang=en")


def test_what_a_crawled_page_says_cannot_become_markup_or_a_script(
    desk: TestClient, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        claim.text = "<script>alert(1)</script> 12"
        article = session.get_one(Article, claim.article_id)
        article.title, article.url = "<img src=x onerror=alert(1)>", "javascript:alert(1)"
    for path in ("/desk/", f"/desk/alerts/{world.alert_id}"):
        page = read(desk, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_pages_carry_no_inline_script_or_style(desk: TestClient, world: World) -> None:
    for path in ("/", "/about", "/problems", "/desk/", f"/desk/alerts/{world.alert_id}", "/desk/check"):
        page = read(desk, path)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), path


def test_an_error_is_a_page_for_a_browser_and_a_problem_for_a_program(desk: TestClient) -> None:
    page = desk.get("/desk/alerts/99", headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Không có gì ở địa chỉ này" in page.text
    assert "There is nothing at this address" in desk.get("/desk/alerts/99?lang=en", headers=HTML).text
    assert desk.get("/desk/alerts/99").headers["content-type"] == "application/problem+json"
    # An API address stays JSON whatever is asked for.
    assert desk.get("/alerts/99", headers=HTML).headers["content-type"] == "application/problem+json"


def test_public_pages_know_nobody_and_set_no_cookie(client: TestClient, world: World) -> None:
    for path in ("/", "/about", "/published/feed.atom"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert "Chưa công bố bản thông tin nào." in client.get("/").text


def test_the_accountability_page_counts_the_cases_we_lost(client: TestClient, world: World) -> None:
    page = client.get("/accountability").text
    assert "Nội dung đã đăng là đúng" in page
    assert "Tư liệu của ta sai" in page
    counts = client.get("/stats/public").json()
    assert counts["assessed"]["contradicted"] == 1
    assert counts["by_origin"]["domestic"]["contradicted"] == 1
    assert counts["by_origin"]["foreign"] == {
        "claims": 1,
        "supported": 0,
        "contradicted": 0,
        "missing_context": 0,
        "not_enough_evidence": 0,
        "responded": 0,
        "corrected": 0,
    }
    assert counts["decided"]["claim_is_right"] == 0


@pytest.mark.parametrize("tables", [WORD_TABLES, VALUE_TABLES], ids=["words", "values"])
def test_no_phrase_is_hidden_by_another_under_the_same_key(tables: tuple[dict[str, object], ...]) -> None:
    keys = [key for table in tables for key in table]
    assert len(keys) == len(set(keys))


def test_every_phrase_is_said_in_both_languages_and_stored_composed() -> None:
    for key, (vietnamese, english) in (WORDS | VALUES).items():
        assert vietnamese.strip(), key
        assert english.strip(), key
        assert vietnamese == nfc(vietnamese), key
        assert set(re.findall(r"{(\w+)}", vietnamese)) == set(re.findall(r"{(\w+)}", english)), key


def test_every_value_a_row_can_have_has_words() -> None:
    families: dict[str, Iterable[str]] = {
        "difference": get_args(DifferenceKind),
        "label": Label,
        "outcome": Outcome,
        "publisher": PublisherKind,
        "kind": BlockKind,
        "grade": ChangeGrade,
        "subject": Subject,
        "role": Role,
        "source": SourceState,
        "problem": ProblemKind,
        "ground": Ground,
        "resolution": TaskResolution,
        "undermining": Undermining,
        "report": ReportState,
    }
    expected = {f"{family}.{value}" for family, values in families.items() for value in values}
    expected |= {f"poll.{mark}" for mark in LEGEND}
    expected |= {f"state.{value}" for value in (*AlertState, *BriefState)}
    assert expected <= set(VALUES)


def test_no_word_of_the_pages_judges_a_person_or_an_outlet() -> None:
    said = " ".join(fold(phrase) for pair in (WORDS | VALUES).values() for phrase in pair)
    for word in (
        "fake",
        "false",
        "hostile",
        "toxic",
        "tin gia",
        "xuyen tac",
        "thu dich",
        "phan dong",
        "bia dat",
    ):
        assert word not in said


@pytest.mark.parametrize(
    ("places", "marked"),
    [
        ([], "a&lt;b c"),
        ([(0, 3)], "<mark>a&lt;b</mark> c"),
        ([(4, 5), (0, 1)], "<mark>a</mark>&lt;b <mark>c</mark>"),
        ([(0, 3), (2, 5)], "<mark>a&lt;b</mark> c"),
        ([None, (2, 2)], "a&lt;b c"),
    ],
)
def test_differing_words_are_marked_and_everything_is_escaped(
    places: list[tuple[int, int] | None], marked: str
) -> None:
    assert str(mark("a<b c", places)) == marked


def test_times_are_shown_by_viet_nams_clocks() -> None:
    assert ">23/11/2026 07:30<" in str(moment(MORNING))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", "http"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert link_only(url) == ""


@pytest.mark.parametrize(("typed", "numbers"), [("", ()), ("3", (3,)), (" 3, 4;5\n6 ", (3, 4, 5, 6))])
def test_passage_numbers_are_read_as_people_type_them(typed: str, numbers: tuple[int, ...]) -> None:
    assert read_numbers(typed) == numbers


@pytest.mark.parametrize("typed", ["x", "1.5", "-1", "0", "９", "99999999999"])
def test_what_is_no_passage_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_numbers(typed)


def test_blocks_keep_their_order_when_a_place_is_missing() -> None:
    kinds = [BlockKind.FACT] * 3
    blocks = gather_blocks(kinds, ["a", "b", "c"], [], ["", "x", "1"], [1])
    assert [block.text for block in blocks] == ["a", "c", "b"]
    assert [block.is_statement for block in blocks] == [False, False, True]
