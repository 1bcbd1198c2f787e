"""Other words for the same statement join it; one figure, name, "not" or word of weight more or less never does."""

import pytest

from classify.frozen import read_frozen
from classify.grouping import LEAST_TRANSLATED, match_wording
from classify.models import Models
from classify.restating import keeps_apart, keeps_translations_apart
from classify.wordings import put_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "Sân bay Long Thành có tổng vốn đầu tư 336.630 tỷ đồng.",
            "Tổng vốn đầu tư của sân bay Long Thành là 336.630 tỷ đồng.",
            id="subject and complement",
        ),
        pytest.param(
            "Theo Tổng cục Thống kê, GDP quý I tăng 5,66% so với cùng kỳ năm trước.",
            "GDP quý I tăng 5,66% so với cùng kỳ năm ngoái, theo Tổng cục Thống kê.",
            id="the source last",
        ),
        pytest.param(
            "Vụ cháy khiến 14 người tử vong tại quận Đống Đa.",
            "Vụ cháy tại quận Đống Đa làm 14 người thiệt mạng.",
            id="synonyms and the place first",
        ),
        pytest.param(
            "Hơn 1.200 ngôi nhà bị tốc mái ở Quảng Trị vào ngày 12/9.",
            "Ngày 12/9, trên 1.200 ngôi nhà ở Quảng Trị bị tốc mái.",
            id="rough alike, the day first",
        ),
        pytest.param(
            "The fire killed 56 people in a Hanoi apartment block.",
            "A fire in a Hanoi apartment block killed 56 people.",
            id="English",
        ),
        pytest.param(
            "Vietnam's exports rose 12.5 percent in May, official data showed.",
            "Official data showed Vietnam's exports increased 12.5% in May.",
            id="English synonyms",
        ),
    ],
)
def test_the_same_statement_in_other_words(one: str, other: str) -> None:
    assert keeps_apart(one, other) is None
    assert keeps_apart(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        pytest.param("Huế đón 3,2 triệu khách.", "Huế đón 3,3 triệu khách.", "figures", id="number"),
        pytest.param("Hơn 60% dân số dùng Internet.", "60% dân số dùng Internet.", "figures", id="more than"),
        pytest.param("Gần 600 ca mắc sởi.", "Hơn 600 ca mắc sởi.", "figures", id="nearly and more than"),
        pytest.param("Cầu thông xe ngày 24/12.", "Cầu thông xe ngày 25/12.", "figures", id="day"),
        pytest.param("Cầu thông xe tháng 12.", "Cầu thông xe ngày 24/12.", "figures", id="a month is no day"),
        pytest.param(
            "Đội bóng đá sơ đồ 3-4-3.", "Đội bóng đá sơ đồ 3-3-4.", "figures", id="figures together"
        ),
        pytest.param("Đập vỡ sau mưa lớn.", "Đập không vỡ sau mưa lớn.", "negation", id="not"),
        pytest.param("Cầu được khởi công.", "Cầu sẽ được khởi công.", "tense", id="will"),
        pytest.param("Công an bắt ông ở Huế.", "Công an bị bắt ở Huế.", "tense", id="passive"),
        pytest.param("Nga bán tàu ngầm.", "Nhật bán tàu ngầm.", "words", id="name"),
        pytest.param("Giá xăng giảm 500 đồng.", "Giá dầu giảm 500 đồng.", "words", id="noun"),
        pytest.param("GDP tăng 5% trong quý.", "GDP giảm 5% trong quý.", "words", id="opposite"),
        pytest.param(
            "Bão làm 25 tàu cá bị chìm.", "Bão làm 25 tàu cá bị hư hỏng.", "words", id="what became of it"
        ),
        pytest.param("Ít nhất 20 người mất tích.", "20 người mất tích.", "words", id="at least"),
        pytest.param(
            "Trẻ em nghèo được miễn viện phí.", "Trẻ em được miễn viện phí.", "words", id="one word narrows"
        ),
        pytest.param(
            "Truyền thông đưa tin Việt Nam cấm xuất khẩu gạo.",
            "Việt Nam cấm xuất khẩu gạo.",
            "words",
            id="reported",
        ),
        pytest.param("Theo dự thảo, mức phạt 2 triệu.", "Mức phạt 2 triệu.", "words", id="a draft of it"),
        pytest.param(
            "Bão số 3 khiến 5 người ở Hà Nội chết, 7 người ở Yên Bái chết.",
            "Bão số 3 khiến 7 người ở Hà Nội chết, 5 người ở Yên Bái chết.",
            "roles",
            id="figures change places",
        ),
        pytest.param(
            "Đội tuyển Việt Nam thắng Thái Lan 2-1 tại Mỹ Đình.",
            "Đội tuyển Thái Lan thắng Việt Nam 2-1 tại Mỹ Đình.",
            "roles",
            id="names change places",
        ),
        pytest.param(
            "Chinese ships entered Vietnamese waters in July.",
            "Vietnamese ships entered Chinese waters in July.",
            "roles",
            id="English names change places",
        ),
        pytest.param(
            "Việt Nam nhập khẩu 5 tỷ USD và xuất khẩu 7 tỷ USD hàng hóa.",
            "Việt Nam xuất khẩu 5 tỷ USD và nhập khẩu 7 tỷ USD hàng hóa.",
            "roles",
            id="opposites change places",
        ),
        pytest.param(
            "The fire killed 14 people in Hanoi.",
            "The fire injured 14 people in Hanoi.",
            "words",
            id="English",
        ),
    ],
)
def test_what_makes_two_statements_keeps_them_apart(one: str, other: str, why: str) -> None:
    assert keeps_apart(one, other) == why
    assert keeps_apart(other, one) == why


def test_nothing_that_evidence_contradicts_in_the_frozen_set_says_the_same() -> None:
    contradicted = [row for row in read_frozen().claims if row["label"] == "contradicted"]
    assert len(contradicted) > 100
    assert [row["claim"] for row in contradicted if keeps_apart(row["claim"], row["evidence"]) is None] == []


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [
        (
            "Việt Nam xuất khẩu 8,12 triệu tấn gạo năm 2023.",
            "Vietnam exported 8.12 million tonnes of rice in 2023.",
        ),
        (
            "GDP quý I tăng 5,66% so với cùng kỳ năm trước.",
            "Vietnam's GDP rose 5.66% in the first quarter from a year earlier.",
        ),
        (
            "Vụ cháy chung cư mini ở Hà Nội khiến 56 người chết và 37 người bị thương.",
            "The fire in a Hanoi apartment block killed 56 people and injured 37.",
        ),
        ("Dân số Việt Nam đạt 100,3 triệu người.", "Vietnam's population reached 100.3 million people."),
    ],
)
def test_a_translation_joins_with_the_cosine_as_its_score(
    vietnamese: str, english: str, models: Models
) -> None:
    assert keeps_translations_apart(vietnamese, english) is None
    match = match_wording(english, vietnamese, models.encoder)
    assert match is not None
    assert match.score is not None
    assert match.score >= LEAST_TRANSLATED


@pytest.mark.parametrize(
    ("vietnamese", "english", "why"),
    [
        pytest.param(
            "Việt Nam xuất khẩu 8,12 triệu tấn gạo.", "Vietnam exported 8.21 million tonnes of rice.", "figures", id="figure"
        ),
        pytest.param(
            "Hơn 1.250 công nhân đình công.", "1,250 workers went on strike.", "figures", id="more than"
        ),
        pytest.param(
            "Vụ cháy khiến 56 người chết, 37 người bị thương.",
            "The fire killed 37 people and injured 56.",
            "figures",
            id="figures change places",
        ),
        pytest.param("Việt Nam có 63 tỉnh.", "Vietnam has 63 provinces.", "too few figures", id="one round figure"),
        pytest.param("Việt Nam cấm xuất khẩu gạo.", "Vietnam banned rice exports.", "too few figures", id="no figure"),
        pytest.param(
            "Việt Nam không nhập 1.250 toa tàu.", "Vietnam imports 1,250 train carriages.", "negation", id="not"
        ),
        pytest.param(
            "Việt Nam xuất khẩu 8,12 triệu tấn gạo.", "Vietnam exported 8.12 million tonnes of coffee.", "meaning", id="noun"
        ),
        pytest.param(
            "Việt Nam xuất khẩu 8,12 triệu tấn gạo.", "Vietnam imported 8.12 million tonnes of rice.", "meaning", id="opposite"
        ),
        pytest.param("GDP quý I tăng 5,66%.", "GDP rose 5.66% in the second quarter.", "meaning", id="quarter"),
        pytest.param("Việt Nam sẽ xuất khẩu 8,12 triệu tấn gạo.", "Vietnam exported 8.12 million tonnes of rice.", "meaning", id="will"),
        pytest.param("Việt Nam nhập khẩu 8,12 triệu tấn từ Lào.", "Vietnam imported 8.12 million tonnes from India.", "meaning", id="country"),
        pytest.param("Bình Dương xuất khẩu 8,12 tỷ USD.", "Dong Nai exported 8.12 billion USD.", "names", id="province"),
        pytest.param("VinFast bán 10.550 ô tô.", "BYD sold 10,550 cars.", "names", id="company"),
        pytest.param("Có 12.450 thẩm phán.", "There are 12,450 prosecutors.", "meaning", id="nothing listed is shared"),
    ],
)  # fmt: skip
def test_what_could_make_a_translation_another_statement_keeps_it_apart(
    vietnamese: str, english: str, why: str
) -> None:
    assert keeps_translations_apart(vietnamese, english) == why
    assert keeps_translations_apart(english, vietnamese) == why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Năm ngoái 3 người tử vong.", "năm trước 3 người chết."),
        ("cập nhật tại Nhật", "cập nhật tại Nhật Bản"),
        ("5 phần trăm, 5%", "5 %, 5%"),
        ("thông tin", "cho biết"),
        ("TPHCM và thành phố Hồ Chí Minh", "TP HCM và TP HCM"),
    ],
)
def test_expressions_of_one_meaning_are_put_alike_and_names_only_with_their_capitals(
    text: str, expected: str
) -> None:
    assert put_alike(text) == expected
