"""Errors that readers report: taken without an account, on a clock, decided by somebody who did not write the text."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text

from alerts import (
    Invalid,
    NotAllowed,
    NotFound,
    acknowledge_report,
    correct_brief,
    decide_report,
    file_report,
    refuse_version,
    verify_chain,
    withdraw_brief,
)
from alerts.reports import judge_decider, tell_late
from api.pace import Allowance, name_network
from migrations.schema import configuration, upgrade_schema
from models import (
    AuditEntry,
    Brief,
    BriefVersion,
    ChangeGrade,
    CorrectionCause,
    ErrorReport,
    Notice,
    Sessions,
    UserRole,
    writing,
)
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World
from tests.api.publishing import TITLE, Publisher

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WRONG = "Số 9,18 là của năm 2023, xem bảng 4 của niên giám."
SECRET = "bandoc@thu.example"


def send(client: TestClient, **fields: Any) -> Any:
    return client.post("/corrections/report", data={"text": WRONG} | fields, headers=HTML)


def kept(sessions: Sessions) -> ErrorReport:
    with sessions() as session:
        return session.scalars(select(ErrorReport).order_by(ErrorReport.id.desc()).limit(1)).one()


def test_a_reader_reports_an_error_and_follows_it_without_an_account(
    publisher: Publisher, client: TestClient, sessions: Sessions
) -> None:
    brief = publisher.answer()
    page = client.get(f"/published/{brief}/vi").text
    assert f"/corrections/report?brief={brief}&amp;language=vi&amp;number=1" in page
    form = client.get(f"/corrections/report?brief={brief}&language=vi&number=1").text
    assert TITLE in form
    answer = send(client, brief=brief, language="vi", number=1, contact=SECRET)
    assert answer.status_code == 303
    place = answer.headers["location"]
    followed = client.get(place)
    assert followed.headers["cache-control"] == "no-store"
    assert "set-cookie" not in followed.headers
    for words in (WRONG, "đã nhận", "24/11/2026 07:31", "02/12/2026 07:31", TITLE):
        assert words in followed.text
    assert SECRET not in followed.text
    report = kept(sessions)
    assert (report.brief_id, report.language, report.number, report.contact) == (brief, "vi", 1, SECRET)
    assert client.get("/corrections/reports/" + "x" * 24).status_code == 404


def test_nothing_is_kept_of_the_sender_and_the_contact_goes_with_the_decision(
    publisher: Publisher, client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    brief = publisher.answer()
    send(client, brief=brief, contact=SECRET)
    columns = {column.name for column in ErrorReport.__table__.columns}
    assert not columns & {"address", "ip", "name", "email", "user_agent", "reporter"}
    chief = people.add("thu", UserRole.DESK_CHIEF, world.desk_id)
    with writing(sessions) as session:
        decide_report(session, 1, accepted=False, answer="Số đúng.", actor=chief.user, version=1, now=MORNING)
    assert kept(sessions).contact == ""
    with sessions() as session:
        said = [
            str(entry.details)
            for entry in session.scalars(select(AuditEntry))
            if entry.object_type == "report"
        ]
        assert verify_chain(session).ok
    assert len(said) == 2
    assert all(SECRET not in details and WRONG not in details for details in said)


def test_whoever_wrote_the_text_cannot_decide_and_somebody_else_can(
    publisher: Publisher, client: TestClient, officer: Person, approver: Person
) -> None:
    brief = publisher.answer()
    send(client, brief=brief)
    (report,) = client.get("/reports", headers=officer.headers).json()
    assert (report["state"], report["title"], report["late"]) == ("received", TITLE, False)
    url, tag = f"/reports/{report['id']}", {"If-Match": '"1"'}
    decision = {"accepted": True, "answer": "Đúng là sai năm; đã đính chính."}
    own = client.post(f"{url}/decide", headers=officer.headers | tag, json=decision)
    assert (own.status_code, own.json()["type"]) == (403, "http://facts.example/problems#not-allowed")
    # Its author may still say that the office has seen it.
    seen = client.post(f"{url}/acknowledge", headers=officer.headers | tag)
    assert (seen.json()["state"], seen.headers["etag"]) == ("acknowledged", '"2"')
    stale = client.post(f"{url}/decide", headers=approver.headers | tag, json=decision)
    assert (stale.status_code, stale.json()["current"]["state"]) == (412, "acknowledged")
    headers = approver.headers | {"If-Match": '"2"'}
    decided = client.post(f"{url}/decide", headers=headers, json=decision)
    assert (decided.json()["state"], decided.json()["contact"]) == ("accepted", "")
    again = client.post(f"{url}/decide", headers=approver.headers | {"If-Match": '"3"'}, json=decision)
    assert again.status_code == 409
    assert client.get(url, headers=officer.headers).json()["answer"] == decision["answer"]


def test_an_approver_who_once_wrote_on_the_text_cannot_decide_either(
    publisher: Publisher, sessions: Sessions, approver: Person
) -> None:
    brief = publisher.answer()
    publisher.officer, publisher.approver = publisher.approver, publisher.officer
    with pytest.raises(NotAllowed):
        publisher.correct(
            brief, note="Sai chính tả."
        )  # the press officer may not approve; the text is written
    with writing(sessions) as session:
        report = file_report(session, text=WRONG, brief_id=brief, now=MORNING)
    with pytest.raises(NotAllowed), writing(sessions) as session:
        decide_report(
            session, report.id, accepted=True, answer="x", actor=approver.user, version=1, now=MORNING
        )


def test_whoever_wrote_the_text_is_told_that_somebody_else_decides(
    publisher: Publisher, client: TestClient, people: People, world: World
) -> None:
    publisher.officer = people.add("mai", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD).user
    send(client, brief=publisher.answer())
    sign_in(client, "mai@facts.example")
    page = client.get("/desk/reports", headers=HTML).text
    assert "Bạn đã soạn bản thông tin này; người khác kết luận báo lỗi." in page
    assert 'name="accepted"' not in page
    assert "/desk/reports/1/acknowledge" in page, "that the office has seen it, its author may say"
    assert "somebody else decides the report" in client.get("/desk/reports?lang=en", headers=HTML).text


def test_a_report_is_answered_by_forms_and_the_sender_reads_the_answer(
    publisher: Publisher, client: TestClient, people: People, world: World
) -> None:
    brief = publisher.answer()
    place = send(client, brief=brief).headers["location"]
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")
    assert WRONG in client.get("/desk/reports", headers=HTML).text
    assert submit(client, "/desk/reports/1/acknowledge", version=1).status_code == 303
    late = submit(client, "/desk/reports/1/decide", version=1, accepted="true", answer="Sẽ sửa & báo lại.")
    assert late.status_code == 409
    assert "Sẽ sửa &amp; báo lại." in late.text
    empty = submit(client, "/desk/reports/1/decide", version=2, accepted="true", answer=" ")
    assert empty.status_code == 422
    done = submit(client, "/desk/reports/1/decide", version=2, accepted="true", answer="Sẽ sửa.")
    assert done.status_code == 303
    assert "Không có báo lỗi nào." in client.get("/desk/reports", headers=HTML).text
    assert "Sẽ sửa." in client.get("/desk/reports?view=decided", headers=HTML).text
    answered = client.get(place).text
    assert "Sẽ sửa." in answered
    assert "có lỗi; bản thông tin sẽ được sửa" in answered


def test_the_desk_sees_what_is_late(
    publisher: Publisher, client: TestClient, clock: Clock, officer: Person
) -> None:
    send(client, brief=publisher.answer())
    clock.pass_by(timedelta(days=2))
    (report,) = client.get("/reports", headers=officer.headers).json()
    assert report["late"] is True
    client.post("/reports/1/acknowledge", headers=officer.headers | {"If-Match": '"1"'})
    assert client.get("/reports/1", headers=officer.headers).json()["late"] is False
    clock.pass_by(timedelta(days=10))
    assert client.get("/reports/1", headers=officer.headers).json()["late"] is True


def test_a_desk_is_told_once_of_each_step_that_is_late_and_in_one_message(
    publisher: Publisher, client: TestClient, people: People, world: World, sessions: Sessions, admin: Person
) -> None:
    chief = people.add("thu", UserRole.DESK_CHIEF, world.desk_id)
    brief = publisher.answer()
    with writing(sessions) as session:
        session.get_one(Brief, brief).desk_id = world.desk_id
    places = [send(client, brief=brief).headers["location"] for _ in range(2)]
    send(client)
    in_time = kept(sessions).acknowledge_by
    assert tell_late(sessions, now=in_time - timedelta(seconds=1)) == 0
    assert [tell_late(sessions, now=in_time + timedelta(hours=1)) for _ in range(2)] == [3, 0]
    with sessions() as session:
        told = session.scalars(select(Notice).order_by(Notice.id)).all()
    # What names no brief is everybody's: admins hear of it.
    assert [one.user_id for one in told] == [chief.user.id, admin.user.id]
    assert told[0].text.splitlines() == [
        f"{number} (bản tin · brief {brief}): chưa ghi nhận · not acknowledged" for number in (1, 2)
    ]
    assert WRONG not in told[0].text
    assert all(client.get(place).status_code == 200 for place in places)
    with writing(sessions) as session:
        acknowledge_report(session, 1, actor=chief.user, version=1, now=in_time)
        decide_report(session, 2, accepted=False, answer="Số đúng.", actor=chief.user, version=1, now=in_time)
    assert tell_late(sessions, now=in_time + timedelta(days=3)) == 0
    assert [tell_late(sessions, now=in_time + timedelta(days=14)) for _ in range(2)] == [2, 0]


def test_a_page_says_that_a_report_led_to_its_correction_and_the_reader_sees_it(
    publisher: Publisher, client: TestClient, approver: Person, officer: Person, sessions: Sessions
) -> None:
    brief = publisher.answer()
    place = send(client, brief=brief, language="vi").headers["location"]
    decision = {"accepted": True, "answer": "Đúng là sai năm."}
    headers = approver.headers | {"If-Match": '"1"'}
    assert client.post("/reports/1/decide", headers=headers, json=decision).status_code == 200
    waiting = client.get(f"/briefs/{brief}", headers=officer.headers).json()["accepted_reports"]
    assert [(one["id"], one["waits_in"], one["named_in"]) for one in waiting] == [(1, ["vi"], [])]
    publisher.correct(brief, note="Bản đầu đăng nhầm năm.", report_ids=[1])
    publisher.correct(brief, note="Sai chính tả.", grade=ChangeGrade.TYPO)
    editions = client.get(f"/published/{brief}.json").json()["editions"]
    assert [(one["number"], one["was_reported"]) for one in editions] == [(3, False), (2, True), (1, False)]
    for address in (f"/published/{brief}/vi", f"/published/{brief}/vi.txt"):
        assert client.get(address).text.count("Do bạn đọc báo lỗi.") == 1
    assert f'<a href="/published/{brief}/vi"><time' in client.get(place).text.split("Đã sửa</dt>")[1][:80]
    assert client.get(f"/briefs/{brief}", headers=officer.headers).json()["accepted_reports"] == []


def test_a_withdrawal_too_may_come_of_a_report(
    publisher: Publisher, client: TestClient, sessions: Sessions, approver: Person
) -> None:
    brief = publisher.answer()
    accept(sessions, brief, approver)
    publisher.withdraw(brief, reason="Số liệu được công bố lại.", report_ids=[1])
    assert "Do bạn đọc báo lỗi." in client.get(f"/published/{brief}/vi").text


def test_only_an_accepted_report_of_this_brief_leads_to_a_text_and_to_one(
    publisher: Publisher, sessions: Sessions, approver: Person
) -> None:
    brief, other = publisher.answer(), publisher.tell("health", title="Khác")
    with writing(sessions) as session:
        file_report(session, text=WRONG, brief_id=brief, now=MORNING)
    for about in (brief, other):
        for number in (1, 99):
            with pytest.raises(Invalid, match="report"):
                publisher.correct(about, note="Sửa.", report_ids=[number])
    with writing(sessions) as session:
        decide_report(session, 1, accepted=True, answer="Đúng.", actor=approver.user, version=1, now=MORNING)
    with pytest.raises(Invalid, match="report"):
        publisher.correct(other, note="Sửa.", report_ids=[1])
    publisher.correct(brief, note="Sửa.", report_ids=[1])
    with pytest.raises(Invalid, match="led to another text"):
        publisher.correct(brief, note="Sửa nữa.", report_ids=[1])


def test_a_correction_that_is_written_anew_takes_its_reports_along_when_they_are_named_again(
    publisher: Publisher, client: TestClient, sessions: Sessions, officer: Person, approver: Person
) -> None:
    brief = publisher.answer()
    accept(sessions, brief, approver)
    sent = {
        "language": "vi",
        "title": TITLE,
        "grade": "correction",
        "change_note": "Sai năm.",
        "blocks": [{"kind": "fact", "text": "Lời của cơ quan.", "is_statement": True}],
    }

    def write(**fields: Any) -> list[Any]:
        tag = client.get(f"/briefs/{brief}", headers=officer.headers).headers["etag"]
        answer = client.post(
            f"/briefs/{brief}/correct", headers=officer.headers | {"If-Match": tag}, json=sent | fields
        )
        assert answer.status_code == 201, answer.text
        return [one["named_in"] for one in answer.json()["accepted_reports"]]

    assert [write(report_ids=[1]), write(report_ids=[1]), write()] == [[["vi"]], [["vi"]], [[]]]


def test_the_form_of_a_correction_offers_the_reports_that_wait_for_one(
    publisher: Publisher,
    client: TestClient,
    people: People,
    world: World,
    sessions: Sessions,
    approver: Person,
) -> None:
    brief = publisher.answer()
    accept(sessions, brief, approver)
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")
    box = '<input type="checkbox" name="reports" value="1">'
    assert box in client.get(f"/desk/briefs/{brief}", headers=HTML).text
    with sessions() as session:
        seen = session.get_one(Brief, brief).version
    written = submit(
        client,
        f"/desk/briefs/{brief}/write",
        version=seen,
        language="vi",
        title=TITLE,
        grade="correction",
        change_note="Sai năm.",
        kind="fact",
        block_text="Lời của cơ quan.",
        statement=0,
        reports=1,
    )
    assert written.status_code == 303, written.text
    page = client.get(f"/desk/briefs/{brief}", headers=HTML).text
    assert box.replace(">", " checked>") in page


def test_a_report_that_was_unticked_stays_so_when_the_form_is_refused(
    publisher: Publisher,
    client: TestClient,
    people: People,
    world: World,
    sessions: Sessions,
    approver: Person,
) -> None:
    brief = publisher.answer()
    accept(sessions, brief, approver)
    correct(publisher, brief, "vi")
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")

    def refuse(act: str, **fields: Any) -> tuple[list[str], str]:
        """Whether the forms that come back tick the report: the one that corrects, then the one that withdraws."""
        answer = submit(client, f"/desk/briefs/{brief}/{act}", version=1, language="vi", **fields)
        assert answer.status_code == 409, answer.text
        return re.findall(r'name="reports" value="1"( checked)?>', answer.text), answer.text

    text = {"title": TITLE, "grade": "correction", "change_note": "Sai năm."}
    assert refuse("write", **text)[0] == ["", " checked"]
    assert refuse("write", **text, reports=1)[0] == [" checked", " checked"]
    ticked, page = refuse("withdraw", reason="Sai từ đầu.")
    assert ticked == [" checked", ""]
    assert ">Sai từ đầu.</textarea>" in page


def test_one_report_leads_to_a_text_in_each_language(
    publisher: Publisher,
    client: TestClient,
    people: People,
    world: World,
    sessions: Sessions,
    officer: Person,
    approver: Person,
) -> None:
    brief = publisher.answer()
    publisher.publish(brief, language="en")
    place = send(client, brief=brief, language="vi").headers["location"]
    with writing(sessions) as session:
        decide_report(session, 1, accepted=True, answer="Đúng.", actor=approver.user, version=1, now=MORNING)
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")

    def offered(language: str) -> list[str]:
        """What each form of the brief's page offers: the one that corrects, then the one that withdraws."""
        page = client.get(f"/desk/briefs/{brief}?text={language}").text
        return re.findall(r'name="reports" value="1"( checked)?>', page)

    correct(publisher, brief, "vi")
    assert (offered("vi"), offered("en")) == ([" checked", " checked"], ["", " checked"])
    correct(publisher, brief, "en")
    assert (offered("vi"), offered("en")) == ([" checked", " checked"], [" checked", " checked"])
    waiting = client.get(f"/briefs/{brief}", headers=officer.headers).json()["accepted_reports"]
    assert [(one["waits_in"], one["named_in"]) for one in waiting] == [(["vi", "en"], ["vi", "en"])]
    publisher.carry_out(brief, "vi")
    assert (offered("vi"), offered("en")) == ([" checked"], [" checked", " checked"])
    with pytest.raises(Invalid, match="led to another text"):
        correct(publisher, brief, "vi")
    publisher.carry_out(brief, "en")
    assert (offered("vi"), offered("en")) == ([], [])
    for language, words in (("vi", "Do bạn đọc báo lỗi."), ("en", "A reader reported the error.")):
        for address in (f"/published/{brief}/{language}", f"/published/{brief}/{language}.txt"):
            assert client.get(address).text.count(words) == 1
    followed = client.get(place).text
    assert [f'href="/published/{brief}/{one}"><time' in followed for one in ("vi", "en")] == [True, True]


def test_a_withdrawal_names_a_report_that_texts_in_both_languages_were_written_for(
    publisher: Publisher, client: TestClient, sessions: Sessions, officer: Person, approver: Person
) -> None:
    brief = publisher.answer()
    publisher.publish(brief, language="en")
    accept(sessions, brief, approver)
    correct(publisher, brief, "en")
    publisher.carry_out(brief, "en")
    correct(publisher, brief, "vi")
    publisher.withdraw(brief, reason="Sai.", report_ids=[1])
    with sessions() as session:
        causes = session.execute(
            select(CorrectionCause.report_id, BriefVersion.grade, BriefVersion.language)
            .join(BriefVersion, BriefVersion.id == CorrectionCause.version_id)
            .order_by(BriefVersion.id)
        ).all()
    assert [tuple(one) for one in causes] == [
        (1, ChangeGrade.CORRECTION, "en"),
        (1, ChangeGrade.WITHDRAWAL, "vi"),
    ]
    assert client.get(f"/briefs/{brief}", headers=officer.headers).json()["accepted_reports"] == []


def test_a_refused_withdrawal_takes_nothing_from_a_correction_in_the_other_language(
    publisher: Publisher, client: TestClient, sessions: Sessions, officer: Person, approver: Person
) -> None:
    brief = publisher.answer()
    publisher.publish(brief, language="en")
    accept(sessions, brief, approver)
    correct(publisher, brief, "en")
    now = publisher.clock.now
    with writing(sessions) as session:
        version = session.get_one(Brief, brief).version
        proposed = withdraw_brief(
            session, brief, reason="Sai.", actor=officer.user, version=version, now=now
        ).id
    with writing(sessions) as session:
        version = session.get_one(Brief, brief).version
        refuse_version(session, proposed, reason="Không.", actor=approver.user, version=version, now=now)
    publisher.carry_out(brief, "en")
    assert "A reader reported the error." in client.get(f"/published/{brief}/en").text


def correct(publisher: Publisher, brief: int, language: str) -> None:
    """A correction because of the first report, written and not yet submitted."""
    with writing(publisher.sessions) as session:
        correct_brief(
            session,
            brief,
            language=language,
            grade=ChangeGrade.CORRECTION,
            change_note="Sai năm.",
            title=TITLE,
            blocks=publisher.blocks(),
            actor=publisher.officer,
            version=session.get_one(Brief, brief).version,
            now=publisher.clock.now,
            report_ids=[1],
        )


def accept(sessions: Sessions, brief: int, approver: Person) -> None:
    with writing(sessions) as session:
        report = file_report(session, text=WRONG, brief_id=brief, now=MORNING)
        decide_report(
            session, report.id, accepted=True, answer="Đúng.", actor=approver.user, version=1, now=MORNING
        )


def test_another_desks_reports_are_not_there(
    publisher: Publisher, client: TestClient, people: People, admin: Person
) -> None:
    send(client, brief=publisher.answer())
    send(client)
    made = client.post("/desks", headers=admin.headers, json={"slug": "khac", "name": "Phòng khác"})
    stranger = people.add("la", UserRole.APPROVER, made.json()["id"])
    # What is about the site at large is everybody's.
    assert [one["id"] for one in client.get("/reports", headers=stranger.headers).json()] == [2]
    assert client.get("/reports/1", headers=stranger.headers).status_code == 404


def test_five_an_hour_come_through_from_one_network_and_what_was_written_is_kept(
    client: TestClient, clock: Clock, world: World
) -> None:
    assert [send(client).status_code for _ in range(5)] == [303] * 5
    refused = send(client, text="Lần thứ sáu", contact=SECRET)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert "Lần thứ sáu" in refused.text
    assert SECRET in refused.text
    program = client.post("/corrections/report", data={"text": WRONG})
    assert program.json()["type"] == "http://facts.example/problems#too-many-attempts"
    clock.pass_by(timedelta(hours=1))
    assert send(client).status_code == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "  "}, 422),
        ({"text": "x" * 5_001}, 422),
        ({"contact": "x" * 201}, 422),
        ({"text": "a\0b"}, 422),
        ({"brief": "99"}, 404),
        ({"brief": "1", "language": "en"}, 404),
        ({"brief": "x"}, 303),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name_and_kept_on_the_form(
    publisher: Publisher, client: TestClient, fields: dict[str, str], status: int
) -> None:
    publisher.answer()
    answer = send(client, **fields)
    assert answer.status_code == status
    if status == 422 and "\0" not in fields.get("text", ""):
        assert fields.get("text", WRONG) in answer.text


def test_a_form_of_another_site_cannot_report(client: TestClient, world: World) -> None:
    headers = HTML | {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/corrections/report", data={"text": WRONG}, headers=headers).status_code == 403


def test_an_unpublished_brief_cannot_be_reported_on(
    publisher: Publisher, sessions: Sessions, client: TestClient, officer: Person
) -> None:
    made = client.post("/briefs", headers=officer.headers, json={"subject": "health"}).json()["id"]
    with pytest.raises(NotFound), writing(sessions) as session:
        file_report(session, text=WRONG, brief_id=made, now=MORNING)


def test_the_policy_says_what_was_corrected_last(publisher: Publisher, client: TestClient) -> None:
    assert "Chưa có lần sửa nào." in client.get("/corrections").text
    brief = publisher.answer()
    publisher.correct(brief, note="Tiêu đề sai năm.")
    publisher.withdraw(brief, reason="Số liệu được công bố lại.")
    page = client.get("/corrections").text
    assert page.index("Số liệu được công bố lại.") < page.index("Tiêu đề sai năm.")
    assert f'href="/published/{brief}/vi"' in page
    english = client.get("/corrections", headers={"Cookie": "dinhchinh_language=en"}).text
    assert "We acknowledge within one working day and decide within seven" in english
    # It was never published in English.
    assert "Số liệu được công bố lại." not in english


def test_nobody_decides_about_their_own_words() -> None:
    assert judge_decider(1, drafted_by=[2, 3]) is None
    assert judge_decider(2, drafted_by=[2, 3]) is not None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_one_sender_has_one_network(address: str, network: str) -> None:
    assert name_network(address) == network


def test_many_networks_together_are_slowed_too_and_the_hour_slides() -> None:
    allowance = Allowance(each=2, all_=3)
    minute = timedelta(minutes=1)
    assert [allowance.take(name, MORNING) for name in "aab"] == [timedelta()] * 3
    assert allowance.take("c", MORNING + minute) == timedelta(minutes=59)
    assert allowance.take("c", MORNING + 60 * minute) == timedelta()


def test_what_a_report_led_to_before_stays_known(
    publisher: Publisher, sessions: Sessions, engine: Engine, approver: Person
) -> None:
    brief = publisher.answer()
    accept(sessions, brief, approver)
    publisher.correct(brief, note="Sửa.", report_ids=[1])
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(configuration(connection), "0014")
        led_to = connection.execute(text("SELECT correction_id FROM error_report")).scalar_one()
    upgrade_schema(engine)
    with sessions() as session:
        cause = session.scalars(select(CorrectionCause)).one()
    assert (cause.report_id, cause.version_id) == (1, led_to)
