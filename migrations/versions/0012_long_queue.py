"""An index of the alerts that repeat another holds those alone

Hardly any does. Once SQLite has gathered its statistics it takes an index over all of them for worthless, and reads the
whole table for every page of the queue: 105 ms of a million.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME, TABLE, COLUMN = "ix_alert_duplicate_of_id", "alert", "duplicate_of_id"
REPEATS = sa.text("duplicate_of_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(op.f(NAME), TABLE)
    op.create_index(op.f(NAME), TABLE, [COLUMN], sqlite_where=REPEATS, postgresql_where=REPEATS)


def downgrade() -> None:
    op.drop_index(op.f(NAME), TABLE)
    op.create_index(op.f(NAME), TABLE, [COLUMN])
