"""What differs between a claim and a passage, and where."""

import pytest

from classify.contrast import differences
from classify.words import fold_tones, strip_diacritics


def said(claim: str, passage: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (d.kind, d.claim.of(claim) if d.claim else None, d.passage.of(passage) if d.passage else None)
        for d in differences(claim, passage)
    ]


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Cầu dài 46 mét và rộng 8 mét",
            "Cầu dài 36 mét và rộng 8 mét",
            [("number", "46", "36")],
            id="number",
        ),
        pytest.param("Cầu dài 1,93 km", "Cầu dài 1.930 mét", [], id="the same in another unit"),
        pytest.param("Cầu dài gần 2 km", "Cầu dài 1.930 mét", [], id="nearly, and it is"),
        pytest.param("Lễ hội đón xấp xỉ 40.000 khách", "Lễ hội đón 40.215 khách", [], id="about, and it is"),
        pytest.param(
            "Cầu khánh thành năm 2021", "Cầu khánh thành ngày 2/9/2021", [], id="a year and a day of it"
        ),
        pytest.param(
            "Cầu khánh thành năm 2020",
            "Cầu khánh thành ngày 2/9/2021",
            [("date", "năm 2020", "ngày 2/9/2021")],
            id="another year",
        ),
        pytest.param(
            "Lễ hội do tỉnh Nghệ An tổ chức",
            "Lễ hội do tỉnh Hà Tĩnh tổ chức",
            [("name", "Nghệ An", "Hà Tĩnh")],
            id="name",
        ),
        pytest.param(
            "Bộ đã đồng ý với cáo buộc này",
            "Bộ đã bác cáo buộc này",
            [("opposite", "đồng ý", "bác")],
            id="denial",
        ),
        pytest.param(
            "Nhà trường thu phí gửi xe",
            "Nhà trường không thu phí gửi xe",
            [("negation", None, "không")],
            id="negation",
        ),
        pytest.param(
            "Đại hội họp ngày 25/3 tại Huế",
            "Đại hội họp ngày 27/3 tại Huế",
            [("date", "25/3", "27/3")],
            id="date",
        ),
        pytest.param(
            "Giá vàng tăng mạnh chiều nay",
            "Giá vàng giảm mạnh chiều nay",
            [("opposite", "tăng", "giảm")],
            id="direction",
        ),
        pytest.param(
            "Đơn của Thụy Điển được duyệt ngày 27-3, đơn của Phần Lan sẽ xét sau",
            "Đơn của Phần Lan được duyệt ngày 27-3, đơn của Thụy Điển sẽ xét sau",
            [("order", "Thụy Điển", "Phần Lan"), ("order", "Phần Lan", "Thụy Điển")],
            id="exchanged",
        ),
        pytest.param(
            "Cầu Vân Kiều thông xe ngày 2/9/2026 sau 30 tháng thi công.",
            "Cầu Vân Kiều bắc qua sông Thanh được thông xe ngày 2 tháng 9 năm 2026, sau 30 tháng thi công.",
            [],
            id="what the passage says besides is no exchange",
        ),
        pytest.param(
            "Nga nói rằng chiếc Su-27 của Nga đã bay qua",
            "Mỹ nói rằng chiếc Su-27 của Nga đã bay qua",
            [("name", "Nga", "Mỹ")],
            id="one of two equal names",
        ),
        pytest.param(
            "Trạm giả không để lại dấu vết",
            "Trạm giả vẫn để lại dấu vết, tín hiệu không đầy đủ",
            [("opposite", "không", "vẫn")],
            id="negation of something else",
        ),
        pytest.param(
            "Công an khởi tố mười bị can",
            "Công an khởi tố năm bị can",
            [("number", "mười", "năm")],
            id="five is not a year",
        ),
        pytest.param(
            "Ít nhất 50 người chết",
            "Bão Yagi khiến 29 người chết",
            [("number", "Ít nhất 50", "29")],
            id="a figure without the verb before it",
        ),
        pytest.param(
            "Cầu dài 3 km",
            "Cây cầu dài 2.000 m, rộng",
            [("number", "3 km", "2.000 m")],
            id="a figure with its unit",
        ),
        pytest.param(
            "The bridge opened in 2019", "The bridge opened in 2021", [("date", "2019", "2021")], id="English"
        ),
    ],
)
def test_the_word_that_differs_is_named_with_its_counterpart(
    claim: str, passage: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert said(claim, passage) == expected


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        pytest.param(
            "UBND TP.HCM giao Sở Y tế", "Ủy ban nhân dân Thành phố Hồ Chí Minh giao Sở Y tế", id="initials"
        ),
        pytest.param("Dự án chi 1,5 triệu đồng", "Dự án chi 1.500.000 đồng", id="figure"),
        pytest.param(
            "Dự án chi 1.200 tỷ đồng", "Dự án chi 1,2 nghìn tỷ đồng", id="figure that shares a word"
        ),
        pytest.param(
            "Xuất khẩu hơn 8 triệu tấn gạo", "Xuất khẩu 8,1 triệu tấn gạo", id="bound of the figure"
        ),
        pytest.param("Tàu chạy lúc 19h30", "Tàu chạy lúc 19 giờ 30 phút", id="time"),
        pytest.param("Cầu thông xe ngày 24/12/2023", "Cầu thông xe sáng 24 tháng 12 năm 2023", id="date"),
        pytest.param("Dân số đạt 100 triệu người", "Dân số đạt một trăm triệu người", id="spelled"),
        pytest.param("Hai bác sỹ kì cựu từ chức", "2 bác sĩ kỳ cựu từ chức", id="spelling"),
    ],
)
def test_what_is_only_written_otherwise_is_no_difference(claim: str, passage: str) -> None:
    assert said(claim, passage) == []


def test_another_time_of_the_day_is_a_difference() -> None:
    assert said("Hai đội gặp nhau tối ngày 25/3", "Hai đội gặp nhau rạng sáng 25/3")


def test_equal_texts_do_not_differ_whatever_the_tone_placement() -> None:
    assert said("Tỉnh Khánh Hòa xây nhà máy thủy điện", "Tỉnh Khánh Hoà xây nhà máy thuỷ điện") == []


def test_the_same_words_in_another_order_leave_little_to_tell() -> None:
    assert said("Chiều 23/3, công an thông tin tới báo chí", "Công an thông tin tới báo chí chiều 23/3") == []


@pytest.mark.parametrize(
    ("text", "bare"), [("Đường Đồng Khởi", "Duong Dong Khoi"), ("hoà bình", "hoa binh"), ("plain", "plain")]
)
def test_bare_text_is_what_a_keyboard_without_vietnamese_types(text: str, bare: str) -> None:
    assert strip_diacritics(text) == bare


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("thủy", "thuỷ"), ("khỏe", "khoẻ"), ("Hòa", "hoà")])
def test_both_tone_placements_fold_to_one(old: str, new: str) -> None:
    assert fold_tones(old) == fold_tones(new)


def test_a_syllable_that_goes_on_keeps_its_tone() -> None:
    assert fold_tones("hoàn") == "hoàn"
