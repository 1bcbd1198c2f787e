"""A figure that follows from the passage's own is no contradiction."""

import pytest

from classify.alignment import align
from classify.reading import read_text
from classify.reckoning import is_reckoned


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Tỉnh giảm 52 xã.", "Số xã giảm từ 214 xuống 162.", True, id="difference"),
        pytest.param(
            "Vườn đã thả 67 cá thể trong năm.",
            "Vườn thả 27 cá thể. Hồi tháng 3 đã thả 40 cá thể.",
            True,
            id="sum",
        ),
        pytest.param(
            "Vé đắt thêm 40.000 đồng.", "Giá vé tăng từ 250.000 đồng lên 290.000 đồng.", True, id="money"
        ),
        pytest.param("Tỉnh giảm 62 xã.", "Số xã giảm từ 214 xuống 162.", False, id="another figure"),
        pytest.param(
            "Tỉnh có 162 xã.", "Số xã giảm từ 214 xuống 162.", False, id="stated, nothing to reckon"
        ),
        pytest.param("Tỉnh có nhiều xã.", "Số xã giảm từ 214 xuống 162.", False, id="no figure"),
        pytest.param("Có 5 người chết.", "3 người chết, 2 người bị thương.", False, id="small whole numbers"),
        pytest.param(
            "Thu 300 triệu đồng.",
            "Bán 100 triệu đồng vé, 200 tấn hàng.",
            False,
            id="two measures do not add up",
        ),
        pytest.param(
            "Giảm 52 xã, còn 9 huyện và 700 thôn.",
            "Số xã giảm từ 214 xuống 162, còn 9 huyện.",
            False,
            id="one of two",
        ),
    ],
)
def test_a_figure_is_reckoned_only_when_it_is_the_sum_or_difference_of_two_stated(
    claim: str, passage: str, expected: bool
) -> None:
    assert is_reckoned(align(read_text(claim), read_text(passage))) is expected
