"""/desk/duty: which desks have nobody on duty, one's own desk's working days, and notes from shift to shift."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import AlertsError, NotFound, read_rules, write_handover
from alerts.routing import describe_rule
from api.pages.rendering import show
from api.permissions import Actor, Permission, allowed, allowed_form, is_within_reach
from api.problems import explain
from api.routers.duty import find_own_desk
from api.services import InServices, Services
from api.views.duty import describe_calendar, describe_coverage, describe_handovers
from models import Desk, writing

router = APIRouter(prefix="/desk/duty")


@router.get("")
def show_duty(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_DUTY))],
) -> Response:
    """Coverage of all desks; notes and working days of those within reach."""
    return _show(request, services, actor)


@router.post("/handover")
def hand_over(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Permission.HAND_OVER))],
    desk_id: Annotated[int, Form(ge=1)],
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Leave a note for the next shift."""
    try:
        with writing(services.sessions) as session:
            find_own_desk(session, desk_id, actor)
            write_handover(session, desk_id, text=text, actor=actor.user, now=services.clock())
    except NotFound:
        raise
    except AlertsError as problem:
        return _show(request, services, actor, problem)
    return RedirectResponse("/desk/duty", 303)


def _show(request: Request, services: Services, actor: Actor, problem: AlertsError | None = None) -> Response:
    now = services.clock()
    with services.sessions() as session:
        desks = session.scalars(select(Desk).order_by(Desk.slug)).all()
        names = {desk.id: desk.name for desk in desks}
        own = [desk for desk in desks if is_within_reach(desk.id, actor)]
        coverage = describe_coverage(session, now)
        calendars = [(desk, describe_calendar(session, desk, since=now.date())) for desk in own]
        notes = [(desk, describe_handovers(session, [desk.id], limit=5)) for desk in own]
        rules = [describe_rule(rule) for rule in read_rules(session)]
    return show(
        request,
        "duty.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        problem=str(problem) if problem else "",
        coverage=coverage,
        calendars=calendars,
        notes=notes,
        rules=rules,
        names=names,
    )
