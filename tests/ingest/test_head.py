"""Which of a page's statements is its title."""

import pytest

from ingest.head import Head, choose_title

TITLE = "Giá xăng tăng từ chiều nay"
OTHER = "Xăng dầu hôm nay: giá mới nhất"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(Head(headings=(TITLE,)), TITLE, id="a heading alone"),
        pytest.param(Head(document_title=TITLE), TITLE, id="a document title alone"),
        pytest.param(
            Head(headlines=(TITLE,), social_titles=(OTHER,), headings=(OTHER,)), TITLE, id="JSON-LD first"
        ),
        pytest.param(
            Head(headlines=(OTHER,), social_titles=(TITLE,), headings=(TITLE,), document_title=OTHER),
            TITLE,
            id="shown and shared, against two for search engines",
        ),
        pytest.param(
            Head(headlines=(OTHER,), social_titles=(TITLE,), headings=(OTHER,), document_title=OTHER),
            OTHER,
            id="shared alone",
        ),
        pytest.param(
            Head(headlines=(f"Thị trường: {TITLE}",), social_titles=(TITLE,)), TITLE, id="without its kicker"
        ),
        pytest.param(
            Head(headlines=(f"Chiều qua, {TITLE}",), social_titles=(TITLE,)),
            f"Chiều qua, {TITLE}",
            id="words before a title that are no kicker",
        ),
        pytest.param(
            Head(headlines=(f"“{TITLE}”",), social_titles=(OTHER,)), f"“{TITLE}”", id="as it is typed"
        ),
    ],
)
def test_the_title_is_what_the_page_is_surest_of(head: Head, expected: str) -> None:
    assert choose_title(head) == expected


@pytest.mark.parametrize(
    "suffix",
    [
        " | Báo Tuổi Trẻ",
        " - tuoitre.vn",
        " – TUỔI TRẺ",
        "|Tuổi Trẻ",
        " - Tuổi Trẻ Online",
    ],
)
def test_a_sites_name_is_no_part_of_a_title(suffix: str) -> None:
    head = Head(document_title=TITLE + suffix, site_name="Tuổi Trẻ Online")
    assert choose_title(head, host="tuoitre.vn") == TITLE


@pytest.mark.parametrize("title", ["Việt Nam – Lào: 60 năm", "Xăng | dầu | điện", "Đà Nẵng-Huế"])
def test_what_follows_a_stroke_is_kept_when_it_names_no_site(title: str) -> None:
    assert choose_title(Head(document_title=title), host="tuoitre.vn") == title


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(OTHER, OTHER, id="the page says it too"),
        pytest.param('"Giá xăng" tăng từ chiều nay', '"Giá xăng" tăng từ chiều nay', id="typed otherwise"),
        pytest.param("Tin mới", TITLE, id="the page does not say it"),
        pytest.param("", TITLE, id="none"),
    ],
)
def test_a_feeds_title_counts_when_the_page_confirms_it(entry: str, expected: str) -> None:
    assert choose_title(Head(headlines=(TITLE,), headings=(OTHER,)), entry) == expected


def test_a_page_that_says_nothing_has_the_feeds_title() -> None:
    assert choose_title(Head(), TITLE) == TITLE
