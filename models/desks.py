"""Desks, and the staff and keys that may act for them. These are the only people the system knows."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class UserRole(enum.StrEnum):
    """What a member of staff, or a subscribing editor, may do."""

    ANALYST = "analyst"
    PRESS_OFFICER = "press_officer"
    APPROVER = "approver"
    EDITOR = "editor"
    DESK_CHIEF = "desk_chief"
    ADMIN = "admin"


class Desk(Base):
    """The unit that answers for a subject or a place: a ministry, a province, an embassy.

    `hours` are its wall-clock hours as people write them; `holidays` is the country whose holidays it keeps, if any.
    """

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(default="Asia/Ho_Chi_Minh")
    hours: Mapped[str] = mapped_column(default="mon-fri 08:00-17:00")
    holidays: Mapped[str | None] = mapped_column(default="VN")


class User(Base):
    """An account. The password is an Argon2id hash; without one the account signs in by key only."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[UserRole]
    created_at: Mapped[datetime]
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None)
    password_hash: Mapped[str | None] = mapped_column(default=None, repr=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class ApiKey(Base):
    """A key for programs: the prefix finds the row, the SHA-256 of the whole key proves it."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    prefix: Mapped[str] = mapped_column(unique=True)
    key_sha256: Mapped[str] = mapped_column(repr=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class SignIn(Base):
    """A browser session: the cookie's SHA-256, and the token that forms must carry."""

    __tablename__ = "sign_in"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    form_token: Mapped[str] = mapped_column(repr=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
