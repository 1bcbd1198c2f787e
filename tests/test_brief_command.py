"""`dinhchinh brief draft`: the first text of quotations from the terminal, under somebody's name."""

from pathlib import Path

import pytest

from models import Sessions, open_engine, open_sessions
from tests.alerts.office import CLAIM, RECORD, Office
from tests.test_command import Terminal, terminal

__all__ = ["terminal"]


@pytest.fixture
def office(terminal: Terminal, tmp_path: Path) -> Office:
    sessions: Sessions = open_sessions(open_engine(f"sqlite:///{tmp_path}/home/dinhchinh.db"))
    return Office.found(sessions)


def test_an_alert_is_answered_with_a_first_draft(terminal: Terminal, office: Office) -> None:
    alert = office.respond(office.raise_alert())
    made = terminal("brief", "draft", "--alert", str(alert.id), "--by", "officer@desk.example")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("brief 1, vi version 1: Headline")
    assert f"fact        “{RECORD}” — Tổng cục Thống kê, 18/11/2026" in made.stdout
    assert f"claim       “{CLAIM}” — Báo A, 18/11/2026" in made.stdout
    assert f"[passage {office.passages[0].id} https://" in made.stdout
    again = terminal(
        "brief", "draft", "--alert", str(alert.id), "--by", "officer@desk.example", "--language", "en"
    )
    assert again.stdout.startswith("brief 1, en version 1: ")


def test_a_fact_sheet_is_drafted_from_named_passages(terminal: Terminal, office: Office) -> None:
    passage = str(office.passages[1].id)
    asked = ("brief", "draft", "--subject", "economy_and_statistics", "--by", "officer@desk.example")
    assert "fact        “Exports in October" in terminal(*asked, "--passage", passage).stdout
    refused = terminal(*asked)
    assert (refused.returncode, refused.stderr) == (
        1,
        "error: passage_ids: a fact sheet answers no claim: name the passages to draft it from\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--by", "nobody@x.vn", "--alert", "1"], "no account", id="unknown account"),
        pytest.param(["--by", "officer@desk.example"], "either --alert or --subject", id="nothing to answer"),
        pytest.param(["--by", "officer@desk.example", "--alert", "99"], "no alert 99", id="no such alert"),
        pytest.param(
            ["--by", "analyst@desk.example", "--subject", "health", "--passage", "1"],
            "may not write a brief",
            id="a role that writes no briefs",
        ),
    ],
)
def test_what_cannot_be_drafted_is_one_line(
    terminal: Terminal, office: Office, arguments: list[str], said: str
) -> None:
    refused = terminal("brief", "draft", *arguments)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
