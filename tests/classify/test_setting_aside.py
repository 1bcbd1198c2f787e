"""A contradiction that is none says why it is none."""

import pytest

from classify.alignment import align
from classify.contrast import differences_of
from classify.models import Models
from classify.reading import read_text
from classify.setting_aside import set_aside


@pytest.mark.parametrize(
    ("claim", "passage", "why"),
    [
        pytest.param(
            "Năm 2022, Việt Nam xuất khẩu 8,3 triệu tấn gạo.",
            "Năm 2023, Việt Nam xuất khẩu 7,1 triệu tấn gạo.",
            "another time",
            id="of another year",
        ),
        pytest.param(
            "Đoàn Việt Nam giành 27 huy chương.",
            "Đoàn Việt Nam giành 12 huy chương vàng và 15 huy chương bạc.",
            "reckoned",
            id="a sum",
        ),
        pytest.param(
            "Cầu xong trước năm 2025.", "Cầu xong năm 2023.", "time kept", id="a bound that was kept"
        ),
        pytest.param(
            "Học phí lớp 10 là 2 triệu đồng.",
            "Học phí lớp 12 là 3 triệu đồng.",
            "another thing",
            id="a class",
        ),
        pytest.param(
            "Tỉnh đặt mục tiêu trồng 30 ha rừng.", "Tỉnh đã trồng 20 ha rừng.", "aim", id="aimed at, and done"
        ),
        pytest.param(
            "Hồ Khe Sến không chứa 63 triệu m3.", "Hồ Khe Sến chứa 36 triệu m3.", "denied", id="denied"
        ),
        pytest.param("Hồ Khe Sến chứa 63 triệu m3.", "Hồ Khe Sến chứa 36 triệu m3.", None, id="a figure"),
    ],
)
def test_what_is_set_aside_says_why(claim: str, passage: str, why: str | None) -> None:
    alignment = align(read_text(claim), read_text(passage))
    assert set_aside(claim, passage, passage, alignment, differences_of(alignment)) == why


def test_a_verdict_gives_the_share_of_what_was_set_aside_to_what_is_left(models: Models) -> None:
    verdict = models.verifier.assess(
        "Học phí lớp 10 của trường là 2 triệu đồng mỗi tháng.",
        ["Học phí lớp 12 của trường là 3 triệu đồng mỗi tháng."],
    )
    assert (verdict.label, verdict.set_aside) == ("not_enough_evidence", "another thing")
    assert verdict.probability == 0.0
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)


def test_a_verdict_that_stands_sets_nothing_aside(models: Models) -> None:
    verdict = models.verifier.assess(
        "Hồ chứa nước Khe Sến có dung tích 63 triệu mét khối.",
        ["Hồ chứa nước Khe Sến có dung tích 36 triệu mét khối."],
    )
    assert (verdict.label, verdict.set_aside) == ("contradicted", None)
