"""/briefs: what a reviewer goes by: the evidence that speaks against a text, and what colleagues remarked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from alerts.permissions import Act
from alerts.undermining import acknowledge_undermining, name_undermining
from api.paging import LARGEST_ID
from api.permissions import Actor, allowed
from api.problems import document
from api.routers.briefs import BriefId, Drafter, ReasonIn, find_brief, show_brief
from api.services import InServices
from api.views.base import Id, Sent, Text
from api.views.briefs import BriefDetailOut
from api.weighing import look_for_undermining
from models import writing

router = APIRouter(prefix="/briefs", tags=["briefs"])

PassageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class UnderminingIn(Sent):
    """A passage that speaks against the brief, and how."""

    passage_id: Id = Field(examples=[31])
    note: Text = Field(examples=["The ministry's own table of March has another figure."])


@router.post("/{brief_id}/undermining/look", responses=document(404))
def look(services: InServices, response: Response, actor: Drafter, brief_id: BriefId) -> BriefDetailOut:
    """Hold the claim and the newest texts against the library again, and list what speaks against them."""
    with services.sessions() as session:
        find_brief(session, brief_id, actor)
    look_for_undermining(services, brief_id)
    with services.sessions() as session:
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/undermining", status_code=201, responses=document(404, 409))
def name(
    services: InServices, response: Response, actor: Drafter, brief_id: BriefId, sent: UnderminingIn
) -> BriefDetailOut:
    """List a passage against the brief, which the search did not find."""
    with writing(services.sessions) as session:
        find_brief(session, brief_id, actor)
        name_undermining(
            session,
            brief_id,
            passage_id=sent.passage_id,
            note=sent.note,
            actor=actor.user,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/undermining/{passage_id}/acknowledge", responses=document(404, 409))
def acknowledge(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.WRITE))],
    brief_id: BriefId,
    passage_id: PassageId,
    sent: ReasonIn,
) -> BriefDetailOut:
    """Say why the text stands although this passage speaks against it. A text that cites the passage answers it."""
    with writing(services.sessions) as session:
        find_brief(session, brief_id, actor)
        acknowledge_undermining(
            session,
            brief_id,
            passage_id=passage_id,
            reason=sent.reason,
            actor=actor.user,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)
