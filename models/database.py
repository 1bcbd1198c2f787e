"""Opening the database: SQLite in WAL mode, or PostgreSQL through psycopg."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Insert, create_engine, event, insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.sql.dml import ReturningInsert

from models.base import Base

Sessions = sessionmaker[Session]
Row = TypeVar("Row", bound=Base)


class DatabaseAddressError(ValueError):
    """The database address cannot be used; mend the setting."""


def parse_address(address: str) -> URL:
    """The address as SQLAlchemy reads it, with psycopg for PostgreSQL.

    Raises DatabaseAddressError for anything but SQLite or PostgreSQL; nothing of the address is in the message, for it
    may hold a password.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise DatabaseAddressError("not a database address") from None
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "postgresql+psycopg"}:
        return url
    raise DatabaseAddressError("only sqlite: and postgresql: addresses are known")


def open_engine(address: str) -> Engine:
    """An engine for the address; nothing is connected yet."""
    url = parse_address(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "close", _leave_sqlite)
    return engine


def open_sessions(engine: Engine) -> Sessions:
    """The session factory that every stage and every request takes its session from."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def writing(sessions: Sessions) -> Iterator[Session]:
    """A session that will write: commits at the end, rolls back when the block raises.

    On SQLite it takes the write lock first. A deferred transaction that reads and then writes fails at
    once with "database is locked" when another writer came between, whatever the timeout: WAL cannot
    upgrade a stale snapshot.
    """
    with sessions() as session, session.begin():
        session.connection(execution_options={"writes": True})
        yield session


def insert_rows(session: Session, rows: Sequence[Base]) -> None:
    """Insert unsaved rows of one table by one statement, in their order; the session does not know them afterwards.

    Adding them to the session inserts them one by one on SQLite, which cannot tell whose number is whose.
    """
    if rows:
        session.execute(_insertion(type(rows[0])), _as_values(rows))


def insert_into(session: Session, table: type[Base]) -> Any:
    """An insert of the session's own dialect, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def insert_and_read(session: Session, rows: Sequence[Row]) -> list[Row]:
    """The same, and the rows as the session knows them, in the order of their numbers."""
    if not rows:
        return []
    known = session.scalars(_insertion_read_back(type(rows[0])), _as_values(rows)).all()
    return sorted(known, key=attrgetter("id"))


# Statements are made once: making one takes about as long as asking it.
@cache
def _insertion(table: type[Base]) -> Insert:
    return insert(Base.metadata.tables[table.__tablename__])


@cache
def _insertion_read_back(table: type[Row]) -> ReturningInsert[Row]:
    return insert(table).returning(table).execution_options(render_nulls=True)


@cache
def _columns(table: type[Base]) -> list[str]:
    return [one.key for one in inspect(table).column_attrs if one.key != "id"]


def _as_values(rows: Sequence[Base]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in _columns(type(row))} for row in rows]


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own BEGIN comes too late (before the first write only); ours is _begin.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _leave_sqlite(connection: Any, _: object) -> None:
    # What its planner goes by SQLite counts only when asked: here, of what this connection has read, and only where a
    # table has grown many times over. Nobody waits for it: while another is writing it is left to the next.
    with suppress(sqlite3.OperationalError):
        for pragma in ("busy_timeout=0", "optimize"):
            connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
