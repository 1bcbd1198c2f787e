"""SQLite in a file, and PostgreSQL on a socket in a folder of its own if a server is installed, migrated."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.desk.serving import scratch
from migrations.schema import upgrade_schema
from models import Sessions, open_engine, open_sessions
from tests.postgres import PostgresServer, ServerUnavailable


@dataclass(frozen=True, slots=True)
class Databases:
    """Empty databases of one kind, side by side; `server` is the process that serves them, if there is one."""

    name: str
    each: tuple[Sessions, ...]
    server: int | None = None

    def processes(self) -> list[int]:
        """The processes that work for the databases at this moment."""
        if self.server is None:
            return []
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text()
        return [self.server, *map(int, children.split())]


def opened_databases(count: int = 1, *, durable: bool = False) -> Iterator[Databases]:
    """So many databases of each kind in turn; they are thrown away when the next kind is asked for.

    Only durable ones of PostgreSQL lie on a disk.
    """
    with scratch() as folder, _opened([f"sqlite:///{folder / f'desk-{n}.db'}" for n in range(count)]) as each:
        yield Databases("SQLite", each)
    try:
        server = PostgresServer.start(durable=durable)
    except ServerUnavailable as problem:
        print(f"PostgreSQL is left out: {problem}", flush=True)
        return
    try:
        with _opened([server.new_database() for _ in range(count)]) as each:
            yield Databases("PostgreSQL", each, server.pid)
    finally:
        server.stop()


@contextmanager
def _opened(addresses: list[str]) -> Iterator[tuple[Sessions, ...]]:
    with ExitStack() as stack:
        engines = [open_engine(address) for address in addresses]
        for engine in engines:
            stack.callback(engine.dispose)
            upgrade_schema(engine)
        yield tuple(map(open_sessions, engines))
