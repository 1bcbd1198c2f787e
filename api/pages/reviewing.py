"""/desk/briefs: the evidence that speaks against a brief, named and acknowledged in plain forms."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from sqlalchemy.orm import Session

from alerts.undermining import acknowledge_undermining, name_undermining
from api.pages.brief_page import BriefId, Language, Seen, Words, act_on_brief
from api.pages.briefs import Drafter
from api.pages.editing import read_numbers
from api.paging import LARGEST_ID
from api.services import InServices

router = APIRouter(prefix="/desk/briefs")


@router.post("/{brief_id}/undermining/look")
def look(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """Hold the claim and the texts against the library again."""

    def act(session: Session, seen: int) -> None:
        del session, seen

    return act_on_brief(request, services, actor, brief_id, version, act, text=language, looks="first")


@router.post("/{brief_id}/undermining")
def name(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
    passage: Annotated[str, Form(max_length=20)] = "",
    note: Words = "",
) -> Response:
    """List a passage against the brief."""

    def act(session: Session, seen: int) -> None:
        del seen
        for passage_id in read_numbers(passage):
            name_undermining(
                session,
                brief_id,
                passage_id=passage_id,
                note=note,
                actor=actor.user,
                now=services.clock(),
            )

    return act_on_brief(request, services, actor, brief_id, version, act, text=language)


@router.post("/{brief_id}/undermining/{passage_id}/acknowledge")
def acknowledge(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    passage_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    version: Seen,
    language: Language,
    reason: Words = "",
) -> Response:
    """Say why the text stands all the same."""

    def act(session: Session, seen: int) -> None:
        del seen
        acknowledge_undermining(
            session,
            brief_id,
            passage_id=passage_id,
            reason=reason,
            actor=actor.user,
            now=services.clock(),
        )

    return act_on_brief(request, services, actor, brief_id, version, act, text=language)
