"""Why a later text of a brief was written: what readers and editors were right about."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CorrectionCause(Base):
    """A report that was accepted, or a dispute that was upheld, and a text that was written because of it.

    One may lead to a text in each language, and a text may have several.
    """

    __tablename__ = "correction_cause"
    __table_args__ = (
        UniqueConstraint("version_id", "report_id"),
        UniqueConstraint("version_id", "dispute_id"),
        CheckConstraint("(report_id IS NULL) <> (dispute_id IS NULL)", name="one_of_both"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("brief_version.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("error_report.id"), default=None, index=True)
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("dispute.id"), default=None, index=True)
