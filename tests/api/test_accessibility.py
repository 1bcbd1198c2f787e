"""WCAG 2.2 AA in a real browser: axe over every page, wide and by day, narrow and by night; and pages without style."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page

from alerts import create_subscription, file_report, put_on_duty, set_day_off
from alerts.disputes import open_dispute
from api.services import Services
from models import BriefState, RoutingRule, Sessions, UserRole, writing
from tests.api.conftest import CLAIM, MORNING, PASSWORD, RECORD, People, World
from tests.api.publishing import TITLE, Publisher
from tests.api.test_permissions import routes_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LOOKS: dict[str, tuple[int, Literal["light", "dark"]]] = {
    "wide, by day": (1200, "light"),
    "narrow, by night": (320, "dark"),
}


@pytest.fixture
def site(publisher: Publisher, sessions: Sessions) -> list[str]:
    """The addresses of a site where something has happened: an answer corrected, a fact sheet withdrawn, an error told."""
    answer = publisher.answer()
    publisher.correct(answer, note="Tiêu đề bản đầu ghi nhầm năm.")
    publisher.publish(answer, language="en", title="Rice exports in 2024")
    sheet = publisher.tell("health", title="Tiêm chủng năm 2025")
    publisher.withdraw(sheet, reason="Số liệu được công bố lại.")
    with writing(sessions) as session:
        report = file_report(session, text="Sai năm.", brief_id=answer, language="vi", number=1, now=MORNING)
    return [
        "/",
        f"/?state={BriefState.CORRECTED}",
        "/about",
        "/accountability",
        "/corrections",
        f"/corrections/report?brief={answer}&language=vi&number=1",
        f"/corrections/reports/{report.key}",
        "/problems",
        f"/published/{answer}/vi",
        f"/published/{answer}/vi/1",
        f"/published/{answer}/en",
        f"/published/{sheet}/vi",
        f"/published/{sheet}/en",
        "/published/99",
    ]


@pytest.fixture(params=LOOKS, ids=lambda name: name.replace(", ", "-").replace(" ", "-"))
def context(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[BrowserContext]:
    width, scheme = LOOKS[request.param]
    with browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, color_scheme=scheme
    ) as context:
        yield context


def find_faults(page: Page, path: str) -> list[str]:
    """What axe and a ruler say of a page."""
    page.goto(path)
    return find_open_faults(page, path)


def find_open_faults(page: Page, path: str) -> list[str]:
    """The same of a page as it stands open."""
    found = Axe().run(page, options=RULES).response["violations"]
    faults = [f"{path}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    width, seen = page.evaluate(
        "[document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    return faults + ([f"{path}: {seen} pixels wide in {width}"] if seen > width else [])


def test_every_public_page_can_be_used_by_everybody(context: BrowserContext, site: list[str]) -> None:
    page = context.new_page()
    assert [fault for path in site for fault in find_faults(page, path)] == []


def test_every_page_of_the_console_can_be_used_by_everybody(
    context: BrowserContext,
    site: list[str],
    app: FastAPI,
    people: People,
    world: World,
    services: Services,
) -> None:
    chief = people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    with writing(services.sessions) as session:
        hook = create_subscription(
            session,
            actor=chief.user,
            url=f"https://paper.example/{'hook' * 20}",
            cipher=services.cipher,
            now=MORNING,
            challenged=True,
        ).subscription.id
        open_dispute(session, 1, language="vi", text="Sai năm.", actor=chief.user, now=MORNING)
    plain = sorted(
        route.path
        for route in routes_of(app)
        if route.path.startswith("/desk/") and "GET" in (route.methods or ()) and "{" not in route.path
    )
    assert len(plain) >= 6
    paths = [
        *plain,
        "/desk/search?q=xuat+khau+gao",
        "/desk/find?q=gao",
        f"/desk/alerts/{world.alert_id}",
        "/desk/briefs/1",
    ]
    paths += [f"/desk/webhooks/{hook}", f"/desk/webhooks/{hook}/deliveries/1"]
    page = context.new_page()
    faults = find_faults(page, "/desk/sign-in")
    page.get_by_label("Thư điện tử").fill("thu@facts.example")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/desk/")
    assert faults + [fault for path in paths for fault in find_faults(page, path)] == []


def test_the_pages_that_keep_the_desks_can_be_used_by_everybody(
    context: BrowserContext, people: People, world: World, sessions: Sessions
) -> None:
    admin = people.add("quan", UserRole.ADMIN, None, PASSWORD)
    officer = people.add("thu", UserRole.PRESS_OFFICER, world.desk_id)
    with writing(sessions) as session:
        put_on_duty(
            session,
            world.desk_id,
            user_id=officer.user.id,
            starts_at=MORNING,
            ends_at=None,
            actor=admin.user,
            now=MORNING,
        )
        set_day_off(
            session,
            MORNING.date(),
            name="Nghỉ bù",
            desk_id=world.desk_id,
            is_worked=False,
            actor=admin.user,
            now=MORNING,
        )
        session.add(RoutingRule(position=1, desk_id=world.desk_id, subjects=["health"], places=["Hạ Long"]))
        session.add(RoutingRule(position=2, desk_id=world.desk_id))
    page = context.new_page()
    page.goto("/desk/sign-in")
    page.get_by_label("Thư điện tử").fill("quan@facts.example")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/desk/")
    faults = []
    for path in (
        f"/desk/duty/{world.desk_id}",
        "/desk/routing?text=Vịnh+Hạ+Long+có+12+tàu.",
        "/desk/desks",
        "/desk/people",
        f"/desk/people/{officer.user.id}?lang=en",
        "/desk/routing?lang=en",
        f"/desk/duty/{world.desk_id}?lang=en",
    ):
        faults += find_faults(page, path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        faults += find_open_faults(page, path)
    assert faults == []


def test_the_check_itself_would_notice(context: BrowserContext, site: list[str]) -> None:
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.documentElement.lang = ''")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/static/mark.svg>')")
    found = {one["id"] for one in Axe().run(page, options=RULES).response["violations"]}
    assert {"html-has-lang", "image-alt"} <= found


def test_a_brief_reads_in_order_without_style_and_scripts(
    browser: Browser, address: str, site: list[str]
) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.route("**/static/**", lambda route: route.abort())
        page.goto(site[8])
        text = page.inner_text("main")
        # Fact first, the claim once it is known, then what it rests on, and who stands for it.
        told = [TITLE, RECORD, "Có báo viết 12 triệu tấn.", CLAIM, "Phòng Thông tin", "Tư liệu được dẫn"]
        places = [text.index(words) for words in told]
        assert places == sorted(places)
        page.get_by_role("link", name="Tư liệu số 1").first.click()
        assert page.url.endswith("#source-1")
        page.get_by_role("link", name="Báo lỗi trong bản này").click()
        page.get_by_label("Điều gì sai, và vì sao").fill("Bảng 4 ghi khác.")
        page.get_by_role("button", name="Gửi").click()
        page.wait_for_url("**/corrections/reports/*")
        assert "Bảng 4 ghi khác." in page.inner_text("main")


def test_a_brief_prints_without_furniture_and_with_the_addresses_of_its_sources(
    browser: Browser, address: str, site: list[str]
) -> None:
    with browser.new_context(base_url=address, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(site[8])
        page.emulate_media(media="print", color_scheme="dark")
        for furniture in ("nav", "footer", ".formats"):
            assert not page.locator(furniture).first.is_visible()
        after = "getComputedStyle(document.querySelector('.sources a'), '::after').content"
        assert "https://thongke.example/" in page.evaluate(after)
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert re.match(rb"%PDF-", page.pdf(format="A4"))
