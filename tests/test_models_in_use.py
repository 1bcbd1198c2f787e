"""Choosing which weights judge: by command, while the service runs, and what happens when they are broken."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from classify.encoder import WEIGHTS
from classify.errors import WeightsError
from classify.manifest import read_manifest
from classify.store import change_weights
from dinhchinh import pipeline
from dinhchinh.cli.setup import initialise
from dinhchinh.home import now, open_database
from dinhchinh.judging import open_store
from dinhchinh.settings import load_settings
from dinhchinh.wiring import open_house
from models import Assessment, WeightsChange, WeightsInUse, writing
from tests.classify.weights import copy_weights
from tests.house import OpenHouse, opened_house
from tests.test_command import Terminal

SHIPPED = read_manifest(WEIGHTS).version


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OpenHouse]:
    with opened_house(tmp_path / "home", networks="127.0.0.0/8") as house:
        yield house


def listed(terminal: Terminal) -> dict[str, tuple[str, str]]:
    """Version to (in use, where)."""
    rows = [line.split("\t") for line in terminal("models", "list").stdout.splitlines()]
    return {row[0]: (row[1], row[2]) for row in rows}


def test_the_shipped_weights_are_in_use_until_others_are_promoted_and_again_after_a_step_back(
    terminal: Terminal,
) -> None:
    version = copy_weights(terminal.home / "models" / "new", word="một")
    assert listed(terminal) == {SHIPPED: ("yes", "shipped"), version: ("", "local")}
    promoted = terminal("models", "promote", version)
    assert promoted.returncode == 0, promoted.stderr
    lines = promoted.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == [
        "ok    leakage, blind",
        "ok    leakage, sentences",
    ]
    assert all(" → " in line for line in lines[:-1])
    assert listed(terminal)[version][0].startswith("yes, since ")
    assert terminal("models", "promote", version).stdout.endswith("in use already\n")
    entries = [json.loads(line) for line in terminal("audit", "export").stdout.splitlines()]
    assert [entry["object_id"] for entry in entries if entry["action"] == "weights.promoted"] == [version]
    assert terminal("models", "rollback").returncode == 0
    assert listed(terminal)[SHIPPED][0].startswith("yes")
    again = terminal("models", "rollback")
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)


def test_weights_that_let_opinion_through_are_refused_and_nothing_changes(terminal: Terminal) -> None:
    leaky = copy_weights(
        terminal.home / "models" / "leaky", word="hai", thresholds=dict.fromkeys(("vi", "en", "spoken"), 0.0)
    )
    refused = terminal("models", "promote", leaky)
    assert refused.returncode == 1
    assert refused.stdout.startswith("WORSE leakage, blind: ")
    assert "\nWORSE leakage, sentences: " in refused.stdout
    assert "not promoted: leakage" in refused.stderr
    assert listed(terminal)[SHIPPED][0] == "yes"


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        pytest.param(["models", "promote", "1-none"], {}, "no weights 1-none", id="an unknown version"),
        pytest.param(["models", "rollback"], {}, "nothing to go back to", id="nothing was promoted"),
        pytest.param(
            ["models", "promote", SHIPPED],
            {"DINHCHINH_WEIGHTS": str(WEIGHTS)},
            "unset it",
            id="a setting decides",
        ),
        pytest.param(
            ["train", "verify", "--feedback", "--data", "."],
            {},
            "nothing was learned: 0 decisions",
            id="too few",
        ),
        pytest.param(
            ["train", "encoder", "--feedback", "--data", "."],
            {},
            "not the encoder",
            id="not what decisions teach",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    terminal: Terminal, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    result = terminal(*arguments, **environment)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert said in result.stderr


def test_broken_weights_stop_every_start_until_a_step_back(terminal: Terminal) -> None:
    folder = terminal.home / "models" / "new"
    version = copy_weights(folder, word="ba")
    settings = load_settings({"DINHCHINH_HOME": str(terminal.home)})
    with open_database(settings) as database, writing(database.sessions) as session:
        change_weights(session, open_store(settings).find(version), WeightsChange.PROMOTED, now=now())
    (folder / "verify" / "words.json").write_text("{}", encoding="utf-8")
    for arguments in (
        ["check", "Năm 2024 Việt Nam xuất khẩu 9 triệu tấn gạo."],
        ["models", "promote", SHIPPED],
    ):
        stopped = terminal(*arguments)
        assert (stopped.returncode, stopped.stdout) == (2, "")
        assert "SHA-256" in stopped.stderr
    assert terminal("models", "rollback").returncode == 0
    assert listed(terminal)[SHIPPED][0].startswith("yes, since ")


def test_weights_in_use_that_are_gone_are_not_replaced_in_silence(tmp_path: Path) -> None:
    settings = load_settings({"DINHCHINH_HOME": str(tmp_path)})
    initialise(settings)
    with open_database(settings) as database:
        with writing(database.sessions) as session:
            session.add(
                WeightsInUse(since=now(), version="1-gone", change=WeightsChange.PROMOTED, comparisons=[])
            )
        with pytest.raises(WeightsError, match=r"1-gone.*rollback"), open_house(settings, database):
            pass


def promote(office: OpenHouse, version: str) -> None:
    with writing(office.house.sessions) as session:
        chosen = open_store(office.settings).find(version)
        change_weights(session, chosen, WeightsChange.PROMOTED, now=now())


def test_a_running_service_follows_a_promotion_and_rewrites_nothing(office: OpenHouse) -> None:
    judging = office.house.judging
    before = judging.current
    version = copy_weights(office.settings.home / "models" / "new", word="bốn")
    promote(office, version)
    assert judging.current is before
    pipeline.judge(office.house)
    after = judging.current
    assert (before.models.version, after.models.version) == (SHIPPED, version)
    assert after.models.verifier.model == version
    # The same encoder made both, so the library that is in memory stays.
    assert after.library is before.library
    pipeline.judge(office.house)
    assert judging.current is after
    with office.house.sessions() as session:
        assert set(session.scalars(select(Assessment.model))) <= {SHIPPED}


def test_a_running_service_keeps_judging_when_promoted_weights_are_broken(
    office: OpenHouse, caplog: pytest.LogCaptureFixture
) -> None:
    folder = office.settings.home / "models" / "new"
    version = copy_weights(folder, word="năm")
    promote(office, version)
    kept = (folder / "verify" / "words.json").read_bytes()
    (folder / "verify" / "words.json").write_bytes(b"{}")
    with caplog.at_level(logging.ERROR, logger="dinhchinh.judging"):
        for _ in range(2):
            assert office.house.judging.follow().models.version == SHIPPED
    assert ["SHA-256" in entry.message for entry in caplog.records] == [True]
    (folder / "verify" / "words.json").write_bytes(kept)
    assert office.house.judging.follow().models.version == version
