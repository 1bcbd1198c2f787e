"""What the verifier learns from and is measured on: nothing is on both sides."""

import json
from pathlib import Path

import pytest

from classify.training.evidence import without_own_story
from classify.training.rows import lot
from classify.training.tables import held_out_tables, training_tables, word_weights

ARTICLES = {
    "train": (
        "https://a.example/cau",
        "Cầu Cửa Hội dài 1.728 mét. Cầu nối hai tỉnh. Cầu khánh thành năm 2021.",
    ),
    "dev": (
        "https://a.example/gao",
        "Gạo xuất khẩu đạt 7,1 triệu tấn. Giá gạo tăng. Số điện thoại 0912345678.",
    ),
}


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for split, (url, text) in ARTICLES.items():
        rows = [{"claim": text.split(". ")[0], "evidence": text, "label": "SUPPORTED", "url": url}]
        # A claim whose article is not in the library has only the annotators' evidence.
        rows.append({"claim": "Không có bài.", "evidence": "…", "label": "NEI", "url": "https://b.example/"})
        write(tmp_path / "vifactcheck" / f"{split}.jsonl", rows)
    write(
        tmp_path / "vifactcheck" / "contexts.jsonl",
        [{"url": url, "context": text} for url, text in ARTICLES.values()],
    )
    english = [
        {"claim": f"Claim {n} is about the river.", "evidence": f"The river {n} is long.", "label": "REFUTED"}
        for n in range(40)
    ]
    write(tmp_path / "fever" / "shared_task_dev_oracle_2way.jsonl", english)
    write(tmp_path / "fever" / "paper_dev_claims.jsonl", [{"claim": "The river 3 is deep.", "label": "NEI"}])
    return tmp_path


def test_training_never_retrieves_from_an_article_of_the_dev_split(data: Path) -> None:
    tables = training_tables(data)
    (pair,) = tables["retrieved"].pairs
    assert pair[1]
    assert not any("Gạo" in passage for _, passages in tables["retrieved"].pairs for passage in passages)
    assert [len(tables[name].truth) for name in ("gold", "retrieved", "unknown")] == [2, 1, 1]


def test_a_claim_meets_a_library_that_lacks_its_story_however_often_it_was_told() -> None:
    bridge = (
        "Cầu Cửa Hội dài 1.728 mét nối Nghệ An với Hà Tĩnh. Cầu khánh thành năm 2021 sau ba năm xây dựng."
    )
    articles = {
        "https://a.example/cau": [bridge],
        "https://b.example/cau": [f"{bridge} Lễ khánh thành có 300 đại biểu."],
        "https://a.example/gao": [
            "Cầu về gạo tăng. Gạo xuất khẩu đạt 7,1 triệu tấn trong năm 2021, giá tăng 12 %."
        ],
    }
    row = {"claim": "Cầu Cửa Hội dài 900 mét và khánh thành năm 2021.", "url": "https://a.example/cau"}
    assert without_own_story([row], articles) == [(row["claim"], articles["https://a.example/gao"])]


def test_claims_without_a_record_are_never_learned_from_as_contradicted(data: Path) -> None:
    tables = {**training_tables(data), **held_out_tables(data)}
    for name in ("absent", "absent, twice as many", "dev, absent"):
        assert set(tables[name].truth) <= {2}


def test_dev_claims_meet_the_whole_library_as_in_use(data: Path) -> None:
    (pair,) = held_out_tables(data)["dev, retrieved"].pairs
    assert pair[0].startswith("Gạo")
    assert any("7,1 triệu tấn" in passage for passage in pair[1])


def test_the_tenth_of_the_english_claims_that_is_held_out_is_never_trained_on(data: Path) -> None:
    trained = {claim for claim, _ in training_tables(data)["oracle"].pairs}
    held = {claim for claim, _ in held_out_tables(data)["fever held-out tenth"].pairs}
    assert held
    assert trained.isdisjoint(held)
    assert all(lot(claim, 10) == 0 for claim in held)
    assert len(trained) + len(held) == 40


def test_weights_of_words_hold_no_telephone_number(data: Path) -> None:
    table = held_out_tables(data)["dev, gold"]
    weights, unknown = word_weights([table, table])
    assert "gạo" in weights
    assert "0912345678" not in weights
    assert all(weight < unknown for weight in weights.values())
