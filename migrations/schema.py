"""Bringing a database to the newest schema, and asking whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for these migrations, running on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade_schema(engine: Engine) -> None:
    """Bring the database to the newest schema; does nothing when it is there."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(configuration(connection), "head")


def schema_is_current(connection: Connection) -> bool:
    """Whether the database has exactly the newest schema."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
