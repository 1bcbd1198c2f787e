"""A real database for every test that wants one: SQLite always, PostgreSQL wherever a server can be had."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from migrations.schema import upgrade_schema
from models import Sessions, open_engine, open_sessions
from tests.postgres import PostgresServer, ServerUnavailable

_NO_SERVER = "PostgreSQL: "

# Hypothesis would fail an example that takes longer than 200 ms, as one does now and then on a busy machine.
settings.register_profile("dinhchinh", deadline=None)
settings.load_profile("dinhchinh")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, or a loud skip."""
    try:
        server = PostgresServer.start()
    except ServerUnavailable as problem:
        pytest.skip(f"{_NO_SERVER}{problem}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a migrated database that others are copied from: migrating takes longer than most tests."""
    address = postgres.new_database()
    _migrate(address)
    return address.split("/")[3].split("?")[0]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that others are copied from."""
    file = tmp_path_factory.mktemp("migrated") / "dinhchinh.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the newest schema, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        copy = tmp_path / "dinhchinh.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), copy)
        yield f"sqlite:///{copy}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    address = server.new_database(template=request.getfixturevalue("migrated_postgres"))
    yield address
    server.drop_database(address)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database with the newest schema."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on a database with the newest schema."""
    return open_sessions(engine)


def _migrate(address: str) -> None:
    engine = open_engine(address)
    upgrade_schema(engine)
    # A copied SQLite file must not leave anything behind in its write-ahead log.
    engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in red, what could not be tried. Only the reports come back from the processes that run tests."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {str(report.longrepr[-1]).partition(_NO_SERVER)[2] for report in skipped}
    for reason in filter(None, reasons):
        terminalreporter.write_line(f"NOT TESTED ON POSTGRESQL: {reason}", red=True, bold=True)
