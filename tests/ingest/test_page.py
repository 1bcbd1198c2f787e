"""Article pages: text, title, date, language, and what is no article."""

import dataclasses
import unicodedata
from datetime import UTC, datetime

import pytest

from ingest.page import read_page
from ingest.values import Page, PageHints, PageKind
from tests.ingest.fake_news import article_page

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HINTS = PageHints(
    url="https://a.vn/tin/gia-xang-tang-123456.htm", language="vi", time_zone="Asia/Ho_Chi_Minh"
)
PARAGRAPHS = (
    "Liên Bộ Công Thương - Tài chính vừa công bố giá bán lẻ xăng dầu mới, áp dụng từ 15 giờ chiều nay trên cả nước.",
    "Theo đó, giá xăng E5 RON 92 tăng 320 đồng một lít, xăng RON 95 tăng 410 đồng một lít so với kỳ điều hành trước.",
    "Đây là lần tăng thứ ba liên tiếp của mặt hàng này kể từ đầu tháng, trong khi giá dầu diesel giảm nhẹ 150 đồng một lít.",
)


def read(body: bytes, hints: PageHints = HINTS) -> Page:
    return read_page(body, hints, NOW)


def test_the_text_is_the_article_without_its_furniture() -> None:
    page = read(article_page("Giá xăng tăng từ chiều nay", *PARAGRAPHS))
    assert page.kind is PageKind.ARTICLE
    assert page.text.split("\n")[-3:] == list(PARAGRAPHS)
    assert "Chuyên mục" not in page.text
    assert "quyền được bảo lưu" not in page.text
    assert page.language == "vi"


def test_text_and_title_are_stored_in_nfc() -> None:
    decomposed = [unicodedata.normalize("NFD", text) for text in ("Giá xăng tăng", *PARAGRAPHS)]
    page = read(article_page(*decomposed))
    assert unicodedata.is_normalized("NFC", page.text)
    assert page.title == "Giá xăng tăng"
    assert PARAGRAPHS[0] in page.text


TITLE = "Thanh Lam công bố tổng sản phẩm năm 2026"
SENTENCE = "Tổng sản phẩm trên địa bàn tỉnh Thanh Lam năm 2026 tăng 8,4% so với năm trước."
OTHERS = ("Đây là mức tăng cao nhất trong vòng năm năm.", *PARAGRAPHS)


@pytest.mark.parametrize("frame", ["article", "main", "div"])
@pytest.mark.parametrize("kept", [1, 4])
def test_a_sentence_is_the_same_when_the_page_is_cut_down_to_two_short_paragraphs(
    frame: str, kept: int
) -> None:
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in (SENTENCE, *OTHERS[:kept]))
    page = read(
        f"<html><head><meta charset='utf-8'><title>{TITLE}</title></head><body><nav><a href='/'>Trang nhất</a></nav>"
        f"<{frame}><h1>{TITLE}</h1>\n<time>27/11/2026 03:12</time>\n{body}</{frame}></body></html>".encode()
    )
    assert page.text.split("\n")[-kept - 1 :] == [SENTENCE, *OTHERS[:kept]]
    assert page.title == TITLE


def test_words_that_are_no_blocks_of_their_own_stay_in_their_sentence() -> None:
    text = "<p>Tổng sản phẩm <b>năm 2026</b>\ntăng <i>8,4%</i> so với năm trước, theo số liệu của Chi cục Thống kê.</p>"
    page = read(f"<html><body><article><h1>{TITLE}</h1>{text}</article></body></html>".encode())
    assert (
        page.text.split("\n")[-1]
        == "Tổng sản phẩm năm 2026 tăng 8,4% so với năm trước, theo số liệu của Chi cục Thống kê."
    )


JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
"headline": "%s", "datePublished": "2024-05-03T15:47:00+07:00", "author": {"@type": "Person", "name": "Nguyễn Văn An"}}]}</script>"""


@pytest.mark.parametrize(
    ("head", "entry", "expected"),
    [
        ("", "", "Tiêu đề trên trang"),
        (JSON_LD % "Tiêu đề theo dữ liệu", "", "Tiêu đề theo dữ liệu"),
        (
            '<meta property="og:title" content="Tiêu đề chia sẻ - Báo thử"><meta property="og:site_name" content="Báo thử">',
            "",
            "Tiêu đề chia sẻ",
        ),
        (JSON_LD % "Tiêu đề theo dữ liệu", "Tiêu đề trên trang", "Tiêu đề trên trang"),
        (JSON_LD % "Tiêu đề theo dữ liệu", "Video nổi bật", "Tiêu đề theo dữ liệu"),
        ("<script type='application/ld+json'>{broken</script>", "", "Tiêu đề trên trang"),
    ],
    ids=[
        "heading",
        "json-ld first",
        "site name cut",
        "feed confirmed by the page",
        "feed not confirmed",
        "damaged json-ld",
    ],
)
def test_the_title_is_the_most_trusted_statement(head: str, entry: str, expected: str) -> None:
    hints = dataclasses.replace(HINTS, title=entry)
    assert read(article_page("Tiêu đề trên trang", *PARAGRAPHS, head=head), hints).title == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (JSON_LD % "x", datetime(2024, 5, 3, 8, 47, tzinfo=UTC)),
        (
            '<meta property="article:published_time" content="03/05/2024 15:47 GMT+7">',
            datetime(2024, 5, 3, 8, 47, tzinfo=UTC),
        ),
        (
            '<meta property="article:published_time" content="2024-05-03 15:47">',
            datetime(2024, 5, 3, 8, 47, tzinfo=UTC),
        ),
        ("<meta name='pubdate' content='soon'>", None),
    ],
)
def test_the_date_is_what_the_page_states(head: str, expected: datetime | None) -> None:
    assert read(article_page("Giá xăng tăng", *PARAGRAPHS, head=head)).published_at == expected


def test_the_feeds_date_goes_before_the_pages() -> None:
    at = datetime(2024, 5, 2, 1, 2, tzinfo=UTC)
    page = read(
        article_page("x", *PARAGRAPHS, head=JSON_LD % "x"), dataclasses.replace(HINTS, published_at=at)
    )
    assert page.published_at == at


def test_nobodys_name_is_kept() -> None:
    byline = '<meta name="author" content="Nguyễn Văn An">' + JSON_LD % "Giá xăng tăng"
    page = read(article_page("Giá xăng tăng", *PARAGRAPHS, head=byline))
    assert "Nguyễn Văn An" not in repr(page)


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://m.a.vn/gia-xang-tang-123456.htm?utm_source=x", "https://m.a.vn/gia-xang-tang-123456.htm"),
        ("/gia-xang-tang-123456.htm", "https://a.vn/gia-xang-tang-123456.htm"),
        ("https://other.vn/gia-xang-tang-123456.htm", None),
        ("javascript:x", None),
    ],
)
def test_a_page_is_believed_about_its_own_address_within_its_domain_only(
    canonical: str, expected: str | None
) -> None:
    page = read(article_page("x", *PARAGRAPHS, head=f'<link rel="canonical" href="{canonical}">'))
    assert page.canonical_url == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            article_page("Just a moment...", "Checking your browser before accessing a.vn."),
            PageKind.CHALLENGE,
        ),
        (
            article_page("Xác minh", "Vui lòng xác nhận bạn không phải là người máy để tiếp tục."),
            PageKind.CHALLENGE,
        ),
        (
            article_page(
                "Before you continue to a.vn", "Before you continue to a.vn, we use cookies and data."
            ),
            PageKind.CONSENT,
        ),
        (
            article_page("Tin", "Đoạn mở đầu của bài báo.", "Đăng nhập để đọc tiếp bài viết này."),
            PageKind.PAYWALL,
        ),
        (
            article_page("Story", "The first lines of it.", "Subscribe now to continue reading."),
            PageKind.PAYWALL,
        ),
        (b"<html><body><div id='root'></div><script>app()</script></body></html>", PageKind.EMPTY),
        (b"", PageKind.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), PageKind.EMPTY),
    ],
)
def test_what_stands_in_front_of_an_article_is_never_taken_for_it(body: bytes, kind: PageKind) -> None:
    page = read(body)
    assert (page.kind, page.text) == (kind, "")
    assert page.reason


def test_an_article_about_paywalls_is_an_article() -> None:
    text = "Nhiều tờ báo yêu cầu độc giả subscribe now to continue reading. " * 40
    assert read(article_page("Báo chí thu phí", text)).kind is PageKind.ARTICLE


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "nonsense"])
def test_utf8_is_utf8_whatever_the_header_says(declared: str) -> None:
    page = read(article_page("Giá xăng tăng", *PARAGRAPHS), dataclasses.replace(HINTS, charset=declared))
    assert PARAGRAPHS[0] in page.text


def test_other_charsets_are_read_as_declared() -> None:
    text = "Правительство объявило о новых мерах поддержки экономики в этом году. " * 5
    body = (
        article_page("Новости", text)
        .decode()
        .replace("utf-8", "windows-1251")
        .replace("Báo thử", "")
        .replace("Chuyên mục", "")
        .replace("© . Mọi quyền được bảo lưu.", "")
    )
    page = read(body.encode("windows-1251"), dataclasses.replace(HINTS, language="ru"))
    assert "Правительство" in page.text
    assert page.language == "ru"


def test_the_sources_language_settles_what_the_text_does_not() -> None:
    assert (
        read(article_page("OK", "OK 2026, 3-2."), dataclasses.replace(HINTS, language="vi")).language == "vi"
    )
