"""Archives of pages fetched by others: how far each file has been taken over."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ArchiveFile(Base):
    """A WARC file, known by how it begins and not by its name, which changes.

    The pages of every record before `position`, a byte offset, are in the rows: both are written together.
    """

    __tablename__ = "archive_file"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    read_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(BigInteger, default=0)
