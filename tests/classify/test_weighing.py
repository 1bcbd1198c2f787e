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
