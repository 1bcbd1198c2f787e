"""What waits to change a published brief says what it is: beside the buttons that let it go out, and in the list."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts import correct_brief, submit_brief, withdraw_brief, write_version
from models import Brief, ChangeGrade, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, People, Person, World
from tests.api.publishing import TITLE, Publisher

NOTE, REASON = "Bản đầu ghi số của năm 2023.", "Số liệu được công bố lại."


class Waiting:
    """A published brief, and steps that propose to change it."""

    def __init__(self, publisher: Publisher, sessions: Sessions) -> None:
        self.publisher, self.sessions = publisher, sessions
        self.id = publisher.answer()

    def correct(self, grade: ChangeGrade) -> int:
        """A correction in review, by its version's id."""
        with writing(self.sessions) as session:
            brief = session.get_one(Brief, self.id)
            written = correct_brief(
                session,
                self.id,
                language="vi",
                grade=grade,
                change_note=NOTE,
                title="Gạo: 9,18 triệu tấn",
                blocks=self.publisher.blocks(),
                actor=self.publisher.officer,
                version=brief.version,
                now=MORNING,
            )
            submit_brief(
                session,
                self.id,
                language="vi",
                actor=self.publisher.officer,
                version=brief.version,
                now=MORNING,
            )
            return written.id

    def withdraw(self) -> int:
        """A withdrawal in review, by its version's id."""
        with writing(self.sessions) as session:
            return withdraw_brief(
                session,
                self.id,
                reason=REASON,
                actor=self.publisher.officer,
                version=session.get_one(Brief, self.id).version,
                now=MORNING,
            ).id

    def version(self) -> int:
        with self.sessions() as session:
            return session.get_one(Brief, self.id).version


@pytest.fixture
def waiting(publisher: Publisher, sessions: Sessions) -> Waiting:
    return Waiting(publisher, sessions)


@pytest.fixture
def chief(client: TestClient, people: People, world: World) -> TestClient:
    """The browser of a desk chief, who had no part in any text."""
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")
    return client


def read(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def find_button(page: str, action: str) -> str:
    """The words on the button of the form with this action, with what stands above the forms."""
    found = re.search(rf'action="[^"]+/{action}">.*?<button class="primary">([^<]+)</button>', page)
    assert found is not None, action
    return found[1]


STEPS: list[Any] = [
    (
        ChangeGrade.TYPO,
        "Bản này sửa lỗi chữ của bản đã công bố.",
        "Duyệt bản sửa lỗi chữ",
        "Công bố bản sửa lỗi chữ",
    ),
    (ChangeGrade.CLARIFICATION, "Bản này làm rõ bản đã công bố.", "Duyệt bản làm rõ", "Công bố bản làm rõ"),
    (
        ChangeGrade.CORRECTION,
        "Bản này đính chính bản đã công bố.",
        "Duyệt bản đính chính",
        "Công bố bản đính chính",
    ),
    (
        ChangeGrade.WITHDRAWAL,
        "Đây là đề nghị rút lại bản đã công bố, ở mọi ngôn ngữ.",
        "Duyệt việc rút lại",
        "Rút lại công khai",
    ),
]


@pytest.mark.parametrize(("grade", "says", "approve", "publish"), STEPS)
def test_whoever_approves_or_publishes_a_change_reads_beside_the_button_what_it_is(
    waiting: Waiting, chief: TestClient, grade: ChangeGrade, says: str, approve: str, publish: str
) -> None:
    is_withdrawal = grade is ChangeGrade.WITHDRAWAL
    version_id = waiting.withdraw() if is_withdrawal else waiting.correct(grade)
    note = f"Người đọc sẽ thấy: “{REASON if is_withdrawal else NOTE}”"
    brief = f"/desk/briefs/{waiting.id}"
    page = read(chief, brief)
    assert find_button(page, "approve") == approve
    steps = page[page.index('id="steps"') : page.index(f">{approve}<")]
    assert says in steps
    assert note in steps
    assert (says in read(chief, f"{brief}/versions/{version_id}"), note in page) == (True, True)
    sent = {"version": waiting.version(), "language": "vi"}
    assert submit(chief, f"{brief}/versions/{version_id}/approve", **sent).status_code == 303
    page = read(chief, brief)
    assert find_button(page, "publish") == publish
    steps = page[page.index('id="steps"') : page.index(f">{publish}<")]
    assert says in steps
    assert note in steps
    after = page[page.index(f">{publish}<") :].partition("</form>")[0]
    assert ("Rút lại rồi thì không công bố lại" in after, "Hẹn giờ rút lại" in page) == (is_withdrawal,) * 2
    assert submit(chief, f"{brief}/publish", **sent | {"version": waiting.version()}).status_code == 303
    assert note not in read(chief, brief)


def test_a_first_text_is_approved_and_published_in_plain_words(chief: TestClient, world: World) -> None:
    opened = submit(chief, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    submit(chief, f"{brief}/submit", version=2, language="vi")
    page = read(chief, brief)
    assert find_button(page, "approve") == "Duyệt"
    assert "Người đọc sẽ thấy" not in page
    assert find_button(read(chief, f"{brief}?lang=en"), "approve") == "Approve"


def test_english_says_the_same(waiting: Waiting, chief: TestClient) -> None:
    waiting.withdraw()
    page = read(chief, f"/desk/briefs/{waiting.id}?lang=en")
    assert find_button(page, "approve") == "Approve the withdrawal"
    assert "This withdraws the published text, in every language." in page
    assert f"Readers will see: “{REASON}”" in page


def test_the_other_languages_page_says_that_the_brief_is_to_be_withdrawn(
    waiting: Waiting, chief: TestClient
) -> None:
    waiting.publisher.publish(waiting.id, language="en", title="Rice in 2024")
    said = "Đang có đề nghị rút lại bản này, ở mọi ngôn ngữ."
    assert said not in read(chief, f"/desk/briefs/{waiting.id}?text=en")
    waiting.withdraw()
    assert said in read(chief, f"/desk/briefs/{waiting.id}?text=en")
    assert said not in read(chief, f"/desk/briefs/{waiting.id}?text=vi"), "where it stands itself"


def test_while_a_withdrawal_waits_nothing_else_is_written_and_what_was_typed_is_kept(
    waiting: Waiting, chief: TestClient
) -> None:
    page = read(chief, f"/desk/briefs/{waiting.id}")
    assert ("/write" in page, "/withdraw" in page) == (True, True)
    version_id = waiting.withdraw()
    page = read(chief, f"/desk/briefs/{waiting.id}")
    assert ("/write" in page, "/withdraw" in page) == (False, False)
    sent = {"version": waiting.version(), "language": "vi", "grade": "typo", "change_note": "Lỗi chữ."}
    typed = {"title": "Gạo", "kind": ["fact"], "block_text": ["Viết dở."], "passages": [""]}
    late = submit(chief, f"/desk/briefs/{waiting.id}/write", **sent, **typed)
    assert late.status_code == 409
    assert "Đang có đề nghị rút lại bản thông tin số" in late.text
    assert "Viết dở." in late.text
    assert "Có người đã thay đổi trước" not in late.text
    again = submit(chief, f"/desk/briefs/{waiting.id}/withdraw", **sent, reason="Lần nữa.")
    assert (again.status_code, "Lần nữa." in again.text) == (409, True)
    refusing = {"version": waiting.version(), "language": "vi", "reason": "Số liệu vẫn đúng."}
    submit(chief, f"/desk/briefs/{waiting.id}/versions/{version_id}/refuse", **refusing)
    sent["version"] = waiting.version()
    assert submit(chief, f"/desk/briefs/{waiting.id}/write", **sent, **typed).status_code == 303


def test_what_is_published_keeps_its_subject(waiting: Waiting, chief: TestClient) -> None:
    assert "Đổi chủ đề" not in read(chief, f"/desk/briefs/{waiting.id}")
    sent = {"version": waiting.version(), "language": "vi", "subject": "health"}
    late = submit(chief, f"/desk/briefs/{waiting.id}/subject", **sent)
    assert late.status_code == 409
    assert "đã công bố; chủ đề giữ nguyên" in late.text


def find_row(client: TestClient, brief_id: int, language: str = "vi") -> str:
    """What the list of briefs says of one, as text."""
    page = read(client, f"/desk/briefs?lang={language}")
    found = re.search(rf'<li><a href="/desk/briefs/{brief_id}".*?</li>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_the_list_says_what_is_pending_beside_what_is_published(waiting: Waiting, chief: TestClient) -> None:
    row = find_row(chief, waiting.id)
    assert f"{TITLE} đã công bố" in row
    assert "chờ duyệt" not in row
    version_id = waiting.correct(ChangeGrade.CORRECTION)
    row = find_row(chief, waiting.id)
    assert f"{TITLE} đã công bố Tiếng Việt, đính chính: chờ duyệt" in row, "with the title that readers see"
    sent = {"version": waiting.version(), "language": "vi"}
    submit(chief, f"/desk/briefs/{waiting.id}/versions/{version_id}/approve", **sent)
    assert "Tiếng Việt, đính chính: đã duyệt, chưa công bố" in find_row(chief, waiting.id)
    assert "published Vietnamese, correction: approved, not out yet" in find_row(chief, waiting.id, "en")


def test_the_list_says_that_a_withdrawal_waits_until_it_is_refused(
    waiting: Waiting, chief: TestClient
) -> None:
    version_id = waiting.withdraw()
    assert "đã công bố rút lại: chờ duyệt" in find_row(chief, waiting.id)
    sent = {"version": waiting.version(), "language": "vi", "reason": "Số liệu vẫn đúng."}
    submit(chief, f"/desk/briefs/{waiting.id}/versions/{version_id}/refuse", **sent)
    row = find_row(chief, waiting.id)
    assert ("đã công bố" in row, "rút lại" in row) == (True, False)
    waiting.publisher.withdraw(waiting.id, reason=REASON)
    assert f"{TITLE} đã rút lại" in find_row(chief, waiting.id)


def test_a_title_that_readers_do_not_see_never_stands_beside_published(
    waiting: Waiting, chief: TestClient, officer: Person
) -> None:
    with writing(waiting.sessions) as session:
        write_version(
            session,
            waiting.id,
            language="en",
            title="Rice in 2024",
            blocks=waiting.publisher.blocks(),
            actor=waiting.publisher.officer,
            version=session.get_one(Brief, waiting.id).version,
            now=MORNING,
        )
    row = find_row(chief, waiting.id)
    assert f"{TITLE} đã công bố Tiếng Anh, bản đầu: đang soạn" in row
    assert "Rice in 2024" not in row
    chief.cookies.clear()
    listed = chief.get("/briefs", headers=officer.headers).json()
    (brief,) = [one for one in listed if one["id"] == waiting.id]
    assert (brief["title"], brief["state"]) == (TITLE, "published")
    assert [(one["language"], one["grade"], one["step"]) for one in brief["pending"]] == [
        ("en", "first", "draft")
    ]


def test_a_brief_that_nobody_sees_yet_has_the_title_of_its_newest_text(
    chief: TestClient, world: World
) -> None:
    opened = submit(chief, "/desk/briefs", subject="health", language="vi", passage=[world.passage_id])
    brief = opened.headers["location"].partition("?")[0]
    fields = {"title": "Gạo", "kind": ["fact"], "block_text": ["Gạo."], "passages": [str(world.passage_id)]}
    submit(chief, f"{brief}/write", version=2, language="vi", **fields)
    assert find_row(chief, int(brief.rpartition("/")[2])).startswith("Gạo đang soạn")
