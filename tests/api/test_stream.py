"""What happens at the desk is told as it happens, from where one was, and to nobody else's desk."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import hold_alert, release_alert
from api.accounts import change_user, create_desk
from api.credentials import revoke_key
from api.following import MOST_REPLAYED, find_start
from models import Alert, ApiKey, AuditEntry, Sessions, User, UserRole, writing
from tests.api.conftest import MORNING, People, Person, World, add_alerts


def hold(sessions: Sessions, person: Person, alert_id: int) -> None:
    with writing(sessions) as session:
        version = session.get_one(Alert, alert_id).version
        hold_alert(session, alert_id, actor=person.user, version=version, now=MORNING)


def read(text: str) -> list[dict[str, Any]]:
    """The events of a stream."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            events.append(
                {"id": int(fields["id"]), "event": fields["event"], "data": json.loads(fields["data"])}
            )
    return events


def told(client: TestClient, person: Person, last_seen: str | None = None) -> list[dict[str, Any]]:
    headers = person.headers | ({"Last-Event-ID": last_seen} if last_seen is not None else {})
    answer = client.get("/stream?once=true", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    return read(answer.text)


def test_a_follower_is_told_everything_since_once_and_in_order(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    (ready,) = told(client, analyst)
    assert ready["event"] == "ready"
    hold(sessions, analyst, world.alert_id)
    with writing(sessions) as session:
        release_alert(session, world.alert_id, actor=analyst.user, version=2, now=MORNING)
    begun, held, released = told(client, analyst, str(ready["id"]))
    assert (begun["event"], held["event"], released["event"]) == ("ready", "alert.held", "alert.released")
    assert held["data"]["url"] == f"/alerts/{world.alert_id}"
    assert (held["data"]["by_id"], held["data"]["by"]) == (analyst.user.id, "An")
    assert (held["data"]["act"], held["data"]["version"], released["data"]["version"]) == ("alert.held", 2, 3)
    assert [one["event"] for one in told(client, analyst, str(held["id"]))] == ["ready", "alert.released"]
    assert [one["event"] for one in told(client, analyst, str(released["id"]))] == ["ready"]


def test_another_desks_acts_and_what_concerns_accounts_are_not_told(
    client: TestClient, people: People, analyst: Person, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        other = create_desk(session, slug="other", name="Khác", now=MORNING).id
    outsider = people.add("outsider", UserRole.DESK_CHIEF, other)
    hold(sessions, analyst, world.alert_id)
    (theirs,) = add_alerts(sessions, 1, MORNING, other)
    hold(sessions, outsider, theirs)
    assert [one["data"].get("id") for one in told(client, outsider, "0")] == [None, theirs]
    assert [one["data"].get("id") for one in told(client, analyst, "0")] == [None, world.alert_id]


@pytest.mark.parametrize("last_seen", ["999999", "-1", "abc", "", "1" * 30, "²"])
def test_a_number_that_is_not_ours_means_to_read_all_anew(
    sessions: Sessions, analyst: Person, last_seen: str
) -> None:
    with sessions() as session:
        head, is_lost = find_start(session, last_seen)
        assert (head, is_lost) == (find_start(session, None)[0], True)


def test_who_was_away_for_too_long_reads_all_anew(sessions: Sessions, analyst: Person) -> None:
    with writing(sessions) as session:
        # Only the number counts here, not the chain.
        entry = AuditEntry(
            at=MORNING,
            actor="system",
            action="x",
            object_type="y",
            object_id="1",
            details={},
            previous_hash="a" * 64,
            hash="b" * 64,
        )
        entry.id = MOST_REPLAYED + 5
        session.add(entry)
    with sessions() as session:
        assert find_start(session, "4") == (MOST_REPLAYED + 5, True)
        assert find_start(session, "5") == (5, False)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The service on a free port of loopback: a stream without end needs a real one."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    listening = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def test_an_open_stream_tells_what_happens_while_it_is_open(
    address: str, analyst: Person, world: World, sessions: Sessions
) -> None:
    with httpx.stream("GET", f"{address}/stream", headers=analyst.headers, timeout=30) as stream:
        lines = stream.iter_lines()
        first = [next(lines) for _ in range(4)]
        hold(sessions, analyst, world.alert_id)
        then = [next(lines) for _ in range(4)]
    assert first[1] == "event: ready"
    assert then[1] == "event: alert.held"
    assert stream.headers["cache-control"] == "no-store"


def test_browsers_are_told_of_every_act_without_knowing_its_name(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    hold(sessions, analyst, world.alert_id)
    answer = client.get("/stream?once=true&named=false&since=0", headers=analyst.headers)
    assert [(one["event"], one["data"].get("act")) for one in read(answer.text)] == [
        ("ready", None),
        ("message", "alert.held"),
    ]
    # A browser that was cut off sends what it has seen, and asks for the same address again.
    headers = analyst.headers | {"Last-Event-ID": str(read(answer.text)[-1]["id"])}
    again = client.get("/stream?once=true&named=false&since=0", headers=headers)
    assert [one["event"] for one in read(again.text)] == ["ready"]


def to_another_desk(session: Session, user: User) -> None:
    other = create_desk(session, slug="other", name="Khác", now=MORNING).id
    change_user(session, user, desk_id=other, now=MORNING)


def to_another_role(session: Session, user: User) -> None:
    change_user(session, user, role=UserRole.EDITOR, now=MORNING)


def switched_off(session: Session, user: User) -> None:
    change_user(session, user, is_active=False, now=MORNING)


def without_the_key(session: Session, user: User) -> None:
    key = session.scalars(select(ApiKey).where(ApiKey.user_id == user.id)).one()
    revoke_key(session, key, now=MORNING)


def with_less_of_a_key(session: Session, user: User) -> None:
    session.scalars(select(ApiKey).where(ApiKey.user_id == user.id)).one().scopes = ["read_news"]


@pytest.mark.parametrize(
    "change", [to_another_desk, to_another_role, switched_off, without_the_key, with_less_of_a_key]
)
def test_an_open_stream_tells_nothing_to_whoever_may_not_hear_it_any_more(
    address: str,
    analyst: Person,
    officer: Person,
    world: World,
    sessions: Sessions,
    change: Callable[[Session, User], None],
) -> None:
    with httpx.stream("GET", f"{address}/stream", headers=analyst.headers, timeout=30) as stream:
        lines = stream.iter_lines()
        assert [next(lines) for _ in range(4)][1] == "event: ready"
        with writing(sessions) as session:
            change(session, session.get_one(User, analyst.user.id))
            hold_alert(session, world.alert_id, actor=officer.user, version=1, now=MORNING)
        assert [line for line in lines if line.startswith("event:")] == []
