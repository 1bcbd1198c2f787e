"""Markers of judgement: word families, each with a near miss that carries none of it."""

import pytest

from classify.markers import MARKERS, count_markers, stop_by_rule

OFFICES = -7


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
            "future",
            "Ba năm nữa phố cổ vắng tiếng rao.",
            "Ba năm trước phố cổ vắng tiếng rao.",
            id="a moment that has not come, vi",
        ),
        pytest.param(
            "future",
            "By 2045 the canal carries no boats.",
            "By 2005 the canal carried no boats.",
            id="a moment that has not come, en",
        ),
        pytest.param(
            "announced",
            "Dự kiến đường thông xe năm 2031.",
            "Đường thông xe năm 2011.",
            id="a plan that was published, vi",
        ),
        pytest.param(
            "judgement",
            "Ông giám đốc trả lời quanh co.",
            "Ông giám đốc trả lời bằng văn bản.",
            id="a fault of character, vi",
        ),
        pytest.param(
            "norm",
            "Thành phố nên lát lại vỉa hè.",
            "Mưa lớn nên không thể dựng rạp, mặt sân trở nên trơn.",
            id="should, not therefore or become, vi",
        ),
        pytest.param(
            "norm",
            "Chủ tàu phải khai báo.",
            "Tàu mắc phải lưới, chân phải của anh bị trẹo.",
            id="must, not the right foot, vi",
        ),
        pytest.param(
            "prediction",
            "The dam may hold.",
            "The dam opened in May 2012.",
            id="may, not the month, en",
        ),
        pytest.param(
            "first person",
            "They told us about the fee.",
            "They told the US about the fee.",
            id="us, not the country, en",
        ),
        pytest.param(
            "first person",
            "Mình đi từ sáng.",
            "Bà bán căn nhà của mình từ quý I.",
            id="I, not one's own, vi",
        ),
        pytest.param(
            "exhortation",
            "Bạn thử một lần xem.",
            "Cậu bé đi cùng bạn học.",
            id="you, not a friend, vi",
        ),
        pytest.param(
            "rhetoric",
            "Các quan ngồi phòng lạnh cứ thế ký, sai quá thì đổ cho dân.",
            "Cơ quan chức năng căn cứ quá trình vận hành để thay thế van liên quan.",
            id="words of rhetoric, not parts of other words, vi",
        ),
        pytest.param(
            "rhetoric",
            "Trời mưa, thế mà đường vẫn bụi, thật lạ.",
            "Vì vậy mà ngày càng nhiều hộ, đã thành lập 12 tổ, mới ký sự kiện này theo sự thật.",
            id="a turn, not a consequence, vi",
        ),
        pytest.param(
            "judgement",
            "Cuộc họp chỉ hình thức.",
            "Bài thi theo hình thức trắc nghiệm.",
            id="for form's sake, not a form of, vi",
        ),
        pytest.param(
            "norm",
            "Xã cần thêm bác sĩ.",
            "Quận Cần Thơ cũ không được thúc đẩy mạnh bởi cảng.",
            id="need, not a city, vi",
        ),
        pytest.param(
            "question",
            "Liệu ai còn nhớ lời hứa ấy.",
            "Dữ liệu và tài liệu do AI tạo ra được lưu tại Ai Cập.",
            id="who and whether, not data, vi",
        ),
        pytest.param(
            "prediction",
            "Trời sắp mưa.",
            "Ngành dệt may sắp xếp lại ba nhà máy, may mắn không ai bị thương.",
            id="soon and may, not to arrange and to sew, vi",
        ),
        pytest.param(
            "criticism",
            "Người dân bất bình và đòi gặp tỉnh.",
            "Chênh lệch lương phản ánh bất bình đẳng và đòi hỏi số liệu mới.",
            id="anger, not inequality, vi",
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
        "Vì thế, chúng ta cần thay đổi cách dạy lịch sử.",
        "After the flood we must rebuild the dyke at Thuan An.",
        "The ministry should publish the contract with the port.",
        "Giám đốc sở nên từ chức sau hai vụ sập giàn giáo.",
        "Nên bỏ cuộc thi viết chữ đẹp ở lớp một.",
        "Không thể để chợ nổi biến mất vì một bến xe.",
        "The province ought to cap the ferry fare at 20,000 dong.",
        "The council had better mend the dyke before May.",
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
        "Đội khách không có cửa thắng trên sân Lạch Tray.",
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
        "The town treats its vendors as a nuisance.",
        "Người nhặt ve chai bị đối xử như kẻ trộm.",
        "The nurses deserve a second look from the auditors.",
        "Where the levy went is anyone's guess.",
        "The visit opened a new page in relations with Laos.",
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
        "The court ruled that the ministry should publish the contract.",
        "The hospital treats 400 patients a day as an outpatient clinic.",
        "Ông coi xe như nhà, sống trên đó chín năm.",
        "Lũ không thể để lại dấu vết trên đoạn kè mới.",
        "Anh luôn tham gia trực tiếp vào việc nuôi dạy người con duy nhất.",
        "The harbour saw its worst year since the Great Depression.",
        "The law gives free vaccines to everybody who is insured.",
        "Coal output is not up; coal jobs are not up.",
    ],
)
def test_an_announced_plan_or_a_real_name_does_not_stop(sentence: str) -> None:
    assert stop_by_rule(sentence) is None


def test_a_rule_of_law_does_not_stop_as_a_norm() -> None:
    assert stop_by_rule("Người bán phải xuất hóa đơn từ ngày 1/6 theo Nghị định 70.") is None
    assert stop_by_rule("It is time zone UTC+7 that the timetable uses.") is None


@pytest.mark.parametrize(
    ("sentence", "invented"),
    [
        ("Sở Lãng quên mở lớp ghi nhớ.", 1.0),
        ("The Ministry of Umbrellas opened on Monday.", 1.0),
        ("Sở Giáo dục và Đào tạo mở lớp.", 0.0),
        ("Bộ GTVT mở thầu.", 0.0),
        ("The Ministry of Foreign Affairs opened on Monday.", 0.0),
    ],
)
def test_an_office_that_no_government_has_is_noticed(sentence: str, invented: float) -> None:
    assert count_markers(sentence)[OFFICES] == invented


def test_a_class_or_region_numbered_one_is_no_first_person() -> None:
    for sentence in ("Lương tối thiểu vùng I là 4,68 triệu đồng.", "Bệnh viện hạng I có 1.200 giường."):
        assert not MARKERS["first person"].search(sentence)
    assert MARKERS["first person"].search("What I saw was a flood.")


def test_vietnamese_without_diacritics_is_held_to_the_same_rules() -> None:
    for sentence in ("Theo toi quy dinh nay khong dung.", "Dang le nha truong phai xin loi hoc sinh."):
        assert stop_by_rule(sentence) is not None
    assert stop_by_rule("Nha may co cong suat 300 MW.") is None
