"""What is read from a claim laid against its evidence, beyond the words that they share."""

import numpy as np
import pytest

from classify.alignment import align
from classify.opposites import LONGEST, OPPOSITES, SIBLINGS
from classify.reading import read_text
from classify.signals import read_signals


def signals(claim: str, evidence: str) -> dict[str, float]:
    reading = read_text(claim)
    return read_signals(
        align(reading, read_text(evidence)), np.ones(len(reading.words), dtype=np.float32), [evidence]
    )


@pytest.mark.parametrize(
    ("signal", "claim", "evidence", "otherwise"),
    [
        pytest.param(
            "opposite short",
            "Giá vàng trong nước tăng mạnh hôm nay",
            "Giá vàng trong nước giảm mạnh hôm nay",
            "Giá vàng trong nước tăng mạnh hôm nay",
            id="opposite",
        ),
        pytest.param(
            "opposite long",
            "Trường cho phép học sinh dùng điện thoại",
            "Trường nghiêm cấm học sinh dùng điện thoại",
            "Trường vẫn để học sinh dùng điện thoại",
            id="opposite of several words",
        ),
        pytest.param(
            "sibling long",
            "Nạn nhân đi xe máy qua cầu",
            "Nạn nhân đi ô tô qua cầu",
            "Nạn nhân đi chậm qua cầu",
            id="sibling",
        ),
        pytest.param(
            "negated there only",
            "Nhà trường thu phí gửi xe",
            "Nhà trường không thu phí gửi xe",
            "Nhà trường không ngừng thu phí gửi xe",
            id="a negation that is taken back",
        ),
        pytest.param(
            "negated here only",
            "Công ty không nộp thuế đúng hạn",
            "Công ty nộp thuế đúng hạn",
            "Công ty chưa nộp thuế đúng hạn",
            id="negated in other words",
        ),
        pytest.param(
            "figure conflict in place",
            "Cầu mới dài 46 mét, rộng 8 mét",
            "Cầu mới dài 36 mét, rộng 8 mét",
            "Cầu mới dài 46 mét, rộng 8 mét, có 36 cột đèn",
            id="figure",
        ),
        pytest.param(
            "figure out of place",
            "Trường Lê Lợi có 1.200 học sinh giỏi",
            "Học trò góp 1.200 quyển vở trong tuần qua tại các phường trung tâm thành phố. Trường Lê Lợi có học sinh "
            "giỏi",
            "Học trò góp vở trong tuần qua. Trường Lê Lợi có 1.200 học sinh giỏi",
            id="figure of something else",
        ),
        pytest.param(
            "swapped",
            "Đơn của Thụy Điển được duyệt ngày 27-3, đơn của Phần Lan sẽ xét sau",
            "Đơn của Phần Lan được duyệt ngày 27-3, đơn của Thụy Điển sẽ xét sau",
            "Đơn của Phần Lan sẽ xét sau, đơn của Thụy Điển được duyệt ngày 27-3",
            id="roles exchanged",
        ),
        pytest.param(
            "bare weight",
            "Đường bị phong tỏa, vì đoàn làm phim thuê trọn khu phố",
            "Đường bị phong tỏa từ sáng",
            "Đường bị phong tỏa do đoàn làm phim thuê trọn khu phố",
            id="a clause that nothing answers",
        ),
        pytest.param(
            "same but for marks",
            "Gia đinh ông Tranh chi tiền",
            "Gia đình ông Tranh chi tiền",
            "Gia tộc ông Tranh chi tiền",
            id="slip of the pen",
        ),
    ],
)
def test_a_signal_is_given_where_it_belongs_and_not_beside_it(
    signal: str, claim: str, evidence: str, otherwise: str
) -> None:
    assert signals(claim, evidence)[signal] > signals(claim, otherwise)[signal]


def test_signals_have_the_same_names_in_the_same_order_whatever_the_texts() -> None:
    full = signals(
        "Ngày 26/3, ông An nộp 5 triệu đồng, vì thiếu tiền", "Ngày 27/3, bà Bình không nộp 6 triệu đồng"
    )
    assert list(full) == list(signals("", "")) == list(signals("a", ""))


@pytest.mark.parametrize("table", [OPPOSITES, SIBLINGS], ids=["opposites", "siblings"])
def test_lists_of_exclusive_words_hold_both_ways_and_never_a_word_against_itself(
    table: dict[str, frozenset[str]],
) -> None:
    for word, others in table.items():
        assert word not in others
        assert len(word.split()) <= LONGEST
        assert all(word in table[other] for other in others)
