"""The console in a real browser: it renders, works by keyboard and by form, and fits a small screen."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from alerts import decide_alert, hold_alert, record, reroute_alert
from api.accounts import create_desk
from api.second_factor import STEP_SECONDS, code_at
from models import Alert, Outcome, Sessions, User, UserRole, writing
from tests.api.conftest import MORNING, PASSWORD, RECORD, Clock, People, Person, World, add_alerts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def page(browser: Browser, address: str, people: People, world: World) -> Iterator[Page]:
    """A press officer at the queue; anything the browser complains of fails the test."""
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    complaints: list[str] = []
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/desk/")
        page.get_by_label("Thư điện tử").fill("oanh@facts.example")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/desk/")
        yield page
    # A test may cut the line.
    assert [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_the_queue_renders_and_an_alert_is_decided_by_form(page: Page, world: World) -> None:
    row = page.get_by_role("article").filter(has_text="xuất khẩu")
    assert row.locator("mark").all_inner_texts() == ["12", "9,18"]
    assert "Cục Thống kê" in row.inner_text()
    row.get_by_role("link").click()
    page.get_by_role("button", name="Nhận xử lý").click()
    page.get_by_label("Tư liệu của ta sai").check()
    page.get_by_label("Vì sao không trả lời").wait_for(state="hidden")
    page.get_by_label("Đơn vị phụ trách tư liệu").select_option("trung-uong")
    page.get_by_label("Ghi chú").fill("Bảng cũ chưa sửa.")
    page.get_by_role("button", name="Quyết định").click()
    page.get_by_text("Bảng cũ chưa sửa.").wait_for()
    page.goto("/desk/")
    assert page.get_by_text("Không có cảnh báo nào đang chờ.").is_visible()


def test_the_queue_is_walked_by_keyboard(page: Page, world: World, sessions: Sessions, clock: Clock) -> None:
    add_alerts(sessions, 2, clock.now, world.desk_id)
    page.reload()
    focused = "document.activeElement.textContent"
    page.keyboard.press("j")
    assert page.evaluate(focused) == f"#{world.alert_id}"
    page.keyboard.press("j")
    second = page.evaluate(focused)
    page.keyboard.press("k")
    assert page.evaluate(focused) == f"#{world.alert_id}"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/alerts/{second[1:]}")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about",
        "/desk/",
        "/desk/alerts/1",
        "/desk/briefs",
        "/desk/search",
        "/desk/find?q=gao",
        "/desk/tasks",
        "/desk/sheets",
        "/desk/passages/1",
        "/desk/check",
        "/desk/sources",
        "/desk/duty",
        "/desk/gaps",
        "/desk/account",
    ],
)
def test_no_page_scrolls_sideways_at_320_pixels(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(
    "path", ["/desk/desks", "/desk/people", "/desk/people/1", "/desk/routing", "/desk/duty/1"]
)
def test_nor_do_those_of_an_admin_however_long_the_names_are(
    page: Page, people: People, sessions: Sessions, path: str
) -> None:
    admin = people.add("quan", UserRole.ADMIN, None).user
    with writing(sessions) as session:
        create_desk(session, slug="a" * 100, name="W" * 200, now=MORNING)
        session.get_one(User, admin.id).name = "Q" * 200
        session.scalars(select(User).where(User.email == "oanh@facts.example")).one().role = UserRole.ADMIN
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_citation_is_copied_whole_and_a_passage_becomes_a_draft(page: Page, world: World) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/desk/search?q=xuat+khau+gao")
    page.get_by_text("Trích dẫn đầy đủ").click()
    page.get_by_role("button", name="Chép").click()
    page.get_by_role("button", name="Đã chép").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{RECORD}” — Cục Thống kê, “Xuất khẩu gạo năm 2024”, 2026-01-27. https://")
    page.get_by_label("Trích đoạn này").check()
    page.get_by_role("button", name="Soạn bản thông tin từ các đoạn đã chọn").click()
    page.wait_for_url("**/desk/briefs/*")
    assert RECORD in page.inner_text("main")


def test_everything_works_without_scripts(
    browser: Browser, address: str, people: People, world: World
) -> None:
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/desk/alerts/1")
        page.get_by_label("Thư điện tử").fill("an@facts.example")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("button", name="Nhận xử lý").click()
        page.get_by_label("Không phải nội dung kiểm chứng được").check()
        page.get_by_role("button", name="Quyết định").click()
        assert "đã đóng" in page.inner_text("main")


def test_the_colours_can_be_read_by_day_and_by_night(browser: Browser, address: str, world: World) -> None:
    """WCAG 2.2 AA: text against what lies under it, 4.5 to 1, in both colour schemes."""
    script = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        with browser.new_context(base_url=address, color_scheme=scheme) as context:
            page = context.new_page()
            for path in ("/", "/about", "/desk/sign-in"):
                page.goto(path)
                assert page.evaluate(script) == [], (scheme, path)


def test_the_second_factor_is_set_up_and_asked_for_in_the_browser(page: Page, clock: Clock) -> None:
    page.goto("/desk/account")
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    picture = page.get_by_alt_text("Mã QR cho ứng dụng xác thực")
    # The picture is drawn, not only linked: the content policy allows data: images.
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    secret = base64.b32decode(page.locator(".secret").inner_text())

    def code() -> str:
        return code_at(secret, int(clock.now.timestamp()) // STEP_SECONDS)

    page.get_by_label("Mã sáu chữ số đang hiện").fill(code())
    page.get_by_role("button", name="Xác nhận và bật").click()
    assert page.locator(".codes code").count() == 10
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_label("Thư điện tử").fill("oanh@facts.example")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    clock.pass_by(timedelta(seconds=STEP_SECONDS))
    page.get_by_label("Mã xác thực").fill(code())
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/desk/")


def hold(sessions: Sessions, alert_id: int, person: Person, clock: Clock) -> None:
    with writing(sessions) as session:
        version = session.get_one(Alert, alert_id).version
        hold_alert(session, alert_id, actor=person.user, version=version, now=clock.now)


def raise_one(sessions: Sessions, clock: Clock, world: World) -> int:
    """One more alert, told as the queue tells it."""
    (made,) = add_alerts(sessions, 1, clock.now, world.desk_id)
    with writing(sessions) as session:
        record(
            session, actor="system", action="alert.raised", object_type="alert", object_id=made, now=clock.now
        )
    return made


def test_the_queue_says_what_others_do_and_how_much_is_new_without_being_loaded_again(
    page: Page, world: World, sessions: Sessions, clock: Clock, people: People
) -> None:
    other = people.add("binh", UserRole.ANALYST, world.desk_id)
    page.evaluate("window.stillHere = true")
    hold(sessions, world.alert_id, other, clock)
    page.get_by_role("article").get_by_text("Binh").wait_for()
    raise_one(sessions, clock, world)
    page.get_by_role("link", name="Cảnh báo mới: 1").wait_for()
    assert page.get_by_role("article").count() == 1
    with writing(sessions) as session:
        decide_alert(
            session, world.alert_id, actor=other.user, version=2, outcome=Outcome.NOT_A_CLAIM, now=clock.now
        )
    page.get_by_text("không còn trong danh sách này").wait_for()
    assert page.evaluate("window.stillHere") is True
    page.get_by_role("link", name="Cảnh báo mới: 1").click()
    page.get_by_role("article").filter(has_text="Tỉnh số 0").wait_for()


def test_what_happened_while_the_line_was_cut_is_told_when_it_is_back(
    page: Page, world: World, sessions: Sessions, clock: Clock, people: People
) -> None:
    other = people.add("binh", UserRole.ANALYST, world.desk_id)
    page.goto(f"/desk/alerts/{world.alert_id}")
    page.get_by_label("Ghi chú").count()
    page.context.set_offline(True)
    hold(sessions, world.alert_id, other, clock)
    page.context.set_offline(False)
    page.get_by_text("Binh vừa thay đổi cảnh báo này.").wait_for()
    page.get_by_role("link", name="Tải lại trang").click()
    page.get_by_text("Binh vừa thay đổi cảnh báo này.").wait_for(state="hidden")


def test_an_alert_that_is_given_to_another_desk_says_so_on_pages_that_have_it_open(
    page: Page, world: World, sessions: Sessions, clock: Clock, people: People
) -> None:
    other = people.add("binh", UserRole.ANALYST, world.desk_id)
    with page.expect_response("**/presence"):
        page.goto(f"/desk/alerts/{world.alert_id}")
    with writing(sessions) as session:
        desk = create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=clock.now)
        reroute_alert(
            session,
            world.alert_id,
            desk_id=desk.id,
            actor=other.user,
            version=1,
            note="Của Bộ.",
            now=clock.now,
        )
    page.get_by_text("Cảnh báo này không còn ở đơn vị của bạn.").wait_for()


FOCUSED = "document.activeElement.name || document.activeElement.getAttribute('role') || document.activeElement.tagName"


def test_an_alert_is_claimed_decided_and_left_for_the_next_by_keyboard(
    page: Page, world: World, sessions: Sessions, clock: Clock
) -> None:
    following = add_alerts(sessions, 1, clock.now, world.desk_id)[0]
    page.goto(f"/desk/alerts/{world.alert_id}")
    page.keyboard.press("c")
    page.wait_for_url("**?did=held")
    assert page.get_by_role("status").filter(has_text="Bạn đã nhận xử lý").is_visible()
    assert page.evaluate(FOCUSED) == "outcome"
    page.get_by_label("Không phải nội dung kiểm chứng được").check()
    page.get_by_role("button", name="Quyết định").click()
    page.wait_for_url("**?did=decided")
    status = page.get_by_role("status").filter(has_text="Đã ghi quyết định.")
    assert f"Cảnh báo tiếp theo: #{following}: Tỉnh số 0 có 100 trường học." in status.inner_text()
    assert page.evaluate(FOCUSED) == "status"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == f"Cảnh báo tiếp theo: #{following}"
    page.keyboard.press("n")
    page.wait_for_url(f"**/desk/alerts/{following}")


def test_d_leads_to_the_decision_whether_it_is_the_first_or_another(page: Page, world: World) -> None:
    page.goto(f"/desk/alerts/{world.alert_id}")
    page.keyboard.press("c")
    page.wait_for_url("**?did=held")
    page.get_by_label("Trả lời công khai").check()
    assert page.get_by_text("các nơi đăng ký được báo rằng nội dung này sẽ có trả lời").is_visible()
    assert page.get_by_label("Số của cảnh báo trùng").is_hidden()
    page.get_by_role("button", name="Quyết định").click()
    page.wait_for_url("**?did=decided")
    assert page.get_by_label("Nội dung đã đăng là đúng").is_hidden()
    page.keyboard.press("d")
    assert page.evaluate(FOCUSED) == "outcome"
    page.get_by_label("Trùng với cảnh báo khác").check()
    assert page.get_by_label("Số của cảnh báo trùng").is_visible()


def test_a_ticked_box_does_not_swallow_the_keys(
    page: Page, world: World, sessions: Sessions, clock: Clock
) -> None:
    add_alerts(sessions, 1, clock.now, world.desk_id)
    page.reload()
    page.keyboard.press("j")
    page.get_by_label(f"Chọn cảnh báo số {world.alert_id}").check()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.rowLink") is not None
    page.get_by_label("Ghi chú").focus()
    page.keyboard.press("j")
    assert page.get_by_label("Ghi chú").input_value() == "j"
