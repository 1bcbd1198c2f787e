"""The migrations and the tables agree, on both databases."""

from alembic import command
from sqlalchemy import Engine, text

from migrations.schema import configuration, schema_is_current, upgrade_schema


def test_migrated_schema_is_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(configuration(connection))


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade_schema(engine)
    with engine.connect() as connection:
        assert schema_is_current(connection)


def test_downgrading_leaves_an_empty_database(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "base")
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('alembic_version', 'sqlite_sequence')",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    }[engine.dialect.name]
    with engine.connect() as connection:
        assert connection.execute(text(query)).all() == []


def test_sqlite_writes_ahead(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
