"""/alerts/{id}/reroute: an alert that the rules sent to the wrong desk is given to the right one, and taken back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlalchemy.orm import Session

from alerts import UNDO_FOR, NotAllowed, is_undoable, last_reroute, reroute_alert, take_turn, undo_reroute
from alerts.permissions import Act
from api.once import OnceRoute
from api.permissions import Actor, allowed, is_within_reach
from api.problems import document
from api.routers.alerts import AlertId, find_alert, show_alert
from api.routers.briefs import find_desk_id
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.alerts import AlertDetailOut
from api.views.base import Line, Sent, Text
from models import Alert, writing

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=OnceRoute)

Rerouter = Annotated[Actor, Depends(allowed(Act.REROUTE))]


class RerouteIn(Sent):
    """The slug of the desk that should have the alert, and why."""

    desk: Line = Field(examples=["trung-uong"])
    note: Text = Field(examples=["The figure is the ministry's."])


@router.post("/{alert_id}/reroute", responses=document(404, 409, 412, 428))
def reroute(
    services: InServices,
    response: Response,
    actor: Rerouter,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: RerouteIn,
) -> AlertDetailOut:
    """Give an undecided alert to another desk. The answer shows it a last time to whoever is not of that desk."""
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = reroute_alert(
            session,
            alert_id,
            desk_id=find_desk_id(session, sent.desk),
            actor=actor.user,
            version=version,
            note=sent.note,
            now=services.clock(),
        )
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/reroute/undo", responses=document(404, 409, 412, 428))
def take_back(
    services: InServices, response: Response, actor: Rerouter, alert_id: AlertId, seen: SeenVersions
) -> AlertDetailOut:
    """Take back within ten minutes what one gave away oneself, unless the other desk has begun; one holds it then."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_given_away(session, alert_id, actor, now), seen)
        alert = undo_reroute(session, alert_id, actor=actor.user, version=version, now=now)
        return show_alert(session, response, alert, services)


def find_given_away(session: Session, alert_id: int, actor: Actor, now: datetime) -> Alert:
    """The alert, if the actor may see it or could take it back. Raises NotFound.

    Raises NotAllowed once the other desk has acted: a Conflict would show what it has made of it.
    """
    take_turn(session)
    given = last_reroute(session, alert_id)
    if given is None or given.rerouted_by_id != actor.user.id or now - given.rerouted_at > UNDO_FOR:
        return find_alert(session, alert_id, actor)
    alert = session.get_one(Alert, alert_id)
    if not is_within_reach(alert.desk_id, actor) and not is_undoable(alert, given, now=now):
        raise NotAllowed(f"somebody has acted on alert {alert_id} at its new desk")
    return alert
