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
    assert [one.passage_id for one in weighed if one.verdict.label != "not_enough_evidence"] == [record]


def test_a_figure_in_one_language_is_held_against_a_record_in_another(
    sessions: Sessions, shipped: Models, tmp_path: Path
) -> None:
    office = Office.found(sessions)
    record = office.file_passage(
        "Hồ Khe Sến có dung tích 36 triệu m3, tưới cho 2.400 ha đất nông nghiệp.",
        "Cục Hạ tầng",
        PublisherKind.OFFICIAL,
    ).id
    library = Library(tmp_path, shipped.encoder)
    said = "The Khe Sen reservoir holds 63 million m3 and waters 2,400 ha of farmland."
    with sessions() as session:
        (weighed,) = weigh_statements(session, [said], library=library, verifier=shipped.verifier)
    contradicted = [one.passage_id for one in weighed if one.verdict.label == "contradicted"]
    assert contradicted == [record]
