"""/desk/alerts/{id}/merge and /split: people have the last word on which claims are the same."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from alerts import Invalid, merge_alert, split_alert
from api.pages.alert import AlertId, Decider, Version, Written, act_on_alert
from api.routers.alerts import find_alert
from api.services import InServices
from api.views.base import Id

router = APIRouter(prefix="/desk")


@router.post("/alerts/{alert_id}/merge")
def merge(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    into: Annotated[Id, Form()],
) -> Response:
    """Close it as a repeat of an alert that is shown beside it as similar."""

    def act(session: Session, seen: int) -> None:
        find_alert(session, into, actor)
        merge_alert(
            session,
            alert_id,
            into=into,
            actor=actor.user,
            version=seen,
            now=services.clock(),
            policy=services.policy,
        )

    return act_on_alert(request, services, actor, alert_id, version, act, did="decided")


@router.post("/alerts/{alert_id}/split")
def split(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    claim: Annotated[list[Id] | None, Form(max_length=500)] = None,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give some of its claims an alert of their own, and go there."""
    picked = tuple(claim or ())
    made: list[int] = []

    def act(session: Session, seen: int) -> None:
        if not picked:
            raise Invalid("claim_ids", "pick at least one")
        alert = split_alert(
            session,
            alert_id,
            claim_ids=picked,
            actor=actor.user,
            version=seen,
            note=note,
            now=services.clock(),
            policy=services.policy,
        )
        made.append(alert.id)

    written = Written("split", note=note, claims=picked)
    answer = act_on_alert(request, services, actor, alert_id, version, act, written=written)
    return RedirectResponse(f"/desk/alerts/{made[0]}", 303) if made else answer
