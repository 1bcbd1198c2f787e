"""/desk/alerts/{id}/decide and what follows from it: undoing, a correction accepted, closing and reopening."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from alerts import accept_correction, close_alert, decide_alert, reopen_alert, undo_decision
from alerts.permissions import Act
from api.pages.alert import AlertId, Decider, Version, Written, act_on_alert
from api.permissions import Actor, allowed_form
from api.routers.briefs import find_desk_id
from api.services import InServices
from models import Ground, Outcome

_NAMES_A_PASSAGE = (Outcome.CLAIM_IS_RIGHT, Outcome.RECORD_IS_WRONG)
router = APIRouter(prefix="/desk")


@router.post("/alerts/{alert_id}/decide")
def decide(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    outcome: Annotated[Outcome, Form()],
    note: Annotated[str, Form(max_length=20_000)] = "",
    duplicate_of: Annotated[str, Form(max_length=10)] = "",
    ground: Annotated[str, Form(max_length=40)] = "",
    passage: Annotated[str, Form(max_length=10)] = "",
    owner: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Decide it. What was written is kept when the decision could not be taken."""

    def act(session: Session, seen: int) -> None:
        decide_alert(
            session,
            alert_id,
            actor=actor.user,
            version=seen,
            outcome=outcome,
            now=services.clock(),
            note=note,
            duplicate_of=int(duplicate_of) if duplicate_of.isdecimal() else None,
            # Every outcome's fields are in the one form; those of the others are what they were set to before.
            ground=Ground(ground) if outcome is Outcome.NO_RESPONSE and ground in set(Ground) else None,
            passage_id=int(passage) if passage.isdecimal() and outcome in _NAMES_A_PASSAGE else None,
            owner_desk_id=find_desk_id(session, owner)
            if owner and outcome is Outcome.RECORD_IS_WRONG
            else None,
        )

    written = Written("decide", outcome, note, duplicate_of, ground, passage, owner)
    return act_on_alert(request, services, actor, alert_id, version, act, did="decided", written=written)


@router.post("/alerts/{alert_id}/undo")
def undo(
    request: Request, services: InServices, actor: Decider, alert_id: AlertId, version: Version
) -> Response:
    """Take one's own last decision back."""

    def act(session: Session, seen: int) -> None:
        undo_decision(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act, did="undone")


@router.post("/alerts/{alert_id}/accept-correction")
def accept(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Close it because the outlet has put its page right."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        accept_correction(session, alert_id, actor=actor.user, version=seen, note=note, now=now)

    return act_on_alert(request, services, actor, alert_id, version, act, did="decided")


@router.post("/alerts/{alert_id}/close")
def close(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.CLOSE))],
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Close it after its brief."""

    def act(session: Session, seen: int) -> None:
        close_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock(), note=note)

    return act_on_alert(request, services, actor, alert_id, version, act, did="closed")


@router.post("/alerts/{alert_id}/reopen")
def reopen(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.REOPEN))],
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Put a settled one back into the queue."""

    def act(session: Session, seen: int) -> None:
        reopen_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock(), note=note)

    return act_on_alert(
        request, services, actor, alert_id, version, act, did="reopened", written=Written("reopen", note=note)
    )
