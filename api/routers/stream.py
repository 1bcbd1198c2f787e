"""/stream: server-sent events of what happens at the desk, resumed with Last-Event-ID."""

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.errors import NotSignedIn
from api.following import Happened, News, find_start, read_news
from api.permissions import Actor, Permission, allowed, identify_sender
from api.problems import document
from api.services import InServices, Services

router = APIRouter(tags=["stream"])

ASK_EVERY_SECONDS = 1.0
PING_EVERY_SECONDS = 15.0
# A stream ends by itself; browsers come back at once, with the number they have seen.
LONGEST_SECONDS = 900.0

_ABOUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events without end",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/stream", responses=document() | _ABOUT, response_class=StreamingResponse)
def follow(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.FOLLOW))],
    last_event_id: Annotated[
        str | None, Header(max_length=40, description="The id of the last event that was seen")
    ] = None,
    since: Annotated[
        str | None,
        Query(max_length=40, description="The same for who cannot send the header, which counts first"),
    ] = None,
    named: Annotated[
        bool, Query(description="No: every act is a plain message; browsers hear only names they know")
    ] = True,
    once: Annotated[bool, Query(description="End when everything so far has been told")] = False,
) -> StreamingResponse:
    """What is done to alerts and briefs that one may see: the event is named by the act, its data say to which row.

    With `Last-Event-ID` everything since is told first, up to ten thousand acts; where that is not possible there is
    one event `reset`: read the lists anew. Otherwise the first event, `ready`, gives the number to begin from.

    The stream ends when the session or key does, or when what its account may see has changed: come again.
    """
    with services.sessions() as session:
        after, is_lost = find_start(session, last_event_id or since)
    begin = _event("reset" if is_lost else "ready", after, {})
    lines = _tell(request, services, actor, after, named=named, once=once)

    async def tell() -> AsyncIterator[str]:
        yield begin
        async for line in lines:
            yield line

    return StreamingResponse(tell(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _tell(
    request: Request, services: Services, actor: Actor, after: int, *, named: bool, once: bool
) -> AsyncIterator[str]:
    began = pinged = time.monotonic()
    while time.monotonic() - began < LONGEST_SECONDS:
        is_ping = time.monotonic() - pinged > PING_EVERY_SECONDS
        news = await run_in_threadpool(_ask, request, services, after, actor, is_ping)
        if news is None:
            return
        for act in news.acts:
            yield _event(act.action if named else "message", act.number, _describe(act))
        if news.up_to > after:
            after = news.up_to
            continue
        if once:
            return
        if is_ping:
            pinged = time.monotonic()
            # The id moves on although others' acts were left out, so that little is read again later.
            yield f": ping\nid: {after}\n\n"
        await anyio.sleep(ASK_EVERY_SECONDS)


def _ask(request: Request, services: Services, after: int, actor: Actor, is_ping: bool) -> News | None:
    """What happened; None for whoever is not who they were when the stream began. Asked before anything is told."""
    with services.sessions() as session:
        news = read_news(session, after, actor)
    return news if not (news.acts or is_ping) or _is_as_before(request, actor) else None


def _is_as_before(request: Request, actor: Actor) -> bool:
    try:
        now = identify_sender(request)
    except NotSignedIn:
        return False
    return _rights(now) == _rights(actor)


def _rights(actor: Actor) -> tuple[object, ...]:
    return actor.user.id, actor.user.role, actor.user.desk_id, actor.key and actor.key.scopes


def _describe(act: Happened) -> dict[str, Any]:
    return {
        "act": act.action,
        "kind": act.kind,
        "id": act.row_id,
        "url": f"/{act.kind}s/{act.row_id}",
        "at": act.at.isoformat(),
        "by_id": act.by_id,
        "by": act.by,
        "version": act.version,
        "has_left": act.has_left,
    }


def _event(name: str, number: int, data: dict[str, Any]) -> str:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
