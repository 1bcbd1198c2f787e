"""Opening accounts and desks, for the API and the command alike; each act is in the audit log."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from alerts import Conflict, Invalid, record, take_turn
from api.credentials import end_sign_ins
from api.passwords import LeakedPasswords, hash_password, written_email
from models import Desk, RecoveryCode, SignIn, User, UserRole, nfc

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
    leaked: LeakedPasswords | None = None,
    actor: User | str = "command",
) -> User:
    """An account; without a password it signs in by key only.

    Raises Invalid for an address or password that cannot be used, Conflict when the address has an account.
    """
    take_turn(session)
    email = written_email(email)
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise Invalid("email", "is not an e-mail address")
    name = check_name("name", name)
    if desk_id is not None and session.get(Desk, desk_id) is None:
        raise Invalid("desk_id", f"there is no desk {desk_id}")
    existing = session.scalar(select(User).where(User.email == email))
    if existing is not None:
        raise Conflict(f"{email} has an account already", existing)
    hashed = None if password is None else hash_password(password, email=email, name=name, leaked=leaked)
    user = User(
        email=email,
        name=name,
        role=role,
        created_at=now,
        desk_id=desk_id,
        password_hash=hashed,
    )
    session.add(user)
    session.flush()
    details = {"email": email, "role": role, "desk": desk_id, "has_password": password is not None}
    _note(session, user, "user.created", actor=actor, details=details, now=now)
    return user


def change_user(
    session: Session,
    user: User,
    *,
    now: datetime,
    name: str | None = None,
    role: UserRole | None = None,
    desk_id: int | None = None,
    every_desk: bool = False,
    is_active: bool | None = None,
    password: str | None = None,
    reset_second_factor: bool = False,
    leaked: LeakedPasswords | None = None,
    actor: User | str = "command",
) -> User:
    """Change what is given; the account is signed out everywhere. `every_desk` takes it from its desk.

    Raises Invalid; nobody changes their own role or switches themselves off.
    """
    take_turn(session)
    if isinstance(actor, User) and actor.id == user.id and (role is not None or is_active is not None):
        field = "is_active" if role is None else "role"
        raise Invalid(field, "is not changed by oneself; another admin does that")
    if desk_id is not None and session.get(Desk, desk_id) is None:
        raise Invalid("desk_id", f"there is no desk {desk_id}")
    user.name = user.name if name is None else check_name("name", name)
    user.role = role or user.role
    user.desk_id = None if every_desk else desk_id or user.desk_id
    user.is_active = user.is_active if is_active is None else is_active
    if password is not None:
        user.password_hash = hash_password(password, email=user.email, name=user.name, leaked=leaked)
    had_factor = user.code_secret_encrypted is not None
    if reset_second_factor:
        user.code_secret_encrypted = user.code_confirmed_at = user.code_last_step = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    end_sign_ins(session, user)
    details = {
        "name": user.name,
        "role": user.role,
        "desk": user.desk_id,
        "is_active": user.is_active,
        "new_password": password is not None,
        "second_factor_taken_off": reset_second_factor and had_factor,
    }
    _note(session, user, "user.changed", actor=actor, details=details, now=now)
    return user


def change_password(
    session: Session,
    user: User,
    password: str,
    *,
    actor: User | str,
    now: datetime,
    leaked: LeakedPasswords | None = None,
    but: SignIn | None = None,
) -> None:
    """Another password; every session ends but the one that is named. Raises Invalid."""
    take_turn(session)
    user.password_hash = hash_password(password, email=user.email, name=user.name, leaked=leaked)
    end_sign_ins(session, user, but=but)
    _note(session, user, "user.password_changed", actor=actor, details={}, now=now)


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
    _check_zone(time_zone)
    existing = session.scalar(select(Desk).where(Desk.slug == slug))
    if existing is not None:
        raise Conflict(f"there is a desk {slug} already", existing)
    desk = Desk(slug=slug, name=check_name("name", name), created_at=now, time_zone=time_zone)
    session.add(desk)
    session.flush()
    details = {"slug": slug, "name": desk.name}
    _note(session, desk, "desk.created", actor=actor, details=details, now=now)
    return desk


def change_desk(
    session: Session,
    desk: Desk,
    *,
    now: datetime,
    name: str | None = None,
    time_zone: str | None = None,
    actor: User | str = "command",
) -> Desk:
    """Change what is given; the slug stays, because addresses carry it. Raises Invalid."""
    take_turn(session)
    desk.name = desk.name if name is None else check_name("name", name)
    desk.time_zone = desk.time_zone if time_zone is None else _check_zone(time_zone)
    details = {"name": desk.name, "time_zone": desk.time_zone}
    _note(session, desk, "desk.changed", actor=actor, details=details, now=now)
    return desk


def check_name(field: str, name: str) -> str:
    """A name as it is stored. Raises Invalid."""
    name = nfc(name.strip())
    if not name or not name.isprintable() or len(name) > 200:
        raise Invalid(field, "must be 1 to 200 printable characters")
    return name


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Invalid("time_zone", f"there is no time zone {name!r}") from None
    return name


def _note(
    session: Session,
    row: User | Desk,
    action: str,
    *,
    actor: User | str,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    kind = "user" if isinstance(row, User) else "desk"
    record(session, actor=actor, action=action, object_type=kind, object_id=row.id, details=details, now=now)
