"""/desk/account: one's own password and second factor."""

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from alerts import Conflict, Invalid
from api import second_factor
from api.accounts import change_password
from api.pages.pacing import forget, note_failure, slow_down, wait_seconds
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.passwords import SHORTEST, is_password_of
from api.permissions import Actor, Permission, allowed, allowed_form
from api.services import InServices, Services
from models import Desk, User, writing

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
    shown = {"secret": "", "picture": "", "recovery_codes": [], "done": ""} | more
    return show(
        request,
        "account.html",
        status=status,
        actor=actor,
        user=user,
        desk=desk.name if desk else "",
        codes_left=codes_left,
        shortest=SHORTEST,
        problem=problem,
        **shown,
    )
