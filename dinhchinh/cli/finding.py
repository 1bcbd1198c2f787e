"""Rows by the names that people give them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.passwords import written_email
from dinhchinh.cli.state import CommandError
from models import Desk, User


def find_desk(session: Session, slug: str) -> Desk:
    """The desk of that short name. Raises CommandError."""
    desk = session.scalar(select(Desk).where(Desk.slug == slug))
    if desk is None:
        raise CommandError(f"there is no desk {slug!r}; `dinhchinh desk list` shows them")
    return desk


def find_user(session: Session, email: str) -> User:
    """The account of that address. Raises CommandError."""
    user = session.scalar(select(User).where(User.email == written_email(email)))
    if user is None:
        raise CommandError(f"there is no account {email!r}; `dinhchinh user list` shows them")
    return user
