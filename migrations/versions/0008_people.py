"""Second factors, outside sign-in, scoped keys, requests sent twice, saved views and the search over all"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)

# OR REPLACE takes a row's place without asking the triggers that refuse to delete it.
SQLITE_AUDIT = """CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = new.id OR previous_hash = new.previous_hash) BEGIN
        SELECT RAISE(ABORT, 'the audit log is append-only');
    END"""
# Contentless: the words are those of rows that are kept elsewhere.
SQLITE_SEARCH = """CREATE VIRTUAL TABLE findable_fts
    USING fts5(words, content='', detail='none', tokenize='unicode61 remove_diacritics 0')"""
POSTGRESQL_SEARCH = (
    "ALTER TABLE findable ADD COLUMN words tsvector",
    "CREATE INDEX ix_findable_words ON findable USING gin (words)",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("code_secret_encrypted", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("code_confirmed_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("code_last_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outside_subject", sa.String(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_user_account_outside_subject"), ["outside_subject"])
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.add_column(sa.Column("scopes", JSON, nullable=True))
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.add_column(sa.Column("needs_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_recovery_code_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "kept_answer",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_kept_answer_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_expires_at"), "kept_answer", ["expires_at"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_saved_view_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_view_user_id_name")),
    )
    op.create_index(op.f("ix_saved_view_desk_id"), "saved_view", ["desk_id"], unique=False)
    op.create_table(
        "findable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findable")),
        sa.UniqueConstraint("kind", "revision", name=op.f("uq_findable_kind_revision")),
        # A number that was once in the search index must never mean another row.
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_findable_kind_row_id"), "findable", ["kind", "row_id"], unique=False)
    for statement in (SQLITE_AUDIT, SQLITE_SEARCH) if sqlite else POSTGRESQL_SEARCH:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE findable_fts")
        op.execute("DROP TRIGGER audit_entry_no_replace")
    for table in ("findable", "saved_view", "kept_answer", "recovery_code"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_column("needs_code")
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.drop_column("scopes")
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_user_account_outside_subject"), type_="unique")
        for column in ("outside_subject", "code_last_step", "code_confirmed_at", "code_secret_encrypted"):
            batch_op.drop_column(column)
