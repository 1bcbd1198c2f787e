"""The search over everything walks back through the latest texts of one kind"""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME = "ix_findable_kind_id"


def upgrade() -> None:
    op.create_index(op.f(NAME), "findable", ["kind", "id"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), "findable")
