"""What was published: articles, the text as it was each time it changed, and the stories they belong to."""

import enum
from datetime import datetime

import zstandard
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ArticleState(enum.StrEnum):
    """Where an article stands on its way from a feed entry to a stored text."""

    WANTED = "wanted"
    READ = "read"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    GONE = "gone"


class Story(Base):
    """Articles that are the same dispatch.

    The key is the address of the earliest article by (published_at, url), so that it does not depend on
    the order in which pages happened to arrive.
    """

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(unique=True)
    first_published_at: Mapped[datetime]


class Article(Base):
    """One published page. A row in state wanted is a feed entry whose page has yet to be read.

    `watched_since` is set while an alert on one of its claims is open, and its page is looked at the more often.
    Nothing here says who wrote it: by-lines are dropped when the page is read.
    """

    __tablename__ = "article"
    __table_args__ = (Index(None, "state", "next_read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    url: Mapped[str] = mapped_column(unique=True)
    link: Mapped[str]
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    first_seen_at: Mapped[datetime]
    entry_title: Mapped[str] = mapped_column(default="")
    entry_published_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[ArticleState] = mapped_column(default=ArticleState.WANTED)
    state_reason: Mapped[str] = mapped_column(default="seen in the feed")
    next_read_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    reads: Mapped[int] = mapped_column(default=0)
    watched_since: Mapped[datetime | None] = mapped_column(default=None, index=True)

    title: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    language: Mapped[str | None] = mapped_column(default=None)
    etag: Mapped[str | None] = mapped_column(default=None)
    last_modified: Mapped[str | None] = mapped_column(default=None)
    versions: Mapped[int] = mapped_column(default=0)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), default=None, index=True)
    story_reason: Mapped[str | None] = mapped_column(default=None)
    story_score: Mapped[float | None] = mapped_column(default=None)


class ArticleVersion(Base):
    """The title and text of an article at one reading. Spans elsewhere are offsets into `text` (NFC).

    `grouped_at` is empty until its story is told, `analysed_at` until its passages are filed (official
    and reference sources) or its claims are found (monitored ones).
    """

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"), Index(None, "published_at", "fetched_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    text_zstd: Mapped[bytes] = mapped_column(repr=False)
    text_sha256: Mapped[str]
    language: Mapped[str | None]
    fetched_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    signature: Mapped[bytes | None] = mapped_column(default=None, repr=False)
    grouped_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    analysed_at: Mapped[datetime | None] = mapped_column(default=None, index=True)

    @property
    def text(self) -> str:
        """The article's text, NFC, paragraphs separated by newlines."""
        return unpack_text(self.text_zstd)


def pack_text(text: str) -> bytes:
    """The text as it is stored: UTF-8, zstd."""
    return zstandard.compress(text.encode(), 6)


def unpack_text(packed: bytes) -> str:
    """What pack_text packed."""
    return zstandard.decompress(packed).decode()
