"""Aims, forecasts and proposals are told from what came about, and neither contradicts the other."""

import pytest

from classify.aims import is_aim_beside_outcome, is_aimed
from classify.alignment import align
from classify.contrast import differences_of
from classify.models import Models
from classify.reading import read_text
from classify.values import Span


@pytest.mark.parametrize(
    ("text", "figure", "expected"),
    [
        pytest.param("Huyện đặt mục tiêu trồng 500 ha rừng.", "500", True, id="aim"),
        pytest.param("Huyện trồng 500 ha rừng.", "500", False, id="outcome"),
        pytest.param("Huyện trồng 500 ha rừng, vượt kế hoạch năm.", "500", False, id="beyond the plan"),
        pytest.param("Huyện trồng 300 ha, đặt mục tiêu 500 ha.", "300", False, id="the aim comes after"),
        pytest.param("Huyện dự kiến trồng 500 ha nhưng chỉ trồng 300 ha.", "300", False, id="turned"),
        pytest.param("Huyện dự kiến trồng 500 ha nhưng chỉ trồng 300 ha.", "500", True, id="before the turn"),
        pytest.param("Sở Kế hoạch cấp 40 giấy phép.", "40", False, id="an office that plans"),
        pytest.param("Huyện giao chỉ tiêu trồng 500 ha rừng.", "500", True, id="a figure to be reached"),
        pytest.param("Trường dành 40% chỉ tiêu cho xét học bạ.", "40", False, id="places to study"),
        pytest.param("Huyện đặt mục tiêu mới. Rừng có 500 ha.", "500", False, id="another sentence"),
        pytest.param("The firm expects sales of $3 billion.", "3 billion", True, id="English"),
        pytest.param("Trồng theo Chương trình mục tiêu quốc gia 500 ha.", "500", False, id="a name"),
        pytest.param(
            "Với mục tiêu chống lũ, huyện trồng 500 ha rừng.", "500", False, id="what it was done for"
        ),
        pytest.param("Theo kế hoạch, huyện trồng 500 ha rừng.", "500", True, id="by a plan, and a comma"),
        pytest.param("Với mục tiêu 500 ha rừng, huyện vay vốn.", "500", True, id="the aim itself"),
        pytest.param(
            "Ông Tư, người đề xuất dự án, bị phạt 30 triệu.", "30", False, id="who proposed something"
        ),
        pytest.param("Nhà máy, được đề xuất từ lâu, thải 30 tấn bùn.", "30", False, id="put in between"),
        pytest.param("It met its pledge and planted 30 trees.", "30", False, id="English, a pledge met"),
        pytest.param("It renewed its pledge to plant 30 trees.", "30", True, id="English, a pledge"),
        pytest.param("Rừng hứa hẹn tươi tốt với 500 ha.", "500", False, id="promising"),
        pytest.param("Mưa được dự báo còn lớn, đến nay 30 nhà sập.", "30", False, id="by now"),
        pytest.param("The dam project in Hue cost $3 billion.", "3 billion", False, id="English, a project"),
        pytest.param("The bank projects growth of 6 percent.", "6", True, id="English, to project"),
        pytest.param("With rain forecast, floods have hit 30 towns.", "30", False, id="English, turned"),
        pytest.param("The firm met its target of $3 billion.", "3 billion", False, id="English, met"),
    ],
)
def test_a_figure_is_aimed_at_where_its_clause_says_so(text: str, figure: str, expected: bool) -> None:
    start = text.index(figure)
    assert is_aimed(text, Span(start, start + len(figure))) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Huyện đặt mục tiêu trồng 500 ha rừng.", "Huyện đã trồng 300 ha rừng.", True, id="aim, outcome"
        ),
        pytest.param(
            "Huyện đã trồng 500 ha rừng.", "Huyện đặt mục tiêu trồng 300 ha rừng.", True, id="outcome, aim"
        ),
        pytest.param(
            "Huyện đặt mục tiêu trồng 500 ha rừng.",
            "Mục tiêu của huyện là 300 ha rừng.",
            False,
            id="two aims",
        ),
        pytest.param("Huyện đã trồng 500 ha rừng.", "Huyện đã trồng 300 ha rừng.", False, id="two outcomes"),
        pytest.param(
            "Huyện sẽ trồng 500 ha rừng.", "Huyện dự kiến trồng 300 ha rừng.", False, id="both of times ahead"
        ),
        pytest.param(
            "Năm học tới trường tuyển 500 em.", "Trường dự kiến tuyển 300 em.", False, id="the year to come"
        ),
        pytest.param(
            "Xã đặt mục tiêu không còn nhà tạm.", "Xã còn nhà tạm.", True, id="a denial that is aimed at"
        ),
    ],
)
def test_an_aim_and_an_outcome_do_not_contradict_each_other(claim: str, passage: str, expected: bool) -> None:
    alignment = align(read_text(claim), read_text(passage))
    assert is_aim_beside_outcome(alignment, differences_of(alignment)) is expected


def test_an_aim_beside_an_outcome_raises_no_alert_and_two_outcomes_do(models: Models) -> None:
    aim = "Huyện Kỳ Sơn đặt mục tiêu trồng 900 ha rừng trong năm."
    outcome = "Huyện Kỳ Sơn trồng được 900 ha rừng trong năm."
    passage = "Huyện Kỳ Sơn trồng được 400 ha rừng trong năm."
    assert not models.verifier.assess(aim, [passage]).alert_worthy
    assert models.verifier.assess(outcome, [passage]).alert_worthy
