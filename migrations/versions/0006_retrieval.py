"""Claims are searched like passages"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models import fold

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FOLDED_AT_ONCE = 5_000
POSTGRESQL_CLAIMS = (
    "CREATE INDEX ix_claim_group_search_folded ON claim_group USING gin (to_tsvector('simple', folded))"
)


def sqlite_search(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """A full-text table over columns of another, and the triggers that keep it in step."""
    fields, old, new = (", ".join(f"{prefix}{one}" for one in columns) for prefix in ("", "old.", "new."))
    # The names are this file's own.
    remove = f"INSERT INTO {table}_fts({table}_fts, rowid, {fields}) VALUES ('delete', old.id, {old});"  # noqa: S608
    add = f"INSERT INTO {table}_fts(rowid, {fields}) VALUES (new.id, {new});"  # noqa: S608
    return (
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({fields}, content='{table}', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 0')",
        f"CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_fts_update AFTER UPDATE OF {fields} ON {table} BEGIN {remove} {add} END",
        f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')",  # noqa: S608
    )


def drop_sqlite_search(table: str) -> None:
    for act in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER {table}_fts_{act}")
    op.execute(f"DROP TABLE {table}_fts")


def upgrade() -> None:
    op.add_column("claim_group", sa.Column("folded", sa.String(), nullable=False, server_default=""))
    _fold_claims()
    if op.get_bind().dialect.name == "sqlite":
        # Only the folded words are ever asked for: without the others the table is half the size.
        drop_sqlite_search("passage")
        for statement in (*sqlite_search("passage", ("folded",)), *sqlite_search("claim_group", ("folded",))):
            op.execute(statement)
    else:
        op.execute(POSTGRESQL_CLAIMS)


def _fold_claims() -> None:
    groups = sa.table("claim_group", sa.column("id"), sa.column("text"), sa.column("folded"))
    connection = op.get_bind()
    last = 0
    query = sa.select(groups.c.id, groups.c.text).order_by(groups.c.id).limit(FOLDED_AT_ONCE)
    while rows := connection.execute(query.where(groups.c.id > last)).all():
        fill = sa.update(groups).where(groups.c.id == sa.bindparam("at")).values(folded=sa.bindparam("words"))
        connection.execute(fill, [{"at": row.id, "words": fold(row.text)} for row in rows])
        last = rows[-1].id


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        drop_sqlite_search("claim_group")
        drop_sqlite_search("passage")
        for statement in sqlite_search("passage", ("text", "folded")):
            op.execute(statement)
    else:
        op.execute("DROP INDEX ix_claim_group_search_folded")
    op.drop_column("claim_group", "folded")
