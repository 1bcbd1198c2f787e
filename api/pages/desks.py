"""/desk/desks: the desks there are, a new one, and another name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import AlertsError, NotFound
from api.accounts import change_desk, create_desk
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import explain
from api.services import InServices, Services
from models import Desk, writing

router = APIRouter(prefix="/desk/desks")

Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_DESKS))]
Short = Annotated[str, Form(max_length=200)]


@router.get("")
def show_desks(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_DESKS))],
) -> Response:
    """Every desk."""
    return _show(request, services, actor)


@router.post("")
def add(
    request: Request,
    services: InServices,
    actor: Keeper,
    slug: Short = "",
    name: Short = "",
    time_zone: Short = "",
) -> Response:
    """A new desk; its hours and holidays are set on its own page."""
    try:
        with writing(services.sessions) as session:
            desk = create_desk(
                session,
                slug=slug.strip(),
                name=name,
                time_zone=time_zone.strip(),
                now=services.clock(),
                actor=actor.user,
            )
    except AlertsError as problem:
        return _show(request, services, actor, problem, slug=slug, name=name)
    return RedirectResponse(f"/desk/duty/{desk.id}", 303)


@router.post("/{desk_id}")
def rename(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    name: Short = "",
) -> Response:
    """Another name; the slug stays, because addresses carry it."""
    try:
        with writing(services.sessions) as session:
            desk = session.get(Desk, desk_id)
            if desk is None:
                raise NotFound("desk", desk_id)
            change_desk(session, desk, name=name, now=services.clock(), actor=actor.user)
    except NotFound:
        raise
    except AlertsError as problem:
        return _show(request, services, actor, problem)
    return RedirectResponse("/desk/desks", 303)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    problem: AlertsError | None = None,
    slug: str = "",
    name: str = "",
) -> Response:
    with services.sessions() as session:
        desks = session.scalars(select(Desk).order_by(Desk.slug)).all()
    return show(
        request,
        "desks.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        desks=desks,
        problem=problem,
        slug=slug,
        name=name,
    )
