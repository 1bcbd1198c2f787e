"""/desks/{id}/chat: the chat room that a desk's notices go to. Its address is never shown again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from sqlalchemy.orm import Session

from alerts import NotFound
from alerts.chat import remove_chat_room, set_chat_room
from alerts.notices import notify_desk
from api.once import OnceRoute
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.routers.duty import find_own_desk
from api.services import InServices
from api.views.base import Out, Sent
from api.views.chat import ChatRoomOut, describe_room
from models import ChatRoom, Notice, writing

router = APIRouter(prefix="/desks/{desk_id}/chat", tags=["desks"], route_class=OnceRoute)

Keeper = Annotated[Actor, Depends(allowed(Permission.KEEP_CHAT))]
DeskId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class ChatRoomIn(Sent):
    """An address that takes `{"text": "…"}`, as the incoming webhooks of most chats do."""

    url: str = Field(max_length=2000, examples=["https://chat.example/hooks/abc"])


class NoticeOut(Out):
    """The notice that is on its way."""

    notice_id: int


@router.get("", responses=document(404))
def read_room(services: InServices, actor: Keeper, desk_id: DeskId) -> ChatRoomOut:
    """Where the desk's notices go; 404 when it has no room, and its chiefs are mailed instead."""
    with services.sessions() as session:
        find_own_desk(session, desk_id, actor)
        return _describe(session, desk_id)


@router.put("", responses=document(404))
def set_room(services: InServices, actor: Keeper, desk_id: DeskId, sent: ChatRoomIn) -> ChatRoomOut:
    """Give the desk a room, or another one."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        set_chat_room(
            session,
            desk_id,
            url=sent.url,
            actor=actor.user,
            cipher=services.cipher,
            now=services.clock(),
            allowed_networks=services.allowed_networks,
        )
        return _describe(session, desk_id)


@router.delete("", status_code=204, responses=document(404))
def remove_room(services: InServices, actor: Keeper, desk_id: DeskId) -> None:
    """Take the room away."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        remove_chat_room(session, desk_id, actor=actor.user, now=services.clock())


@router.post("/test", status_code=202, responses=document(404))
def try_room(services: InServices, actor: Keeper, desk_id: DeskId) -> NoticeOut:
    """Send a word there."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        return NoticeOut(notice_id=send_a_word(session, desk_id, now=services.clock()).id)


def send_a_word(session: Session, desk_id: int, *, now: datetime) -> Notice:
    """A test into the desk's room. Raises NotFound when it has none."""
    if session.get(ChatRoom, desk_id) is None:
        raise NotFound("chat room", desk_id)
    text = "Thử nghiệm: phòng này nhận được tin. · A test: this room is reached."
    (notice,) = notify_desk(session, desk_id, subject="Đính Chính", text=text, now=now)
    return notice


def _describe(session: Session, desk_id: int) -> ChatRoomOut:
    room = describe_room(session, desk_id)
    if room is None:
        raise NotFound("chat room", desk_id)
    return room
