"""The desk: snoozed alerts, who has one open"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_alert_snoozed_until"), ["snoozed_until"], unique=False)
    op.create_table(
        "alert_viewer",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_viewer_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_alert_viewer_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("alert_id", "user_id", name=op.f("pk_alert_viewer")),
    )
    op.create_index(op.f("ix_alert_viewer_seen_at"), "alert_viewer", ["seen_at"])


def downgrade() -> None:
    op.drop_table("alert_viewer")
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_snoozed_until"))
        batch_op.drop_column("snoozed_until")
