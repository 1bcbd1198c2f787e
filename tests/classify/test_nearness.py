"""A claim on which the library has nothing is not contradicted by what the library does have."""

from pathlib import Path

import pytest

from classify.assessing import hold_against_library
from classify.library import Library, Query
from classify.models import Models, load_models
from models import PublisherKind, Sessions
from tests.alerts.office import Office

CLAIM = "Tỷ lệ thất nghiệp của lao động trong độ tuổi ở tỉnh Thanh Lam là 4,1 % trong quý III năm 2026."


@pytest.fixture(scope="module")
def shipped() -> Models:
    return load_models()


@pytest.mark.parametrize(
    ("passage", "label"),
    [
        pytest.param(
            "Bến tiếp nhận được tàu có tải trọng đến 50.000 tấn, đón 17 lượt tàu trong tháng khai thác đầu tiên.",
            "not_enough_evidence",
            id="another matter",
        ),
        pytest.param(
            "Tỷ lệ thất nghiệp của lao động trong độ tuổi ở tỉnh Thanh Lam là 2,1 % trong quý III năm 2026.",
            "contradicted",
            id="the same matter",
        ),
    ],
)
def test_only_a_passage_on_the_matter_decides(
    sessions: Sessions, shipped: Models, tmp_path: Path, passage: str, label: str
) -> None:
    Office.found(sessions).file_passage(passage, "Cục Thống kê", PublisherKind.OFFICIAL)
    library = Library(tmp_path, shipped.encoder)
    with sessions() as session:
        [(held, verdict)] = hold_against_library(
            session, [Query(text=CLAIM, limit=10)], library=library, verifier=shipped.verifier
        )
    assert passage in [hit.text for hit, _ in held]
    assert verdict.label == label
    assert verdict.alert_worthy is (label == "contradicted")
