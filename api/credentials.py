"""Secrets that prove who somebody is: API keys, passwords, browser sessions. None is stored as it was given."""

import hashlib
import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from alerts import Invalid, record, take_turn
from models import ApiKey, SignIn, User, nfc

KEY_LIFE = timedelta(days=365)
SIGN_IN_LIFE = timedelta(hours=12)
_KEY = re.compile(r"dc_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LAST_USED_STEP = timedelta(minutes=1)

# OWASP's second choice of equal strength, about 60 ms on a small server; the library's default took 500 ms under
# load. Two at a time, so that a flood of sign-ins cannot take all memory and both cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
_TOO_COMMON = (
    "password",
    "matkhau",
    "123456",
    "qwerty",
    "dinhchinh",
    "abcdef",
    "iloveyou",
    "admin",
    "vietnam",
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key's row and the key itself, which is shown this once."""

    row: ApiKey
    key: str

    def __repr__(self) -> str:
        return f"NewKey(prefix={self.row.prefix})"


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A browser session's row and the token for its cookie."""

    row: SignIn
    token: str

    def __repr__(self) -> str:
        return f"NewSignIn(user={self.row.user_id})"


def create_key(
    session: Session,
    user: User,
    *,
    label: str,
    now: datetime,
    life: timedelta | None = KEY_LIFE,
    actor: User | str = "command",
) -> NewKey:
    """A key for the account: dc_<prefix>_<secret>, 256 random bits, of which only the SHA-256 is kept."""
    take_turn(session)
    label = nfc(label.strip())
    if not label or not label.isprintable() or len(label) > 200:
        raise Invalid("label", "must be 1 to 200 printable characters")
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(10))
    key = f"dc_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        prefix=prefix,
        key_sha256=digest(key),
        user_id=user.id,
        label=label,
        created_at=now,
        expires_at=now + life if life is not None else None,
    )
    session.add(row)
    session.flush()
    details = {"user": user.id, "prefix": prefix, "label": label, "expires_at": str(row.expires_at)}
    record(
        session,
        actor=actor,
        action="key.created",
        object_type="key",
        object_id=row.id,
        details=details,
        now=now,
    )
    return NewKey(row, key)


def revoke_key(session: Session, row: ApiKey, *, now: datetime, actor: User | str = "command") -> None:
    """End a key's life now."""
    take_turn(session)
    if row.revoked_at is None:
        row.revoked_at = now
        record(
            session,
            actor=actor,
            action="key.revoked",
            object_type="key",
            object_id=row.id,
            details={},
            now=now,
        )


def find_key(session: Session, key: str, *, now: datetime) -> tuple[ApiKey, User] | None:
    """The key's row and its active account, unless the key is unknown, expired or revoked."""
    matched = _KEY.fullmatch(key)
    if matched is None:
        return None
    found = session.execute(
        select(ApiKey, User).join(User, User.id == ApiKey.user_id).where(ApiKey.prefix == matched[1])
    ).first()
    # Hashed and compared also when there is no such prefix, so that the time tells nothing.
    expected = found[0].key_sha256 if found else "0" * 64
    if not secrets.compare_digest(expected, digest(key)) or found is None:
        return None
    row, user = found
    lives = row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    return (row, user) if lives and user.is_active else None


def needs_mark(row: ApiKey, now: datetime) -> bool:
    """Whether `last_used_at` is worth a write: at most once a minute."""
    return row.last_used_at is None or now - row.last_used_at >= _LAST_USED_STEP


def hash_password(password: str, *, email: str = "") -> str:
    """The Argon2id hash of a password that follows the rules. Raises Invalid.

    NIST SP 800-63B: length counts, composition does not; well-known passwords and one's own address are refused.
    """
    password = _prepare(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid("password", f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    bare = re.sub(r"[\W\d_]+", "", password.casefold())
    own = email.partition("@")[0]
    if len(set(password)) < 5 or any(bare == word or bare == word * 2 for word in (*_TOO_COMMON, own, "")):
        raise Invalid("password", "is too easy to guess")
    if password.isdigit():
        raise Invalid("password", "must not be digits alone")
    with _AT_ONCE:
        return _HASHER.hash(password)


def check_password(session: Session, email: str, password: str) -> User | None:
    """The active account that this address and password belong to. It takes as long when there is none."""
    user = session.scalar(select(User).where(User.email == nfc(email.strip()).casefold()))
    expected = (user.password_hash if user else None) or _NOBODY
    try:
        with _AT_ONCE:
            _HASHER.verify(expected, _prepare(password)[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return user if user is not None and user.is_active and user.password_hash else None


def open_sign_in(session: Session, user: User, *, now: datetime) -> NewSignIn:
    """A fresh browser session; those that have run out are swept away with it."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_sha256=digest(token),
        user_id=user.id,
        form_token=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + SIGN_IN_LIFE,
    )
    session.add(row)
    session.flush()
    return NewSignIn(row, token)


def find_sign_in(session: Session, token: str, *, now: datetime) -> tuple[SignIn, User] | None:
    """The session that a cookie stands for, and its active account, unless it has run out."""
    found = session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.token_sha256 == digest(token), SignIn.expires_at > now)
    ).first()
    return (found[0], found[1]) if found is not None and found[1].is_active else None


def close_sign_in(session: Session, row: SignIn) -> None:
    """Sign out."""
    session.execute(delete(SignIn).where(SignIn.token_sha256 == row.token_sha256))


def end_sign_ins(session: Session, user: User) -> None:
    """Sign an account out everywhere."""
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def digest(secret: str) -> str:
    """The SHA-256 that is stored of a random secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _prepare(password: str) -> str:
    # The same password typed on a Mac and on a PC differs in normalisation only.
    return unicodedata.normalize("NFKC", password)


# Verified against when there is no such account; nobody knows its password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))
