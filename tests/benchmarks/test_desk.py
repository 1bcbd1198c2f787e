"""What the desk is measured on is a desk like any other, and what it is measured against answers the same."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, text

from benchmarks.desk.bare import create_bare_app
from benchmarks.desk.databases import Databases
from benchmarks.desk.filling import open_desk
from benchmarks.desk.measuring import Taken, p95
from benchmarks.desk.pouring import pour_alerts
from benchmarks.desk.raising import count_wrong, raise_all
from benchmarks.desk.scale import PAGE
from benchmarks.desk.serving import now, served
from migrations.schema import upgrade_schema
from models import Sessions, open_engine, open_sessions

COUNT = 200
# The log is read from its end, and words by their own index; SQLite calls both a scan.
LONG = "alert|alert_clock|claim|claim_group|article|article_version|assessment|assessment_passage|findable|passage"
SCANNED = re.compile(rf"SCAN ({LONG})( USING (COVERING )?INDEX \w+)?$")


def open_client(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def test_a_poured_queue_is_shown_as_the_bare_service_shows_it_found_and_decided(sessions: Sessions) -> None:
    (key,) = open_desk(sessions, people=1, now=now())
    pour_alerts(sessions, COUNT, now=now())
    bare = TestClient(create_bare_app(sessions)).get(PAGE)
    with served(sessions) as address, open_client(address, key) as client:
        page = client.get(PAGE)
        assert len(page.json()) == 50
        assert page.content == bare.content
        assert len(client.get("/search", params={"q": "co them", "limit": 200}).json()) == COUNT
        (found,) = client.get("/search", params={"q": "tỉnh Bắc Ninh có 85"}).json()
        assert (found["id"], found["has_marks_typed"]) == (85, True)
        assert client.post("/alerts/85/hold", headers={"If-Match": '"1"'}).status_code == 200
        sent = {"outcome": "not_about_us"}
        decided = client.post("/alerts/85/decide", headers={"If-Match": '"2"'}, json=sent)
        assert decided.json()["state"] == "closed"


@pytest.fixture
def long_queue(tmp_path: Path) -> Iterator[tuple[Engine, str]]:
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade_schema(engine)
    (key,) = open_desk(open_sessions(engine), people=1, now=now())
    pour_alerts(open_sessions(engine), 3_000, now=now())
    yield engine, key
    engine.dispose()


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda client: client.get(PAGE), id="the first page"),
        pytest.param(lambda client: client.get("/alerts/7"), id="an alert"),
        pytest.param(lambda client: client.get("/search", params={"q": "tính có"}), id="a search"),
        pytest.param(
            lambda client: client.post("/alerts/7/hold", headers={"If-Match": '"1"'}), id="a status change"
        ),
    ],
)
def test_nothing_reads_a_whole_table_of_a_long_queue(
    ask: Callable[[httpx.Client], httpx.Response], long_queue: tuple[Engine, str]
) -> None:
    engine, key = long_queue
    asked: list[tuple[str, object]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    with served(open_sessions(engine)) as address, open_client(address, key) as client:
        assert ask(client).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        steps = [
            step[3]
            for statement, parameters in asked
            if statement.startswith(("SELECT", "UPDATE", "WITH"))
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        ]
    assert steps
    assert [step for step in steps if SCANNED.match(step)] == []


@pytest.mark.parametrize("batch", [1, 4])
def test_what_is_raised_is_there_once_and_a_loss_would_be_noticed(sessions: Sessions, batch: int) -> None:
    taken = raise_all(Databases("any", (sessions,)), sessions, 8, batch)
    assert len(taken.clock) == len(taken.processor) == 8 / batch
    assert count_wrong(sessions, 8) == 0
    with sessions() as session, session.begin():
        session.execute(text("DELETE FROM alert_clock"))
        session.execute(text("DELETE FROM alert WHERE id = (SELECT min(id) FROM alert)"))
    assert count_wrong(sessions, 8) == 1


def test_the_slowest_of_twenty_is_beyond_the_95th_percentile() -> None:
    taken = Taken(clock=[0.1] * 19 + [9.0])
    assert 0.1 < p95(taken.clock) < 1
