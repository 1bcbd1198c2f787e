"""Quantities and dates: the same fact in different spellings is equal, a different one is not."""

import pytest

from classify.numbers import comparable, find_quantities, read_figure, same_quantity


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("1.200", 1200.0),
        ("1,200", 1200.0),
        ("3,5", 3.5),
        ("3.5", 3.5),
        ("1.234.567", 1234567.0),
        ("0.250", 0.25),
        ("26", 26.0),
        ("0.800.000", 800000.0),
    ],
)
def test_marks_in_a_figure_are_read_as_thousands_or_as_decimals(figure: str, value: float) -> None:
    assert read_figure(figure) == value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("2,5 triệu đồng", "2.500.000 đồng", True, id="magnitude"),
        pytest.param("1,43 tỷ USD", "$1.43 billion", True, id="two languages"),
        pytest.param("700 nghìn tỷ đồng", "700.000 tỷ đồng", True, id="thousand billion"),
        pytest.param("17,6%", "17.6 percent", True, id="per cent"),
        pytest.param("hai người", "2 người", True, id="spelled"),
        pytest.param("năm bị can", "5 bị can", True, id="five, not a year"),
        pytest.param("khoảng 5.000 người", "5.050 người", True, id="roughly"),
        pytest.param("5.000 người", "5.050 người", False, id="not roughly"),
        pytest.param("hơn 8 %", "8,4 %", True, id="more than, and it is"),
        pytest.param("8,4 %", "hơn 8 %", True, id="the same the other way round"),
        pytest.param("hơn 8 %", "7,6 %", False, id="more than, and it is not"),
        pytest.param("hơn 8,2 %", "8,4 %", False, id="more than a figure to one more place"),
        pytest.param("gần 2 triệu người", "1.937.000 người", True, id="nearly, and it is"),
        pytest.param("gần 2 triệu người", "2.100.000 người", False, id="nearly, and it is more"),
        pytest.param("more than 50 percent", "45 percent", False, id="more than half, and it is less"),
        pytest.param("about 40,000 people", "43,000 people", True, id="about, to the last digit said"),
        pytest.param("about 40,000 people", "45,000 people", False, id="about, and more than a tenth off"),
        pytest.param("20 km", "20 kg", False, id="unit"),
        pytest.param("1,93 km", "1.930 mét", True, id="kilometres and metres"),
        pytest.param("gần 2 km", "1.930 m", True, id="nearly, in another unit"),
        pytest.param("nearly $5 billion", "$4.78 billion", True, id="nearly, before a sign of money"),
        pytest.param("500 gram", "0,5 kg", True, id="grams"),
        pytest.param("2 km", "1.930 m", False, id="another length in another unit"),
        pytest.param("1.5 m", "150 cm", True, id="metres and centimetres"),
        pytest.param("12 tấn", "120 tạ", True, id="tonnes and quintals"),
        pytest.param("500 kg", "0,5 tonnes", True, id="kilograms and tonnes"),
        pytest.param("3 ha", "30.000 m2", True, id="hectares and square metres"),
        pytest.param("1.500 MW", "1,5 GW", True, id="megawatts and gigawatts"),
        pytest.param("2 km", "2.000 m2", False, id="a length is no area"),
        pytest.param("12 người", "13 người", False, id="value"),
        pytest.param("ba mươi lăm hộ", "35 hộ", True, id="spelled tens"),
        pytest.param("mười hai người", "12 người", True, id="spelled teens"),
        pytest.param("một trăm triệu người", "100 triệu người", True, id="spelled hundreds of millions"),
        pytest.param("hai nghìn tỷ đồng", "2.000 tỷ đồng", True, id="spelled thousand billion"),
        pytest.param("hai trăm ba mươi xã", "230 xã", True, id="spelled to three places"),
        pytest.param("một trăm linh năm xã", "105 xã", True, id="spelled with an empty place"),
        pytest.param("ba triệu hai trăm nghìn đồng", "3,2 triệu đồng", True, id="two spelled magnitudes"),
        pytest.param("hai triệu rưỡi đồng", "2,5 triệu đồng", True, id="spelled and a half"),
        pytest.param("Fifty-six people", "56 people", True, id="English tens"),
        pytest.param("two hundred and fifty people", "250 people", True, id="English hundreds"),
        pytest.param("Nhà nước 750 tỷ", "735 tỷ", False, id="nước is no ước"),
        pytest.param("khoảng 3 tỷ", "2,7 tỷ", False, id="about, and a tenth above what it is"),
        pytest.param("ngày 26/3", "26.3.2023 ngày", True, id="date without year"),
        pytest.param("ngày 26/3", "ngày 27/3", False, id="day"),
        pytest.param("March 26, 2023", "26 March 2023", True, id="English date"),
        pytest.param("ngày 26 tháng 3 năm 2023", "March 26, 2023", True, id="date in two languages"),
        pytest.param("năm 2022", "năm 2023", False, id="year"),
        pytest.param("22 giờ 30", "22h30", True, id="time"),
        pytest.param("7 giờ tối", "19h", True, id="time of the evening"),
        pytest.param("7:30 p.m.", "19:30", True, id="English time of the evening"),
        pytest.param("7:30 a.m.", "19:30", False, id="English time of the morning"),
        pytest.param("7 giờ", "19h", False, id="time of the morning"),
        pytest.param("5.000 lượt người", "5.000 người", True, id="visits are people"),
        pytest.param("3.57 million visitors", "3,57 triệu lượt khách", True, id="visits in both languages"),
    ],
)
def test_quantities_are_compared_by_what_they_mean(one: str, other: str, same: bool) -> None:
    (first,), (second,) = find_quantities(one), find_quantities(other)
    assert same_quantity(first, second) is same


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("từ 1,49 lên 1,8 triệu đồng", [1.49e6, 1.8e6]),
        ("10-15 triệu đồng", [10e6, 15e6]),
        ("from $10 to $15 million dollars", [10e6, 15e6]),
        ("từ 10% xuống 8%", [10.0, 8.0]),
        ("from 300 to 1.2 million dollars", [300.0, 1.2e6]),
        ("thắng 2-0 trong trận", [2.0, 0.0]),
        ("a nine-storey house for two-thirds", []),
    ],
)
def test_the_first_end_of_a_range_has_the_magnitude_of_the_second(text: str, values: list[float]) -> None:
    assert [quantity.value for quantity in find_quantities(text)] == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Trạm ở độ cao 1.578m được dùng làm nơi ở.", 1578.0, "m"),
        ("Nền đường giảm từ rộng xuống 95m nhưng kinh phí tăng.", 95.0, "m"),
        ("about 5m people came", 5e6, "people"),
        ("worth $2.5m in May", 2.5e6, "USD"),
    ],
)
def test_m_is_metres_in_vietnamese_and_may_be_millions_in_english(text: str, value: float, unit: str) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.value, quantity.unit) == (value, unit)


def test_another_unit_of_one_dimension_is_no_contradiction() -> None:
    (length,), (height,) = find_quantities("2 km"), find_quantities("30 m")
    assert not comparable(length, height)


@pytest.mark.parametrize("text", ["Có {} người.", "Có khoảng {} triệu người."])
def test_a_figure_too_long_to_be_one_is_none(text: str) -> None:
    assert find_quantities(text.format("9" * 400)) == []


def test_a_figure_belongs_to_one_quantity_and_spans_point_at_it() -> None:
    text = "Sáng 26.3, lúc 7 giờ 30, có 1.200 người dự, tăng 3,5% so với năm 2022."
    found = find_quantities(text)
    assert [q.span.of(text) for q in found] == ["26.3", "7 giờ 30", "1.200", "3,5", "2022"]
    assert [q.kind for q in found] == ["date", "time", "number", "number", "year"]
