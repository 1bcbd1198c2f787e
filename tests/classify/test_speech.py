"""Who asserts a sentence; organisations are named, people never."""

import pytest

from classify.speech import attribute
from classify.values import Attribution, Span


def of(text: str) -> Attribution:
    return attribute(text, Span(0, len(text)))


@pytest.mark.parametrize(
    ("sentence", "party"),
    [
        ("Theo Bộ Y tế, cả nước có 1.200 ca mắc mới.", "Bộ Y tế"),
        ("UBND TP.HCM cho biết dự án chậm 6 tháng.", "UBND TP.HCM"),
        ("Đại diện Sở Xây dựng Hà Nội cho biết công trình chưa có phép.", "Sở Xây dựng Hà Nội"),
        (
            "Exports rose 4 percent, according to the Ministry of Industry and Trade.",
            "Ministry of Industry and Trade",
        ),
        ("The World Bank said growth would slow.", "World Bank"),
        ("UNICEF said 40 schools were closed.", "UNICEF"),
    ],
)
def test_a_reporting_organisation_is_the_quoted_party(sentence: str, party: str) -> None:
    assert of(sentence) == Attribution("quoted", party)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ông Nguyễn Văn An cho biết ông đã nộp đơn từ tháng 3.",
        "Chị Lan chia sẻ rằng gia đình mất trắng vụ lúa.",
        "Mr. Smith said the factory closed in May.",
        "Theo bà Trần Thị Hoa, chợ đóng cửa lúc 17h.",
        "Nguyen Thi Mai told reporters the road was flooded.",
    ],
)
def test_a_person_is_quoted_but_never_named(sentence: str) -> None:
    assert of(sentence) == Attribution("quoted", None)


@pytest.mark.parametrize("person", ["Nguyễn Văn An", "Trần Thị Hoa"])
def test_a_name_after_an_office_is_cut_off(person: str) -> None:
    party = of(f"Giám đốc Sở Y tế Đồng Nai {person} cho biết có 12 ca bệnh.").quoted_party
    assert party is not None
    assert person not in party


def test_a_sentence_inside_quotation_marks_is_quoted() -> None:
    text = 'Cuộc họp bắt đầu. "Cây cầu dài 36 mét." Trời mưa.'
    start = text.index("Cây cầu")
    assert attribute(text, Span(start, start + len("Cây cầu dài 36 mét."))).asserted_by == "quoted"


def test_what_nobody_is_said_to_have_said_is_the_outlets_own() -> None:
    assert of("Cây cầu dài 36 mét và rộng 8 mét.") == Attribution("outlet", None)
