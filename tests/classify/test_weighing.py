"""Each passage is judged alone against each sentence, so that one that says otherwise is not outvoted."""

from pathlib import Path

import pytest

from classify.library import Library
from classify.models import Models, load_models
from classify.weighing import weigh_statements
from models import PublisherKind, Sessions
from tests.alerts.office import Office

FOR = "Năm 2024 cả nước xuất khẩu 9,18 triệu tấn gạo."
AGAINST = "Năm 2024 cả nước xuất khẩu 12 triệu tấn gạo."


@pytest.fixture(scope="module")
def shipped() -> Models:
    return load_models()


def test_one_passage_bears_a_sentence_out_and_another_contradicts_it(
    sessions: Sessions, shipped: Models, tmp_path: Path
) -> None:
    office = Office.found(sessions)
    record, other = (
        office.file_passage(text, "Cục Thống kê", PublisherKind.OFFICIAL).id for text in (FOR, AGAINST)
    )
    library = Library(tmp_path, shipped.encoder)
    with sessions() as session:
        text = f"Xem bảng. {FOR}"
        nothing, weighed = weigh_statements(session, ["…", text], library=library, verifier=shipped.verifier)
    assert nothing == []
    labels = {one.passage_id: one.verdict.label for one in weighed if one.statement == FOR}
    assert labels[record] == "supported"
    assert labels[other] == "contradicted"


def test_a_passage_about_another_matter_neither_bears_out_nor_contradicts(
    sessions: Sessions, shipped: Models, tmp_path: Path
) -> None:
    office = Office.found(sessions)
    record = office.file_passage(FOR, "Cục Thống kê", PublisherKind.OFFICIAL).id
    office.file_passage(
        "Vốn đầu tư công giải ngân đến hết tháng 9 năm 2024 đạt 3.410 tỷ đồng, bằng 62 % kế hoạch năm.",
        "Sở Tài chính",
        PublisherKind.OFFICIAL,
    )
    library = Library(tmp_path, shipped.encoder)
    with sessions() as session:
        (weighed,) = weigh_statements(session, [FOR], library=library, verifier=shipped.verifier)
    assert [one.passage_id for one in weighed] == [record]
