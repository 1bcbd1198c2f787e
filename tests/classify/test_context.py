"""Missing context: a condition left out, or a figure of another time; and all that is not."""

import pytest

from classify.alignment import align
from classify.context import another_thing, another_time, left_out
from classify.reading import read_text

FARES = "Xe buýt điện miễn phí vé cho học sinh nếu có thẻ do trường cấp. Tuyến số 5 chạy từ 5 giờ sáng."


@pytest.mark.parametrize(
    ("claim", "passage", "condition"),
    [
        pytest.param("Xe buýt điện miễn phí vé cho học sinh.", FARES, "nếu có thẻ do trường cấp", id="if"),
        pytest.param(
            "Bảo tàng mở cửa tất cả các ngày trong tuần.",
            "Bảo tàng mở cửa tất cả các ngày trong tuần, ngoại trừ ngày lễ lớn.",
            "ngoại trừ ngày lễ lớn",
            id="exception",
        ),
        pytest.param(
            "Giá vé tham quan hang động là 150.000 đồng.",
            "Giá vé tham quan hang động là 150.000 đồng, chưa bao gồm phí thuyền và bảo hiểm.",
            "chưa bao gồm phí thuyền và bảo hiểm",
            id="not included",
        ),
        pytest.param(
            "The museum is free for all visitors.",
            "The museum is free for all visitors, except on public holidays.",
            "except on public holidays",
            id="English",
        ),
    ],
)
def test_a_condition_beside_the_answer_is_shown_when_the_claim_has_none(
    claim: str, passage: str, condition: str
) -> None:
    found = left_out(align(read_text(claim), read_text(passage)))
    assert found is not None
    assert (found.kind, found.claim) == ("context", None)
    assert found.passage is not None
    assert found.passage.of(passage) == condition


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        pytest.param(
            "Xe buýt điện miễn phí vé cho học sinh nếu có thẻ do trường cấp.", FARES, id="the claim has it"
        ),
        pytest.param(
            "Học sinh được miễn phí vé khi có thẻ trường cấp.", FARES, id="the claim says it otherwise"
        ),
        pytest.param("Tuyến số 5 chạy từ 5 giờ sáng.", FARES, id="of another sentence"),
        pytest.param("Cầu dài 1.728 mét.", "Cầu dài 1.728 mét, rộng 18,5 mét.", id="no condition"),
    ],
)
def test_a_condition_that_is_stated_or_of_something_else_is_none(claim: str, passage: str) -> None:
    assert left_out(align(read_text(claim), read_text(passage))) is None


RICE = "Năm 2022, Việt Nam xuất khẩu 7,1 triệu tấn gạo sang các thị trường."


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Năm 2023, Việt Nam xuất khẩu 8,1 triệu tấn gạo.", RICE, True, id="year and figure"),
        pytest.param("Năm 2022, Việt Nam xuất khẩu 8,1 triệu tấn gạo.", RICE, False, id="figure alone"),
        pytest.param("Năm 2023, Việt Nam xuất khẩu 7,1 triệu tấn gạo.", RICE, False, id="year alone"),
        pytest.param("Việt Nam xuất khẩu 8,1 triệu tấn gạo.", RICE, False, id="the claim gives no time"),
        pytest.param(
            "Năm 2023, Việt Nam nhập khẩu 90 tàu chở dầu cũ của Nga.", RICE, False, id="another thing"
        ),
        pytest.param(
            "Năm 2021, Việt Nam xuất khẩu 6,2 triệu tấn gạo.",
            "Từ 1/7/2022 Việt Nam xuất khẩu 7,1 triệu tấn gạo.",
            True,
            id="year against a day of another",
        ),
        pytest.param(
            "Ngày 18/5, hơn 10.000 người dân tới bảo tàng đặt hoa.",
            "Ngày 19/8, hơn 15.000 người dân tới bảo tàng đặt hoa.",
            False,
            id="an event has one date",
        ),
        pytest.param(
            "Ngày 5/8, thành phố ghi nhận 210 ca mắc mới.",
            "Ngày 4/8, thành phố ghi nhận 185 ca mắc mới.",
            True,
            id="what has a figure every day",
        ),
        pytest.param(
            "Năm 2020 hồ Khe Sến chứa 30 triệu m3.",
            "Ngày 20/11/2026 hồ Khe Sến không xả. Hồ Khe Sến chứa 36 triệu m3.",
            True,
            id="the passage tells its time a sentence before",
        ),
        pytest.param(
            "Năm 2026 hồ Khe Sến chứa 30 triệu m3.",
            "Ngày 20/11/2026 hồ Khe Sến không xả. Hồ Khe Sến chứa 36 triệu m3.",
            False,
            id="the same year, a sentence before",
        ),
        pytest.param(
            "Lúc 9 giờ, có 3 người mất tích.", "Đến 17 giờ, có 6 người mất tích.", True, id="a count goes on"
        ),
    ],
)
def test_a_figure_of_another_year_is_not_a_contradiction(claim: str, passage: str, expected: bool) -> None:
    assert another_time(align(read_text(claim), read_text(passage))) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Cầu Rồng dài 666 m.", "Cầu Sông Hàn dài 487,7 m.", True, id="another bridge"),
        pytest.param("Hà Nội có 8 triệu dân.", "TP.HCM có 9 triệu dân, đông nhất.", True, id="another city"),
        pytest.param("Hà Giang có 5 ca bệnh.", "Hà Nam có 12 ca bệnh.", True, id="names that share a word"),
        pytest.param("Quý II, xuất khẩu tăng 10%.", "Quý I, xuất khẩu tăng 5%.", True, id="another quarter"),
        pytest.param("Đợt một, trường tuyển 300 em.", "Đợt hai, trường tuyển 150 em.", True, id="round"),
        pytest.param(
            "Exports rose 9% in the first quarter.",
            "In the third quarter exports rose 4%.",
            True,
            id="English",
        ),
        pytest.param("Quận 1 có 20 trường.", "Quận 3 có 35 trường công lập.", True, id="another district"),
        pytest.param("Nhà máy số 1 có 300 thợ.", "Nhà máy số 2 có 500 thợ.", True, id="another plant"),
        pytest.param("Giá cà phê lên 100 triệu đồng.", "Giá gạo lên 150 triệu đồng.", True, id="other goods"),
        pytest.param(
            "Giá lúa tăng 500 đồng.", "Giá xăng tăng 300 đồng.", True, id="rice in the field, petrol"
        ),
        pytest.param(
            "It sold 1.6 million tonnes of coffee.",
            "It sold 8.1 million tonnes of rice.",
            True,
            id="English goods",
        ),
        pytest.param(
            "Giá cà phê lên 100 triệu đồng.", "Giá cà phê lên 150 triệu đồng.", False, id="same goods"
        ),
        pytest.param("Nợ là 87.300 triệu đồng.", "Nợ là 87.300 tỷ đồng.", False, id="magnitude"),
        pytest.param(
            "Nghị định 15 quy định quận 1.", "Nghị định 15 quy định quận 3.", False, id="part alone"
        ),
        pytest.param("Quý 1, xuất khẩu tăng 10%.", "Quý I, xuất khẩu tăng 5%.", False, id="the same quarter"),
        pytest.param("Cầu Rồng dài 566 m.", "Cầu Rồng dài 666 m.", False, id="figure alone"),
        pytest.param("Cầu Rồng dài 666 m.", "Cầu Hàn dài 666 m.", False, id="name alone"),
        pytest.param("Bà Phùng Đúc thu 20 triệu.", "Bà Phùng Đức thu 10 triệu.", False, id="slip of the pen"),
        pytest.param(
            "Lý Hoàng Nam thắng 4 ván.", "Trời mưa. Nhưng Hoàng Nam thắng 5 ván.", False, id="opening word"
        ),
        pytest.param(
            "Trong vòng 10 ngày có 300 hồ sơ.", "Trong vòng 7 ngày có 300 hồ sơ.", False, id="a span of days"
        ),
    ],
)
def test_a_figure_of_another_thing_is_not_a_contradiction(claim: str, passage: str, expected: bool) -> None:
    assert another_thing(align(read_text(claim), read_text(passage))) is expected
