"""The model card says what it must, from the manifest alone."""

from pathlib import Path

import pytest

from classify.encoder import WEIGHTS
from classify.manifest import digest_of, note, read_manifest
from classify.training.card import write_card
from classify.training.rows import seal_data
from tests.classify.weights import copy_weights

FROZEN = {
    "figures": {"leakage, sentences": 0.0072, "frozen claims, expected calibration error": 0.1515},
    "reliability": [{"confidence": 0.94, "right": 0.83, "rows": 29.0}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_weights(tmp_path / "weights")
    note(tmp_path / "weights", frozen=FROZEN)
    return tmp_path / "weights"


def card_of(folder: Path) -> str:
    write_card(folder)
    return (folder / "README.md").read_text(encoding="utf-8")


def test_the_card_covers_use_limits_data_licences_figures_and_digests(folder: Path) -> None:
    card = card_of(folder)
    for heading in ("Intended use", "What it must not be used for", "Limits", "On the frozen sets", "Files"):
        assert f"## {heading}" in card
    manifest = read_manifest(folder)
    for part in ("encoder", "claims", "verify"):
        section = manifest.part(part)
        assert all(digest in card for digest in section["files"].values())
        assert all(source["name"] in card and source["licence"] in card for source in section["data"])
    assert "leakage, sentences: 0.0072" in card
    assert "0.94          0.83    29" in card


def test_the_shipped_card_is_what_its_manifest_says(folder: Path) -> None:
    for file in ("manifest.json", "README.md"):
        (folder / file).write_bytes((WEIGHTS / file).read_bytes())
    assert card_of(folder) == (WEIGHTS / "README.md").read_text(encoding="utf-8")


def test_the_card_of_a_desks_own_weights_says_whose_they_are(folder: Path) -> None:
    assert "not to be passed on" not in card_of(folder)
    version = read_manifest(folder).version
    origin = {"learned_at": "2026-11-26T08:00:00+00:00", "learned_from": "1-abc", "decisions": {"verify": 61}}
    note(folder, origin=origin)
    card = card_of(folder)
    assert "not to be passed on" in card
    assert "61 for verify" in card
    assert read_manifest(folder).version == version


def test_data_is_named_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}")
    sealed = seal_data(tmp_path, [{"name": "Rows", "file": "rows.jsonl"}, {"name": "Ours"}])
    assert [one.get("sha256") for one in sealed] == [digest_of(tmp_path / "rows.jsonl"), None]
