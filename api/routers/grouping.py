"""/alerts/{id}/merge and /split: people have the last word on which claims are the same."""

from fastapi import APIRouter, Response
from pydantic import Field

from alerts import merge_alert, split_alert
from api.once import OnceRoute
from api.problems import document
from api.routers.alerts import AlertId, Decider, find_alert, show_alert
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.alerts import AlertDetailOut
from api.views.base import Id, Sent, Text
from models import writing

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=OnceRoute)


class MergeIn(Sent):
    """The alert that this one repeats, and why if it is not plain."""

    into: Id = Field(examples=[7])
    note: Text = Field(default="", examples=["The same figure in English."])


class SplitIn(Sent):
    """Claims of the alert that say something else than the rest, and what."""

    claim_ids: list[Id] = Field(min_length=1, max_length=500, examples=[[41, 42]])
    note: Text = Field(examples=["These two are about September."])


@router.post("/{alert_id}/merge", responses=document(404, 409, 412, 428))
def merge(
    services: InServices,
    response: Response,
    actor: Decider,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: MergeIn,
) -> AlertDetailOut:
    """Close the alert as a repeat of another, whose outlets then include its own. Undo or reopen parts them again."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        find_alert(session, sent.into, actor)
        alert = merge_alert(
            session,
            alert_id,
            into=sent.into,
            actor=actor.user,
            version=version,
            note=sent.note,
            now=now,
            policy=services.policy,
        )
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/split", status_code=201, responses=document(404, 409, 412, 428))
def split(
    services: InServices,
    response: Response,
    actor: Decider,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: SplitIn,
) -> AlertDetailOut:
    """Give some of an undecided alert's claims an alert of their own, for good; the answer is the new one."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = split_alert(
            session,
            alert_id,
            claim_ids=sent.claim_ids,
            actor=actor.user,
            version=version,
            note=sent.note,
            now=now,
            policy=services.policy,
        )
        response.headers["Location"] = f"/alerts/{alert.id}"
        return show_alert(session, response, alert, services)
