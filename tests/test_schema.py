"""The migrations and the tables agree, on both databases."""

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from migrations.schema import configuration, schema_is_current, upgrade_schema


def test_migrated_schema_is_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(configuration(connection))


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade_schema(engine)
    with engine.connect() as connection:
        assert schema_is_current(connection)


def test_a_database_that_is_in_use_is_brought_to_the_newest_schema(engine: Engine) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(configuration(connection), "0005")
        for statement in (
            "INSERT INTO user_account (id, email, name, role, created_at, is_active)"
            " VALUES (1, 'an@facts.example', 'An', 'analyst', '2026-11-23', true)",
            "INSERT INTO api_key (id, prefix, key_sha256, user_id, label, created_at)"
            " VALUES (1, 'abcdefghij', 'x', 1, 'test', '2026-11-23')",
            "INSERT INTO subscription (id, owner_id, url, secret_encrypted, created_at, description, event_types,"
            " languages, subjects, desks, state, state_reason, version)"
            " VALUES (1, 1, 'https://a.example', 'x', '2026-11-23', '', '[]', '[]', '[]', '[]', 'active', '', 1)",
        ):
            connection.execute(text(statement))
    upgrade_schema(engine)
    with engine.connect() as connection:
        assert schema_is_current(connection)
        owners = "SELECT u.email FROM user_account u JOIN subscription s ON s.owner_id = u.id"
        assert connection.execute(text(owners)).scalars().all() == ["an@facts.example"]


def test_rows_of_sqlite_refer_to_what_is_there_after_an_upgrade_too(engine: Engine) -> None:
    upgrade_schema(engine)
    statement = text(
        "INSERT INTO api_key (prefix, key_sha256, user_id, label, created_at)"
        " VALUES ('abcdefghij', 'x', 99, 'test', '2026-11-23')"
    )
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(statement)


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
