"""/desk/alerts/{id}/reroute: giving an alert to another desk, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from alerts import reroute_alert, undo_reroute
from alerts.permissions import Act
from api.pages.alert import AlertId, Version, Written, act_on_alert
from api.permissions import Actor, allowed_form
from api.routers.briefs import find_desk_id
from api.routers.rerouting import find_given_away
from api.services import InServices
from api.versions import match
from models import writing

router = APIRouter(prefix="/desk")

Rerouter = Annotated[Actor, Depends(allowed_form(Act.REROUTE))]


@router.post("/alerts/{alert_id}/reroute")
def reroute(
    request: Request,
    services: InServices,
    actor: Rerouter,
    alert_id: AlertId,
    version: Version,
    desk: Annotated[str, Form(max_length=100)] = "",
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give it to another desk; the queue says so and offers to take it back."""

    def act(session: Session, seen: int) -> None:
        reroute_alert(
            session,
            alert_id,
            desk_id=find_desk_id(session, desk),
            actor=actor.user,
            version=seen,
            note=note,
            now=services.clock(),
        )

    written = Written("reroute", note=note, desk=desk)
    return act_on_alert(request, services, actor, alert_id, version, act, then="/desk/", written=written)


@router.post("/alerts/{alert_id}/reroute/undo")
def take_back(services: InServices, actor: Rerouter, alert_id: AlertId, version: Version) -> Response:
    """Take back what one gave away; refused once the other desk has begun."""
    now = services.clock()
    with writing(services.sessions) as session:
        seen = match(find_given_away(session, alert_id, actor, now), {version})
        undo_reroute(session, alert_id, actor=actor.user, version=seen, now=now)
    return RedirectResponse(f"/desk/alerts/{alert_id}", 303)
