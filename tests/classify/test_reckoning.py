"""A figure that follows from the passage's own is no contradiction."""

import pytest

from classify.alignment import align
from classify.reading import read_text
from classify.reckoning import is_reckoned, keeps_time


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
        pytest.param(
            "Ba xã có 57 nhà sập.",
            "Xã A 22 nhà sập, xã B 19 nhà sập, xã C 16 nhà sập.",
            True,
            id="sum of three",
        ),
        pytest.param(
            "Ba xã có 58 nhà sập.",
            "Xã A 22 nhà sập, xã B 19 nhà sập, xã C 16 nhà sập.",
            False,
            id="no such sum",
        ),
        pytest.param(
            "Bốn xã có 57 nhà sập.",
            "Xã A 22 nhà sập, xã B 19 nhà sập, xã C 16 nhà sập.",
            False,
            id="not so many summands",
        ),
        pytest.param(
            "Có 9 người thiệt mạng.",
            "Lũ làm 6 người thiệt mạng ở Mù, 3 người thiệt mạng ở Sìn.",
            True,
            id="small numbers of one thing",
        ),
        pytest.param(
            "Có 12 người chết.",
            "3 người chết, 5 người bị thương, 4 người mất tích.",
            False,
            id="the dead are stated",
        ),
        pytest.param(
            "Có 12 người chết, mất tích.",
            "Có 5 người chết, 7 người mất tích.",
            True,
            id="the claim names both",
        ),
        pytest.param(
            "Có 90 ca thận.", "Ghép 50 ca thận, 30 ca gan, 10 ca tim.", False, id="one kind of three"
        ),
        pytest.param(
            "Ghép 90 ca.", "Ghép 50 ca thận, 30 ca gan, 10 ca tim.", True, id="three kinds of one thing"
        ),
        pytest.param(
            "Có 415 hộ nghèo và cận nghèo.", "Có 260 hộ nghèo, 155 hộ cận nghèo.", True, id="two kinds joined"
        ),
        pytest.param(
            "It killed 30 people.", "It killed 10 people, injured 20 people.", False, id="English, dead"
        ),
        pytest.param(
            "It won 45 gold medals.", "It won 15 gold, 20 silver, 10 bronze.", False, id="gold alone"
        ),
        pytest.param("It won 45 medals.", "It won 15 gold, 20 silver, 10 bronze.", True, id="all medals"),
        pytest.param("Vay 50 triệu USD.", "Vay 1.300 tỷ đồng.", True, id="dong that may be as much"),
        pytest.param("Vay 50 triệu USD.", "Vay 120 tỷ đồng.", False, id="dong that cannot be"),
        pytest.param("Vay 500 triệu euro.", "Vay 50 triệu USD.", False, id="a tenth in another currency"),
        pytest.param("Có 5 người thương vong.", "3 người chết, 2 người bị thương.", True, id="dead and hurt"),
        pytest.param("Gần 70 hộ chưa nhận.", "Có 412 hộ, 344 hộ đã nhận.", True, id="a rough difference"),
        pytest.param("Vay 200 triệu euro.", "Vay 215 triệu USD.", True, id="another currency"),
        pytest.param("Vay 215 triệu euro.", "Vay 215 triệu USD.", False, id="the currency alone"),
        pytest.param("Có ít nhất 20 xã ngập.", "Có 23 xã ngập.", True, id="at least, and it is"),
        pytest.param("Có ít nhất 20 xã ngập.", "Có 18 xã ngập.", False, id="at least, and it is less"),
        pytest.param("Có ít nhất 20 xã ngập.", "Có 200 xã ngập.", False, id="at least, and it is far more"),
        pytest.param("Tăng ít nhất 2,5 %.", "Tăng 5,2 %.", True, id="at least, and it is twice as much"),
        pytest.param("Có không dưới 20 xã ngập.", "Có 18 xã ngập.", False, id="not under, and it is"),
        pytest.param("It has no fewer than 20 boats.", "It has 12 boats.", False, id="no fewer, and it is"),
        pytest.param("It has not more than 20 boats.", "It has 31 boats.", False, id="not more, and it is"),
        pytest.param("Giá không xuống dưới 90 đồng.", "Giá xuống 72 đồng.", False, id="not below, and it is"),
        pytest.param("Có hơn 40 xã ngập.", "Có 56 xã ngập.", True, id="more than, and not far above"),
        pytest.param("Có hơn 40 xã ngập.", "Có 90 xã ngập.", False, id="more than, and it is far above"),
        pytest.param("Được vay tối đa 9 tỷ.", "Được vay tối đa 4 tỷ.", False, id="two rules"),
        pytest.param("Bị phạt ít nhất 6 triệu.", "Bị phạt 9 triệu.", False, id="a rule is the figure itself"),
        pytest.param("Có không quá 30 xã ngập.", "Có 23 xã ngập.", True, id="at most, and it is"),
        pytest.param("Có 23 xã ngập.", "Có dưới 30 xã ngập.", True, id="the passage has the bound"),
        pytest.param("Có từ 10 đến 15 xã ngập.", "Có 12 xã ngập.", True, id="inside a range"),
        pytest.param("Có từ 10 đến 15 xã ngập.", "Có 22 xã ngập.", False, id="outside a range"),
        pytest.param("Nhận 40-70 ca mỗi năm.", "Nhận 40-50 ca mỗi năm.", False, id="two ranges"),
        pytest.param("Hơn 50 người chết.", "56 người chết.", True, id="more than, to the last digit"),
        pytest.param("Hơn 700 người bị bắt.", "Hơn 400 người bị bắt.", False, id="two bounds"),
        pytest.param(
            "Exports hit 8.1 million tonnes.", "Exports hit 8.13 million tonnes.", True, id="rounded"
        ),
        pytest.param(
            "Exports hit 8.13 million tonnes.", "Exports hit 8.1 million tonnes.", False, id="invented"
        ),
        pytest.param(
            "Theo điều 360 của luật.", "Theo điều 357 của luật.", False, id="a number that is a name"
        ),
    ],
)
def test_a_figure_is_reckoned_only_when_it_is_the_sum_or_difference_of_two_stated(
    claim: str, passage: str, expected: bool
) -> None:
    assert is_reckoned(align(read_text(claim), read_text(passage))) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Dự án xong trước tháng 6/2024.", "Dự án xong ngày 20/5/2024.", True, id="before, and it was"
        ),
        pytest.param(
            "Dự án xong trước tháng 6/2024.", "Dự án xong ngày 20/7/2024.", False, id="before, and it was not"
        ),
        pytest.param(
            "The bridge opened after 2019.", "The bridge opened in May 2021.", True, id="after, and it did"
        ),
        pytest.param(
            "It did not open until 2023.", "It opened in May 2021.", False, id="not until, and it was before"
        ),
        pytest.param(
            "It did not open before 2019.", "It opened in May 2021.", True, id="not before, and it was not"
        ),
        pytest.param("The bridge opened in 2019.", "The bridge opened in May 2021.", False, id="no bound"),
        pytest.param(
            "Cầu dài 5 km xong trước năm 2025.", "Cầu dài 8 km xong năm 2024.", False, id="a figure besides"
        ),
        pytest.param("Cầu xong trước năm 2025.", "Cầu rộng 8 m.", False, id="no time stated"),
    ],
)
def test_a_time_before_or_after_which_it_was_is_no_contradiction(
    claim: str, passage: str, expected: bool
) -> None:
    assert keeps_time(align(read_text(claim), read_text(passage))) is expected
