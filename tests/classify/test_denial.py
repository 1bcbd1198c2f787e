"""Denials that come to the same as what denies nothing, and those that do not."""

import pytest

from classify.contrast import differences
from classify.denial import is_said_alike
from classify.models import Models


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Trường không thu học phí.", "Trường miễn học phí cho học sinh.", True, id="not charged, free"
        ),
        pytest.param("Ủy ban không đồng ý tăng giá.", "Ủy ban bác đề nghị tăng giá.", True, id="refused"),
        pytest.param(
            "Hanoi has not banned motorbikes.", "Hanoi has yet to ban motorbikes.", True, id="not yet"
        ),
        pytest.param(
            "The ministry denied the report.", "The ministry said the report was not true.", True, id="denied"
        ),
        pytest.param("Hãng xe lỗ trong quý I.", "Hãng xe không có lãi trong quý I.", True, id="no profit"),
        pytest.param("Hãng xe lỗ trong quý I.", "Hãng xe có lãi trong quý I.", False, id="profit"),
        pytest.param("Trường không thu học phí.", "Trường thu học phí của học sinh.", False, id="charged"),
        pytest.param("Ủy ban đồng ý tăng giá.", "Ủy ban bác đề nghị tăng giá.", False, id="agreed"),
        pytest.param(
            "Trường không thu học phí 5 triệu đồng.",
            "Trường miễn học phí 8 triệu đồng.",
            False,
            id="a figure differs besides",
        ),
        pytest.param("Trường xây mới.", "Trường xây mới.", False, id="no difference"),
    ],
)
def test_a_denial_is_no_contradiction_of_what_comes_to_the_same(
    claim: str, passage: str, expected: bool
) -> None:
    assert is_said_alike(claim, passage, differences(claim, passage)) is expected


def test_what_is_denied_in_other_words_raises_no_alert(models: Models) -> None:
    claim, passage = "Ủy ban không đồng ý tăng giá vé.", "Ủy ban bác đề nghị tăng giá vé của công ty."
    assert models.verifier.assess(claim, [passage]).label != "contradicted"
