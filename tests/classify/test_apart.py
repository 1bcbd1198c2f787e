"""Numbers that name, periods in words and the sides of a line: what a figure is of, and that it is of another."""

import pytest

from classify.alignment import align
from classify.apart import read_qualifiers
from classify.context import another_part, another_side, another_thing
from classify.models import Models
from classify.parts import find_parts
from classify.periods import find_periods
from classify.reading import read_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Lớp 10 học hai ca.", {("lớp", "10")}, id="a class"),
        pytest.param("Lớp có 40 em.", set(), id="how many are in one"),
        pytest.param("Lớp 40 em học hai ca.", set(), id="a class of forty"),
        pytest.param("Khóa XV họp.", {("khóa", "XV".lower())}, id="a Roman number"),
        pytest.param("Hội thi lần thứ hai.", {("lần", "2")}, id="an ordinal in words"),
        pytest.param("The 9th festival.", {("festival", "9")}, id="an English ordinal"),
        pytest.param("The 9th of May.", set(), id="a date"),
        pytest.param("Xe số 07 chạy.", {("xe số", "7")}, id="number seven"),
        pytest.param("Dân số 90 triệu.", set(), id="a number of people"),
        pytest.param("Trẻ dưới 5 tuổi.", {("age", "5dưới")}, id="under an age"),
        pytest.param("Nhóm 18-24 tuổi.", {("from age", "18"), ("to age", "24")}, id="between two ages"),
        pytest.param("Tàu SE1 chạy.", {("se", "1")}, id="a code"),
        pytest.param("Lễ hội ở SEA Games 33, Thái Lan.", {("sea games", "33")}, id="a named edition"),
        pytest.param("Ở Huế 35 độ.", set(), id="a name and a figure"),
        pytest.param("Hợp phần 1 có vốn.", {("phần", "1")}, id="a label before a verb"),
        pytest.param("Mùa giải 2022-2023 có 14 đội.", {("mùa giải", "2022-2023")}, id="a season"),
        pytest.param("Căn 2 phòng ngủ.", {("phòng ngủ", "2")}, id="a size"),
    ],
)
def test_a_number_that_names_is_told_from_one_that_counts(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(kind, which) for kind, which, _ in find_parts(text)} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sáng nay trời mưa.", {("day", "0")}, id="this morning"),
        pytest.param("Chiều qua trời mưa.", {("day", "-1")}, id="yesterday afternoon"),
        pytest.param("Sáu tháng đầu năm.", {("length", "6")}, id="six months"),
        pytest.param("Nửa đầu năm.", {("length", "6")}, id="half a year is six months"),
        pytest.param("The first three months of it.", {("length", "3")}, id="English"),
        pytest.param("Quý I tăng.", {("length", "3")}, id="the first quarter is three months"),
        pytest.param("Riêng tháng 4 tăng.", {("length", "month 4")}, id="one month"),
        pytest.param("Cầu xây 18 tháng, rất nhanh.", set(), id="how long it took"),
        pytest.param("Thư viện nay mở cửa.", {("now", "now")}, id="now"),
        pytest.param("Trước kia thư viện đóng cửa.", {("now", "then")}, id="then"),
        pytest.param("Sáu tháng cuối năm.", {("length", "second half")}, id="the last half"),
        pytest.param("Đập khởi công hồi tháng 3 đã nứt.", set(), id="when it began"),
        pytest.param("Hồi tháng 3 đập đã nứt.", {("length", "month 3")}, id="when it happened"),
        pytest.param("The museum, founded 20 years ago, has 9 rooms.", set(), id="English, when it began"),
        pytest.param("20 years ago the museum had 9 rooms.", {("now", "then")}, id="English, then"),
    ],
)
def test_a_period_is_read_from_words(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(kind, which) for kind, which, _ in find_periods(text)} == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("Lao động nữ nghỉ.", "Lao động nam nghỉ.", True, id="men and women"),
        pytest.param("Lao động nữ nghỉ.", "Việt Nam nghỉ.", False, id="a country is no man"),
        pytest.param("Nam giới nghỉ.", "Phụ nữ nghỉ.", True, id="opening a sentence"),
        pytest.param("Lãi trước thuế.", "Lãi sau thuế.", True, id="before and after the same"),
        pytest.param("Lãi trước thuế.", "Lãi sau hai năm.", False, id="before and after something else"),
        pytest.param("Kỳ này tăng.", "Kỳ trước tăng.", True, id="this and the one before"),
        pytest.param("Cầu dùng thép.", "Hãng cung cấp thép.", False, id="a bridge and what is supplied"),
        pytest.param("Nguồn cung tăng.", "Nhu cầu tăng.", True, id="supply and demand"),
        pytest.param("Khách trong nước tăng.", "Khách quốc tế tăng.", True, id="guests from home and abroad"),
        pytest.param("Khách trong nước tăng.", "Sân bay quốc tế tăng.", False, id="an airport by its name"),
        pytest.param("Cuối cùng, xã nộp phạt.", "Bước đầu xã nộp phạt.", False, id="finally, opening"),
        pytest.param("Kết quả cuối cùng.", "Kết quả bước đầu.", True, id="final"),
        pytest.param("The state utility.", "Private firms.", False, id="English, a state's"),
        pytest.param("Among smokers.", "Among non-smokers.", True, id="English"),
    ],
)
def test_the_sides_of_a_line_exclude_each_other(one: str, other: str, expected: bool) -> None:
    mine, theirs = read_qualifiers(one), read_qualifiers(other)
    apart = {kind for kind in mine.keys() & theirs.keys() if mine[kind].keys().isdisjoint(theirs[kind])}
    assert bool(apart) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Học phí lớp 10 là 2 triệu.", "Học phí lớp 12 là 3 triệu.", True, id="class and figure"),
        pytest.param("Học phí lớp 10 là 2 triệu.", "Học phí lớp 10 là 3 triệu.", False, id="figure alone"),
        pytest.param("Học phí lớp 10 là 2 triệu.", "Học phí lớp 12 là 2 triệu.", False, id="class alone"),
        pytest.param(
            "Học phí lớp 10 là 2 triệu.",
            "Học phí lớp 12 là 3 triệu, lớp 10 là 1 triệu.",
            False,
            id="the passage has the claim's class too",
        ),
        pytest.param(
            "Lao động nữ nhận 7 triệu.",
            "Lao động được nhận 9 triệu. Lao động nam ít nghỉ.",
            False,
            id="of another sentence",
        ),
        pytest.param(
            "Sáng nay giá tiêu 150.000 đồng.", "Sáng qua giá tiêu 148.000 đồng.", True, id="another day"
        ),
        pytest.param(
            "Giải World Cup 2022 có 32 đội, 8 bảng.",
            "World Cup 2026 có 48 đội, so với năm 2022.",
            False,
            id="the passage has the year",
        ),
        pytest.param(
            "Vụ cháy hôm qua có 20 người chết.", "Vụ cháy sáng nay có 9 người chết.", False, id="one event"
        ),
        pytest.param(
            "Tàu lật chiều qua có 20 khách.",
            "Tàu lật chiều nay có 9 khách.",
            False,
            id="a ship that turned over",
        ),
        pytest.param(
            "Hôm qua có 20 vụ cháy, 9 người chết.",
            "Sáng nay có 20 vụ cháy, 3 người chết.",
            True,
            id="events of each day",
        ),
        pytest.param(
            "Trong tháng này, xã thả 90 con.", "Trong tháng 11, xã thả 40 con.", False, id="a month, and this"
        ),
        pytest.param(
            "Trong tháng này, xã thả 90 con.",
            "Từ đầu năm, xã thả 400 con.",
            True,
            id="this month, and so far",
        ),
        pytest.param(
            "Vé tàu 18.000 đồng, người trên 80 tuổi đi miễn phí.",
            "Vé tàu 8.000 đồng, người trên 60 tuổi đi miễn phí.",
            False,
            id="a fare is of nobody's age who rides for nothing",
        ),
        pytest.param(
            "Người trên 80 tuổi đi miễn phí, vé tàu 18.000 đồng.",
            "Người trên 60 tuổi đi miễn phí, vé tàu 8.000 đồng.",
            False,
            id="nor is it said first",
        ),
        pytest.param(
            "Người trên 80 tuổi trả 18.000 đồng, trẻ em đi miễn phí.",
            "Người trên 60 tuổi trả 8.000 đồng, trẻ em đi miễn phí.",
            True,
            id="an age and its fare",
        ),
        pytest.param(
            "Với người trên 80 tuổi, vé là 18.000 đồng.",
            "Với người trên 60 tuổi, vé là 8.000 đồng.",
            True,
            id="whom it is about stands first",
        ),
        pytest.param("Tàu SE1 đến lúc 4h40.", "Tàu SE3 đến lúc 6h10.", True, id="an hour that differs"),
        pytest.param(
            "Cầu xây 24 tháng, tốn 9 tỷ.", "Cầu xây 18 tháng, tốn 9 tỷ.", False, id="a stretch of time"
        ),
        pytest.param(
            "Women earn 9 million dong a month.",
            "Nam giới có thu nhập 11 triệu đồng mỗi tháng.",
            True,
            id="across two languages",
        ),
    ],
)
def test_a_figure_of_another_part_or_time_is_told_by_its_sentence(
    claim: str, passage: str, expected: bool
) -> None:
    assert another_part(align(read_text(claim), read_text(passage))) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Thư viện nay mở cửa chủ nhật.", "Trước kia thư viện không mở cửa chủ nhật.", True, id="then"
        ),
        pytest.param(
            "Thư viện nay mở cửa chủ nhật.", "Thư viện nay không mở cửa chủ nhật.", False, id="now as well"
        ),
        pytest.param(
            "Thư viện mở cửa.", "Trước kia thư viện không mở cửa.", False, id="no time in the claim"
        ),
    ],
)
def test_what_was_once_otherwise_is_of_another_time(claim: str, passage: str, expected: bool) -> None:
    assert another_thing(align(read_text(claim), read_text(passage))) is expected


@pytest.mark.parametrize(
    ("claim", "passage", "alert"),
    [
        pytest.param(
            "Giá heo hơi ở Đồng Nai sáng nay là 66.000 đồng mỗi kg.",
            "Giá heo hơi ở Đồng Nai sáng qua là 63.000 đồng mỗi kg.",
            False,
            id="another day",
        ),
        pytest.param(
            "Giá heo hơi ở Đồng Nai sáng nay là 66.000 đồng mỗi kg.",
            "Giá heo hơi ở Đồng Nai sáng nay là 53.000 đồng mỗi kg.",
            True,
            id="the same day",
        ),
        pytest.param(
            "Trung tâm mới có 300 giường cho bệnh nhân nội trú.",
            "Trung tâm mới có 120 giường cho bệnh nhân ngoại trú.",
            False,
            id="other patients",
        ),
        pytest.param(
            "Trung tâm mới có 300 giường cho bệnh nhân nội trú.",
            "Trung tâm mới có 120 giường cho bệnh nhân nội trú.",
            True,
            id="the same patients",
        ),
    ],
)
def test_only_a_figure_of_the_same_thing_and_time_raises_an_alert(
    models: Models, claim: str, passage: str, alert: bool
) -> None:
    assert models.verifier.assess(claim, [passage]).alert_worthy is alert


GROWTH = "GRDP tăng 5,2 %. Ngành công nghiệp đóng góp nhiều nhất."


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Ngành công nghiệp tăng 2,5 %.", GROWTH, True, id="its side has no figure there"),
        pytest.param("GRDP tăng 2,5 %.", GROWTH, False, id="the side that has the figure"),
        pytest.param(
            "Ngành công nghiệp tăng 2,5 %.", "GRDP tăng 5,2 %, ngành công nghiệp tăng 7 %.", False, id="both"
        ),
        pytest.param("Sản lượng tăng 2,5 %.", GROWTH, False, id="the claim names no side"),
        pytest.param("Giá vé tháng là 180 đồng.", "Giá vé là 8 đồng mỗi lượt.", True, id="a month's ticket"),
        pytest.param(
            "Thẻ cho trẻ em đổi 10 năm một lần.",
            "Về thẻ của trẻ em: khác người lớn, 5 năm đổi một lần.",
            False,
            id="what it is compared with",
        ),
        pytest.param(
            "Dung tích hữu ích là 30 triệu m3.",
            "Dung tích hồ là 36 triệu m3.",
            True,
            id="a part of the whole",
        ),
    ],
)
def test_a_figure_in_a_sentence_on_another_side_alone_is_of_another_thing(
    claim: str, passage: str, expected: bool
) -> None:
    assert another_side(align(read_text(claim), read_text(passage))) is expected
