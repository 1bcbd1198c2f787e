"""/desk/bulk: many alerts decided or snoozed alike, after a count that a person confirms."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError
from sqlalchemy import select

from alerts import BULK_OUTCOMES, UNDO_FOR, AlertsError, BulkDone, Invalid
from alerts.permissions import Act
from api.pages.rendering import show
from api.permissions import Actor, allowed_form, within_reach
from api.problems import explain, name_fault
from api.routers.bulk import BulkIn, PreviewOut, count, do
from api.services import InServices, Services
from api.views.alerts import describe_alerts
from api.views.base import Id
from models import Alert, AlertState, Outcome

router = APIRouter(prefix="/desk/bulk")

Decider = Annotated[Actor, Depends(allowed_form(Act.DECIDE))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was picked and typed."""

    alerts: tuple[int, ...] = ()
    act: str = "snooze"
    note: str = ""
    duplicate_of: str = ""


@router.post("/preview")
def preview(
    request: Request,
    services: InServices,
    actor: Decider,
    act: Annotated[str, Form(max_length=40)] = "",
    alert: Annotated[list[Id] | None, Form(max_length=500)] = None,
    note: Annotated[str, Form(max_length=20_000)] = "",
    duplicate_of: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """How many would be acted on, before anything is; refused, the form again as it was sent."""
    asked = Asked(alerts=tuple(alert or ()), act=act, note=note, duplicate_of=duplicate_of)
    outcomes = {str(outcome): outcome for outcome in Outcome}
    outcome = outcomes.get(act)
    repeated = int(duplicate_of) if outcome is Outcome.DUPLICATE_OF and duplicate_of.isdecimal() else None
    if not asked.alerts:
        return _show(request, services, actor, problem=Invalid("alert", "pick at least one"), asked=asked)
    try:
        wanted = BulkIn(
            ids=list(asked.alerts),
            outcome=outcome,
            until=services.clock() + timedelta(days=1) if outcome is None else None,
            note=note,
            duplicate_of=repeated,
        )
        with services.sessions() as session:
            counted = count(session, services, actor, wanted)
    except ValidationError as problem:
        first = problem.errors()[0]
        return _show(
            request, services, actor, problem=Invalid(str(first["loc"][0]), name_fault(first)), asked=asked
        )
    except AlertsError as problem:
        return _show(request, services, actor, problem=problem, asked=asked)
    return _show(request, services, actor, counted=counted, asked=asked)


@router.post("")
def confirm(
    request: Request, services: InServices, actor: Decider, token: Annotated[str, Form(max_length=100_000)]
) -> Response:
    """Do what was counted."""
    try:
        done = do(services, actor, token)
    except AlertsError as problem:
        return _show(request, services, actor, problem=problem)
    return _show(request, services, actor, done=done)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    problem: AlertsError | None = None,
    counted: PreviewOut | None = None,
    done: BulkDone | None = None,
    asked: Asked = Asked(),
) -> Response:
    named = set(asked.alerts)
    named.update(counted.ids if counted else (), done.done if done else ())
    named.update(one.alert_id for part in (counted, done) if part for one in part.left)
    now = services.clock()
    with services.sessions() as session:
        alerts = session.scalars(select(Alert).where(Alert.id.in_(named), within_reach(Alert.desk_id, actor)))
        shown = {one.id: one for one in describe_alerts(session, alerts.all(), now)}
    decided = [
        shown[one].updated_at
        for one in (done.done if done else ())
        if one in shown and shown[one].state is AlertState.CLOSED
    ]
    return show(
        request,
        "bulk.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        problem=problem,
        counted=counted,
        done=done,
        asked=asked,
        outcomes=BULK_OUTCOMES,
        shown=shown,
        undo_until=min(decided) + UNDO_FOR if decided else None,
    )
