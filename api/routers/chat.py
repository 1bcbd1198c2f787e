"""/desks/{id}/chat: the chat room that a desk's notices go to. Its address is never shown again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from alerts import NotFound
from alerts.chat import remove_chat_room, set_chat_room
from alerts.notices import notify_desk
from api.once import OnceRoute
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Moment, Out, Sent
from models import ChatRoom, writing

router = APIRouter(prefix="/desks/{desk_id}/chat", tags=["desks"], route_class=OnceRoute)

Keeper = Annotated[Actor, Depends(allowed(Permission.KEEP_DESKS))]
DeskId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class ChatRoomIn(Sent):
    """An address that takes `{"text": "…"}`, as the incoming webhooks of most chats do."""

    url: str = Field(max_length=2000, examples=["https://chat.example/hooks/abc"])


class ChatRoomOut(Out):
    """A desk's chat room; of its address only the host is shown."""

    desk_id: int
    host: str
    set_at: Moment


class NoticeOut(Out):
    """The notice that is on its way."""

    notice_id: int


@router.get("", responses=document(404))
def read_room(services: InServices, actor: Keeper, desk_id: DeskId) -> ChatRoomOut:
    """Where the desk's notices go; 404 when it has no room, and its chiefs are mailed instead."""
    with services.sessions() as session:
        room = session.get(ChatRoom, desk_id)
        if room is None:
            raise NotFound("chat room", desk_id)
        return ChatRoomOut.model_validate(room)


@router.put("", responses=document(404))
def set_room(services: InServices, actor: Keeper, desk_id: DeskId, sent: ChatRoomIn) -> ChatRoomOut:
    """Give the desk a room, or another one."""
    with writing(services.sessions) as session:
        room = set_chat_room(
            session,
            desk_id,
            url=sent.url,
            actor=actor.user,
            cipher=services.cipher,
            now=services.clock(),
            allowed_networks=services.allowed_networks,
        )
        return ChatRoomOut.model_validate(room)


@router.delete("", status_code=204, responses=document(404))
def remove_room(services: InServices, actor: Keeper, desk_id: DeskId) -> None:
    """Take the room away."""
    with writing(services.sessions) as session:
        remove_chat_room(session, desk_id, actor=actor.user, now=services.clock())


@router.post("/test", status_code=202, responses=document(404))
def try_room(services: InServices, actor: Keeper, desk_id: DeskId) -> NoticeOut:
    """Send a word there."""
    with writing(services.sessions) as session:
        if session.get(ChatRoom, desk_id) is None:
            raise NotFound("chat room", desk_id)
        text = "Thử nghiệm: phòng này nhận được tin. · A test: this room is reached."
        (notice,) = notify_desk(session, desk_id, subject="Đính Chính", text=text, now=services.clock())
        return NoticeOut(notice_id=notice.id)
