"""Claims keep the key of their own words, which their group need not have"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME = "ix_claim_key"


def upgrade() -> None:
    op.add_column("claim", sa.Column("key", sa.String(), nullable=True))
    # Until now a group had one wording. What people split off is given its key when its words are met again.
    op.execute(
        "UPDATE claim SET key = (SELECT claim_group.key FROM claim_group"
        " WHERE claim_group.id = claim.group_id AND claim_group.key NOT LIKE 'hand:%')"
    )
    op.create_index(op.f(NAME), "claim", ["key"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), "claim")
    op.drop_column("claim", "key")
