"""A report may lead to a text in each language, and so may a dispute"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "correction_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("dispute_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(report_id IS NULL) <> (dispute_id IS NULL)", name=op.f("ck_correction_cause_one_of_both")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["brief_version.id"], name=op.f("fk_correction_cause_version_id_brief_version")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["error_report.id"], name=op.f("fk_correction_cause_report_id_error_report")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_correction_cause_dispute_id_dispute")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_cause")),
        sa.UniqueConstraint("version_id", "report_id", name=op.f("uq_correction_cause_version_id_report_id")),
        sa.UniqueConstraint(
            "version_id", "dispute_id", name=op.f("uq_correction_cause_version_id_dispute_id")
        ),
    )
    op.create_index(op.f("ix_correction_cause_report_id"), "correction_cause", ["report_id"])
    op.create_index(op.f("ix_correction_cause_dispute_id"), "correction_cause", ["dispute_id"])
    op.execute(
        """
        INSERT INTO correction_cause (version_id, report_id)
        SELECT correction_id, id FROM error_report WHERE correction_id IS NOT NULL
        """
    )
    with op.batch_alter_table("error_report") as batch_op:
        batch_op.drop_index(batch_op.f("ix_error_report_correction_id"))
        batch_op.drop_constraint(
            batch_op.f("fk_error_report_correction_id_brief_version"), type_="foreignkey"
        )
        batch_op.drop_column("correction_id")


def downgrade() -> None:
    # One text is all that a report could lead to: the first.
    led_to = op.get_bind().execute(
        sa.text(
            "SELECT report_id, min(version_id) AS version_id FROM correction_cause"
            " WHERE report_id IS NOT NULL GROUP BY report_id"
        )
    )
    first = [dict(row) for row in led_to.mappings()]
    op.drop_table("correction_cause")
    with op.batch_alter_table("error_report") as batch_op:
        batch_op.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_error_report_correction_id_brief_version"),
            "brief_version",
            ["correction_id"],
            ["id"],
        )
        batch_op.create_index(batch_op.f("ix_error_report_correction_id"), ["correction_id"])
    if first:
        statement = "UPDATE error_report SET correction_id = :version_id WHERE id = :report_id"
        op.get_bind().execute(sa.text(statement), first)
