"""/desk/bulk: many alerts decided or snoozed alike, after a count that a person confirms."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError

from alerts import AlertsError, BulkDone, Invalid
from alerts.permissions import Act
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, allowed_form
from api.problems import explain, name_fault
from api.routers.bulk import BulkIn, PreviewOut, count, do
from api.services import InServices
from api.views.base import Id
from models import Outcome

router = APIRouter(prefix="/desk/bulk")

Decider = Annotated[Actor, Depends(allowed_form(Act.DECIDE))]


@router.post("/preview")
def preview(
    request: Request,
    services: InServices,
    actor: Decider,
    act: Annotated[str, Form(max_length=40)] = "",
    alert: Annotated[list[Id] | None, Form(max_length=500)] = None,
    note: Annotated[str, Form(max_length=20_000)] = "",
    duplicate_of: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """How many would be acted on, before anything is."""
    outcomes = {str(outcome): outcome for outcome in Outcome}
    outcome = outcomes.get(act)
    repeated = int(duplicate_of) if outcome is Outcome.DUPLICATE_OF and duplicate_of.isdecimal() else None
    try:
        wanted = BulkIn(
            ids=[one for one in alert or () if 0 < one <= LARGEST_ID] or [LARGEST_ID],
            outcome=outcome,
            until=services.clock() + timedelta(days=1) if outcome is None else None,
            note=note,
            duplicate_of=repeated,
        )
        with services.sessions() as session:
            counted = count(session, services, actor, wanted)
    except ValidationError as problem:
        first = problem.errors()[0]
        return _show(request, actor, problem=Invalid(str(first["loc"][0]), name_fault(first)))
    except AlertsError as problem:
        return _show(request, actor, problem=problem)
    return _show(request, actor, counted=counted, act=act, note=note)


@router.post("")
def confirm(
    request: Request, services: InServices, actor: Decider, token: Annotated[str, Form(max_length=100_000)]
) -> Response:
    """Do what was counted."""
    try:
        done = do(services, actor, token)
    except AlertsError as problem:
        return _show(request, actor, problem=problem)
    return _show(request, actor, done=done)


def _show(
    request: Request,
    actor: Actor,
    *,
    problem: AlertsError | None = None,
    counted: PreviewOut | None = None,
    done: BulkDone | None = None,
    act: str = "",
    note: str = "",
) -> Response:
    return show(
        request,
        "bulk.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        problem=problem,
        counted=counted,
        done=done,
        act=act,
        note=note,
    )
