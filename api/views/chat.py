"""A desk's chat room, and what became of the last word that was sent there."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from models import ChatRoom, Notice, NoticeState


class LastWordOut(Out):
    """The latest notice for the room as it is set; `reason` says why it has not arrived."""

    created_at: Moment
    state: NoticeState
    reason: str


class ChatRoomOut(Out):
    """A desk's chat room; of its address only the host is shown."""

    desk_id: int
    host: str
    set_at: Moment
    last: LastWordOut | None


def describe_room(session: Session, desk_id: int) -> ChatRoomOut | None:
    """The desk's room, if it has one."""
    room = session.get(ChatRoom, desk_id)
    if room is None:
        return None
    last = session.scalar(
        select(Notice)
        .where(Notice.desk_id == desk_id, Notice.created_at >= room.set_at)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return ChatRoomOut(
        desk_id=room.desk_id,
        host=room.host,
        set_at=room.set_at,
        last=None
        if last is None
        else LastWordOut(created_at=last.created_at, state=last.state, reason=last.state_reason),
    )
