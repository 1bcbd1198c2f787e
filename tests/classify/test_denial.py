"""Denials that come to the same as what denies nothing, and those that do not."""

import pytest

from classify.alignment import align
from classify.contrast import differences, differences_of
from classify.denial import denies_what_is_not_said, is_denied_twice, is_said_alike
from classify.models import Models
from classify.reading import read_text


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Trường không thu học phí.", "Trường miễn học phí cho học sinh.", True, id="not charged, free"
        ),
        pytest.param("Ủy ban không đồng ý tăng giá.", "Ủy ban bác đề nghị tăng giá.", True, id="refused"),
        pytest.param(
            "Hanoi has not banned motorbikes.", "Hanoi has yet to ban motorbikes.", True, id="not yet"
        ),
        pytest.param(
            "The ministry denied the report.", "The ministry said the report was not true.", True, id="denied"
        ),
        pytest.param("Hãng xe lỗ trong quý I.", "Hãng xe không có lãi trong quý I.", True, id="no profit"),
        pytest.param("Hãng xe lỗ trong quý I.", "Hãng xe có lãi trong quý I.", False, id="profit"),
        pytest.param("Trường không thu học phí.", "Trường thu học phí của học sinh.", False, id="charged"),
        pytest.param("Ủy ban đồng ý tăng giá.", "Ủy ban bác đề nghị tăng giá.", False, id="agreed"),
        pytest.param(
            "Trường không thu học phí 5 triệu đồng.",
            "Trường miễn học phí 8 triệu đồng.",
            False,
            id="a figure differs besides",
        ),
        pytest.param("Trường xây mới.", "Trường xây mới.", False, id="no difference"),
    ],
)
def test_a_denial_is_no_contradiction_of_what_comes_to_the_same(
    claim: str, passage: str, expected: bool
) -> None:
    assert is_said_alike(claim, passage, differences(claim, passage)) is expected


def test_what_is_denied_in_other_words_raises_no_alert(models: Models) -> None:
    claim, passage = "Ủy ban không đồng ý tăng giá vé.", "Ủy ban bác đề nghị tăng giá vé của công ty."
    assert models.verifier.assess(claim, [passage]).label != "contradicted"


RATE = "Tỷ lệ thất nghiệp của tỉnh là 2,1 % trong quý III năm 2026."
PASSED = "Tỷ lệ đỗ tốt nghiệp của tỉnh đạt 98 %."


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param("Tỷ lệ thất nghiệp của tỉnh không phải là 4,1 %.", RATE, True, id="not another figure"),
        pytest.param("Tỷ lệ thất nghiệp của tỉnh không phải là 2,1 %.", RATE, False, id="not the true one"),
        pytest.param("Tỷ lệ thất nghiệp của tỉnh là 4,1 %.", RATE, False, id="nothing denied"),
        pytest.param(
            "Không phải 2,1 mà 4,1 % lao động thất nghiệp.", RATE, False, id="one denied, one asserted"
        ),
        pytest.param(
            "Cầu dài 460 m, không có làn xe đạp.", "Cầu dài 640 m.", False, id="another clause denies"
        ),
        pytest.param(
            "Cầu không thông xe ngày 12/9/2026.",
            "Cầu thông xe ngày 2/9/2026. Tháng 9/2026 trời mưa.",
            True,
            id="a day, where the month is named",
        ),
        pytest.param(
            "Ngày 12/9, cầu không thông xe.", "Ngày 2/9, cầu thông xe.", True, id="a day named first"
        ),
        pytest.param("Tỷ lệ đỗ tốt nghiệp của tỉnh không đạt 90 %.", PASSED, False, id="so far it did come"),
        pytest.param("Tỷ lệ đỗ tốt nghiệp của tỉnh không đạt 99 %.", PASSED, True, id="so far it did not"),
        pytest.param(
            "Nhà thầu không làm xong cầu trong 24 tháng.",
            "Nhà thầu làm xong cầu trong 18 tháng.",
            False,
            id="within the time it was done",
        ),
        pytest.param(
            "Tỉnh không có 3 ca mắc sởi.", "Tỉnh không có 5 ca mắc sởi.", False, id="the passage denies too"
        ),
        pytest.param("Giá gạo không tăng.", "Giá gạo giảm.", True, id="not the opposite"),
        pytest.param("Giá gạo không tăng.", "Giá gạo tăng.", False, id="not what is so"),
        pytest.param("Hồ không cạn năm 2020.", "Hồ có cá.", False, id="no such figure there"),
        pytest.param(
            "The flood did not peak at 9.4 metres.", "The flood peaked at 6.4 metres.", True, id="English"
        ),
        pytest.param(
            "The flood did not peak at 6.4 metres.",
            "The flood peaked at 6.4 metres.",
            False,
            id="English, so",
        ),
    ],
)
def test_who_denies_what_the_record_does_not_say_contradicts_nothing(
    claim: str, passage: str, expected: bool
) -> None:
    alignment = align(read_text(claim), read_text(passage))
    assert denies_what_is_not_said(alignment, passage, differences_of(alignment)) is expected


def test_what_other_chosen_evidence_says_is_not_denied_in_agreement() -> None:
    claim, passage = "Tỷ lệ thất nghiệp của tỉnh không phải là 4,1 %.", RATE
    alignment = align(read_text(claim), read_text(passage))
    evidence = f"{passage}\nTỷ lệ thất nghiệp là 4,1 %."
    assert not denies_what_is_not_said(alignment, evidence, differences_of(alignment))


@pytest.mark.parametrize(
    ("passage", "expected"),
    [("Nhà máy cấp nước cho xã.", True), ("Nhà máy không cấp nước cho xã.", False)],
)
def test_two_denials_that_come_to_none_contradict_only_one(passage: str, expected: bool) -> None:
    claim = "Nhà máy không phải là không cấp nước cho xã."
    alignment = align(read_text(claim), read_text(passage))
    assert is_denied_twice(alignment, differences_of(alignment)) is expected


def test_a_denial_that_agrees_with_the_record_raises_no_alert_and_is_no_support(models: Models) -> None:
    verdict = models.verifier.assess("Tỷ lệ thất nghiệp của tỉnh không phải là 4,1 %.", [RATE])
    assert (verdict.label, verdict.set_aside) == ("not_enough_evidence", "denied")
    assert models.verifier.assess("Tỷ lệ thất nghiệp của tỉnh không phải là 2,1 %.", [RATE]).alert_worthy
