"""/desk/duty/{id}/chat: the chat room of a desk, set, tried and taken away in plain forms."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from alerts.chat import remove_chat_room, set_chat_room
from api.pages.duty import DeskId, act_on_desk
from api.permissions import Actor, Permission, allowed_form
from api.routers.chat import send_a_word
from api.services import InServices
from models import Desk

router = APIRouter(prefix="/desk/duty/{desk_id}/chat")

Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_CHAT))]


@router.post("")
def set_room(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    url: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give the desk a room, or another one. A refused address is not given back: whoever has it can write there."""

    def act(session: Session, desk: Desk) -> None:
        set_chat_room(
            session,
            desk.id,
            url=url.strip(),
            actor=actor.user,
            cipher=services.cipher,
            now=services.clock(),
            allowed_networks=services.allowed_networks,
        )

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/test")
def try_room(request: Request, services: InServices, actor: Keeper, desk_id: DeskId) -> Response:
    """Send a word there."""

    def act(session: Session, desk: Desk) -> None:
        send_a_word(session, desk.id, now=services.clock())

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/remove")
def remove_room(request: Request, services: InServices, actor: Keeper, desk_id: DeskId) -> Response:
    """Take the room away."""

    def act(session: Session, desk: Desk) -> None:
        remove_chat_room(session, desk.id, actor=actor.user, now=services.clock())

    return act_on_desk(request, services, actor, desk_id, act)
