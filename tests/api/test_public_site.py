"""What readers and their programs see of published briefs: pages, formats, feeds, and what caches may keep."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import etree
from sqlalchemy import select

from api.app import create_app
from api.services import Services
from models import (
    RAN_OUT,
    Article,
    ArticleVersion,
    ChangeGrade,
    FactSheet,
    Passage,
    Sessions,
    User,
    pack_text,
    writing,
)
from tests.api.browsing import HTML
from tests.api.conftest import CLAIM, MORNING, RECORD, World
from tests.api.publishing import TITLE, Publisher


def test_a_brief_shows_its_claim_sources_method_changes_and_office(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    page = client.get(f"/published/{brief}/vi").text
    assert f'<blockquote lang="vi">{CLAIM}</blockquote>' in page
    assert "trái với tư liệu được dẫn" in page
    assert "Chỉ có nguồn chính thức" in page
    assert "https://courier.example/the-monsoon-courier-viet-ve-gao" in page
    # One passage cited twice is one source.
    assert page.count('href="#source-1"') == 2
    assert page.count('<li id="source-1">') == 1
    assert "https://thongke.example/xuat-khau-gao-nam-2024" in page
    assert "đọc ngày" in page
    assert "Bản này được làm thế nào" in page
    assert "Chưa có lần sửa nào." in page
    assert "Công bố và chịu trách nhiệm: Phòng Thông tin" in page
    assert f"http://facts.example/published/{brief}/vi/1" in page
    assert not re.search(r"<script(?! type=\"application/ld\+json\")|<style|\sstyle=", page)


def test_the_claim_is_never_shown_as_a_statement_of_the_office(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    page = f"/published/{brief}/vi"
    for path in (page, f"{page}.txt", "/published/feed.atom", "/published/feed.json"):
        said = client.get(path).text
        assert "Có báo viết 12 triệu tấn." in said, path
        assert "Phát biểu của cơ quan" not in said, path
    marked = {
        one["kind"]: one["is_statement"] for one in client.get(f"/published/{brief}.json").json()["blocks"]
    }
    assert marked == {"fact": False, "claim": False, "difference": False}
    (entry,) = client.get("/published/feed.json").json()["items"]
    assert "<em>Nội dung đã đăng:</em> Có báo viết 12 triệu tấn." in entry["content_html"]


def test_every_version_keeps_its_page_and_says_when_it_is_not_the_newest(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.correct(brief, note="Tiêu đề sai năm.", title="Gạo: 9,18 triệu tấn")
    first, second = (client.get(f"/published/{brief}/vi/{number}").text for number in (1, 2))
    assert TITLE in first
    assert "Đây là phiên bản cũ." in first
    assert 'content="noindex"' in first
    assert "Gạo: 9,18 triệu tấn" in second
    assert "Đây là phiên bản cũ." not in second
    assert "Tiêu đề sai năm." in second
    for page in (first, second):
        assert f'rel="canonical" href="http://facts.example/published/{brief}/vi"' in page


def test_an_old_version_says_that_it_was_put_right_how_and_why(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.correct(brief, note="Tiêu đề sai năm.", title="Gạo: 9,18 triệu tấn")
    publisher.publish(brief, language="en", title="Rice in 2024")
    publisher.correct(brief, note="Sai chính tả.", grade=ChangeGrade.TYPO)
    permalink = f"http://facts.example/published/{brief}/vi"

    def show(number: int) -> dict[str, str]:
        page = client.get(f"/published/{brief}/vi/{number}").text
        return {
            "page": " ".join(re.sub(r"<[^>]+>", " ", page[: page.index("<h1>")]).split()),
            "text": client.get(f"/published/{brief}/vi/{number}.txt").text.partition("Công bố và chịu")[0],
            "oembed": client.get("/oembed", params={"url": f"{permalink}/{number}"}).json()["html"],
        }

    for name, said in show(1).items():
        corrected, mended = said.index("Sau đó đã đính chính"), said.index("Sau đó đã sửa lỗi chữ")
        assert mended < corrected, name
        assert "Tiêu đề sai năm." in said[corrected:], name
        assert "Sai chính tả." in said[mended:], name
        assert "Đây là phiên bản cũ." in said, name
    for name, said in show(2).items():
        assert ("Sai chính tả." in said, "Tiêu đề sai năm." in said) == (True, False), name
    for name, said in show(3).items():
        assert "Sau đó" not in said, name
        assert "Đây là phiên bản cũ." not in said, name
    assert "\n\n\n" not in client.get(f"/published/{brief}/vi/1.txt").text
    english = client.get(f"/published/{brief}/en/1").text
    assert "since" not in english[: english.index("<h1>")], "the other language's changes are none of its own"
    publisher.correct(brief, note="The year was wrong.", title="Rice", language="en")
    assert "Corrected since" in client.get(f"/published/{brief}/en/1").text
    publisher.withdraw(brief, reason="Số liệu được công bố lại.")
    old = show(1)["page"]
    assert old.index("đã được rút lại") < old.index("Sau đó đã đính chính")


def test_a_withdrawn_brief_stays_with_its_banner_and_reason_in_every_format(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.withdraw(brief, reason="Số liệu được công bố lại.")
    for path in (f"/published/{brief}/vi", f"/published/{brief}/vi/1", f"/published/{brief}/vi.txt"):
        text = client.get(path).text
        assert "đã được rút lại" in text.lower(), path
        assert "Số liệu được công bố lại." in text
        assert RECORD in text
    atom = feedparser.parse(client.get("/published/feed.atom").text)
    assert atom.entries[0].title.startswith("[rút lại]")
    (item,) = client.get("/published/feed.json").json()["items"]
    assert item["_dinhchinh"]["withdrawn_at"] is not None
    assert "Số liệu được công bố lại." in item["content_html"]
    shown = client.get("/oembed", params={"url": f"http://facts.example/published/{brief}/vi"}).json()
    assert "đã được rút lại" in shown["html"]


def test_the_plain_text_carries_the_same_with_numbered_sources(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer(title="Gạo & “lúa” <2024>")
    answer = client.get(f"/published/{brief}/vi.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("Gạo & “lúa” <2024>\n")
    assert f"{RECORD} [1]" in answer.text
    assert f"[1] “{RECORD}”\n    Cục Thống kê (chính thức), 27/01/2026, đọc ngày 27/01/2026" in answer.text
    assert "&amp;" not in answer.text
    assert "\n\n\n" not in answer.text
    assert client.get(f"/published/{brief}/vi/1.txt").text == answer.text
    assert client.get(f"/published/{brief}/vi/2.txt").status_code == 404


def test_the_index_is_filtered_by_subject_and_by_what_became_of_a_brief(
    publisher: Publisher, client: TestClient
) -> None:
    rice = publisher.answer()
    publisher.tell("health", title="Tiêm chủng năm 2025")
    publisher.withdraw(rice, reason="Số liệu được công bố lại.")
    both = client.get("/").text
    assert TITLE in both
    assert "Tiêm chủng năm 2025" in both
    health = client.get("/?subject=health").text
    assert TITLE not in health
    assert "Tiêm chủng năm 2025" in health
    assert "/published/feed.atom?lang=vi&amp;subject=health" in health
    taken_back = client.get("/?state=withdrawn").text
    assert TITLE in taken_back
    assert "Tiêm chủng năm 2025" not in taken_back
    assert "Không có bản nào như vậy." in client.get("/?subject=health&state=withdrawn").text
    assert TITLE in client.get("/?subject=nonsense&state=draft").text


def test_a_home_without_briefs_in_its_language_says_where_they_are(
    publisher: Publisher, client: TestClient
) -> None:
    assert "Nothing has been published yet." in client.get("/?lang=en").text
    publisher.answer()
    publisher.tell("health", title="Tiêm chủng năm 2025")
    english = client.get("/?lang=en").text
    assert "Nothing has been published yet." not in english
    assert "Nothing has been published in English yet. Published in Vietnamese: 2." in english
    assert '<a href="?lang=vi" lang="vi" hreflang="vi">Tiếng Việt</a></p>' in english
    health = client.get("/?lang=en&subject=health").text
    assert "Nothing in English is like that. Published in Vietnamese: 1." in health
    found = re.search(r'1\. <a href="([^"]+)"', health)
    assert found is not None
    assert "Tiêm chủng năm 2025" in client.get(unescape(found[1])).text
    assert TITLE not in client.get(unescape(found[1])).text
    assert "Nothing is like that." in client.get("/?lang=en&subject=religion").text
    publisher.publish(publisher.tell("religion", title="Lễ hội"), language="en", title="Festivals")
    assert "Published in Vietnamese" not in client.get("/?lang=en").text


def test_in_vietnamese_too(publisher: Publisher, client: TestClient) -> None:
    publisher.tell("health", title="Vaccination in 2025", language="en")
    page = client.get("/?lang=vi").text
    assert "Chưa công bố bản thông tin nào bằng tiếng Việt. Bằng tiếng Anh đã công bố 1 bản:" in page


@pytest.mark.parametrize("number", ["", "/3"])
def test_a_brief_that_is_not_published_in_a_language_says_so_and_where_it_can_be_read(
    publisher: Publisher, client: TestClient, number: str
) -> None:
    brief = publisher.answer()
    answer = client.get(f"/published/{brief}/en{number}", headers=HTML)
    assert answer.status_code == 404
    assert '<html lang="en">' in answer.text
    assert "This brief has not been published in English" in answer.text
    assert f'<a href="/published/{brief}/vi" lang="vi" hreflang="vi">{TITLE}</a>' in answer.text
    for words in ("this account", "tài khoản", "there is no published brief"):
        assert words not in answer.text
    problem = client.get(f"/published/{brief}/en{number}").json()
    assert (problem["status"], problem["detail"]) == (404, "there is no published text of this brief in en")
    for form in ("txt", "pdf"):
        assert client.get(f"/published/{brief}/en.{form}").json()["detail"] == problem["detail"]
    later = client.get(f"/published/{brief}/vi/7", headers=HTML)
    assert (later.status_code, "Không có phiên bản đã công bố số 7." in later.text) == (404, True)


def test_a_reader_is_told_of_no_account_when_nothing_is_there(client: TestClient, world: World) -> None:
    for path, said in {
        "/published/99": "Không có gì ở địa chỉ này.",
        "/published/99/vi": "Không có gì ở địa chỉ này.",
        "/published/99/en": "There is nothing at this address.",
    }.items():
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 404
        assert said in answer.text, path
        assert "tài khoản" not in answer.text
        assert "this account" not in answer.text


def test_feeds_tell_what_changed_last_first_and_can_be_had_by_subject(
    publisher: Publisher, client: TestClient
) -> None:
    rice = publisher.answer()
    sheet = publisher.tell("health", title="Tiêm chủng năm 2025")
    publisher.correct(rice, note="Sai chính tả.", grade=ChangeGrade.TYPO)
    atom = feedparser.parse(client.get("/published/feed.atom").text)
    assert not atom.bozo
    assert [one.title for one in atom.entries] == [f"[lỗi chữ] {TITLE}", "Tiêm chủng năm 2025"]
    assert atom.entries[0].id == f"http://facts.example/published/{rice}/vi"
    assert atom.entries[0].updated > atom.entries[0].published
    assert RECORD in atom.entries[0].content[0].value
    feed = client.get("/published/feed.json")
    assert feed.headers["content-type"] == "application/feed+json"
    body = feed.json()
    assert body["version"] == "https://jsonfeed.org/version/1.1"
    assert body["authors"] == [{"name": "Phòng Thông tin", "url": "http://facts.example/"}]
    assert [one["id"] for one in body["items"]] == [one.id for one in atom.entries]
    assert [one["_dinhchinh"]["version"] for one in body["items"]] == [2, 1]
    for one in body["items"]:
        assert datetime.fromisoformat(one["date_published"]) <= datetime.fromisoformat(one["date_modified"])
    (only,) = client.get("/published/feed.json?subject=health").json()["items"]
    assert only["id"] == f"http://facts.example/published/{sheet}/vi"
    assert client.get("/published/feed.json?lang=en").json()["items"] == []
    assert client.get("/published/feed.json?lang=fr").status_code == 422
    assert "set-cookie" not in client.get("/published/feed.atom?lang=en").headers


def test_page_and_plain_text_say_that_a_source_has_changed_since(
    publisher: Publisher, client: TestClient, world: World, sessions: Sessions
) -> None:
    brief = publisher.answer()
    addresses = (f"/published/{brief}/vi", f"/published/{brief}/vi.txt")
    said = "Trang này đã thay đổi sau đó"
    assert [said in client.get(one).text for one in addresses] == [False, False]
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = MORNING
    assert [said in client.get(one).text for one in addresses] == [True, True]


@pytest.mark.parametrize(
    ("retired_reason", "holds", "changed"),
    [("", True, False), (RAN_OUT, True, False), ("sai bảng", False, True)],
)
def test_page_and_plain_text_say_until_when_a_fact_sheet_held(
    publisher: Publisher,
    client: TestClient,
    world: World,
    sessions: Sessions,
    retired_reason: str,
    holds: bool,
    changed: bool,
) -> None:
    brief = publisher.answer()
    over = MORNING + timedelta(days=5)
    with writing(sessions) as session:
        passage = session.get_one(Passage, world.passage_id)
        version = session.get_one(ArticleVersion, passage.version_id)
        sheet = FactSheet(
            desk_id=world.desk_id,
            title="Gạo",
            text_zstd=pack_text("x"),
            text_sha256=version.text_sha256,
            language="vi",
            filed_by_id=session.scalars(select(User.id)).all()[0],
            filed_at=MORNING,
            valid_from=MORNING,
            valid_until=over,
            article_id=passage.article_id,
            retired_reason=retired_reason,
        )
        session.add(sheet)
        passage.superseded_at = over if retired_reason else None
    pages = [client.get(f"/published/{brief}/{one}").text for one in ("vi", "vi.txt")]
    assert ["có hiệu lực đến hết" in page for page in pages] == [holds, holds]
    assert ["Trang này đã thay đổi" in page for page in pages] == [changed, changed]
    (cited,) = client.get(f"/published/{brief}.json?language=vi").json()["citations"]
    assert (cited["valid_until"] is not None, "valid until 2026-" in cited["citation"]) == (holds, holds)


def test_what_the_office_filed_by_hand_is_cited_as_that_and_with_no_address(
    publisher: Publisher, client: TestClient, world: World, sessions: Sessions
) -> None:
    brief = publisher.answer()
    with writing(sessions) as session:
        passage = session.get_one(Passage, world.passage_id)
        session.get_one(Article, passage.article_id).url = "sheet:1"
    page, text = (client.get(f"/published/{brief}/{one}").text for one in ("vi", "vi.txt"))
    said = "tài liệu do cơ quan nộp, không đăng ở địa chỉ nào"
    assert [(said in one, "sheet:1" in one) for one in (page, text)] == [(True, False)] * 2
    (cited,) = client.get(f"/published/{brief}.json?language=vi").json()["citations"]
    assert "sheet:1" not in cited["citation"]


def test_the_sitemap_lists_every_text_with_its_other_language(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.publish(brief, language="en", title="Rice exports in 2024")
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml"
    tree = etree.fromstring(answer.content)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    places = tree.xpath("//s:loc/text()", namespaces=spaces)
    assert {f"http://facts.example/published/{brief}/{one}" for one in ("vi", "en")} <= set(places)
    assert all(client.get(place.removeprefix("http://facts.example")).status_code == 200 for place in places)
    assert sorted(tree.xpath("//x:link/@hreflang", namespaces=spaces)) == ["en", "en", "vi", "vi"]
    assert "Sitemap: http://facts.example/sitemap.xml" in client.get("/robots.txt").text


def test_a_translation_that_comes_later_is_new_and_not_a_change(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.clock.pass_by(timedelta(hours=3))
    publisher.publish(brief, language="en", title="Rice exports in 2024")
    page = client.get(f"/published/{brief}/en").text
    assert "Published <time" in page
    assert "Changed <time" not in page
    (item,) = client.get("/published/feed.json?lang=en").json()["items"]
    assert item["date_published"] == item["date_modified"]
    english = client.get("/", headers={"Cookie": "dinhchinh_language=en"}).text
    assert "23/11/2026 10:32" in english
    assert "23/11/2026 07:31" in client.get("/").text


def test_another_site_can_show_a_brief_without_frame_or_script(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer(title="Gạo <b>2024</b>")
    page = client.get(f"/published/{brief}/vi").text
    (found,) = re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)
    answer = client.get(found)
    shown = answer.json()
    assert (shown["version"], shown["type"], shown["provider_name"]) == ("1.0", "rich", "Phòng Thông tin")
    assert "Gạo &lt;b&gt;2024&lt;/b&gt;" in shown["html"]
    assert f'href="http://facts.example/published/{brief}/vi"' in shown["html"]
    assert not re.search("<(script|iframe|style)", shown["html"])
    assert answer.headers["access-control-allow-origin"] == "*"
    small = client.get(found + "&maxwidth=200&maxheight=100").json()
    assert (small["width"], small["height"]) == (200, 100)
    assert client.get(found + "&format=xml").status_code == 501


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/published/1/vi",
        "http://facts.example/published/99/vi",
        "http://facts.example/published/1/fr",
        "http://facts.example/published/9999999999/vi",
        "http://facts.example/desk/",
        "http://facts.example.evil/published/1/vi",
        "",
    ],
)
def test_oembed_knows_published_briefs_only(publisher: Publisher, client: TestClient, url: str) -> None:
    publisher.answer()
    assert client.get("/oembed", params={"url": url}).status_code == 404


PUBLIC = [
    "/",
    "/about",
    "/accountability",
    "/corrections",
    "/stats/public",
    "/stats/public.csv",
    "/problems",
    "/robots.txt",
    "/sitemap.xml",
    "/published/feed.atom",
    "/published/feed.json",
    "/published/1",
    "/published/1.json",
    "/published/1/vi",
    "/published/1/vi.txt",
    "/published/1/vi/1",
    "/published/1/vi/1.txt",
    "/oembed?url=http://facts.example/published/1/vi",
]


def test_whoever_has_a_public_page_already_is_told_so_without_it(
    publisher: Publisher, client: TestClient
) -> None:
    publisher.answer()
    for path in PUBLIC:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert "set-cookie" not in answer.headers
        tag = answer.headers["etag"]
        for known in (tag, f'W/{tag}, "other"', "*"):
            again = client.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
        # The API answers GET alone.
        if not path.startswith("/stats"):
            assert client.head(path).headers["etag"] == tag


def test_style_is_kept_as_long_as_pages(client: TestClient, world: World) -> None:
    answer = client.get("/static/style.css")
    assert answer.headers["cache-control"] == "public, max-age=60"
    again = client.get("/static/style.css", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "public, max-age=60")
    assert client.get("/static/nothing.css").headers["cache-control"] == "no-store"


def test_a_correction_makes_every_kept_copy_old(publisher: Publisher, client: TestClient) -> None:
    brief = publisher.answer()
    paths = [
        "/",
        f"/published/{brief}/vi",
        f"/published/{brief}.json",
        "/published/feed.json",
        "/sitemap.xml",
    ]
    before = [client.get(path).headers["etag"] for path in paths]
    publisher.correct(brief, note="Tiêu đề sai năm.")
    after = [client.get(path).headers["etag"] for path in paths]
    assert not set(before) & set(after)


def test_readers_are_told_the_office_and_nobody_in_it_in_any_format(
    publisher: Publisher, client: TestClient
) -> None:
    publisher.answer()
    for path in PUBLIC:
        body = client.get(path).text
        assert "Oanh" not in body
        assert "Phuong" not in body
        if path.startswith(("/published", "/oembed")):
            assert "Phòng Thông tin" in json.dumps(body, ensure_ascii=False) or path.endswith(".json")


def test_under_a_path_of_the_offices_site_every_link_stays_below_it(
    publisher: Publisher, services: Services, world: World
) -> None:
    brief = publisher.answer()
    publisher.publish(brief, language="en", title="Rice exports in 2024")
    below = replace(services, public_url="https://office.example/su-that")
    with TestClient(create_app(below), follow_redirects=False) as client:
        pages = [
            *("/", "/about", "/accountability", "/corrections", "/corrections/report", "/published/99"),
            *(f"/published/{brief}/vi", f"/published/{brief}/vi/1"),
        ]
        for path in pages:
            page = client.get(path, headers=HTML).text
            places = re.findall(r'(?:href|src|action)="([^"]*)"', page)
            assert len(places) > 5, path
            for place in places:
                assert re.match(r"/su-that/|[#?]|https?://|mailto:", place), (path, place)
        permalink = f"https://office.example/su-that/published/{brief}/vi"
        assert f'rel="canonical" href="{permalink}"' in client.get(f"/published/{brief}/vi").text
        shown = client.get("/oembed", params={"url": permalink})
        assert shown.json()["provider_url"] == "https://office.example/su-that/"
        sent = client.post("/corrections/report", data={"text": "Sai năm."}, headers=HTML)
        assert sent.headers["location"].startswith("/su-that/corrections/reports/")


def test_only_pages_whose_language_a_cookie_chose_vary_by_it(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    for path in ("/", "/about", "/accountability", "/corrections"):
        answer = client.get(path)
        assert answer.headers["vary"] == "Cookie"
        english = client.get(path, headers={"Cookie": "dinhchinh_language=en"})
        assert english.headers["etag"] != answer.headers["etag"]
    for path in (f"/published/{brief}/vi", "/published/feed.atom", "/sitemap.xml"):
        assert "vary" not in client.get(path).headers


def test_what_xml_cannot_hold_does_not_break_the_feed(publisher: Publisher, client: TestClient) -> None:
    publisher.answer(title="Xuất khẩu\x0b gạo\x0c \ufffe🌾")
    atom = feedparser.parse(client.get("/published/feed.atom").text)
    assert not atom.bozo
    assert atom.entries[0].title == "Xuất khẩu gạo 🌾"
