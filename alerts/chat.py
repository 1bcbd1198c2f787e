"""A desk's chat room: where short notices go."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from alerts import audit
from alerts.addresses import check_url
from alerts.transitions import find
from models import ChatRoom, Desk, User
from models.network import Network


def set_chat_room(
    session: Session,
    desk_id: int,
    *,
    url: str,
    actor: User,
    cipher: MultiFernet,
    now: datetime,
    allowed_networks: Sequence[Network] = (),
) -> ChatRoom:
    """The desk's room, in place of an earlier one. Raises NotFound, and Invalid for an address that may not be used.

    Who may do this is the caller's to ask.
    """
    audit.take_turn(session)
    find(session, Desk, desk_id)
    host = urlsplit(check_url(url, allowed_networks)).hostname or ""
    session.merge(
        ChatRoom(desk_id=desk_id, url_encrypted=cipher.encrypt(url.encode()), host=host, set_at=now)
    )
    session.flush()
    _note(session, desk_id, "chat.set", actor=actor, now=now, host=host)
    return find(session, ChatRoom, desk_id)


def remove_chat_room(session: Session, desk_id: int, *, actor: User, now: datetime) -> None:
    """The desk has no room any more. Raises NotFound when it had none."""
    audit.take_turn(session)
    room = find(session, ChatRoom, desk_id)
    session.delete(room)
    session.flush()
    _note(session, desk_id, "chat.removed", actor=actor, now=now, host=room.host)


def _note(
    session: Session, desk_id: int, action: str, *, actor: User, now: datetime, **details: object
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="desk",
        object_id=desk_id,
        details=details,
        now=now,
    )
