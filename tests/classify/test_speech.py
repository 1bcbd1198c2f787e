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
        ("Theo số liệu của IMF, nợ công giảm 2%.", "IMF"),
        ("Bộ Quốc phòng Anh cảnh báo lực lượng này có thể bị bao vây.", "Bộ Quốc phòng Anh"),
        (
            "Cơ quan Năng lượng nguyên tử quốc tế xác nhận lò phản ứng đã dừng.",
            "Cơ quan Năng lượng nguyên tử quốc tế",
        ),
        (
            "Nói về Hội Khuyến học, bà Na, Phó giám đốc Sở Giáo dục và Đào tạo tỉnh Yên Bái khẳng định quỹ còn 3 tỷ.",
            "Sở Giáo dục và Đào tạo tỉnh Yên Bái",
        ),
        ("According to the Ministry of Health, 12 wards were closed.", "Ministry of Health"),
        ("Theo số liệu của Hiệp hội Lương thực Việt Nam, giá gạo giảm 3%.", "Hiệp hội Lương thực Việt Nam"),
        (
            "Ban Quản lý dự án đường sắt đô thị cho biết tuyến chậm 6 tháng.",
            "Ban Quản lý dự án đường sắt đô thị",
        ),
        ('"Cầu đã đóng", đại diện UBND quận Sơn Trà cho biết.', "UBND quận Sơn Trà"),
        (
            "The foreign ministry of Laos said talks would resume, according to the Asian Development Bank.",
            "Asian Development Bank",
        ),
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
        "According to Mr. Hung, the bridge is 5 km long.",
        "Nguyen Thi Mai told reporters the road was flooded.",
        "Anh W.P cho hay bảo vệ đã ngăn khách vào tháp.",
        "PGS.TS Ngô Văn Minh nói ông tìm được ba kỷ vật.",
        "Theo CEO Huy Nguyễn, công ty có 40 người.",
        "Hội nghị tổng kết đánh giá cao ba tỉnh miền núi.",
    ],
)
def test_a_person_is_quoted_but_never_named(sentence: str) -> None:
    assert of(sentence) == Attribution("quoted", None)


@pytest.mark.parametrize(
    ("office", "person", "said"),
    [
        ("Sở Y tế Đồng Nai", "Nguyễn Văn An", "Giám đốc {} {} cho biết có 12 ca bệnh."),
        ("Sở Y tế Đồng Nai", "Trần Thị Hoa", "Giám đốc {} {} cho biết có 12 ca bệnh."),
        ("Hiệp hội Du lịch Đà Nẵng", "Cao Trí Dũng", "Theo Chủ tịch {} {}, khách tăng 12%."),
        ("Bộ trưởng Bộ Tài chính Mỹ", "Janet Yellen", "{} {} cảnh báo ngân hàng có thể sụp đổ."),
        ("UBND TP Huế", "Võ Lê Nhật", "Chủ tịch {} {} nói đường sẽ xong trong tháng 9."),
        (
            "Hội đồng An ninh Quốc gia",
            "John Kirby",
            "Người phát ngôn {} {} ngày 26/3 nói rằng tàu đã rời cảng.",
        ),
        ("Thủ tướng Chính phủ", "Phạm Minh Khuê", "{} {} khẳng định lương tăng từ 1/7."),
        ("Ministry of Health", "Dao Hong Lan", "{}'s {} said 12 wards were closed."),
        ("Vietnam Association", "Nguyen Thi Mai", "{1} of the {0} said exports fell."),
    ],
)
def test_a_name_beside_an_office_is_cut_off(office: str, person: str, said: str) -> None:
    party = of(said.format(office, person)).quoted_party
    assert party is not None
    assert party.endswith(office) or office.startswith(party)
    assert not set(person.split()) & set(party.split())


def test_a_sentence_inside_quotation_marks_is_quoted() -> None:
    text = 'Cuộc họp bắt đầu. "Cây cầu dài 36 mét." Trời mưa.'
    start = text.index("Cây cầu")
    assert attribute(text, Span(start, start + len("Cây cầu dài 36 mét."))).asserted_by == "quoted"


def test_what_nobody_is_said_to_have_said_is_the_outlets_own() -> None:
    assert of("Cây cầu dài 36 mét và rộng 8 mét.") == Attribution("outlet", None)
