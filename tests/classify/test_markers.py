"""Markers of judgement: word families, each with a near miss that carries none of it."""

import pytest

from classify.markers import MARKERS, stop_by_rule


@pytest.mark.parametrize(
    ("kind", "marked", "plain"),
    [
        pytest.param(
            "image",
            "Phụ phí cảng là đòn giáng vào doanh nghiệp nhỏ.",
            "Phụ phí cảng áp dụng từ ngày 1/4.",
            id="an image, vi",
        ),
        pytest.param(
            "image",
            "The audit was swept under the rug by the board.",
            "The audit was sent to the board in May.",
            id="an idiom, en",
        ),
        pytest.param(
            "superlative",
            "Ngôi làng ấy bình yên có một không hai.",
            "Ngôi làng ấy có 412 hộ.",
            id="praise beyond compare, vi",
        ),
        pytest.param(
            "superlative",
            "It is the most elegant station on the line.",
            "It is the most recent station on the line.",
            id="a superlative of taste, not of record, en",
        ),
        pytest.param(
            "plaint",
            "Anh Sơn ngao ngán kể lại chuyện xếp hàng.",
            "Anh Sơn kể lại chuyện xếp hàng.",
            id="speech with feeling, vi",
        ),
        pytest.param(
            "plaint",
            "The shopkeeper grumbled about the new fee.",
            "The shopkeeper asked about the new fee.",
            id="speech with feeling, en",
        ),
        pytest.param(
            "judgement",
            "Ông giám đốc trả lời quanh co.",
            "Ông giám đốc trả lời bằng văn bản.",
            id="a fault of character, vi",
        ),
    ],
)
def test_a_marked_sentence_is_told_from_its_plain_neighbour(kind: str, marked: str, plain: str) -> None:
    assert MARKERS[kind].search(marked)
    assert not MARKERS[kind].search(plain)


@pytest.mark.parametrize(
    "sentence",
    [
        "Đã tới lúc tỉnh trả lại bãi biển cho dân.",
        "Lẽ ra hồ chứa được xả nước từ hôm trước.",
        "It's high time the council published the map.",
    ],
)
def test_what_should_be_stops_by_rule(sentence: str) -> None:
    stop = stop_by_rule(sentence)
    assert stop is not None
    assert stop.reason == "norm"


@pytest.mark.parametrize(
    "sentence",
    [
        "Đội chủ nhà thế nào cũng lên ngôi sớm ba vòng đấu.",
        "Mức phí mới sẽ vắt kiệt các chủ tàu nhỏ ở Lý Sơn.",
        "The old quarter is bound to empty within a decade.",
    ],
)
def test_a_prediction_that_admits_no_doubt_stops_by_rule(sentence: str) -> None:
    stop = stop_by_rule(sentence)
    assert stop is not None
    assert stop.reason == "prediction"


@pytest.mark.parametrize(
    "sentence",
    [
        "Thật đáng mừng khi bảy xã có nước sạch.",
        "Few harbours in the region can rival it.",
    ],
)
def test_a_verdict_stops_by_rule(sentence: str) -> None:
    stop = stop_by_rule(sentence)
    assert stop is not None
    assert stop.reason == "opinion"


@pytest.mark.parametrize(
    "sentence",
    [
        "Tỉnh sẽ đẩy nhanh giải phóng mặt bằng đoạn qua huyện Kỳ Anh.",
        "Nghệ sĩ tên thật là Võ Văn Ngoan, sinh năm 1958.",
        "Nhà máy sẽ phát điện thương mại từ ngày 15/10.",
    ],
)
def test_an_announced_plan_or_a_real_name_does_not_stop(sentence: str) -> None:
    assert stop_by_rule(sentence) is None


def test_a_rule_of_law_does_not_stop_as_a_norm() -> None:
    assert stop_by_rule("Người bán phải xuất hóa đơn từ ngày 1/6 theo Nghị định 70.") is None
    assert stop_by_rule("It is time zone UTC+7 that the timetable uses.") is None
