"""What pages ask of the pace at which secrets may be tried."""

import math

from fastapi import Request, Response

from api.errors import TooManyAttempts
from api.pace import SignInPace
from api.services import services_of


def wait_seconds(request: Request, names: tuple[str, ...]) -> int:
    """How many seconds the next attempt of any of these names has to wait."""
    return math.ceil(_pace(request).wait_left(names, services_of(request).clock()).total_seconds())


def note_failure(request: Request, names: tuple[str, ...]) -> None:
    """One more failure of each."""
    _pace(request).note_failure(names, services_of(request).clock())


def forget(request: Request, names: tuple[str, ...]) -> None:
    """These succeeded."""
    _pace(request).forget(names)


def slow_down(request: Request, page: Response, wait: int) -> Response:
    """The page that asks to wait so many seconds. Raises TooManyAttempts for a program, which reads no page."""
    if "text/html" not in request.headers.get("accept", ""):
        raise TooManyAttempts(f"wait {wait} seconds", headers={"Retry-After": str(wait)})
    page.headers["Retry-After"] = str(wait)
    return page


def _pace(request: Request) -> SignInPace:
    pace: SignInPace = request.app.state.pace
    return pace
