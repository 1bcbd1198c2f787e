"""SQLite in a file, and PostgreSQL on a socket in a folder of its own if a server is installed, both migrated."""

from collections.abc import Iterator

from benchmarks.desk.serving import scratch
from migrations.schema import upgrade_schema
from models import Sessions, open_engine, open_sessions
from tests.postgres import PostgresServer, ServerUnavailable


def opened_databases() -> Iterator[tuple[str, Sessions]]:
    """Name and sessions of each database in turn; it is thrown away when the next is asked for."""
    with scratch() as folder:
        yield from _opened("SQLite", f"sqlite:///{folder / 'desk.db'}")
    try:
        server = PostgresServer.start()
    except ServerUnavailable as problem:
        print(f"PostgreSQL is left out: {problem}")
        return
    try:
        yield from _opened("PostgreSQL", server.new_database())
    finally:
        server.stop()


def _opened(name: str, address: str) -> Iterator[tuple[str, Sessions]]:
    engine = open_engine(address)
    try:
        upgrade_schema(engine)
        yield name, open_sessions(engine)
    finally:
        engine.dispose()
