"""Archives taken over, and which sitemap index named a source"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "archive_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_file")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_archive_file_fingerprint")),
    )
    op.add_column("source", sa.Column("index_url", sa.String(), nullable=True))
    op.create_index(op.f("ix_source_index_url"), "source", ["index_url"])


def downgrade() -> None:
    op.drop_index(op.f("ix_source_index_url"), table_name="source")
    op.drop_column("source", "index_url")
    op.drop_table("archive_file")
