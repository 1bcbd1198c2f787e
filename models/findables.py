"""What the search over everything can find: one row a text, its words in the database's own index beside it."""

import enum
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class FindableKind(enum.StrEnum):
    """Which noun a text belongs to."""

    ALERT = "alert"
    ARTICLE = "article"
    PASSAGE = "passage"
    BRIEF = "brief"


class Findable(Base):
    """A text that can be found: `row_id` is the noun's id, `revision` that of the row which holds the text.

    The text itself is not copied. Its words are in `findable_fts` (SQLite) or the column `words` (PostgreSQL), which
    SQLAlchemy does not know. On SQLite words are never taken out again, so an id is never used twice; what they
    point to is simply gone.
    """

    __tablename__ = "findable"
    __table_args__ = (
        UniqueConstraint("kind", "revision"),
        Index(None, "kind", "row_id"),
        Index(None, "kind", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[FindableKind]
    row_id: Mapped[int]
    revision: Mapped[int]
    language: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime | None] = mapped_column(default=None)
