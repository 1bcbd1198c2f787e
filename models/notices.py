"""Word to our own people and subscribers besides webhooks: by e-mail, or into a desk's chat room."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class NoticeState(enum.StrEnum):
    """Where a notice stands."""

    PENDING = "pending"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Notice(Base):
    """One message, to an account's e-mail address or to a desk's chat room: exactly one of the two is named."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    subject: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.PENDING)
    state_reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)


class ChatRoom(Base):
    """Where a desk's chat takes messages. The address lets anybody who has it write there, so it is kept encrypted."""

    __tablename__ = "chat_room"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id", ondelete="CASCADE"), primary_key=True)
    url_encrypted: Mapped[bytes] = mapped_column(repr=False)
    host: Mapped[str]
    set_at: Mapped[datetime]
