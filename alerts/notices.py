"""Word by e-mail or into a desk's chat. Like an event, a notice is a row of the act that is told of, sent later."""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.mail import MailError, Postbox
from alerts.redaction import redact
from alerts.sender import Answer, Sender
from models import ChatRoom, Notice, NoticeState, Sessions, User, UserRole, writing

log = logging.getLogger(__name__)

# The wait before each attempt, and how long one that was begun belongs to whoever began it.
WAITS = (
    timedelta(),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
_TAKEN_FOR = timedelta(minutes=2)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Notified:
    """What one pass did."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0


def notify_person(session: Session, user_id: int, *, subject: str, text: str, now: datetime) -> Notice:
    """An e-mail to an account, due at once."""
    return _add(
        session, Notice(subject=subject, text=text, created_at=now, next_attempt_at=now, user_id=user_id)
    )


def notify_desk(
    session: Session, desk_id: int | None, *, subject: str, text: str, now: datetime
) -> list[Notice]:
    """A message into the desk's chat room; without one, e-mails to its chiefs, or to admins where there is no desk."""
    if desk_id is not None and session.get(ChatRoom, desk_id) is not None:
        notice = Notice(subject=subject, text=text, created_at=now, next_attempt_at=now, desk_id=desk_id)
        return [_add(session, notice)]
    chiefs = select(User.id).where(User.is_active, User.role == UserRole.DESK_CHIEF, User.desk_id == desk_id)
    admins = select(User.id).where(User.is_active, User.role == UserRole.ADMIN)
    found = (session.scalars(chiefs).all() if desk_id is not None else []) or session.scalars(admins).all()
    return [notify_person(session, one, subject=subject, text=text, now=now) for one in sorted(found)]


def notify_room(
    session: Session, desk_id: int | None, *, subject: str, text: str, now: datetime
) -> Notice | None:
    """The same words that people are mailed, into the desk's chat room if it has one."""
    if desk_id is None or session.get(ChatRoom, desk_id) is None:
        return None
    (notice,) = notify_desk(session, desk_id, subject=subject, text=text, now=now)
    return notice


def send_notices(
    sessions: Sessions, *, postbox: Postbox | None, sender: Sender, cipher: MultiFernet, now: datetime
) -> Notified:
    """Send what is due, one by one. Without a postbox e-mails are given up at once, with the reason on the row."""
    done = Notified()
    for notice_id in _take(sessions, now):
        try:
            reason, permanent = _send(sessions, notice_id, postbox, sender, cipher)
        except Exception:
            log.exception("notice %s: sending broke off", notice_id)
            reason, permanent = "sending broke off; the log has the details", False
        state = _settle(sessions, notice_id, reason, permanent, now)
        done = Notified(
            sent=done.sent + (state is NoticeState.SENT),
            waiting=done.waiting + (state is NoticeState.PENDING),
            given_up=done.given_up + (state is NoticeState.GIVEN_UP),
        )
    return done


def _add(session: Session, notice: Notice) -> Notice:
    session.add(notice)
    session.flush()
    return notice


def _take(sessions: Sessions, now: datetime) -> list[int]:
    due = (
        select(Notice.id)
        .where(Notice.state == NoticeState.PENDING, Notice.next_attempt_at <= now)
        .order_by(Notice.next_attempt_at, Notice.id)
        .limit(_AT_ONCE)
    )
    with sessions() as session:
        found = session.scalars(due).all()
    if not found:
        return []
    with writing(sessions) as session:
        ours = session.scalars(
            update(Notice)
            .where(Notice.id.in_(found), Notice.state == NoticeState.PENDING, Notice.next_attempt_at <= now)
            .values(next_attempt_at=now + _TAKEN_FOR)
            .returning(Notice.id)
            .execution_options(synchronize_session=False)
        ).all()
    return sorted(ours)


def _send(
    sessions: Sessions, notice_id: int, postbox: Postbox | None, sender: Sender, cipher: MultiFernet
) -> tuple[str, bool]:
    """Why it did not arrive (empty when it did), and whether it never will."""
    with sessions() as session:
        notice = session.get_one(Notice, notice_id)
        room = session.get(ChatRoom, notice.desk_id) if notice.desk_id is not None else None
        user = session.get(User, notice.user_id) if notice.user_id is not None else None
    if user is not None:
        if postbox is None:
            return "no mail server is set (DINHCHINH_SMTP_URL)", True
        try:
            postbox.post(notice, name=user.name, address=user.email)
        except MailError as problem:
            return str(problem), problem.permanent
        return "", False
    if room is None:
        return "the desk has no chat room any more", True
    try:
        url = cipher.decrypt(room.url_encrypted).decode()
    except InvalidToken:
        return "the room's address cannot be read with the keys in the settings", False
    answer = asyncio.run(_post(sender, url, notice))
    if answer.status is not None and 200 <= answer.status < 300:
        return "", False
    said = f"answered {answer.status}" if answer.status is not None else answer.error
    return redact(said.replace(url, room.host)), answer.permanent or answer.status in (404, 410)


async def _post(sender: Sender, url: str, notice: Notice) -> Answer:
    # `text` is what Slack, Mattermost, Rocket.Chat, Google Chat and Teams' workflows all show.
    body = json.dumps({"text": f"{notice.subject}\n{notice.text}"}, ensure_ascii=False).encode()
    async with sender.open() as connections:
        return await connections.send(url, {"content-type": "application/json"}, body)


def _settle(sessions: Sessions, notice_id: int, reason: str, permanent: bool, now: datetime) -> NoticeState:
    with writing(sessions) as session:
        notice = session.get_one(Notice, notice_id)
        notice.attempts += 1
        notice.state_reason = reason
        notice.next_attempt_at = None
        if not reason:
            notice.state = NoticeState.SENT
        elif permanent or notice.attempts >= len(WAITS):
            notice.state = NoticeState.GIVEN_UP
        else:
            notice.next_attempt_at = now + WAITS[notice.attempts]
        return notice.state
