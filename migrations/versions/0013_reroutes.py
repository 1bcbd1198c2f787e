"""Alerts that people give to another desk"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reroute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("from_desk_id", sa.Integer(), nullable=True),
        sa.Column("to_desk_id", sa.Integer(), nullable=False),
        sa.Column("rerouted_by_id", sa.Integer(), nullable=False),
        sa.Column("rerouted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_reroute_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_desk_id"], ["desk.id"], name=op.f("fk_reroute_from_desk_id_desk")),
        sa.ForeignKeyConstraint(["to_desk_id"], ["desk.id"], name=op.f("fk_reroute_to_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["rerouted_by_id"], ["user_account.id"], name=op.f("fk_reroute_rerouted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reroute")),
    )
    op.create_index(op.f("ix_reroute_alert_id"), "reroute", ["alert_id"])
    op.create_index(op.f("ix_reroute_rerouted_by_id"), "reroute", ["rerouted_by_id"])
    op.add_column("alert", sa.Column("route_reason", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("alert", "route_reason")
    op.drop_table("reroute")
