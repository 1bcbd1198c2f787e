"""What is acknowledged is a text and its evidence; reports know their correction, and that they were told late"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ACKNOWLEDGED = ("acknowledgement", "acknowledged_at", "acknowledged_by_id")


def upgrade() -> None:
    op.create_table(
        "undermining_acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["brief_version.id"],
            name=op.f("fk_undermining_acknowledgement_version_id_brief_version"),
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_undermining_acknowledgement_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"],
            ["user_account.id"],
            name=op.f("fk_undermining_acknowledgement_acknowledged_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undermining_acknowledgement")),
    )
    op.create_index(
        op.f("ix_undermining_acknowledgement_version_id"), "undermining_acknowledgement", ["version_id"]
    )
    # Until now a brief was acknowledged as a whole: that goes to the text in each language that was the newest then,
    # and to no proposal to withdraw it, which is none.
    op.execute(
        """
        INSERT INTO undermining_acknowledgement
            (version_id, passage_id, statement, reason, acknowledged_at, acknowledged_by_id)
        SELECT v.id, u.passage_id, u.statement, u.acknowledgement, u.acknowledged_at, u.acknowledged_by_id
        FROM undermining_passage u JOIN brief_version v ON v.brief_id = u.brief_id
        WHERE u.acknowledged_at IS NOT NULL AND v.id IN (
            SELECT max(w.id) FROM brief_version w
            WHERE w.brief_id = u.brief_id AND w.grade <> 'withdrawal' AND w.drafted_at <= u.acknowledged_at
            GROUP BY w.language
        )
        """
    )
    with op.batch_alter_table("undermining_passage") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_undermining_passage_acknowledged_by_id_user_account"), type_="foreignkey"
        )
        for column in _ACKNOWLEDGED:
            batch_op.drop_column(column)
    with op.batch_alter_table("error_report") as batch_op:
        batch_op.add_column(sa.Column("late_told", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_error_report_correction_id_brief_version"),
            "brief_version",
            ["correction_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_error_report_correction_id"), ["correction_id"])


def downgrade() -> None:
    with op.batch_alter_table("error_report") as batch_op:
        batch_op.drop_index(batch_op.f("ix_error_report_correction_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_error_report_correction_id_brief_version"), type_="foreignkey"
        )
        batch_op.drop_column("correction_id")
        batch_op.drop_column("late_told")
    with op.batch_alter_table("undermining_passage") as batch_op:
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("acknowledgement", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_undermining_passage_acknowledged_by_id_user_account"),
            "user_account",
            ["acknowledged_by_id"],
            ["id"],
        )
    op.drop_table("undermining_acknowledgement")
