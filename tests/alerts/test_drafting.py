"""A draft's words: what differs is said with its units and its sides, and no sentence twice."""

import pytest

from alerts.contrasts import contrast, widen
from alerts.drafting import Quotation, draft_blocks, say_once


@pytest.mark.parametrize(
    ("text", "differs", "shown"),
    [
        pytest.param("Thông xe ngày 12 tháng 9 năm 2026.", "12", "12 tháng 9", id="a day, without its year"),
        pytest.param("Thông xe ngày 2 tháng 9 năm 2026.", "9", "2 tháng 9", id="its month"),
        pytest.param("Thông xe ngày 2 tháng 9 năm 2026.", "2026", "2 tháng 9 năm 2026", id="its year"),
        pytest.param("Vào ngày 2/9/2026, cầu mở.", "2/9/2026,", "2/9/2026", id="in figures"),
        pytest.param("It opened on 12 September 2026.", "12", "12 September", id="an English day"),
        pytest.param("It opened on September 12, 2026.", "12", "September 12", id="the month first"),
        pytest.param("Trong tháng 10 năm 2026 giá tăng.", "10", "tháng 10", id="a month"),
        pytest.param("Quý III năm 2026 tăng.", "III", "Quý III", id="a quarter"),
        pytest.param("Năm 2025 tăng.", "2025", "Năm 2025", id="a year"),
        pytest.param("Sau 30 tháng thi công.", "30", "30 tháng", id="a listed unit"),
        pytest.param("Dung tích 36 triệu m3, tưới 4.200 ha.", "36", "36 triệu m3", id="scale and unit"),
        pytest.param("Tăng 5,2 % so với năm trước.", "5,2", "5,2 %", id="a share"),
        pytest.param("Tăng 5,2% so với năm trước.", "5,2", "5,2%", id="a share, written together"),
        pytest.param("Giảm 2 điểm phần trăm so với.", "2", "2 điểm phần trăm", id="points"),
        pytest.param("Có 14 doanh nghiệp tham gia.", "14", "14 doanh nghiệp", id="a noun of two syllables"),
        pytest.param(
            "It holds 63 million cubic metres.", "63", "63 million cubic metres", id="an English unit"
        ),
        pytest.param("A flood of 6.4 metres at the gauge.", "6.4", "6.4 metres", id="a decimal is no day"),
        pytest.param("Costs $36 million in all.", "36", "$36 million", id="a currency before it"),
        pytest.param("Tăng từ 12 lên 15 chiếc.", "12", "12", id="no unit of its own"),
        pytest.param("Có 36, tưới cho ruộng.", "36", "36", id="a comma after it"),
        pytest.param("Nhật Bản là thị trường lớn nhất.", "Nhật Bản", "Nhật Bản", id="a name"),
        pytest.param("Nhà máy (không) ngừng cấp nước.", "không", "không", id="a word in brackets"),
        pytest.param("Đạt 9,18 triệu tấn", "8", "9,18 triệu tấn", id="half of a figure"),
    ],
)
def test_what_differs_is_shown_with_what_it_needs_to_be_understood(
    text: str, differs: str, shown: str
) -> None:
    start = text.index(differs)
    assert widen(text, start, start + len(differs)) == shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "vi",
            "Bài báo: “12 tháng 9” – tư liệu: “2 tháng 9”; bài báo: “13 tháng” – tư liệu: “30 tháng”",
        ),
        (
            "en",
            "The article: “12 tháng 9” – the record: “2 tháng 9”; the article: “13 tháng” – the record: “30 tháng”",
        ),
    ],
)
def test_a_difference_says_who_says_which_in_the_language_of_the_text(language: str, said: str) -> None:
    pairs = [("12 tháng 9", "2 tháng 9"), ("13 tháng", "30 tháng"), ("12 tháng 9", "2 tháng 9")]
    assert contrast(pairs, language) == said


def test_sides_that_say_the_same_once_their_words_are_whole_do_not_differ() -> None:
    assert contrast([("Nhật Bản", "nhật bản")], "vi") == ""


def quote(text: str, passage_id: int, publisher: str = "Cục Thống kê") -> Quotation:
    return Quotation(text=text, publisher=publisher, published_at=None, passage_id=passage_id)


ONE, TWO, THREE = "Hồ rộng 36 ha.", "Hồ sâu 12 m.", "Hồ mở năm 2020."


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        pytest.param([ONE, TWO], [(ONE, (1,)), (TWO, (2,))], id="nothing in common"),
        pytest.param([ONE, ONE], [(ONE, (1, 2))], id="the same"),
        pytest.param([f"{ONE} {TWO}", TWO], [(f"{ONE} {TWO}", (1, 2))], id="a part of it"),
        pytest.param([ONE, f"{ONE} {TWO}"], [(ONE, (1,)), (TWO, (2,))], id="more than it"),
        pytest.param(
            [TWO, f"{ONE} {TWO} {THREE}"], [(TWO, (1,)), (f"{ONE} […] {THREE}", (2,))], id="around it"
        ),
        pytest.param([ONE, ONE.upper()], [(ONE, (1, 2))], id="in capitals"),
    ],
)
def test_no_sentence_is_quoted_twice_and_whoever_says_it_is_cited(
    quoted: list[str], said: list[tuple[str, tuple[int, ...]]]
) -> None:
    facts = say_once([quote(text, number) for number, text in enumerate(quoted, start=1)])
    assert [(fact.quotation.text, fact.passage_ids) for fact in facts] == said


def test_a_draft_closes_with_another_publishers_fact_and_with_none_that_says_the_same() -> None:
    claim = Quotation(text="Hồ rộng 63 ha.", publisher="Báo A", published_at=None)
    pairs = [("63 ha", "36 ha")]
    evidence = [quote(ONE, 1), quote(TWO, 2), quote(THREE, 3, "Báo cáo B")]
    blocks = draft_blocks(claim, evidence, pairs, language="vi")
    assert [(block.kind.value, block.passage_ids) for block in blocks] == [
        ("fact", (1,)),
        ("claim", ()),
        ("difference", (1,)),
        ("fact", (3,)),
    ]
    blocks = draft_blocks(claim, [quote(ONE, 1), quote(ONE, 2, "Báo cáo B")], pairs, language="vi")
    assert [(block.kind.value, block.passage_ids) for block in blocks] == [
        ("fact", (1, 2)),
        ("claim", ()),
        ("difference", (1,)),
    ]
    texts = [block.text for block in blocks]
    assert len(set(texts)) == len(texts)
