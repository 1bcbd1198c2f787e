"""`dinhchinh desk` as a person runs it: who is on duty, when a desk works, and what is wrong in one line."""

from pathlib import Path

import pytest

from tests.test_command import Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    assert terminal("user", "add", "chi@desk.example", "Chi", "--desk", "trung-uong").returncode == 0
    return terminal


def test_coverage_lists_desks_until_somebody_is_on_duty_for_good(terminal: Terminal) -> None:
    assert "on duty: nobody" in terminal("desk", "coverage").stdout
    assert terminal("desk", "duty", "trung-uong", "chi@desk.example", "--hours", "8").returncode == 0
    assert "on duty: Chi\tuncovered from" in terminal("desk", "coverage").stdout
    again = terminal("desk", "duty", "trung-uong", "chi@desk.example")
    assert (again.returncode, "on duty at this desk already" in again.stderr) == (1, True)
    assert terminal("user", "add", "lan@desk.example", "Lan", "--desk", "trung-uong").returncode == 0
    assert terminal("desk", "duty", "trung-uong", "lan@desk.example").returncode == 0
    assert terminal("desk", "coverage").stdout == ""


def test_hours_and_days_are_set(terminal: Terminal) -> None:
    hours = terminal("desk", "hours", "trung-uong", "mon-sat 08:00-12:00", "--holidays", "none")
    assert hours.stdout.strip() == (
        "trung-uong works mon-sat 08:00-12:00, Asia/Ho_Chi_Minh, holidays of no country"
    )
    assert "not worked at 1 desks" in terminal("desk", "day", "2027-02-15", "Tết swap").stdout
    worked = terminal("desk", "day", "2027-02-20", "Swapped", "--worked", "--desk", "trung-uong")
    assert "is worked" in worked.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hours", "trung-uong", "all day"], "hours: "),
        (["hours", "trung-uong", "always", "--time-zone", "Mars/Olympus"], "no time zone"),
        (["hours", "nowhere", "always"], "there is no desk"),
        (["day", "soon", "x"], "is not a day"),
        (["duty", "trung-uong", "nobody@x.vn"], "there is no account"),
    ],
)
def test_what_cannot_be_understood_is_one_line(terminal: Terminal, arguments: list[str], said: str) -> None:
    result = terminal("desk", *arguments)
    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
