"""/alerts/{id}/presence: who else has it open."""

from fastapi import APIRouter

from alerts import find_viewers, mark_present
from api.problems import document
from api.routers.alerts import AlertId, Reader, find_alert
from api.services import InServices
from api.views.alerts import ViewerOut
from models import writing

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.post("/{alert_id}/presence", responses=document(404))
def be_present(services: InServices, actor: Reader, alert_id: AlertId) -> list[ViewerOut]:
    """Say that one has the alert open, every 45 seconds; the answer is who has, oneself included."""
    now = services.clock()
    with writing(services.sessions) as session:
        find_alert(session, alert_id, actor)
        mark_present(session, alert_id, actor=actor.user, now=now)
        viewers = find_viewers(session, [alert_id], now=now)
    return [ViewerOut.model_validate(one) for one in viewers.get(alert_id, ())]
