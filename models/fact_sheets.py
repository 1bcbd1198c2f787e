"""Official fact sheets filed by hand: evidence that no source publishes, for as long as it holds."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.articles import unpack_text
from models.base import Base

SHEETS = "sheet:"
"""How addresses begin that stand for what was filed by hand: a desk as a source, a sheet as an article."""

RAN_OUT = "its time is over"
"""Why a sheet is retired that nobody took back and no edition replaced."""

PAGE_CAME_FIRST = "the page at its address came into the library first; file it again without the address"
"""Why a sheet is retired that was not put in: between its filing and its first day that page was read."""


class FactSheet(Base):
    """One edition of a sheet. The desk answers for it; it is evidence from `valid_from` until `valid_until`.

    `address` is where it is published, as the addresses of articles are written. `article_id` is set when it is put
    into the library; an edition that replaces another is a later version of the same article. `retired_at` is set when
    it has been taken out, its passages superseded and kept, or when it could not be put in; `retired_reason` says why.
    """

    __tablename__ = "fact_sheet"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    title: Mapped[str]
    text_zstd: Mapped[bytes] = mapped_column(repr=False)
    text_sha256: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filed_at: Mapped[datetime]
    valid_from: Mapped[datetime] = mapped_column(index=True)
    valid_until: Mapped[datetime | None] = mapped_column(default=None, index=True)
    file_name: Mapped[str] = mapped_column(default="")
    address: Mapped[str | None] = mapped_column(default=None)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("fact_sheet.id"), default=None)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None, index=True)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    retired_reason: Mapped[str] = mapped_column(default="")

    @property
    def text(self) -> str:
        """What the sheet says, NFC, paragraphs separated by newlines."""
        return unpack_text(self.text_zstd)
