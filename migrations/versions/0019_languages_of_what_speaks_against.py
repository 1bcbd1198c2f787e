"""What contradicts a brief's text contradicts it in a language, and may bear the claim out besides"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "undermining_passage"
BEFORE, AFTER = ["brief_id", "passage_id"], ["brief_id", "passage_id", "language"]


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))
        batch_op.drop_constraint(batch_op.f(f"uq_{TABLE}_{'_'.join(BEFORE)}"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(f"uq_{TABLE}_{'_'.join(AFTER)}"), AFTER)
    _place_in_languages()
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.alter_column("language", server_default=None)


def downgrade() -> None:
    op.execute(
        "DELETE FROM undermining_passage WHERE id NOT IN"
        " (SELECT min(id) FROM undermining_passage GROUP BY brief_id, passage_id)"
    )
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"uq_{TABLE}_{'_'.join(AFTER)}"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(f"uq_{TABLE}_{'_'.join(BEFORE)}"), BEFORE)
        batch_op.drop_column("language")


def _place_in_languages() -> None:
    """A contradiction goes to the language of the latest text that has its sentence. One whose sentence is in no text
    any more is found again by the next look, if it still is one.
    """
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, brief_id, statement FROM undermining_passage WHERE reason = 'contradicts_text'")
    ).all()
    texts = sa.text(
        "SELECT v.language, b.text FROM brief_version v JOIN brief_block b ON b.version_id = v.id"
        " WHERE v.brief_id = :brief ORDER BY v.id DESC"
    )
    for row in rows:
        written = connection.execute(texts, {"brief": row.brief_id})
        language = next((one.language for one in written if row.statement in one.text), None)
        if language is None:
            connection.execute(sa.text("DELETE FROM undermining_passage WHERE id = :id"), {"id": row.id})
        else:
            connection.execute(
                sa.text("UPDATE undermining_passage SET language = :language WHERE id = :id"),
                {"id": row.id, "language": language},
            )
