"""What makes a second reading a new version of an article, and what does not."""

import unicodedata

import pytest

from ingest.versions import says_the_same

TITLE = "Giá xăng tăng từ chiều nay"
LEAD = "Liên Bộ Công Thương - Tài chính vừa công bố giá bán lẻ xăng dầu mới, áp dụng từ 15 giờ chiều nay."
BODY = 'Theo đó, xăng RON 95 tăng 1.410 đồng một lít, "mức cao nhất năm", so với kỳ trước.'
TEXT = f"{LEAD}\n{BODY}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="nothing"),
        pytest.param(f"{LEAD} {BODY}", id="a line break"),
        pytest.param(TEXT.replace(" ", "  "), id="white space"),
        pytest.param(TEXT.replace('"', "”"), id="quotation marks of another kind"),
        pytest.param(TEXT.replace(" - ", " – "), id="another dash"),
        pytest.param(TEXT.replace("Liên Bộ", "Liên bộ"), id="a capital"),
        pytest.param(unicodedata.normalize("NFC", TEXT).replace("nay.", "nay"), id="a full stop"),
        pytest.param(f"Thứ hai, 23/11/2026, 15:47 (GMT+7)\n{TEXT}", id="a date line"),
        pytest.param(f"{TEXT}\nCập nhật lúc 16h05 ngày 23/11/2026", id="an update's date"),
        pytest.param(f"Updated 3 hours ago\n{TEXT}", id="a relative date"),
        pytest.param(f"Published on November 23, 2026\n{TEXT}", id="an English date"),
        pytest.param(f"{TEXT}\n1.234 lượt xem\nBình luận (12)", id="counters"),
        pytest.param(f"{TEXT}\nXem thêm: Giá vàng giảm mạnh nhất năm", id="one link"),
        pytest.param(
            f"{TEXT}\nTin liên quan\nGiá vàng giảm mạnh\nVì sao giá điện chưa tăng?\nBão số 3 đổi hướng",
            id="a list of links",
        ),
    ],
)
def test_what_changes_nothing_that_a_page_says_is_no_version(text: str) -> None:
    assert says_the_same(TITLE, TEXT, TITLE, text)
    assert says_the_same(TITLE, text, TITLE, TEXT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT.replace("1.410", "1.140"), id="a number"),
        pytest.param(TEXT.replace("1.410", "1,410"), id="what a number's mark means"),
        pytest.param(TEXT.replace("15 giờ", "16 giờ"), id="an hour in a sentence"),
        pytest.param(TEXT.replace("tăng", "không tăng"), id="a negation"),
        pytest.param(TEXT.replace('"', ""), id="words no longer quoted"),
        pytest.param(f"{TEXT}\nĐính chính: bản trước viết nhầm mức tăng.", id="a correction at the end"),
        pytest.param(LEAD, id="a sentence taken out"),
        pytest.param(
            f"{TEXT}\nTin liên quan\nXăng E5 tăng 320 đồng một lít.", id="a sentence after a marker"
        ),
        pytest.param(f"{TEXT}\nTin mới nhất: 5 người bị thương.", id="a sentence that opens like a marker"),
        pytest.param(f"{TEXT}\n23.000", id="a number on its own line"),
        pytest.param(f"{TEXT}\nRON 95: 23.000 đồng", id="a line of a list"),
    ],
)
def test_what_a_page_says_otherwise_is_a_version(text: str) -> None:
    assert not says_the_same(TITLE, TEXT, TITLE, text)
    assert not says_the_same(TITLE, text, TITLE, TEXT)


def test_a_headline_alone_may_be_corrected() -> None:
    assert not says_the_same(TITLE, TEXT, "Giá xăng giảm từ chiều nay", TEXT)
    assert says_the_same(TITLE, TEXT, TITLE.upper(), TEXT)
