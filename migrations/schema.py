"""Bringing a database to the newest schema, and asking whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for these migrations, running on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade_schema(engine: Engine) -> None:
    """Bring the database to the newest schema; does nothing when it is there.

    Raises IntegrityError, with the database as it was, when rows would refer to what is not there.
    """
    with (
        engine.connect().execution_options(writes=True) as connection,
        _tables_replaceable(connection),
        connection.begin(),
    ):
        command.upgrade(configuration(connection), "head")
        _check_references(connection)


@contextmanager
def _tables_replaceable(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by a new table in place of the old one, which it refuses while rows refer to that.

    The switch does nothing inside a transaction, so it is moved around it.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise IntegrityError(f"a row of {broken[0]} refers to no row of {broken[2]}", None, ValueError())


def schema_is_current(connection: Connection) -> bool:
    """Whether the database has exactly the newest schema."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
