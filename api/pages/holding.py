"""/desk/alerts/{id}/hold, /release, /snooze and /wake: whose an alert is, and when it waits."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from alerts import hold_alert, release_alert, snooze_alert, wake_alert
from alerts.permissions import Act
from api.pages.alert import AlertId, Version, Written, act_on_alert
from api.permissions import Actor, allowed_form
from api.services import InServices

router = APIRouter(prefix="/desk")

Holder = Annotated[Actor, Depends(allowed_form(Act.HOLD))]


@router.post("/alerts/{alert_id}/hold")
def hold(
    request: Request,
    services: InServices,
    actor: Holder,
    alert_id: AlertId,
    version: Version,
    take_over: Annotated[bool, Form()] = False,
) -> Response:
    """Hold it."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        hold_alert(session, alert_id, actor=actor.user, version=seen, now=now, take_over=take_over)

    return act_on_alert(request, services, actor, alert_id, version, act, did="held")


@router.post("/alerts/{alert_id}/release")
def release(
    request: Request,
    services: InServices,
    actor: Holder,
    alert_id: AlertId,
    version: Version,
) -> Response:
    """Put it back."""

    def act(session: Session, seen: int) -> None:
        release_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act, did="released")


@router.post("/alerts/{alert_id}/snooze")
def snooze(
    request: Request,
    services: InServices,
    actor: Holder,
    alert_id: AlertId,
    version: Version,
    hours: Annotated[int, Form(ge=1, le=720)] = 24,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Take it out of the queue for some hours."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        until = now + timedelta(hours=hours)
        snooze_alert(session, alert_id, actor=actor.user, version=seen, until=until, note=note, now=now)

    written = Written("snooze", note=note, hours=hours)
    return act_on_alert(request, services, actor, alert_id, version, act, did="snoozed", written=written)


@router.post("/alerts/{alert_id}/wake")
def wake(
    request: Request,
    services: InServices,
    actor: Holder,
    alert_id: AlertId,
    version: Version,
) -> Response:
    """Bring it back before its time."""

    def act(session: Session, seen: int) -> None:
        wake_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act)
