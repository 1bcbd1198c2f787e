"""The log of what people did: whole, in order, and caught when somebody changes it."""

import json
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlalchemy.orm import Session

from alerts import Invalid, export_entries, record, verify_chain, verify_export
from models import Sessions, writing
from tests.alerts.office import NOON


def fill(sessions: Sessions, entries: int = 5) -> None:
    with writing(sessions) as session:
        for number in range(entries):
            record(
                session,
                actor="system",
                action="alert.raised",
                object_type="alert",
                object_id=number,
                details={"lý do": "kiểm tra", "score": 0.1 + number},
                now=NOON,
            )


def switch_off_triggers(session: Session) -> None:
    """What somebody with full rights over the database could do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        return
    for name in session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
    ).all():
        session.execute(text(f"DROP TRIGGER {name}"))


def test_an_empty_log_is_whole(sessions: Sessions) -> None:
    with sessions() as session:
        report = verify_chain(session)
    assert (report.ok, report.entries) == (True, 0)


def test_an_untouched_log_is_whole_however_often_it_is_read(sessions: Sessions) -> None:
    fill(sessions)
    with sessions() as session:
        first, second = verify_chain(session), verify_chain(session)
    assert first.ok
    assert first.entries == 5
    assert first == second


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        pytest.param("UPDATE audit_entry SET actor = 'user:9' WHERE object_id = '2'", 3, id="another actor"),
        pytest.param("UPDATE audit_entry SET details = '{}' WHERE object_id = '2'", 3, id="details emptied"),
        pytest.param("UPDATE audit_entry SET object_id = '7' WHERE object_id = '2'", 3, id="another object"),
        pytest.param("DELETE FROM audit_entry WHERE object_id = '0'", 2, id="the first removed"),
        pytest.param("DELETE FROM audit_entry WHERE object_id = '2'", 4, id="one removed"),
    ],
)
def test_tampering_behind_the_triggers_is_caught_at_the_entry(
    sessions: Sessions, tampering: str, first_bad: int
) -> None:
    fill(sessions)
    with writing(sessions) as session:
        switch_off_triggers(session)
        session.execute(text(tampering))
    with sessions() as session:
        report = verify_chain(session)
    assert not report.ok
    assert report.first_bad == first_bad


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET actor = 'user:9'",
        "DELETE FROM audit_entry",
        "INSERT OR REPLACE INTO audit_entry SELECT id, at, 'user:9', action, object_type, object_id, details,"
        " previous_hash, hash FROM audit_entry",
    ],
    ids=["update", "delete", "replace"],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(sessions: Sessions, change: str) -> None:
    fill(sessions)
    with pytest.raises((DatabaseError, ProgrammingError)), writing(sessions) as session:
        session.execute(text(change))
    with sessions() as session:
        report = verify_chain(session)
    assert (report.ok, report.entries) == (True, 5)


def test_an_export_is_verified_without_the_database(sessions: Sessions) -> None:
    fill(sessions)
    with sessions() as session:
        lines, inside = list(export_entries(session)), verify_chain(session)
    assert verify_export(lines) == inside
    changed = verify_export([*lines[:2], lines[2].replace("system", "user:9"), *lines[3:]])
    assert (changed.ok, changed.first_bad) == (False, 3)
    assert verify_export([*lines[:2], *lines[3:]]).first_bad == 4
    assert not verify_export(lines[:-1], known_hash=inside.head).ok
    with pytest.raises(Invalid):
        verify_export(["{}"])


def test_a_cut_off_end_is_caught_with_a_head_noted_earlier(sessions: Sessions) -> None:
    fill(sessions)
    with sessions() as session:
        head = verify_chain(session).head
    with writing(sessions) as session:
        switch_off_triggers(session)
        session.execute(text("DELETE FROM audit_entry WHERE object_id = '4'"))
    with sessions() as session:
        assert verify_chain(session).ok
        report = verify_chain(session, known_hash=head)
    assert not report.ok
    assert head in report.reason


def test_a_noted_head_stays_in_a_log_that_grows(sessions: Sessions) -> None:
    fill(sessions)
    with sessions() as session:
        head = verify_chain(session).head
    fill(sessions, 1)
    with sessions() as session:
        assert verify_chain(session, known_hash=head).ok


def test_many_writers_at_once_leave_one_whole_chain(sessions: Sessions) -> None:
    writers = [Thread(target=fill, args=(sessions, 10)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with sessions() as session:
        report = verify_chain(session)
    assert (report.ok, report.entries) == (True, 40)


def test_an_act_that_is_rolled_back_leaves_no_entry(sessions: Sessions) -> None:
    fill(sessions, 1)
    with sessions() as session:
        record(session, actor="system", action="x", object_type="y", object_id=1, now=NOON)
        session.rollback()
    fill(sessions, 1)
    with sessions() as session:
        report = verify_chain(session)
    assert (report.ok, report.entries) == (True, 2)


def test_the_export_has_one_line_of_json_for_each_entry(sessions: Sessions) -> None:
    fill(sessions, 3)
    with sessions() as session:
        lines = [json.loads(line) for line in export_entries(session)]
    assert [line["object_id"] for line in lines] == ["0", "1", "2"]
    assert lines[1]["previous_hash"] == lines[0]["hash"]
    assert lines[0]["details"]["lý do"] == "kiểm tra"
