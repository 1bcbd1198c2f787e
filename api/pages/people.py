"""/desk/people: accounts, and the keys of each, for who keeps them."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator
from sqlalchemy import select

from alerts import AlertsError, NotFound
from api.accounts import change_user, create_user
from api.credentials import is_alive, narrow_key, revoke_key, rotate_key
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import SCOPES, Actor, Permission, allowed, allowed_form, check_scope
from api.problems import explain
from api.services import InServices, Services
from models import ApiKey, Desk, User, UserRole, writing

router = APIRouter(prefix="/desk/people")

Reader = Annotated[Actor, Depends(allowed(Permission.KEEP_USERS))]
Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_USERS))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Short = Annotated[str, Form(max_length=200)]
DeskChoice = Annotated[str, Form(pattern="^[0-9]{0,9}$")]


Scopes = Annotated[list[Annotated[str, AfterValidator(check_scope)]] | None, Form(max_length=100)]


@router.get("")
def show_people(request: Request, services: InServices, actor: Reader) -> Response:
    """Every account, and the form for another."""
    return _show_list(request, services, actor)


@router.post("")
def add(
    request: Request,
    services: InServices,
    actor: Keeper,
    role: Annotated[UserRole, Form()],
    email: Short = "",
    name: Short = "",
    desk: DeskChoice = "",
    password: Short = "",
) -> Response:
    """A new account; without a password it signs in by key, or at the OpenID provider."""
    try:
        with writing(services.sessions) as session:
            user = create_user(
                session,
                email=email,
                name=name,
                role=role,
                desk_id=int(desk) if desk else None,
                password=password or None,
                leaked=services.leaked,
                now=services.clock(),
                actor=actor.user,
            )
    except AlertsError as problem:
        return _show_list(request, services, actor, problem, email=email, name=name)
    return RedirectResponse(f"/desk/people/{user.id}", 303)


@router.get("/{user_id}")
def show_person(request: Request, services: InServices, actor: Reader, user_id: RowId) -> Response:
    """One account with its keys."""
    return _show_person(request, services, actor, user_id)


@router.post("/{user_id}")
def change(
    request: Request,
    services: InServices,
    actor: Keeper,
    user_id: RowId,
    role: Annotated[UserRole, Form()],
    name: Short = "",
    desk: DeskChoice = "",
    password: Short = "",
    is_active: Annotated[bool, Form()] = False,
    reset_second_factor: Annotated[bool, Form()] = False,
) -> Response:
    """The account as the form has it, signed out everywhere; one's own role and switch are for another admin."""
    try:
        with writing(services.sessions) as session:
            user = session.get(User, user_id)
            if user is None:
                raise NotFound("user", user_id)
            change_user(
                session,
                user,
                name=name,
                role=role if role is not user.role else None,
                desk_id=int(desk) if desk else None,
                every_desk=not desk,
                is_active=is_active if is_active is not user.is_active else None,
                password=password or None,
                reset_second_factor=reset_second_factor,
                leaked=services.leaked,
                now=services.clock(),
                actor=actor.user,
            )
    except NotFound:
        raise
    except AlertsError as problem:
        return _show_person(request, services, actor, user_id, problem)
    return RedirectResponse(f"/desk/people/{user_id}", 303)


@router.post("/{user_id}/keys/{key_id}/narrow")
def narrow(
    request: Request,
    services: InServices,
    actor: Keeper,
    user_id: RowId,
    key_id: RowId,
    scopes: Scopes = None,
) -> Response:
    """Let a key do less from now on."""
    try:
        with writing(services.sessions) as session:
            key = session.get(ApiKey, key_id)
            if key is None or key.user_id != user_id:
                raise NotFound("key", key_id)
            narrow_key(session, key, scopes=scopes or (), now=services.clock(), actor=actor.user)
    except NotFound:
        raise
    except AlertsError as problem:
        return _show_person(request, services, actor, user_id, problem)
    return RedirectResponse(f"/desk/people/{user_id}", 303)


@router.post("/{user_id}/keys/{key_id}/rotate")
def rotate(
    request: Request,
    services: InServices,
    actor: Keeper,
    user_id: RowId,
    key_id: RowId,
    overlap_hours: Annotated[int, Form(ge=0, le=168)] = 0,
) -> Response:
    """A new key in place of one; it is on this page and never again."""
    try:
        with writing(services.sessions) as session:
            key = session.get(ApiKey, key_id)
            if key is None or key.user_id != user_id:
                raise NotFound("key", key_id)
            overlap = timedelta(hours=overlap_hours)
            made = rotate_key(session, key, overlap=overlap, now=services.clock(), actor=actor.user)
    except NotFound:
        raise
    except AlertsError as problem:
        return _show_person(request, services, actor, user_id, problem)
    return _show_person(request, services, actor, user_id, new_key=made.key)


@router.post("/{user_id}/keys/{key_id}/end")
def end(services: InServices, actor: Keeper, user_id: RowId, key_id: RowId) -> Response:
    """End a key now."""
    with writing(services.sessions) as session:
        key = session.get(ApiKey, key_id)
        if key is None or key.user_id != user_id:
            raise NotFound("key", key_id)
        revoke_key(session, key, now=services.clock(), actor=actor.user)
    return RedirectResponse(f"/desk/people/{user_id}", 303)


def _show_list(
    request: Request,
    services: Services,
    actor: Actor,
    problem: AlertsError | None = None,
    email: str = "",
    name: str = "",
) -> Response:
    with services.sessions() as session:
        users = session.scalars(select(User).order_by(User.name, User.id)).all()
        desks = session.scalars(select(Desk).order_by(Desk.name)).all()
    return show(
        request,
        "people.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        users=users,
        desks=desks,
        names={desk.id: desk.name for desk in desks},
        roles=list(UserRole),
        problem=problem,
        email=email,
        name=name,
    )


def _show_person(
    request: Request,
    services: Services,
    actor: Actor,
    user_id: int,
    problem: AlertsError | None = None,
    **more: Any,
) -> Response:
    with services.sessions() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound("user", user_id)
        keys = session.scalars(
            select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.id.desc()).limit(100)
        ).all()
        desks = session.scalars(select(Desk).order_by(Desk.name)).all()
    shown = {"new_key": ""} | more
    return show(
        request,
        "person.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        user=user,
        keys=[(key, is_alive(key, services.clock())) for key in keys],
        desks=desks,
        roles=list(UserRole),
        scopes=sorted(SCOPES.items()),
        problem=problem,
        **shown,
    )
