"""/desk/views: the queue as somebody likes to see it, under a name, for oneself or for the whole desk."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Path, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from alerts import Invalid
from alerts.subjects import Subject
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed_form
from api.problems import name_fault
from api.routers.alerts import OPEN_STATES
from api.routers.search import ViewIn, ViewOut, forget, keep, select_views
from api.services import InServices
from models import AlertState, writing

router = APIRouter(prefix="/desk/views")

Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_VIEWS))]

SHOWN: dict[str, tuple[AlertState, ...]] = {
    "waiting": OPEN_STATES,
    "late": (AlertState.NEW, AlertState.HELD, AlertState.DRAFTING, AlertState.IN_REVIEW),
    "snoozed": (AlertState.SNOOZED,),
    "in_work": (AlertState.DRAFTING, AlertState.IN_REVIEW),
    "done": (AlertState.PUBLISHED, AlertState.CORRECTED, AlertState.WITHDRAWN, AlertState.CLOSED),
    "mine": (AlertState.HELD,),
}
"""The tabs of the queue, and the states that each shows."""

_FLAGS = {"late": {"late": "true"}, "mine": {"held_by_me": "true"}}


def to_filters(view: str, subject: str) -> dict[str, Any]:
    """A tab and a subject as the filters that `GET /alerts` takes, so that programs can use the same view."""
    states = {"state": [str(state) for state in SHOWN[view]]}
    return states | _FLAGS.get(view, {}) | ({"subject": subject} if subject else {})


def to_address(filters: Mapping[str, Any]) -> str | None:
    """Where the queue shows what these filters choose; None where it has no such tab or subject."""
    subject = filters.get("subject", "")
    if subject not in ("", *Subject):
        return None
    for view in SHOWN:
        if dict(filters) == to_filters(view, subject):
            return "/desk/?" + urlencode({"view": view} | ({"subject": subject} if subject else {}))
    return None


def list_saved(session: Session, actor: Actor) -> list[tuple[ViewOut, str]]:
    """The views of the queue that somebody may use here, with their addresses, by name."""
    found = [(view, to_address(view.filters)) for view in select_views(session, actor, place="alerts")]
    return [(view, address) for view, address in found if address is not None]


@router.post("")
def save(
    services: InServices,
    actor: Keeper,
    name: Annotated[str, Form(max_length=200)] = "",
    view: Annotated[str, Form(max_length=40)] = "waiting",
    subject: Annotated[str, Form(max_length=100)] = "",
    is_shared: Annotated[bool, Form()] = False,
) -> Response:
    """Save the queue as it is shown."""
    view, subject = view if view in SHOWN else "waiting", subject if subject in set(Subject) else ""
    filters = to_filters(view, subject)
    try:
        sent = ViewIn(name=name.strip(), place="alerts", filters=filters, is_shared=is_shared)
    except ValidationError as problem:
        raise Invalid("name", name_fault(problem.errors()[0])) from None
    with writing(services.sessions) as session:
        keep(session, sent, actor, now=services.clock())
    return RedirectResponse(to_address(filters) or "/desk/", 303)


@router.post("/{view_id}/forget")
def forget_one(
    services: InServices, actor: Keeper, view_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> Response:
    """Forget one of one's own."""
    with writing(services.sessions) as session:
        forget(session, view_id, actor)
    return RedirectResponse("/desk/", 303)
