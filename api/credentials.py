"""Random secrets that prove who somebody is: API keys and browser sessions. None is stored as it was given."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from alerts import Conflict, Invalid, record, take_turn
from models import ApiKey, SignIn, User, nfc

KEY_LIFE = timedelta(days=365)
SIGN_IN_LIFE = timedelta(hours=12)
CODE_LIFE = timedelta(minutes=5)
_KEY = re.compile(r"dc_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LAST_USED_STEP = timedelta(minutes=1)


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
    scopes: Sequence[str] | None = None,
    actor: User | str = "command",
) -> NewKey:
    """A key for the account: dc_<prefix>_<secret>, 256 random bits, of which only the SHA-256 is kept.

    `scopes` are names of actions; without them it may do what its account may do.
    """
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
        scopes=sorted(set(scopes)) if scopes is not None else None,
    )
    session.add(row)
    session.flush()
    details = {
        "user": user.id,
        "prefix": prefix,
        "label": label,
        "expires_at": str(row.expires_at),
        "scopes": row.scopes,
    }
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


def narrow_key(
    session: Session, row: ApiKey, *, scopes: Sequence[str], now: datetime, actor: User | str = "command"
) -> None:
    """Let a key do less. Raises Conflict for one that has ended, Invalid for what it may not do already."""
    take_turn(session)
    _need_alive(session, row, now)
    wider = set() if row.scopes is None else set(scopes) - set(row.scopes)
    if wider:
        raise Invalid("scopes", f"may only become fewer; this key is not for {', '.join(sorted(wider))}")
    before, row.scopes = row.scopes, sorted(set(scopes))
    record(
        session,
        actor=actor,
        action="key.narrowed",
        object_type="key",
        object_id=row.id,
        details={"scopes": row.scopes, "scopes_before": before},
        now=now,
    )


def rotate_key(
    session: Session,
    row: ApiKey,
    *,
    now: datetime,
    life: timedelta | None = KEY_LIFE,
    overlap: timedelta = timedelta(0),
    actor: User | str = "command",
) -> NewKey:
    """A new key for the same account, label and scopes; the old one ends now, or after the overlap.

    Raises Conflict for one that has ended.
    """
    take_turn(session)
    _need_alive(session, row, now)
    user = session.get_one(User, row.user_id)
    made = create_key(session, user, label=row.label, now=now, life=life, scopes=row.scopes, actor=actor)
    if overlap:
        row.expires_at = min(row.expires_at or now + overlap, now + overlap)
    else:
        row.revoked_at = now
    record(
        session,
        actor=actor,
        action="key.rotated",
        object_type="key",
        object_id=row.id,
        details={"into": made.row.id, "ends_at": str(row.revoked_at or row.expires_at)},
        now=now,
    )
    return made


def is_alive(row: ApiKey, now: datetime) -> bool:
    """Whether a key still opens anything."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def _need_alive(session: Session, row: ApiKey, now: datetime) -> None:
    # It was read before the turn was taken: somebody may have narrowed or ended it meanwhile.
    session.refresh(row)
    if not is_alive(row, now):
        raise Conflict(f"key {row.prefix} has ended", row)


# Made once: it is asked with every request, and making it takes about as long.
_OF_PREFIX = (
    select(ApiKey, User).join(User, User.id == ApiKey.user_id).where(ApiKey.prefix == bindparam("sent"))
)


def find_key(session: Session, key: str, *, now: datetime) -> tuple[ApiKey, User] | None:
    """The key's row and its active account, unless the key is unknown, expired or revoked."""
    matched = _KEY.fullmatch(key)
    if matched is None:
        return None
    found = session.execute(_OF_PREFIX, {"sent": matched[1]}).first()
    # Hashed and compared also when there is no such prefix, so that the time tells nothing.
    expected = found[0].key_sha256 if found else "0" * 64
    if not secrets.compare_digest(expected, digest(key)) or found is None:
        return None
    row, user = found
    return (row, user) if is_alive(row, now) and user.is_active else None


def needs_mark(row: ApiKey, now: datetime) -> bool:
    """Whether `last_used_at` is worth a write: at most once a minute."""
    return row.last_used_at is None or now - row.last_used_at >= _LAST_USED_STEP


def open_sign_in(session: Session, user: User, *, now: datetime, needs_code: bool = False) -> NewSignIn:
    """A fresh browser session; those that have run out are swept away with it.

    With `needs_code` it lives for minutes and opens nothing but the way to the second factor.
    """
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_sha256=digest(token),
        user_id=user.id,
        form_token=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + (CODE_LIFE if needs_code else SIGN_IN_LIFE),
        needs_code=needs_code,
    )
    session.add(row)
    session.flush()
    return NewSignIn(row, token)


def find_sign_in(
    session: Session, token: str, *, now: datetime, needs_code: bool = False
) -> tuple[SignIn, User] | None:
    """The session that a cookie stands for, and its active account, unless it has run out.

    With `needs_code` those alone that wait for the second factor; otherwise those alone that do not.
    """
    found = session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.token_sha256 == digest(token),
            SignIn.expires_at > now,
            SignIn.needs_code.is_(needs_code),
        )
    ).first()
    return (found[0], found[1]) if found is not None and found[1].is_active else None


def close_sign_in(session: Session, row: SignIn) -> None:
    """Sign out."""
    session.execute(delete(SignIn).where(SignIn.token_sha256 == row.token_sha256))


def end_sign_ins(session: Session, user: User, *, but: SignIn | None = None) -> None:
    """Sign an account out everywhere, or everywhere else."""
    ended = delete(SignIn).where(SignIn.user_id == user.id)
    session.execute(ended if but is None else ended.where(SignIn.token_sha256 != but.token_sha256))


def digest(secret: str) -> str:
    """The SHA-256 that is stored of a random secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
