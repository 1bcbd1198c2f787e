"""The desk: snoozed alerts, who has one open, outlets' changes, duty, routing, clocks and counts of searches"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_alert_snoozed_until"), ["snoozed_until"], unique=False)
        batch_op.add_column(sa.Column("outlet_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_alert_state_desk_id_priority_id"), ["state", "desk_id", "priority", "id"]
        )
    with op.batch_alter_table("claim") as batch_op:
        batch_op.add_column(sa.Column("followed_to", sa.Integer(), nullable=True))
    op.create_table(
        "outlet_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_outlet_change_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_outlet_change_claim_id_claim"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_change")),
        sa.UniqueConstraint("claim_id", "version", name=op.f("uq_outlet_change_claim_id_version")),
    )
    op.create_index(op.f("ix_outlet_change_alert_id"), "outlet_change", ["alert_id"])
    op.create_table(
        "search_count",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "subject", name=op.f("pk_search_count")),
    )
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
    with op.batch_alter_table("desk") as batch_op:
        hours = sa.Column("hours", sa.String(), nullable=False, server_default="mon-fri 08:00-17:00")
        batch_op.add_column(hours)
        batch_op.add_column(sa.Column("holidays", sa.String(), nullable=True, server_default="VN"))
    _create_duty()
    _create_clocks()


def _create_clocks() -> None:
    op.create_table(
        "alert_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("allowed_seconds", sa.Integer(), nullable=False),
        sa.Column("spent_seconds", sa.Double(), nullable=False),
        sa.Column("running_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_step", sa.Integer(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_clock_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_clock")),
    )
    op.create_index(op.f("ix_alert_clock_alert_id_kind"), "alert_clock", ["alert_id", "kind"])
    op.create_index(op.f("ix_alert_clock_due_at"), "alert_clock", ["due_at"])
    op.create_index(op.f("ix_alert_clock_next_step_at"), "alert_clock", ["next_step_at"])
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", _names(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["alert_clock.id"],
            name=op.f("fk_escalation_clock_id_alert_clock"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("clock_id", "step", name=op.f("uq_escalation_clock_id_step")),
    )


def _create_duty() -> None:
    op.create_table(
        "duty_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_duty_turn_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_duty_turn_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_turn")),
    )
    op.create_index(op.f("ix_duty_turn_desk_id"), "duty_turn", ["desk_id"])
    op.create_table(
        "day_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_day_off_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_off")),
        sa.UniqueConstraint("desk_id", "day", name=op.f("uq_day_off_desk_id_day")),
    )
    op.create_table(
        "handover_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_handover_note_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_handover_note_written_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_note")),
    )
    op.create_index(op.f("ix_handover_note_desk_id"), "handover_note", ["desk_id"])
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, _names(), nullable=False)
            for name in ("subjects", "places", "languages", "countries")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_routing_rule_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint("position", name=op.f("uq_routing_rule_position")),
    )


def _names() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def downgrade() -> None:
    for table in ("escalation", "alert_clock", "routing_rule", "handover_note", "day_off", "duty_turn"):
        op.drop_table(table)
    with op.batch_alter_table("desk") as batch_op:
        batch_op.drop_column("holidays")
        batch_op.drop_column("hours")
    for table in ("search_count", "outlet_change", "alert_viewer"):
        op.drop_table(table)
    with op.batch_alter_table("claim") as batch_op:
        batch_op.drop_column("followed_to")
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_state_desk_id_priority_id"))
        batch_op.drop_index(batch_op.f("ix_alert_snoozed_until"))
        batch_op.drop_column("snoozed_until")
        batch_op.drop_column("outlet_changed_at")
