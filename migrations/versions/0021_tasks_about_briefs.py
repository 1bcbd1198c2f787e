"""A task can also be about a published brief whose source says something else now"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "record_task"
OF_DECISIONS = ("decision_id", "alert_id")


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch_op:
        for column in OF_DECISIONS:
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("brief_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f(f"fk_{TABLE}_brief_id_brief"), "brief", ["brief_id"], ["id"])
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_brief_id"), ["brief_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM record_task WHERE decision_id IS NULL")
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_brief_id"))
        batch_op.drop_constraint(batch_op.f(f"fk_{TABLE}_brief_id_brief"), type_="foreignkey")
        batch_op.drop_column("brief_id")
        for column in OF_DECISIONS:
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=False)
