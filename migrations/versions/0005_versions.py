"""Articles watched while an alert is open; claims that new evidence may still decide"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("article") as batch_op:
        batch_op.add_column(sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_article_watched_since"), ["watched_since"], unique=False)
    with op.batch_alter_table("claim") as batch_op:
        batch_op.add_column(sa.Column("evidence_seen", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_claim_evidence_seen"), ["evidence_seen"], unique=False)
    # Undecided until now: held against nothing since, so the next pass looks at them once.
    op.execute(
        """UPDATE claim SET evidence_seen = 0 WHERE (
            SELECT label = 'not_enough_evidence' OR (label = 'contradicted' AND NOT alert_worthy)
            FROM assessment WHERE claim_id = claim.id ORDER BY id DESC LIMIT 1
        )"""
    )


def downgrade() -> None:
    with op.batch_alter_table("claim") as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_evidence_seen"))
        batch_op.drop_column("evidence_seen")
    with op.batch_alter_table("article") as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_watched_since"))
        batch_op.drop_column("watched_since")
