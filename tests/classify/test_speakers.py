"""Two people who disagree do not contradict the report of either."""

import pytest

from classify.contrast import differences
from classify.speakers import is_another_opinion


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Ông Khoa nói giá sẽ giảm.", "Bà Thảo nói giá sẽ tăng.", True, id="two people"),
        pytest.param("Ông Khoa nói giá sẽ giảm.", "Ông Khoa nói giá sẽ tăng.", False, id="one person"),
        pytest.param(
            "Ông Khoa nói giá sẽ giảm.", "Ông Lê Văn Khoa nói giá sẽ tăng.", False, id="his full name"
        ),
        pytest.param(
            "Công ty nói đã trả lương.", "Công nhân nói chưa trả lương.", True, id="they share a word"
        ),
        pytest.param("Theo bà Lý, có 20 người.", "Theo ông Tám, có 25 người.", True, id="according to"),
        pytest.param("Theo bà Lý, có 20 người.", "Theo ông Tám, có 20 người.", False, id="who says it alone"),
        pytest.param("Giá sẽ giảm.", "Bà Thảo nói giá sẽ tăng.", False, id="the claim reports nobody"),
        pytest.param(
            "Theo kế hoạch, có 20 người.", "Theo ông Tám, có 25 người.", False, id="a plan says nothing"
        ),
        pytest.param(
            "Theo số liệu chính thức, có 20 người.",
            "Công an nói có 25 người.",
            False,
            id="on paper, by nobody",
        ),
        pytest.param(
            "Theo báo cáo, có 20 người.", "UBND xã nói có 25 người.", False, id="a report of nobody"
        ),
        pytest.param(
            "Lãnh đạo ngành giáo dục nói có 20 người.", "Sở Giáo dục nói có 25 người.", False, id="one branch"
        ),
        pytest.param(
            "Nhà chức trách nói có 20 người.", "Công an xã nói có 25 người.", False, id="any office, and one"
        ),
        pytest.param(
            "Nhà chức trách nói có 20 người.", "Dân làng nói có 25 người.", True, id="any office, and people"
        ),
        pytest.param(
            "Theo NHNN, giá tăng 20%.", "Ngân hàng Nhà nước nói giá tăng 5%.", False, id="by its initials"
        ),
        pytest.param(
            "Theo VCCI, giá tăng 20%.", "Ngân hàng Nhà nước nói giá tăng 5%.", True, id="other initials"
        ),
        pytest.param(
            "Officials said 20 died.", "Provincial authorities said 9 died.", False, id="English, any office"
        ),
        pytest.param("Officials said 20 died.", "Villagers said 9 died.", True, id="English, people"),
        pytest.param("China said it was fishing.", "Vietnam said it was not fishing.", True, id="English"),
    ],
)
def test_another_speaker_is_told_by_name_and_something_more_must_differ(
    claim: str, passage: str, expected: bool
) -> None:
    assert is_another_opinion(claim, passage, differences(claim, passage)) is expected
