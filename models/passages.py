"""The evidence library: a few sentences of an official or reference article, each with its publisher and date."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.sources import PublisherKind


class Passage(Base):
    """A span of one article version, copied out for search.

    The publisher and date are copied from the source and article, because a search filters and shows them
    for every hit and because they must stay what they were when the passage was cited.
    A passage of a version that is no longer the latest has `superseded_at` set and is kept: it is what the
    record said then.
    """

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    position: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(repr=False)
    language: Mapped[str | None]
    publisher: Mapped[str]
    publisher_kind: Mapped[PublisherKind]
    filed_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
