"""The sets of weights that there are, and which of them was in use before."""

from pathlib import Path

import pytest

from classify.encoder import WEIGHTS
from classify.manifest import read_manifest
from classify.store import (
    Store,
    UnknownVersionError,
    change_weights,
    list_earlier,
    read_history,
    version_in_use,
)
from models import Sessions, WeightsChange, WeightsInUse, writing
from tests.classify.library_fakes import NOON
from tests.classify.weights import copy_weights

UP, DOWN = WeightsChange.PROMOTED, WeightsChange.ROLLED_BACK


@pytest.mark.parametrize(
    ("changes", "earlier"),
    [
        pytest.param([], [], id="only the shipped ones were ever in use"),
        pytest.param([("a", UP)], [None], id="one promotion"),
        pytest.param([("a", UP), ("b", UP)], ["a", None], id="two promotions"),
        pytest.param([("a", UP), ("b", UP), ("a", DOWN)], [None], id="a step back is not taken twice"),
        pytest.param([("a", UP), ("b", UP), ("a", UP)], ["b", "a", None], id="an old one again"),
        pytest.param([("a", UP), (None, UP)], ["a", None], id="the shipped ones again"),
        pytest.param([("a", UP), ("b", UP), (None, DOWN)], [], id="two steps back at once"),
    ],
)
def test_what_a_step_back_leads_to(
    changes: list[tuple[str | None, WeightsChange]], earlier: list[str | None]
) -> None:
    rows = [WeightsInUse(since=NOON, version=v, change=change, comparisons=[]) for v, change in changes]
    assert list_earlier(rows) == earlier


def test_the_latest_change_says_what_is_in_use_and_the_shipped_set_has_no_name(
    sessions: Sessions, tmp_path: Path
) -> None:
    version = copy_weights(tmp_path / "a", word="một")
    store = Store(tmp_path)
    with sessions() as session:
        assert version_in_use(session) is None
    with writing(sessions) as session:
        change_weights(session, store.find(version), UP, now=NOON, comparisons=[{"name": "leakage"}])
    with writing(sessions) as session:
        assert version_in_use(session) == version
        change_weights(session, store.find(read_manifest(WEIGHTS).version), DOWN, now=NOON)
    with sessions() as session:
        assert version_in_use(session) is None
        assert [row.comparisons for row in read_history(session)] == [[{"name": "leakage"}], []]


def test_sets_are_found_by_version_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    version = copy_weights(tmp_path / "any-name", word="một")
    (tmp_path / "broken").mkdir()
    (tmp_path / ".learning-1").mkdir()
    store = Store(tmp_path)
    sets, problems = store.list_sets()
    assert [(one.version, one.shipped) for one in sets] == [
        (read_manifest(WEIGHTS).version, True),
        (version, False),
    ]
    assert ["broken" in str(problem) for problem in problems] == [True]
    assert store.find(version).folder == tmp_path / "any-name"
    assert store.find(None).shipped
    with pytest.raises(UnknownVersionError, match="1-none"):
        store.find("1-none")


def test_a_draft_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    with store.draft(store.find(None)) as draft:
        kept = store.keep(draft)
    assert (kept.folder.name, kept.shipped) == (kept.version, False)
    with pytest.raises(RuntimeError), store.draft(store.find(None)):
        raise RuntimeError("training broke off")
    assert [folder.name for folder in store.folder.iterdir()] == [kept.version]
