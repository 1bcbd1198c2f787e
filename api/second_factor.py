"""The second factor: six digits that an authenticator shows (TOTP, RFC 6238), and recovery codes that work once."""

import base64
import hashlib
import hmac
import logging
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from alerts import Conflict, Invalid, record, take_turn
from models import RecoveryCode, User

log = logging.getLogger(__name__)

STEP_SECONDS = 30
DIGITS = 6
# A clock that is up to half a minute off still shows a code that counts.
_STEPS_OFF = (0, -1, 1)
_SECRET_BYTES = 20
_RECOVERY_CODES = 10
_RECOVERY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one time step (HOTP, RFC 4226, with SHA-1 as every authenticator has it)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def find_step(secret: bytes, code: str, now: datetime, after: int | None = None) -> int | None:
    """The time step whose code this is, later than `after`; None when it is no code of these moments."""
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    # Every candidate is compared, so that the time tells nothing.
    for step in (current + off for off in _STEPS_OFF):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and (
            after is None or step > after
        ):
            found = step
    return found


def begin(session: Session, user_id: int, *, cipher: MultiFernet) -> bytes:
    """A fresh secret for an account that has no second factor yet. It counts once a code of it was given."""
    user = session.get_one(User, user_id)
    if user.code_confirmed_at is not None:
        raise Conflict("the account has a second factor already", user)
    secret = secrets.token_bytes(_SECRET_BYTES)
    user.code_secret_encrypted = cipher.encrypt(secret)
    user.code_last_step = None
    return secret


def confirm(session: Session, user_id: int, code: str, *, cipher: MultiFernet, now: datetime) -> list[str]:
    """Switch the second factor on with a first code; the recovery codes, which are shown this once."""
    take_turn(session)
    user = session.get_one(User, user_id)
    if user.code_confirmed_at is not None or user.code_secret_encrypted is None:
        raise Conflict("there is no second factor that waits to be confirmed", user)
    if not _take_code(session, user, code, cipher=cipher, now=now):
        raise Invalid("code", "is not the code that the authenticator shows now")
    user.code_confirmed_at = now
    codes = ["-".join(_draw(4) for _ in range(4)) for _ in range(_RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(RecoveryCode(user_id=user.id, code_sha256=_digest(one)) for one in codes)
    _note(session, user, "user.second_factor_on", actor=user, now=now)
    return codes


def check(session: Session, user_id: int, code: str, *, cipher: MultiFernet, now: datetime) -> bool:
    """Whether this proves the second factor, now and only once: a code of these moments, or a recovery code."""
    user = session.get_one(User, user_id)
    if _take_code(session, user, code.replace(" ", ""), cipher=cipher, now=now):
        return True
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_sha256 == _digest(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def end(session: Session, user: User, *, actor: User | str, now: datetime) -> None:
    """Switch the second factor off."""
    take_turn(session)
    if user.code_secret_encrypted is None:
        return
    user.code_secret_encrypted = user.code_confirmed_at = user.code_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    _note(session, user, "user.second_factor_off", actor=actor, now=now)


def count_recovery_codes(session: Session, user_id: int) -> int:
    """How many recovery codes are left."""
    unused = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(unused).all())


def written(secret: bytes) -> str:
    """The secret as it is typed into an authenticator."""
    return base64.b32encode(secret).decode()


def address(secret: bytes, *, email: str, office: str) -> str:
    """The secret as a QR code carries it into an authenticator."""
    label = quote(f"{office}:{email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': written(secret), 'issuer': office})}"


def _take_code(session: Session, user: User, code: str, *, cipher: MultiFernet, now: datetime) -> bool:
    if user.code_secret_encrypted is None:
        return False
    try:
        secret = cipher.decrypt(user.code_secret_encrypted)
    except InvalidToken:
        # Then no code proves anything, and a recovery code still does.
        log.error("account %s: its second factor cannot be read with the keys in the settings", user.id)
        return False
    step = find_step(secret, code, now, user.code_last_step)
    if step is None:
        return False
    # Compare-and-set: of two requests with one code, one is let in.
    taken = session.scalar(
        update(User)
        .where(User.id == user.id, or_(User.code_last_step.is_(None), User.code_last_step < step))
        .values(code_last_step=step)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(user, ["code_last_step"])
    return taken is not None


def _draw(letters: int) -> str:
    return "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(letters))


def _digest(code: str) -> str:
    # 80 random bits need no slow hash.
    bare = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(bare.encode()).hexdigest()


def _note(session: Session, user: User, action: str, *, actor: User | str, now: datetime) -> None:
    record(session, actor=actor, action=action, object_type="user", object_id=user.id, now=now)
