"""Webhooks: how a subscription is signed, wrapped and ordered, its rests and its challenge; notices by mail and chat"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("subscription") as batch_op:
        batch_op.add_column(sa.Column("least_priority", sa.Double(), nullable=True))
        batch_op.add_column(_choice("signing", "signingscheme", "v1", "v1a"))
        batch_op.add_column(_choice("envelope", "envelope", "standard", "cloudevents"))
        batch_op.add_column(sa.Column("is_ordered", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("challenge", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("old_secrets", _LIST, nullable=False, server_default="[]"))
    _move_old_secrets()
    with op.batch_alter_table("subscription") as batch_op:
        for column in ("signing", "envelope", "is_ordered", "failures", "old_secrets"):
            batch_op.alter_column(column, server_default=None)
        batch_op.drop_column("old_secret_encrypted")
        batch_op.drop_column("old_secret_until")
    with op.batch_alter_table("event") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Double(), nullable=True))
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_subscription_id"))
        batch_op.create_index(
            batch_op.f("ix_delivery_subscription_id_state_event_id"), ["subscription_id", "state", "event_id"]
        )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("pending", "sent", "given_up", name="noticestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_notice_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_state_next_attempt_at"), "notice", ["state", "next_attempt_at"])
    op.create_table(
        "chat_room",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("url_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_id"], ["desk.id"], name=op.f("fk_chat_room_desk_id_desk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_chat_room")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("brief_version_id", sa.Integer(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "upheld",
                "declined",
                name="disputestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("late_told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_dispute_brief_id_brief")),
        sa.ForeignKeyConstraint(
            ["brief_version_id"],
            ["brief_version.id"],
            name=op.f("fk_dispute_brief_version_id_brief_version"),
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["user_account.id"], name=op.f("fk_dispute_raised_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_dispute_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    for column in ("brief_id", "raised_by_id", "state"):
        op.create_index(op.f(f"ix_dispute_{column}"), "dispute", [column])


def downgrade() -> None:
    op.drop_table("dispute")
    op.drop_table("chat_room")
    op.drop_table("notice")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_subscription_id_state_event_id"))
        batch_op.create_index(batch_op.f("ix_delivery_subscription_id"), ["subscription_id"])
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_column("priority")
    with op.batch_alter_table("subscription") as batch_op:
        batch_op.add_column(sa.Column("old_secret_encrypted", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True))
        for column in (
            "old_secrets",
            "resting_until",
            "failures",
            "challenge",
            "is_ordered",
            "envelope",
            "signing",
            "least_priority",
        ):
            batch_op.drop_column(column)


def _choice(column: str, name: str, first: str, second: str) -> sa.Column[str]:
    kind = sa.Enum(first, second, name=name, native_enum=False, length=40)
    return sa.Column(column, kind, nullable=False, server_default=first)


def _move_old_secrets() -> None:
    """A secret that was rotated within the last day goes on signing."""
    table = sa.table(
        "subscription",
        sa.column("id", sa.Integer()),
        sa.column("old_secret_encrypted", sa.LargeBinary()),
        sa.column("old_secret_until", sa.DateTime(timezone=True)),
        sa.column("old_secrets", _LIST),
    )
    connection = op.get_bind()
    for identifier, secret, until in connection.execute(
        sa.select(table.c.id, table.c.old_secret_encrypted, table.c.old_secret_until).where(
            table.c.old_secret_encrypted.is_not(None), table.c.old_secret_until.is_not(None)
        )
    ).all():
        moment: datetime = until if until.tzinfo else until.replace(tzinfo=UTC)
        moved = [[bytes(secret).decode(), moment.isoformat()]]
        connection.execute(table.update().where(table.c.id == identifier).values(old_secrets=moved))
