"""What was counted before an act on many: sealed, so that exactly that set, as it was seen, is acted on, and once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy.orm import Session

from alerts import BulkDone, Invalid, Left
from models import KeptAnswer, Outcome

VALID_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An act on many alerts, and the alerts with the versions that were seen. `until` is of a snooze, `outcome` not."""

    actor_id: int
    made_at: datetime
    seen: Sequence[tuple[int, int]]
    note: str
    outcome: Outcome | None = None
    duplicate_of: int | None = None
    until: datetime | None = None


def seal(preview: Preview, cipher: MultiFernet) -> str:
    """The preview as a token that nobody can change."""
    return cipher.encrypt(json.dumps(asdict(preview), default=str).encode()).decode()


def unseal(token: str, cipher: MultiFernet, *, actor_id: int, now: datetime) -> Preview:
    """What was counted. Raises Invalid for a token that is not ours, somebody else's, or older than ten minutes."""
    try:
        sealed = json.loads(cipher.decrypt(token.encode()))
    except (InvalidToken, ValueError):
        raise Invalid("token", "is not one that a preview gave") from None
    if not isinstance(sealed, dict) or sealed.get("actor_id") != actor_id:
        raise Invalid("token", "belongs to somebody else's preview")
    made_at = datetime.fromisoformat(sealed["made_at"])
    if now - made_at > VALID_FOR:
        raise Invalid("token", "is older than ten minutes; preview again")
    return Preview(
        actor_id=actor_id,
        made_at=made_at,
        seen=[(alert_id, version) for alert_id, version in sealed["seen"]],
        note=sealed["note"],
        outcome=Outcome(sealed["outcome"]) if sealed["outcome"] else None,
        duplicate_of=sealed["duplicate_of"],
        until=datetime.fromisoformat(sealed["until"]) if sealed["until"] else None,
    )


def find_done(session: Session, token: str, cipher: MultiFernet, *, actor_id: int) -> BulkDone | None:
    """What a token did that was sent before; nothing if it is new."""
    kept = session.get(KeptAnswer, (actor_id, _name(token)))
    if kept is None:
        return None
    answer = json.loads(cipher.decrypt(kept.body))
    return BulkDone(tuple(answer["done"]), tuple(Left(**one) for one in answer["left"]))


def keep_done(session: Session, token: str, preview: Preview, done: BulkDone, cipher: MultiFernet) -> None:
    """Keep what a token did, in the transaction of the act and for as long as the token is valid."""
    session.add(
        KeptAnswer(
            user_id=preview.actor_id,
            key=_name(token),
            route="POST /alerts/bulk",
            request_sha256=hashlib.sha256(token.encode()).hexdigest(),
            status=200,
            headers={},
            body=cipher.encrypt(json.dumps(asdict(done)).encode()),
            expires_at=preview.made_at + VALID_FOR,
        )
    )


def _name(token: str) -> str:
    # No Idempotency-Key has a slash, so that no name of somebody's own is this one.
    return f"preview/{hashlib.sha256(token.encode()).hexdigest()}"
