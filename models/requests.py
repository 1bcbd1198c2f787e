"""What is kept of people's requests: answers for a request that is sent again, and lists they come back to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class KeptAnswer(Base):
    """The answer to a request with an Idempotency-Key or a preview's token, written in the transaction of its act."""

    __tablename__ = "kept_answer"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str]
    request_sha256: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(repr=False)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SavedView(Base):
    """A list with its filters under a name; a shared one is seen by the whole desk of whoever saved it."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    place: Mapped[str]
    filters: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    is_shared: Mapped[bool] = mapped_column(default=False)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None, index=True)
