"""Briefs: evidence against them, set times, comments, texts that stay; outcomes' forms, tasks; fact sheets"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


GROUNDS = ("small_reach", "would_amplify", "outlet_corrected", "answered_already", "other")
REFUSAL = "a text of a brief is never changed"
# What a version says; when it was submitted, approved and published is noted on it later.
_SAID = "brief_id, language, number, title, drafted_by_id, drafted_at, grade, change_note"
SQLITE_TEXTS = tuple(
    f"""CREATE TRIGGER {table}_no_{act.split()[0].lower()} BEFORE {act} ON {table} BEGIN
        SELECT RAISE(ABORT, '{REFUSAL}');
    END"""
    for table, act in (
        ("brief_version", f"UPDATE OF {_SAID}"),
        ("brief_version", "DELETE"),
        ("brief_block", "UPDATE"),
        ("brief_block", "DELETE"),
        ("citation", "UPDATE"),
        ("citation", "DELETE"),
    )
)
POSTGRESQL_TEXTS = (
    f"""CREATE FUNCTION refuse_text_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSAL}'; END
    $$""",
    *(
        f"""CREATE TRIGGER {table}_never_changed BEFORE UPDATE{of} OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_text_change()"""
        for table, of in (("brief_version", f" OF {_SAID}"), ("brief_block", ""), ("citation", ""))
    ),
)


def upgrade() -> None:
    op.create_table(
        "undermining_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("supports_claim", "contradicts_text", "named", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledgement", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_undermining_passage_brief_id_brief")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_undermining_passage_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(
            ["named_by_id"],
            ["user_account.id"],
            name=op.f("fk_undermining_passage_named_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"],
            ["user_account.id"],
            name=op.f("fk_undermining_passage_acknowledged_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undermining_passage")),
        sa.UniqueConstraint(
            "brief_id", "passage_id", name=op.f("uq_undermining_passage_brief_id_passage_id")
        ),
    )
    op.create_index(
        op.f("ix_undermining_passage_passage_id"), "undermining_passage", ["passage_id"], unique=False
    )
    op.create_table(
        "scheduled_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("scheduled_by_id", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["brief_version.id"],
            name=op.f("fk_scheduled_publication_version_id_brief_version"),
        ),
        sa.ForeignKeyConstraint(
            ["scheduled_by_id"],
            ["user_account.id"],
            name=op.f("fk_scheduled_publication_scheduled_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_publication")),
    )
    for column in ("publish_at", "version_id"):
        op.create_index(
            op.f(f"ix_scheduled_publication_{column}"), "scheduled_publication", [column], unique=False
        )
    op.create_table(
        "brief_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("commented_by_id", sa.Integer(), nullable=False),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["brief_version.id"], name=op.f("fk_brief_comment_version_id_brief_version")
        ),
        sa.ForeignKeyConstraint(
            ["commented_by_id"],
            ["user_account.id"],
            name=op.f("fk_brief_comment_commented_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_comment")),
    )
    op.create_index(op.f("ix_brief_comment_version_id"), "brief_comment", ["version_id"], unique=False)
    op.create_table(
        "decision_form",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Enum(*GROUNDS, native_enum=False, length=40), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_decision_form_decision_id_decision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_decision_form_passage_id_passage")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_form")),
    )
    op.create_table(
        "record_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sa.Enum("corrected", "stands", native_enum=False, length=40), nullable=True),
        sa.Column("resolution_note", sa.String(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_record_task_decision_id_decision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_record_task_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_record_task_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_record_task_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"],
            ["user_account.id"],
            name=op.f("fk_record_task_resolved_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_task")),
    )
    for column in ("alert_id", "decision_id", "desk_id"):
        op.create_index(op.f(f"ix_record_task_{column}"), "record_task", [column], unique=False)
    op.create_table(
        "fact_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text_zstd", sa.LargeBinary(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_fact_sheet_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["user_account.id"], name=op.f("fk_fact_sheet_filed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["fact_sheet.id"], name=op.f("fk_fact_sheet_replaces_id_fact_sheet")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_fact_sheet_article_id_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_sheet")),
    )
    for column in ("article_id", "desk_id", "text_sha256", "valid_from", "valid_until"):
        op.create_index(op.f(f"ix_fact_sheet_{column}"), "fact_sheet", [column], unique=False)
    for statement in SQLITE_TEXTS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TEXTS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            for table in ("brief_version", "brief_block", "citation"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
    else:
        op.execute("DROP FUNCTION refuse_text_change CASCADE")
    op.drop_table("fact_sheet")
    op.drop_table("record_task")
    op.drop_table("decision_form")
    op.drop_table("brief_comment")
    op.drop_table("scheduled_publication")
    op.drop_table("undermining_passage")
