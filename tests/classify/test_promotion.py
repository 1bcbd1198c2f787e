"""What may be promoted: a table of figures, old and new; and the frozen sets that they are measured on."""

import json
from collections import Counter
from pathlib import Path

import pytest

from classify.errors import TrainingDataError
from classify.frozen import FROZEN, read_frozen
from classify.models import Models
from classify.promotion import GATES, LEAKAGE, compare, measure, refusals

OLD = {
    f"{LEAKAGE}, sentences": 0.01,
    "held-out sentences, macro F1": 0.86,
    "frozen claims, macro F1": 0.58,
    "frozen claims, expected calibration error": 0.10,
    "frozen claims, precision of alerts": 0.80,
}


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        pytest.param({}, None, id="the same"),
        pytest.param({f"{LEAKAGE}, sentences": 0.0}, None, id="less opinion leaks"),
        pytest.param({f"{LEAKAGE}, sentences": 0.0101}, "leakage", id="leakage has no slack"),
        pytest.param({"held-out sentences, macro F1": 0.90}, None, id="better at sentences"),
        pytest.param({"held-out sentences, macro F1": 0.851}, None, id="within the slack"),
        pytest.param({"held-out sentences, macro F1": 0.849}, "held-out", id="beyond the slack"),
        pytest.param({"frozen claims, macro F1": 0.50}, "frozen claims, macro", id="worse at claims"),
        pytest.param(
            {"frozen claims, expected calibration error": 0.13}, "calibration", id="worse calibrated"
        ),
        pytest.param({"frozen claims, expected calibration error": 0.02}, None, id="better calibrated"),
        pytest.param({"frozen claims, precision of alerts": 0.76}, "precision", id="alerts less precise"),
        pytest.param({"frozen claims, precision of alerts": 0.78}, None, id="one alert less is chance"),
        pytest.param({"frozen claims, precision of alerts": 0.0}, "precision", id="no alert at all"),
    ],
)
def test_weights_are_refused_for_what_they_do_worse(changed: dict[str, float], refused: str | None) -> None:
    reasons = refusals(compare(OLD, OLD | changed))
    assert len(reasons) == (refused is not None)
    assert refused is None or refused in reasons[0]


def test_a_precision_above_the_stated_one_is_not_worse_than_a_perfect_one() -> None:
    old = OLD | {"frozen claims, precision of alerts": 1.0}
    assert refusals(compare(old, old | {"frozen claims, precision of alerts": 0.96})) == []
    assert len(refusals(compare(old, old | {"frozen claims, precision of alerts": 0.94}))) == 1


def test_leakage_is_compared_first_and_for_each_set_of_opinions() -> None:
    figures = OLD | {f"{LEAKAGE}, second": 0.0}
    compared = compare(figures, figures | {f"{LEAKAGE}, second": 0.02, "frozen claims, macro F1": 0.9})
    assert [one.name for one in compared[:2]] == ["leakage, sentences", "leakage, second"]
    assert [one.passed for one in compared[:2]] == [True, False]


def test_the_shipped_weights_have_every_figure(models: Models) -> None:
    figures = measure(models, read_frozen())
    leakages = {f"{LEAKAGE}, {file.stem}" for file in (FROZEN / "opinion").glob("*.jsonl")}
    assert set(figures) == leakages | {gate.name for gate in GATES}
    assert all(0.0 <= value <= 1.0 for value in figures.values())
    assert refusals(compare(figures, figures)) == []


def test_the_frozen_claims_are_ours_of_several_genres_and_read_twice() -> None:
    rows = [
        json.loads(line)
        for file in (FROZEN / "verification").glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    vietnamese = [row for row in rows if row["language"] == "vi"]
    assert len(vietnamese) >= 120
    assert len({row["genre"] for row in vietnamese}) >= 8
    assert min(Counter(row["label"] for row in vietnamese).values()) >= 30
    assert len({(row["claim"], row["evidence"]) for row in rows}) == len(rows)
    assert len(read_frozen().claims) == sum(row["label"] == row["second"] for row in rows)


def test_every_file_of_the_folder_is_a_gate(tmp_path: Path) -> None:
    for name in ("opinion/a", "opinion/b", "verification/c"):
        file = tmp_path / f"{name}.jsonl"
        file.parent.mkdir(exist_ok=True)
        row = {"text": "Thật đáng buồn.", "claim": "A", "evidence": "B", "label": "supported"}
        file.write_text(json.dumps(row), encoding="utf-8")
    frozen = read_frozen(tmp_path)
    assert list(frozen.opinions) == ["a", "b"]
    assert frozen.opinions["a"][0]["label"] == 0
    assert len(frozen.claims) == 1


def test_without_a_frozen_set_nothing_can_be_measured(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no frozen set"):
        read_frozen(tmp_path)
