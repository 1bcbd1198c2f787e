"""Other words for the same statement join it; one figure, name, "not" or word of weight more or less never does."""

import pytest

from classify.frozen import read_frozen
from classify.grouping import LEAST_TRANSLATED, match_wording
from classify.models import Models
from classify.restating import keeps_apart
from classify.translating import keeps_translations_apart
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
        pytest.param(
            "Inflation rose to 4.65% in May, the statistics office said.",
            "The statistics office said inflation rose to 4.65% in May.",
            id="the speaker last",
        ),
        pytest.param(
            "Nhà máy Ninh Thuận có công suất 4.000 MW.",
            "Công suất của nhà máy Ninh Thuận là 4.000 MW.",
            id="possession",
        ),
        pytest.param(
            "Từ ngày 1/7/2026, Hà Nội cấm xe xăng.", "Thành phố Hà Nội cấm xe xăng từ 1/7/2026.", id="since"
        ),
        pytest.param(
            "Vé xe buýt là 8.000 đồng, học sinh được miễn phí.",
            "Học sinh được miễn phí, vé xe buýt là 8.000 đồng.",
            id="two clauses",
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
        pytest.param("Giá xăng tăng lên 5%.", "Giá xăng tăng 5%.", "tense", id="to and by"),
        pytest.param("Việt Nam nhập than từ Lào.", "Việt Nam nhập than cho Lào.", "tense", id="from and for"),
        pytest.param(
            "Nhà máy hoạt động đến năm 2030.", "Nhà máy hoạt động từ năm 2030.", "tense", id="until and since"
        ),
        pytest.param(
            "Nhà máy sẽ đóng cửa, công ty bồi thường.",
            "Nhà máy đóng cửa, công ty sẽ bồi thường.",
            "tense",
            id="what will be",
        ),
        pytest.param(
            "Bão làm 5 người chết, trong đó 3 trẻ em.",
            "Bão làm 5 người chết, 3 trẻ em.",
            "tense",
            id="part of it",
        ),
        pytest.param(
            "Công ty không trả lương nhưng đóng thuế.",
            "Công ty trả lương nhưng không đóng thuế.",
            "negation",
            id="what is not",
        ),
        pytest.param(
            "Vụ cháy không khiến ai chết.", "Vụ cháy khiến ai không chết.", "negation", id="not moved"
        ),
        pytest.param(
            "Chỉ công nhân nữ được thưởng.", "Công nhân nữ chỉ được thưởng.", "words", id="only moved"
        ),
        pytest.param("Khởi công ngày 19/12.", "Khởi công ngày 19/12/2025.", "figures", id="year"),
        pytest.param("Nhiệt độ Sa Pa là -2 độ C.", "Nhiệt độ Sa Pa là 2 độ C.", "figures", id="minus"),
        pytest.param(
            "Doanh nghiệp vừa và nhỏ được giảm thuế.",
            "Doanh nghiệp nhỏ được giảm thuế.",
            "words",
            id="medium-sized",
        ),
        pytest.param(
            "Hơn 5.000 công nhân mất việc.", "Hơn 5.000 công nhân mất.", "words", id="lost their work"
        ),
        pytest.param("Lao động trẻ em tăng 5%.", "Lao động trẻ tăng 5%.", "words", id="young and children"),
        pytest.param(
            "Báo Người Lao Động bị phạt.", "Báo Lao Động bị phạt.", "words", id="the name of a newspaper"
        ),
        pytest.param(
            "Chủ đầu tư dự án kiện nhà thầu thi công.",
            "Nhà thầu thi công kiện chủ đầu tư dự án.",
            "roles",
            id="who sued whom",
        ),
        pytest.param("Sạt lở gây ra lũ lụt ở Lào.", "Lũ lụt gây ra sạt lở ở Lào.", "tense", id="cause"),
        pytest.param(
            "Thu nhập nông thôn cao hơn thành thị.",
            "Thu nhập thành thị cao hơn nông thôn.",
            "quantifiers",
            id="comparison",
        ),
        pytest.param(
            "5 người ở Lào chết, 7 người bị thương.",
            "5 người chết, 7 người ở Lào bị thương.",
            "roles",
            id="a place goes to another clause",
        ),
        pytest.param(
            "Police arrested in Hue.", "Police were arrested in Hue.", "tense", id="English passive"
        ),
        pytest.param(
            "The firm that said it dumped waste was fined.",
            "The firm that dumped waste was fined.",
            "words",
            id="only said",
        ),
        pytest.param("Vietnam declined aid.", "Vietnam decreased aid.", "words", id="declined"),
        pytest.param(
            "It lost $5 million last year.", "It lost $5 million the year before.", "words", id="year before"
        ),
        pytest.param("Debt was ¥500 million.", "Debt was ₩500 million.", "figures", id="currency"),
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
        (
            "Việt Nam đón 17,5 triệu lượt khách quốc tế năm 2024.",
            "Vietnam welcomed 17.5 million international visitors in 2024.",
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
        pytest.param("Việt Nam nhập khẩu 8,12 triệu tấn từ Lào.", "Vietnam imported 8.12 million tonnes from India.", "names", id="country"),
        pytest.param("Bình Dương xuất khẩu 8,12 tỷ USD.", "Dong Nai exported 8.12 billion USD.", "words", id="province"),
        pytest.param("VinFast bán 10.550 ô tô.", "BYD sold 10,550 cars.", "words", id="company"),
        pytest.param("Samsung tuyển 12.500 công nhân.", "Samsung fired 12,500 workers.", "words", id="what nobody listed"),
        pytest.param("Mỹ phạt Trung Quốc 1,25 triệu USD.", "China fined the US $1.25 million.", "words", id="who fined whom"),
        pytest.param("Mỹ mua của Nga 1.250 MW điện.", "Russia bought 1,250 MW of power from the US.", "names", id="countries change places"),
        pytest.param("Công an bắt 125 nhà báo.", "Journalists arrested 125 police.", "meaning", id="who arrested whom"),
        pytest.param("Giá gạo tăng lên 12.500 đồng.", "Rice prices rose 12,500 dong.", "figures", id="to and by"),
        pytest.param("Giá gạo giảm -1,25%.", "Rice prices fell 1.25%.", "figures", id="minus"),
        pytest.param("GDP quý I tăng 5,66%, quý II tăng 6,12%.", "GDP rose 5.66% in the second quarter, rose 6.12% in the first quarter.", "meaning", id="quarters change places"),
        pytest.param("Cà phê tăng, gạo giảm 7,09%.", "Rice rose, coffee fell 7.09%.", "meaning", id="goods change places"),
        pytest.param("Đề xuất xuất khẩu 8,12 triệu tấn gạo.", "Vietnam will export 8.12 million tonnes of rice.", "meaning", id="proposed"),
        pytest.param("Cựu bộ trưởng nhận hối lộ 1,25 triệu USD.", "The minister took a bribe of $1.25 million.", "words", id="former"),
        pytest.param("Có 12.450 thẩm phán.", "There are 12,450 prosecutors.", "words", id="nothing listed is shared"),
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
        ("cập nhật ở Nhật", "cập nhật ở Nhật Bản"),
        ("5 phần trăm, 5%", "5 %, 5%"),
        ("cho hay", "cho biết"),
        ("TPHCM và thành phố Hồ Chí Minh", "TP HCM và TP HCM"),
    ],
)
def test_expressions_of_one_meaning_are_put_alike_and_names_only_with_their_capitals(
    text: str, expected: str
) -> None:
    assert put_alike(text) == expected
