"""What pages ask of the pace at which secrets may be tried."""

import math

from fastapi import Request

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


def _pace(request: Request) -> SignInPace:
    pace: SignInPace = request.app.state.pace
    return pace
