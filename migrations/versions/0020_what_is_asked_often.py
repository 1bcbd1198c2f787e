"""Indexes for what is asked every few seconds or at every scrape; one that nothing asks for is gone"""

from collections.abc import Sequence

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TEXTS = "ix_article_version_text_sha256"
MOMENTS = "ix_article_version_published_at_fetched_at"
CONSIDERED = "ix_assessment_considered_at"
COUNTED = "ix_assessment_considered_at_label_alert_worthy"


def upgrade() -> None:
    op.drop_index(op.f(TEXTS), "article_version")
    op.create_index(op.f(MOMENTS), "article_version", ["published_at", "fetched_at"])
    op.drop_index(op.f(CONSIDERED), "assessment")
    op.create_index(op.f(COUNTED), "assessment", ["considered_at", "label", "alert_worthy"])


def downgrade() -> None:
    op.drop_index(op.f(COUNTED), "assessment")
    op.create_index(op.f(CONSIDERED), "assessment", ["considered_at"])
    op.drop_index(op.f(MOMENTS), "article_version")
    op.create_index(op.f(TEXTS), "article_version", ["text_sha256"])
