"""How often people looked something up: a count by week and subject, and nothing of who asked or what."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SearchCount(Base):
    """Searches of a week (its Monday) on a subject, and how many found no official passage."""

    __tablename__ = "search_count"

    week: Mapped[date] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    searches: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
