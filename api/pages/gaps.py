"""/desk/gaps: what is asked about more than before and that no official passage settles."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from alerts import find_gaps, week_of
from api.pages.rendering import show
from api.permissions import Actor, Permission, allowed
from api.routers.gaps import monday_of
from api.services import InServices

router = APIRouter(prefix="/desk/gaps")


@router.get("")
def show_gaps(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))],
    week: date | None = None,
) -> Response:
    """The gaps of a week."""
    monday = week_of(services.clock()) if week is None else monday_of(week)
    with services.sessions() as session:
        gaps = find_gaps(session, monday)
    return show(request, "gaps.html", actor=actor, gaps=gaps, earlier=monday - timedelta(days=7))
