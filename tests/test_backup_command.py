"""`dinhchinh backup`: a home that can be started from, taken while others write."""

import stat
from pathlib import Path

import pytest

from alerts import audit
from api.accounts import create_desk
from dinhchinh.home import now
from models import open_engine, open_sessions, writing
from tests.postgres import PostgresServer
from tests.test_command import Terminal

WEIGHTS = "models/abc/manifest.json"


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


def test_a_copy_has_what_was_there_and_is_a_home_to_start_from(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("desk", "add", "bo-y-te", "Bộ Y tế").returncode == 0
    (terminal.home / WEIGHTS).parent.mkdir(parents=True)
    (terminal.home / WEIGHTS).write_text("{}")
    copy = tmp_path / "copy"
    taken = terminal("backup", str(copy))
    assert (taken.returncode, taken.stdout) == (0, "database\tcopied\nsecret.key\tcopied\nmodels\tcopied\n")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert (copy / "secret.key").read_bytes() == (terminal.home / "secret.key").read_bytes()
    assert (copy / WEIGHTS).read_text() == "{}"
    restored = Terminal(copy, terminal.monkeypatch, terminal.capture)
    assert restored("audit", "verify").stdout == terminal("audit", "verify").stdout
    assert "bo-y-te" in restored("desk", "list").stdout
    assert restored("desk", "add", "ca-mau", "Cà Mau").returncode == 0


def test_what_is_being_written_meanwhile_is_in_the_copy_whole_or_not_at_all(
    terminal: Terminal, tmp_path: Path
) -> None:
    engine = open_engine(f"sqlite:///{terminal.home / 'dinhchinh.db'}")
    with writing(open_sessions(engine)) as session:
        audit.take_turn(session)
        create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=now())
        session.flush()
        assert terminal("backup", str(tmp_path / "copy")).returncode == 0
    engine.dispose()
    restored = Terminal(tmp_path / "copy", terminal.monkeypatch, terminal.capture)
    assert restored("audit", "verify").returncode == 0
    assert "bo-y-te" not in restored("desk", "list").stdout
    assert "bo-y-te" in terminal("desk", "list").stdout


def test_nothing_that_is_there_is_written_over(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    refused = terminal("backup", str(tmp_path / "copy"))
    assert (refused.returncode, refused.stderr) == (1, f"error: {tmp_path / 'copy'} is there already\n")
    nowhere = terminal("backup", str(tmp_path / "no" / "such"))
    assert (nowhere.returncode, "No such file or directory" in nowhere.stderr) == (1, True)


def test_of_postgresql_the_key_and_the_weights_are_copied_and_the_rest_is_said(
    terminal: Terminal, tmp_path: Path, migrated_postgres: str, postgres: PostgresServer
) -> None:
    address = postgres.new_database(template=migrated_postgres)
    taken = terminal("backup", str(tmp_path / "copy"), DINHCHINH_DATABASE_URL=address)
    assert taken.stdout.splitlines()[0] == "database\tnot copied: it is PostgreSQL, take it with pg_dump"
    assert not (tmp_path / "copy" / "dinhchinh.db").exists()
    assert (tmp_path / "copy" / "secret.key").exists()
