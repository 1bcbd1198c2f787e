"""Lakes, bridges and schools by their names, and whether a passage is of another one."""

import pytest

from classify.alignment import align
from classify.bearers import find_bearers
from classify.context import another_bearer, another_thing
from classify.reading import read_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Hồ Khe Sến cạn.", [("hồ", "khe sen")], id="it opens a sentence"),
        pytest.param("Nước hồ chứa Khe-Sến dâng.", [("hồ", "khe sen")], id="a hyphen"),
        pytest.param("Trường Tiểu học Kim Đồng mở.", [("trường", "dong kim tieu")], id="a small word inside"),
        pytest.param("Lake Khe Sen is full.", [("hồ", "khe sen")], id="English, the name after"),
        pytest.param("The Van Kieu bridge is open.", [("cầu", "kieu van")], id="English, the name before"),
        pytest.param("TP Hồ Chí Minh đông dân.", [], id="part of a name"),
        pytest.param("Thành phố Lam Kiều, thị trường Nhật Bản.", [], id="words that end alike"),
        pytest.param("Cầu dài 5 km.", [], id="no name"),
    ],
)
def test_a_thing_that_stands_in_one_place_bears_a_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.what, " ".join(sorted(one.name))) for one in find_bearers(read_text(text))] == expected


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        pytest.param(
            "Hồ Khe Lau chứa 63 triệu m3.",
            "Hồ Khe Sến an toàn, mực nước 41 m. Hồ Khe Sến chứa 36 triệu m3.",
            True,
            id="another lake with half its name",
        ),
        pytest.param(
            "Cầu Phú Lãng dài 900 m.",
            "Cầu Vân Kiều bắc qua sông Thanh. Cầu dài 1.240 m.",
            True,
            id="named a sentence before",
        ),
        pytest.param(
            "Cầu Phú Lãng thông xe ngày 12/9.", "Cầu Vân Kiều thông xe ngày 2/9.", True, id="a date differs"
        ),
        pytest.param("Ho Khe Sen chứa 63 triệu m3.", "Hồ Khe Sến chứa 36 triệu m3.", False, id="no marks"),
        pytest.param(
            "Trường THCS Lý Tự Trọng có 38 lớp.", "Trường Lý Tự Trọng có 24 lớp.", False, id="a longer name"
        ),
        pytest.param(
            "Cầu Vân Kiều nối đường Lê Lợi dài 2.140 m.",
            "Cầu Vân Kiều dài 1.240 m, nối đường Trần Phú.",
            False,
            id="the same bridge to another road",
        ),
        pytest.param("Cầu Phú Lãng dài 900 m.", "Cầu dài 1.240 m.", False, id="the passage has no name"),
        pytest.param("Cầu Phú Lãng dài 900 m.", "Cầu Vân Kiều dài 900 m.", False, id="the name alone"),
    ],
)
def test_a_passage_on_another_lake_or_bridge_contradicts_nothing(
    claim: str, passage: str, expected: bool
) -> None:
    alignment = align(read_text(claim), read_text(passage))
    assert another_bearer(alignment) is expected
    assert another_thing(alignment) is expected
