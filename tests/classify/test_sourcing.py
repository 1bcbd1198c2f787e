"""Figures of a text that nothing it cites says."""

import pytest

from classify.sourcing import find_unsourced

RECORD = (
    "Năm 2024 cả nước xuất khẩu 9,18 triệu tấn gạo, trị giá 5,75 tỷ USD; họp báo lúc 9 giờ 30 ngày 6 tháng 1."
)


@pytest.mark.parametrize(
    ("text", "unsourced"),
    [
        ("Cả nước xuất khẩu 9,18 triệu tấn.", []),
        ("Viet Nam exported 9.18 million tonnes in 2024, worth 5.75 billion USD.", []),
        ("Viet Nam exported 9,180,000 tonnes of rice.", []),
        ("Xuất khẩu hơn 9 triệu tấn.", []),
        ("Họp báo ngày 6/1 lúc 9h30.", []),
        ("Xuất khẩu 9,81 triệu tấn.", ["9,81 triệu"]),
        ("Năm 2023 xuất khẩu 9,18 triệu tấn.", ["2023"]),
        ("Trị giá 5,75 tỷ đồng.", ["5,75 tỷ"]),
        ("Họp báo ngày 7/1.", ["7/1"]),
        ("Một số nước mua, trong đó có hai nước châu Phi.", []),
        ("Có 3 người dự.", ["3"]),
        ("Xuất khẩu gạo tăng.", []),
    ],
)
def test_a_figure_that_is_not_cited_is_named(text: str, unsourced: list[str]) -> None:
    assert [span.of(text) for span in find_unsourced(text, [RECORD])] == unsourced


def test_a_figure_may_stand_in_any_of_what_is_cited() -> None:
    text = "Năm 2024 xuất khẩu 9,18 triệu tấn, năm 2025 8,3 triệu tấn."
    assert [span.of(text) for span in find_unsourced(text, [RECORD])] == ["2025", "8,3 triệu"]
    assert find_unsourced(text, [RECORD, "Năm 2025: 8,3 triệu tấn."]) == []
    assert len(find_unsourced(text, [])) == 4
