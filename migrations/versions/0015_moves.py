"""An index of the acts by which an alert leaves a desk: an entry of the log belongs to the desk it was made at"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME = "ix_audit_entry_object_id_id"
MOVES = sa.text("action IN ('alert.rerouted', 'alert.reroute_undone')")


def upgrade() -> None:
    op.create_index(
        op.f(NAME), "audit_entry", ["object_id", "id"], sqlite_where=MOVES, postgresql_where=MOVES
    )


def downgrade() -> None:
    op.drop_index(op.f(NAME), "audit_entry")
