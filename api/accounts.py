"""Opening accounts and desks, for the API and the command alike; each act is in the audit log."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import Conflict, Invalid, record, take_turn
from api.credentials import hash_password
from models import Desk, User, UserRole, nfc

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def create_user(
    session: Session,
    *,
    email: str,
    name: str,
    role: UserRole,
    now: datetime,
    desk_id: int | None = None,
    password: str | None = None,
    actor: User | str = "command",
) -> User:
    """An account; without a password it signs in by key only.

    Raises Invalid for an address or password that cannot be used, Conflict when the address has an account.
    """
    take_turn(session)
    email = nfc(email.strip()).casefold()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise Invalid("email", "is not an e-mail address")
    name = check_name("name", name)
    if desk_id is not None and session.get(Desk, desk_id) is None:
        raise Invalid("desk_id", f"there is no desk {desk_id}")
    existing = session.scalar(select(User).where(User.email == email))
    if existing is not None:
        raise Conflict(f"{email} has an account already", existing)
    user = User(
        email=email,
        name=name,
        role=role,
        created_at=now,
        desk_id=desk_id,
        password_hash=hash_password(password, email=email) if password is not None else None,
    )
    session.add(user)
    session.flush()
    details = {"email": email, "role": role, "desk": desk_id, "has_password": password is not None}
    record(
        session,
        actor=actor,
        action="user.created",
        object_type="user",
        object_id=user.id,
        details=details,
        now=now,
    )
    return user


def create_desk(
    session: Session,
    *,
    slug: str,
    name: str,
    now: datetime,
    time_zone: str = "Asia/Ho_Chi_Minh",
    actor: User | str = "command",
) -> Desk:
    """A desk. Raises Invalid for a name that cannot be used, Conflict when the slug is taken."""
    take_turn(session)
    if not _SLUG.fullmatch(slug) or len(slug) > 100:
        raise Invalid("slug", "must be lower-case letters and digits, joined by hyphens")
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError):
        raise Invalid("time_zone", f"there is no time zone {time_zone!r}") from None
    existing = session.scalar(select(Desk).where(Desk.slug == slug))
    if existing is not None:
        raise Conflict(f"there is a desk {slug} already", existing)
    desk = Desk(slug=slug, name=check_name("name", name), created_at=now, time_zone=time_zone)
    session.add(desk)
    session.flush()
    details = {"slug": slug, "name": desk.name}
    record(
        session,
        actor=actor,
        action="desk.created",
        object_type="desk",
        object_id=desk.id,
        details=details,
        now=now,
    )
    return desk


def check_name(field: str, name: str) -> str:
    """A name as it is stored. Raises Invalid."""
    name = nfc(name.strip())
    if not name or not name.isprintable() or len(name) > 200:
        raise Invalid(field, "must be 1 to 200 printable characters")
    return name
