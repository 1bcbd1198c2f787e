"""/desk/sign-in: a password, slowly if it was wrong before; a cookie that scripts cannot read."""

import math
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from alerts import record
from api.credentials import SIGN_IN_LIFE, check_password, close_sign_in, open_sign_in
from api.errors import Forbidden, TooManyAttempts
from api.pace import SignInPace
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.permissions import COOKIE, Actor, Permission, allowed_form
from api.services import InServices
from models import UserRole, writing

router = APIRouter(prefix="/desk")


def address(target: str) -> str:
    """The sign-in page, coming back to a page of the desk."""
    return f"/desk/sign-in?next={quote(_back_to(target))}"


@router.get("/sign-in")
def show_form(request: Request, next: str = "/desk/") -> Response:  # noqa: A002 - the parameter's usual name
    """The form."""
    return show(request, "sign_in.html", target=_back_to(next), email="", message="")


@router.post("/sign-in")
def sign_in(
    request: Request,
    services: InServices,
    email: Annotated[str, Form(max_length=300)],
    password: Annotated[str, Form(max_length=300)],
    target: Annotated[str, Form(max_length=500)] = "/desk/",
) -> Response:
    """Check the password and open a session.

    A form of another site must not sign anybody in (as somebody else), and there is no session yet whose token
    it could lack; browsers say where a request comes from.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("the sign-in form of this site is the only one")
    pace: SignInPace = request.app.state.pace
    names = (f"account:{email.casefold()}", f"address:{request.client.host if request.client else ''}")
    now = services.clock()
    wait = math.ceil(pace.wait_left(names, now).total_seconds())
    language = choose_language(request)
    if wait:
        if "text/html" not in request.headers.get("accept", ""):
            raise TooManyAttempts(f"wait {wait} seconds", headers={"Retry-After": str(wait)})
        message = say("wait_before_trying", language, seconds=wait)
        response = show(
            request, "sign_in.html", status=429, target=_back_to(target), email=email, message=message
        )
        response.headers["Retry-After"] = str(wait)
        return response
    with services.sessions() as session:
        user = check_password(session, email, password)
    if user is None:
        pace.note_failure(names, now)
        message = say("wrong_password", language)
        return show(
            request, "sign_in.html", status=401, target=_back_to(target), email=email, message=message
        )
    pace.forget(names[:1])
    with writing(services.sessions) as session:
        record(
            session,
            actor=user,
            action="user.signed_in",
            object_type="user",
            object_id=user.id,
            now=now,
        )
        opened = open_sign_in(session, user, now=now)
    back = _back_to(target)
    # Editors of other houses have no queue.
    at_home = "/desk/webhooks" if user.role is UserRole.EDITOR and back == "/desk/" else back
    answer = RedirectResponse(at_home, 303)
    answer.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(SIGN_IN_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=services.secure_cookies,
    )
    return answer


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


def _back_to(target: str) -> str:
    """A page of the desk and nowhere else: an address given from outside must not lead away after signing in."""
    is_own = target.startswith("/desk/") and "\\" not in target and target.isprintable()
    return target if is_own and not target.startswith("/desk/sign-") else "/desk/"
