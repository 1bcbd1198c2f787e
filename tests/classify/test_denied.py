"""What a text takes back, and what only looks like it."""

import pytest

from classify.denied import find_affirmed, find_denials


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        pytest.param("Hồ không có dung tích 63 triệu m3.", ["có dung tích 63 triệu m3"], id="không"),
        pytest.param("Mức phạt chưa bao giờ là 8 triệu đồng.", ["bao giờ là 8 triệu đồng"], id="chưa"),
        pytest.param("Nông dân đâu có thu 95 tạ.", ["có thu 95 tạ"], id="đâu có"),
        pytest.param("Không có chuyện học phí lên 9 triệu.", ["học phí lên 9 triệu"], id="không có chuyện"),
        pytest.param("Sở bác bỏ thông tin có 512 ca.", ["thông tin có 512 ca"], id="bác bỏ"),
        pytest.param(
            "Tin nói đập cao 98 m là sai sự thật.", ["Tin nói đập cao 98 m"], id="false, said after"
        ),
        pytest.param("18.000 đồng không phải là giá vé.", ["18.000 đồng"], id="what it is not, said before"),
        pytest.param("Không phải 40 mà chỉ 14 xã ngập.", ["phải 40"], id="not this but that"),
        pytest.param("The port never handled 90 tonnes.", ["handled 90 tonnes"], id="never"),
        pytest.param("The dam doesn't hold 75 million m3.", ["hold 75 million m3"], id="n't"),
        pytest.param("They rejected claims that 300 died.", ["claims that 300 died"], id="rejected claims"),
        pytest.param("Reports that 60 died are false.", ["Reports that 60 died"], id="English, said after"),
        pytest.param("Cầu không thông xe cho đến ngày 12/9.", ["thông xe"], id="not until"),
        pytest.param("Nhà máy không hoạt động vì lỗ 30 tỷ.", ["hoạt động"], id="a reason"),
        pytest.param(
            "Không có thiệt hại trong 63 vụ sạt lở.", ["có thiệt hại"], id="where something is not there"
        ),
        pytest.param("Không chỉ 14 mà 41 xã ngập.", [], id="not only"),
        pytest.param("Nhà máy không ngừng cấp 60 m3.", [], id="without pause"),
        pytest.param("Không may, có 31 người chết.", [], id="unfortunately"),
        pytest.param("Vốn không dưới 90 tỷ, không quá 200 tỷ.", [], id="bounds"),
        pytest.param("Không ai bị thương trong 63 vụ.", [], id="nobody"),
        pytest.param("Huyện không làm bị thương ai trong 63 vụ.", [], id="nobody, said after"),
        pytest.param("Hãng hàng không chở 9 triệu khách.", [], id="an airline"),
        pytest.param("Ngân hàng không lãi 9 tỷ.", ["lãi 9 tỷ"], id="a bank, not an airline"),
        pytest.param("Tiền gửi không kỳ hạn lãi 5 %.", [], id="a kind of thing"),
        pytest.param("Tòa bác bỏ kháng cáo của 14 bị cáo.", [], id="an appeal"),
        pytest.param("Không phải là không có 41 xã ngập.", [], id="two that come to none"),
        pytest.param("Nobody denies that it is 2.4 km long.", [], id="English, two that come to none"),
    ],
)
def test_a_denial_takes_back_its_clause(text: str, taken_back: list[str]) -> None:
    assert [one.scope.of(text).strip() for one in find_denials(text)] == taken_back


@pytest.mark.parametrize(
    ("text", "affirmed"),
    [
        ("Nhà máy không phải là không cấp nước.", ["không phải là không"]),
        ("Không thể phủ nhận rằng giá đã tăng.", ["Không thể phủ nhận rằng"]),
        ("The bridge never failed to open.", ["never failed to"]),
        ("Nhà máy không cấp nước.", []),
    ],
)
def test_two_denials_may_come_to_none(text: str, affirmed: list[str]) -> None:
    assert [span.of(text) for span in find_affirmed(text)] == affirmed
