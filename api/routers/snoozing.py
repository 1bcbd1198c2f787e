"""/alerts/{id}/snooze and /wake: what cannot be decided yet leaves the queue and comes back by itself."""

from fastapi import APIRouter, Response
from pydantic import Field

from alerts import snooze_alert, wake_alert
from api.once import OnceRoute
from api.problems import document
from api.routers.alerts import AlertId, Holder, find_alert, show_alert
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.alerts import AlertDetailOut
from api.views.base import Sent, SentMoment, Text
from models import writing

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=OnceRoute)


class SnoozeIn(Sent):
    """Until when, by thirty days at most, and what is waited for."""

    until: SentMoment = Field(examples=["2026-12-01T01:00:00Z"])
    note: Text = Field(examples=["The yearbook comes out on Monday."])


@router.post("/{alert_id}/snooze", responses=document(404, 409, 412, 428))
def snooze(
    services: InServices,
    response: Response,
    actor: Holder,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: SnoozeIn,
) -> AlertDetailOut:
    """Take an undecided alert out of the queue until a moment; its clocks stand still."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = snooze_alert(
            session, alert_id, actor=actor.user, version=version, until=sent.until, note=sent.note, now=now
        )
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/wake", responses=document(404, 409, 412, 428))
def wake(
    services: InServices, response: Response, actor: Holder, alert_id: AlertId, seen: SeenVersions
) -> AlertDetailOut:
    """Bring a snoozed alert back before its time."""
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = wake_alert(session, alert_id, actor=actor.user, version=version, now=services.clock())
        return show_alert(session, response, alert, services)
