"""/desk/sign-in: a password, slowly if it was wrong before; a second factor; or an OpenID provider's word.

What is opened is a cookie that scripts cannot read.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Cookie, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from alerts import NotFound, record
from api import second_factor
from api.credentials import (
    CODE_LIFE,
    SIGN_IN_LIFE,
    NewSignIn,
    close_sign_in,
    find_sign_in,
    open_sign_in,
)
from api.errors import Forbidden
from api.outside import TRANSIT_LIFE, OpenIdProvider, find_account, unseal
from api.pace import name_network
from api.pages.pacing import forget, note_failure, slow_down, wait_seconds
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.passwords import check_password, written_email
from api.permissions import COOKIE, Actor, Permission, allowed_form, is_from_elsewhere
from api.services import InServices, Services, services_of
from models import User, UserRole, writing

TRANSIT_COOKIE = "dinhchinh_outside"

router = APIRouter(prefix="/desk")

CookieSent = Annotated[str | None, Cookie(alias=COOKIE)]


def address(target: str) -> str:
    """The sign-in page, coming back to a page of the desk."""
    return f"/desk/sign-in?next={quote(_back_to(target))}"


@router.get("/sign-in")
def show_form(request: Request, next: str = "/desk/") -> Response:  # noqa: A002 - the parameter's usual name
    """The form."""
    return _show_form(request, _back_to(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    services: InServices,
    email: Annotated[str, Form(max_length=300)],
    password: Annotated[str, Form(max_length=300)],
    target: Annotated[str, Form(max_length=500)] = "/desk/",
) -> Response:
    """Check the password and open a session, or the way to the second factor."""
    _need_own_form(request)
    names = (
        f"account:{written_email(email)}",
        f"address:{name_network(request.client.host if request.client else '')}",
    )
    now, target = services.clock(), _back_to(target)
    if wait := wait_seconds(request, names):
        return slow_down(request, _show_form(request, target, email, _say_wait(request, wait), 429), wait)
    with services.sessions() as session:
        user = check_password(session, email, password)
    if user is None:
        note_failure(request, names)
        return _show_form(request, target, email, say("wrong_password", choose_language(request)), 401)
    forget(request, names[:1])
    if user.code_confirmed_at is not None:
        with writing(services.sessions) as session:
            opened = open_sign_in(session, user, now=now, needs_code=True)
        answer = RedirectResponse(f"/desk/sign-in/code?next={quote(target)}", 303)
        return _carry(answer, services, opened)
    with writing(services.sessions) as session:
        opened = _enter(session, user, services, by="password")
    return _carry(RedirectResponse(_home(user, target), 303), services, opened)


@router.get("/sign-in/code")
def show_code_form(
    request: Request,
    services: InServices,
    cookie: CookieSent = None,
    next: str = "/desk/",  # noqa: A002
) -> Response:
    """The form for the second factor, for whom a password or a provider has proved."""
    if _find_waiting(services, cookie) is None:
        return RedirectResponse(address(next), 303)
    return show(request, "sign_in_code.html", target=_back_to(next), message="")


@router.post("/sign-in/code")
def sign_in_with_code(
    request: Request,
    services: InServices,
    cookie: CookieSent = None,
    code: Annotated[str, Form(max_length=40)] = "",
    target: Annotated[str, Form(max_length=500)] = "/desk/",
) -> Response:
    """Check the code and open a session in place of the one that waited for it."""
    _need_own_form(request)
    target = _back_to(target)
    user = _find_waiting(services, cookie)
    if user is None:
        return RedirectResponse(address(target), 303)
    names = (f"code:{user.id}",)
    if wait := wait_seconds(request, names):
        message = _say_wait(request, wait)
        page = show(request, "sign_in_code.html", status=429, target=target, message=message)
        return slow_down(request, page, wait)
    with writing(services.sessions) as session:
        proved = second_factor.check(session, user.id, code, cipher=services.cipher, now=services.clock())
        waiting = find_sign_in(session, cookie or "", now=services.clock(), needs_code=True)
        if proved and waiting is not None:
            close_sign_in(session, waiting[0])
            opened = _enter(session, waiting[1], services, by="second factor")
    if not proved or waiting is None:
        note_failure(request, names)
        message = say("wrong_code", choose_language(request))
        return show(request, "sign_in_code.html", status=401, target=target, message=message)
    forget(request, names)
    return _carry(RedirectResponse(_home(waiting[1], target), 303), services, opened)


@router.get("/sign-in/outside")
def begin_outside(services: InServices, next: str = "/desk/") -> Response:  # noqa: A002
    """Send the browser to the OpenID provider, with what it must bring back.

    By a link and not by a form: `form-action 'self'` holds for where a form is redirected to as well.
    """
    where, transit = _provider(services).begin(_back_to(next), services.clock())
    answer = RedirectResponse(where, 303)
    answer.set_cookie(
        TRANSIT_COOKIE,
        transit.seal(services.cipher),
        max_age=int(TRANSIT_LIFE.total_seconds()),
        path="/desk/sign-in",
        httponly=True,
        samesite="lax",
        secure=services.secure_cookies,
    )
    return answer


@router.get("/sign-in/outside/back")
def finish_outside(
    request: Request,
    services: InServices,
    carried: Annotated[str | None, Cookie(alias=TRANSIT_COOKIE)] = None,
) -> Response:
    """Back from the provider: open a session for the account that it proves, or the way to the second factor."""
    provider, now = _provider(services), services.clock()
    transit = unseal(carried, cipher=services.cipher, now=now)
    known = provider.finish(request.query_params, transit, now)
    with writing(services.sessions) as session:
        user = find_account(session, known, now=now)
        if user.code_confirmed_at is not None and not known.by_several_factors:
            opened = open_sign_in(session, user, now=now, needs_code=True)
        else:
            opened = _enter(session, user, services, by="OpenID provider")
    target = _back_to(transit.target)
    if opened.row.needs_code:
        answer = RedirectResponse(f"/desk/sign-in/code?next={quote(target)}", 303)
    else:
        answer = RedirectResponse(_home(user, target), 303)
    answer.delete_cookie(TRANSIT_COOKIE, path="/desk/sign-in")
    return _carry(answer, services, opened)


@router.post("/sign-out")
def sign_out(
    services: InServices, actor: Annotated[Actor, Depends(allowed_form(Permission.KEEP_OWN_KEYS))]
) -> Response:
    """End the session, here and in the database."""
    with writing(services.sessions) as session:
        if actor.sign_in is not None:
            close_sign_in(session, actor.sign_in)
    answer = RedirectResponse("/desk/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=services.secure_cookies)
    return answer


def _home(user: User, target: str) -> str:
    """Where a session begins; editors of other houses have no queue."""
    return "/desk/webhooks" if user.role is UserRole.EDITOR and target == "/desk/" else target


def _enter(session: Session, user: User, services: Services, *, by: str) -> NewSignIn:
    now = services.clock()
    record(
        session,
        actor=user,
        action="user.signed_in",
        object_type="user",
        object_id=user.id,
        details={"by": by},
        now=now,
    )
    return open_sign_in(session, user, now=now)


def _carry(answer: Response, services: Services, opened: NewSignIn) -> Response:
    life = CODE_LIFE if opened.row.needs_code else SIGN_IN_LIFE
    answer.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=services.secure_cookies,
    )
    return answer


def _need_own_form(request: Request) -> None:
    """A form of another site must not sign anybody in (as somebody else), and there is no session yet whose token
    it could lack; browsers say where a request comes from.
    """
    if is_from_elsewhere(request):
        raise Forbidden("the sign-in form of this site is the only one")


def _find_waiting(services: Services, cookie: str | None) -> User | None:
    with services.sessions() as session:
        found = find_sign_in(session, cookie or "", now=services.clock(), needs_code=True)
    return found[1] if found is not None else None


def _provider(services: Services) -> OpenIdProvider:
    if services.outside is None:
        raise NotFound("OpenID provider", "here")
    return services.outside


def _show_form(
    request: Request, target: str, email: str = "", message: str = "", status: int = 200
) -> Response:
    provider = services_of(request).outside
    return show(
        request,
        "sign_in.html",
        status=status,
        target=target,
        email=email,
        message=message,
        outside=provider.name if provider else "",
    )


def _say_wait(request: Request, wait: int) -> str:
    return say("wait_before_trying", choose_language(request), seconds=wait)


def _back_to(target: str) -> str:
    """A page of the desk and nowhere else: an address given from outside must not lead away after signing in."""
    is_own = target.startswith("/desk/") and "\\" not in target and target.isprintable()
    return target if is_own and not target.startswith("/desk/sign-") else "/desk/"
