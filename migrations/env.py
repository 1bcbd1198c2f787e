"""Runs the migrations on the connection it is handed in the Alembic configuration's attributes."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from models import Base

# Full-text tables and their shadow tables are made by hand in a migration: SQLAlchemy cannot describe them.
_SEARCH_TABLES = ("passage_fts", "claim_group_fts")
_SEARCH_INDEXES = {"ix_passage_search_folded", "ix_claim_group_search_folded"}


def _is_ours(item: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    if kind == "table" and name is not None and name.startswith(_SEARCH_TABLES):
        return False
    return not (kind == "index" and name in _SEARCH_INDEXES)


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_is_ours,
        compare_type=True,
        # SQLite cannot alter a column in place.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
