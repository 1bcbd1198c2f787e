"""Work spread over processes: the same numbers from one as from two, and no row is judged by what learned its group."""

from pathlib import Path

import numpy as np
import pytest

from classify.encoder import WEIGHTS
from classify.scoring import Scorer, hash_words
from classify.selection import FIRST, SECOND, Selector
from classify.training.describing import AT_ONCE, Described, describe_tables
from classify.training.rows import no_progress
from classify.training.stacking import fit_scorer
from classify.training.tables import Table
from classify.training.workers import spread

ROWS = 90
CLAIM = "Cầu Cửa Hội dài 1.728 mét, có tổng vốn đầu tư 450 tỷ đồng."
SELECTOR = Selector(np.zeros(len(FIRST) + 1), np.zeros(len(SECOND) + 1))
PASSAGES = ["Giải bóng chuyền khai mạc.", "Cầu Cửa Hội dài 1.728 mét. Cầu có tổng vốn đầu tư 950 tỷ đồng."]


def table(pairs: list[tuple[str, list[str]]]) -> Table:
    return Table(pairs, np.arange(len(pairs)) % 3, [f"article {n // 3}" for n in range(len(pairs))], 1.0)


def double(number: int) -> int:
    if number == 13:
        raise ValueError("13 cannot be doubled")
    return 2 * number


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_tasks_and_progress_ends_when_all_is_done(processes: int) -> None:
    seen: list[tuple[str, float]] = []
    tasks = [(n,) for n in range(5)]
    assert spread(
        double, tasks, stage="twice", progress=lambda *told: seen.append(told), processes=processes
    ) == [0, 2, 4, 6, 8]
    assert [done for _, done in seen] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert {stage for stage, _ in seen} == {"twice"}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_task_that_fails_ends_the_work_with_its_own_error(processes: int) -> None:
    with pytest.raises(ValueError, match="13"):
        spread(double, [(12,), (13,)], stage="twice", progress=no_progress, processes=processes)


def test_claims_are_described_alike_in_one_process_and_in_two() -> None:
    tables = {
        "gold": table([(CLAIM, PASSAGES[1:])] * (AT_ONCE + 1)),
        "retrieved": table([(f"{CLAIM} Cầu số {n}.", PASSAGES) for n in range(4)]),
    }
    one, two = (
        describe_tables(
            tables,
            {"cầu": 2.0},
            9.0,
            WEIGHTS / "encoder",
            SELECTOR,
            progress=no_progress,
            processes=processes,
        )
        for processes in (1, 2)
    )
    assert list(one) == ["gold", "retrieved"]
    for name, described in one.items():
        assert described.rows.shape == (len(tables[name].pairs), len(described.names))
        np.testing.assert_array_equal(described.rows, two[name].rows)
        assert (described.bags != two[name].bags).nnz == 0
        assert described.names == two[name].names


def test_another_encoder_in_the_same_folder_gives_other_numbers(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    for file in (WEIGHTS / "encoder").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tables = {"gold": table([("Xe buýt giảm giá vé.", ["Xe buýt bớt giá vé."])])}
    before = describe_tables(tables, {}, 9.0, tmp_path, SELECTOR, progress=no_progress, processes=1)
    arrays = load_file(tmp_path / "model.safetensors")
    save_file({name: array[::-1].copy() for name, array in arrays.items()}, tmp_path / "model.safetensors")
    after = describe_tables(tables, {}, 9.0, tmp_path, SELECTOR, progress=no_progress, processes=1)
    assert np.abs(before["gold"].rows - after["gold"].rows).max() > 0.01


@pytest.fixture(scope="module")
def fitted() -> list[tuple[np.ndarray, Scorer, Described]]:
    """The same rows fitted in one process and in two. The first column and the only word tell the label."""
    rows = table([(f"claim {n}", ["passage"]) for n in range(ROWS)])
    random = np.random.default_rng(3)
    columns = np.column_stack([rows.truth, random.normal(size=(ROWS, 2))]).astype(np.float32)
    described = Described(columns, hash_words([[f"word {k}"] for k in rows.truth]), ["label", "a", "b"])
    return [
        (*fit_scorer([rows], [described], 7, progress=no_progress, processes=processes, members=1), described)
        for processes in (1, 2)
    ]


def test_learners_are_the_same_from_one_process_and_from_two(
    fitted: list[tuple[np.ndarray, Scorer, Described]],
) -> None:
    (one, first, described), (two, second, _) = fitted
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(
        first.score(described.rows, described.bags), second.score(described.rows, described.bags)
    )
    np.testing.assert_array_equal(first.linear, second.linear)


def test_every_row_gets_a_probability_from_learners_that_did_not_see_its_article(
    fitted: list[tuple[np.ndarray, Scorer, Described]],
) -> None:
    unseen, scorer, described = fitted[0]
    np.testing.assert_allclose(unseen.sum(axis=1), 1.0)
    assert (unseen.argmax(axis=1) == np.arange(ROWS) % 3).mean() > 0.9
    assert not np.array_equal(unseen, scorer.score(described.rows, described.bags))
