"""/desk/account: one's own password, second factor and keys for programs."""

from datetime import timedelta
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import Conflict, Invalid, NotFound
from api import second_factor
from api.accounts import change_password
from api.credentials import create_key, is_alive, revoke_key
from api.pages.pacing import forget, note_failure, slow_down, wait_seconds
from api.pages.refusals import word_refusal
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.paging import LARGEST_ID
from api.passwords import SHORTEST, is_password_of
from api.permissions import Actor, Permission, allowed, allowed_form
from api.services import InServices, Services
from models import ApiKey, Desk, User, writing

router = APIRouter(prefix="/desk/account")

Self = Annotated[Actor, Depends(allowed(Permission.KEEP_OWN_KEYS))]
SelfByForm = Annotated[Actor, Depends(allowed_form(Permission.KEEP_OWN_KEYS))]
Code = Annotated[str, Form(max_length=40)]
Password = Annotated[str, Form(max_length=300)]


@router.get("")
def show_account(request: Request, services: InServices, actor: Self, done: str = "") -> Response:
    """Who one is here, and the forms to change how one proves it."""
    message = say(done, choose_language(request)) if done in ("password_changed", "factor_off") else ""
    return _show(request, services, actor, done=message)


@router.post("/password")
def set_password(
    request: Request, services: InServices, actor: SelfByForm, current: Password = "", new: Password = ""
) -> Response:
    """Another password, for who knows the present one; every other session ends."""
    language = choose_language(request)
    names = (f"password:{actor.user.id}",)
    if wait := wait_seconds(request, names):
        return _make_wait(request, services, actor, wait)
    if not is_password_of(actor.user, current):
        note_failure(request, names)
        return _show(request, services, actor, 422, problem=say("wrong_present_password", language))
    forget(request, names)
    try:
        with writing(services.sessions) as session:
            user = session.get_one(User, actor.user.id)
            change_password(
                session,
                user,
                new,
                actor=user,
                now=services.clock(),
                leaked=services.leaked,
                but=actor.sign_in,
            )
    except Invalid:
        return _show(request, services, actor, 422, problem=say("poor_password", language, least=SHORTEST))
    return RedirectResponse("/desk/account?done=password_changed", 303)


@router.post("/second-factor")
def begin_second_factor(request: Request, services: InServices, actor: SelfByForm) -> Response:
    """A fresh secret, as a picture and in letters, and the form for its first code."""
    with writing(services.sessions) as session:
        secret = second_factor.begin(session, actor.user.id, cipher=services.cipher)
    return _show(request, services, actor, **_show_secret(services, actor, secret))


@router.post("/second-factor/confirm")
def confirm_second_factor(
    request: Request, services: InServices, actor: SelfByForm, code: Code = ""
) -> Response:
    """Switch it on with a first code; the recovery codes are on this page and never again."""
    names = (f"code:{actor.user.id}",)
    if wait := wait_seconds(request, names):
        return _make_wait(request, services, actor, wait)
    try:
        with writing(services.sessions) as session:
            codes = second_factor.confirm(
                session, actor.user.id, code.replace(" ", ""), cipher=services.cipher, now=services.clock()
            )
    except Invalid:
        note_failure(request, names)
        problem = say("wrong_first_code", choose_language(request))
        return _show(request, services, actor, 422, problem=problem)
    forget(request, names)
    return _show(request, services, actor, recovery_codes=codes)


@router.post("/second-factor/end")
def end_second_factor(request: Request, services: InServices, actor: SelfByForm, code: Code = "") -> Response:
    """Switch it off, for who has it."""
    names = (f"code:{actor.user.id}",)
    if wait := wait_seconds(request, names):
        return _make_wait(request, services, actor, wait)
    with writing(services.sessions) as session:
        user = session.get_one(User, actor.user.id)
        if user.code_confirmed_at is None:
            raise Conflict("there is no second factor to switch off", user)
        proved = second_factor.check(session, user.id, code, cipher=services.cipher, now=services.clock())
        if proved:
            second_factor.end(session, user, actor=user, now=services.clock())
    if not proved:
        note_failure(request, names)
        return _show(request, services, actor, 422, problem=say("wrong_code", choose_language(request)))
    forget(request, names)
    return RedirectResponse("/desk/account?done=factor_off", 303)


@router.post("/keys")
def make_key(
    request: Request,
    services: InServices,
    actor: SelfByForm,
    label: Annotated[str, Form(max_length=200)] = "",
    days: Annotated[int, Form(ge=1, le=730)] = 365,
) -> Response:
    """A key for a program of one's own; it is on this page and never again."""
    try:
        with writing(services.sessions) as session:
            made = create_key(
                session,
                session.get_one(User, actor.user.id),
                label=label,
                now=services.clock(),
                life=timedelta(days=days),
                actor=actor.user,
            )
    except Invalid as problem:
        return _show(request, services, actor, 422, problem=word_refusal(problem, choose_language(request)))
    return _show(request, services, actor, new_key=made.key)


@router.post("/keys/{key_id}/end")
def end_key(
    services: InServices, actor: SelfByForm, key_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> Response:
    """End a key of one's own now."""
    with writing(services.sessions) as session:
        key = session.get(ApiKey, key_id)
        if key is None or key.user_id != actor.user.id:
            raise NotFound("key", key_id)
        revoke_key(session, key, now=services.clock(), actor=actor.user)
    return RedirectResponse("/desk/account#keys", 303)


def _make_wait(request: Request, services: Services, actor: Actor, wait: int) -> Response:
    problem = say("wait_before_trying", choose_language(request), seconds=wait)
    return slow_down(request, _show(request, services, actor, 429, problem=problem), wait)


def _show_secret(services: Services, actor: Actor, secret: bytes) -> dict[str, Any]:
    address = second_factor.address(secret, email=actor.user.email, office=services.office)
    return {
        "secret": second_factor.written(secret),
        "picture": segno.make(address, error="m").svg_data_uri(scale=4, dark="#000", light="#fff"),
    }


def _show(
    request: Request, services: Services, actor: Actor, status: int = 200, problem: str = "", **more: Any
) -> Response:
    with services.sessions() as session:
        user = session.get_one(User, actor.user.id)
        desk = session.get(Desk, user.desk_id) if user.desk_id is not None else None
        codes_left = second_factor.count_recovery_codes(session, user.id)
        keys = session.scalars(
            select(ApiKey).where(ApiKey.user_id == user.id).order_by(ApiKey.id.desc()).limit(100)
        ).all()
    shown = {"secret": "", "picture": "", "recovery_codes": [], "done": "", "new_key": ""} | more
    return show(
        request,
        "account.html",
        status=status,
        actor=actor,
        user=user,
        desk=desk.name if desk else "",
        codes_left=codes_left,
        keys=[key for key in keys if is_alive(key, services.clock())],
        shortest=SHORTEST,
        problem=problem,
        **shown,
    )
