"""Sentences that state and then judge: what is kept of them, and which are left whole."""

import pytest

from classify.claims import find_claims
from classify.clauses import cut_at_turn, is_loaded
from classify.models import Models


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        (
            "Vietnam Airlines lỗ lũy kế hơn 30.000 tỷ đồng, nhưng chẳng một lãnh đạo nào biết xấu hổ.",
            "Vietnam Airlines lỗ lũy kế hơn 30.000 tỷ đồng",
        ),
        (
            "Chính phủ Anh chi 700 triệu bảng cho kế hoạch Rwanda, một trò hề đắt giá.",
            "Chính phủ Anh chi 700 triệu bảng cho kế hoạch Rwanda",
        ),
        (
            "Cả nước có 85 bệnh viện thiếu thuốc hiếm – vậy mà hội thảo nào cũng rực rỡ hoa tươi.",
            "Cả nước có 85 bệnh viện thiếu thuốc hiếm",
        ),
        (
            "Only 11 of the 50 promised trains have arrived, a failure that would end careers anywhere else.",
            "Only 11 of the 50 promised trains have arrived",
        ),
        (
            "The judge read a four-page verdict after 20 minutes, and nobody could believe it.",
            "The judge read a four-page verdict after 20 minutes",
        ),
    ],
)
def test_a_fact_is_cut_from_the_judgement_that_follows_it(sentence: str, fact: str) -> None:
    cut = cut_at_turn(sentence)
    assert cut is not None
    assert cut[0].of(sentence) == fact
    assert sentence.endswith(cut[1].of(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Dù chi 700 tỷ đồng, nhưng tỉnh vẫn thất bại.", id="the first clause needs the second"),
        pytest.param(
            "Chính sách ngớ ngẩn này tốn 700 tỷ đồng, một trò hề.", id="the first clause judges as well"
        ),
        pytest.param("Họ đã cố gắng rất nhiều, nhưng kết quả đáng buồn.", id="nothing to hold on to"),
        pytest.param('Ông nói "cầu dài 36 m, nhưng xấu" với báo chí.', id="the turn is inside a quotation"),
        pytest.param(
            "Kể từ vụ sập cầu ở Kỳ Sơn năm 2019, đây là lần thứ hai nhà thầu thất bại.",
            id="the first clause only says when",
        ),
        pytest.param("The bridge is 36 metres long and 8 metres wide.", id="nothing turns"),
        pytest.param(
            "Cơ quan điều tra bắt tạm giam 10 bị can, quá trình điều tra phát hiện nhiều tội danh.",
            id="a process is no excess",
        ),
        pytest.param(
            "Phường cắm 12 biển cấm đổ rác, cũng nhờ vậy mà khu vực này sạch hơn.",
            id="therefore is no but",
        ),
        pytest.param(
            "Hạ tuổi hưởng trợ cấp xuống 75 tuy muộn nhưng là việc làm hợp lòng dân.",
            id="the clause concedes",
        ),
        pytest.param(
            "The bank was said to have closed 40 branches in Hanoi, but it never did.", id="taken back"
        ),
        pytest.param(
            "Báo nói 40 chi nhánh ở Huế đã đóng cửa, nhưng sự thật tệ hơn nhiều.",
            id="taken back in Vietnamese",
        ),
        pytest.param(
            "All 63 provinces met the target in 2023, but for the pathetic two in the north.", id="narrowed"
        ),
    ],
)
def test_a_sentence_is_left_whole_where_no_fact_stands_alone(sentence: str) -> None:
    assert cut_at_turn(sentence) is None


def test_a_clause_that_only_adds_a_fact_is_not_loaded() -> None:
    sentence = "Coffee growers in Dak Lak sell robusta, which makes up 90 percent of the crop."
    cut = cut_at_turn(sentence)
    assert cut is not None
    assert not is_loaded(cut[1].of(sentence))


def test_the_claim_of_a_mixed_sentence_is_the_span_of_its_fact(models: Models) -> None:
    fact = "Ngày 4/5, UBND tỉnh Long An khởi công cầu Vàm Cỏ vốn 1.200 tỷ đồng"
    text = f"Trời mưa cả buổi. {fact}, một quyết định vội vàng và lãng phí. Hết."
    found = find_claims(text, "", language="vi", scope="all", models=models)
    assert [text[c.start : c.end] for c in found.claims] == [c.text for c in found.claims]
    assert [c.text for c in found.claims] == [fact]
