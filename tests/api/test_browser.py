"""The console in a real browser: it renders, works by keyboard and by form, and fits a small screen."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.second_factor import STEP_SECONDS, code_at
from models import Sessions, UserRole
from tests.api.conftest import PASSWORD, RECORD, Clock, People, World, add_alerts

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
    assert complaints == []


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
