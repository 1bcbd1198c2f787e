"""/briefs/{id}/disputes and /disputes: editors say that a brief is wrong, and the office answers in time."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts import NotFound
from alerts.disputes import acknowledge_dispute, decide_dispute, open_dispute
from alerts.permissions import Act
from alerts.reports import LONGEST_TEXT
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, allowed, is_within_reach, within_reach
from api.problems import document
from api.services import InServices
from api.versions import SeenVersions, match, tag
from api.views.base import Sent, Text
from api.views.disputes import DisputeOut, describe_dispute, describe_disputes
from models import Brief, Dispute, DisputeState, UserRole, writing

router = APIRouter(tags=["disputes"], route_class=OnceRoute)

Disputer = Annotated[Actor, Depends(allowed(Act.DISPUTE))]
Answerer = Annotated[Actor, Depends(allowed(Act.ANSWER_DISPUTES))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class DisputeIn(Sent):
    """What is wrong with the brief, as readers see it in a language."""

    language: str = Field(pattern="^[a-z]{2}$", examples=["vi"])
    text: str = Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        examples=["Bài của chúng tôi ghi 9,18 triệu tấn, không phải 12 triệu."],
    )


class DisputeDecisionIn(Sent):
    """What the office makes of it, and what it answers."""

    upheld: bool = Field(examples=[True])
    answer: Text = Field(min_length=1, examples=["Số liệu đúng là 9,18 triệu tấn; bản tin được đính chính."])


@router.post("/briefs/{brief_id}/disputes", status_code=201, responses=document(404, 409))
def dispute(
    services: InServices, response: Response, actor: Disputer, brief_id: RowId, sent: DisputeIn
) -> DisputeOut:
    """Open a review of a published brief. It is acknowledged within one working day and decided within seven."""
    now = services.clock()
    with writing(services.sessions) as session:
        row = open_dispute(
            session, brief_id, language=sent.language, text=sent.text, actor=actor.user, now=now
        )
        response.headers["Location"] = f"/disputes/{row.id}"
        return _shown(session, response, row, services)


@router.get("/disputes", responses=document())
def list_disputes(
    request: Request,
    response: Response,
    services: InServices,
    actor: Disputer,
    state: Annotated[list[DisputeState] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[DisputeOut]:
    """Newest first: an editor's own, the desk's for its staff."""
    query = select_disputes(actor, state)
    now = services.clock()
    with services.sessions() as session:
        page = read_page(session, query, Dispute.id, limit=limit, after=after)
        link(request, response, page)
        return describe_disputes(session, page.rows, now)


@router.get("/disputes/{dispute_id}", responses=document(404))
def read(services: InServices, response: Response, actor: Disputer, dispute_id: RowId) -> DisputeOut:
    """One dispute."""
    with services.sessions() as session:
        return _shown(session, response, find_dispute(session, dispute_id, actor), services)


@router.post("/disputes/{dispute_id}/acknowledge", responses=document(404, 409, 412, 428))
def acknowledge(
    services: InServices, response: Response, actor: Answerer, dispute_id: RowId, seen: SeenVersions
) -> DisputeOut:
    """Say that it has been seen."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_dispute(session, dispute_id, actor), seen)
        row = acknowledge_dispute(session, dispute_id, actor=actor.user, version=version, now=now)
        return _shown(session, response, row, services)


@router.post("/disputes/{dispute_id}/decide", responses=document(404, 409, 412, 428))
def decide(
    services: InServices,
    response: Response,
    actor: Answerer,
    dispute_id: RowId,
    seen: SeenVersions,
    sent: DisputeDecisionIn,
) -> DisputeOut:
    """Decide it; not for whoever had a part in the brief."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_dispute(session, dispute_id, actor), seen)
        row = decide_dispute(
            session,
            dispute_id,
            upheld=sent.upheld,
            answer=sent.answer,
            actor=actor.user,
            version=version,
            now=now,
        )
        return _shown(session, response, row, services)


def select_disputes(actor: Actor, states: Sequence[DisputeState] | None = None) -> Select[Dispute]:
    """The disputes that an actor may see: an editor's own, the desk's for its staff."""
    query = select(Dispute)
    if actor.user.role is UserRole.EDITOR:
        query = query.where(Dispute.raised_by_id == actor.user.id)
    else:
        query = query.join(Brief, Brief.id == Dispute.brief_id).where(within_reach(Brief.desk_id, actor))
    return query.where(Dispute.state.in_(states)) if states else query


def find_dispute(session: Session, dispute_id: int, actor: Actor) -> Dispute:
    """The dispute, if the actor raised it or belongs to its desk. Raises NotFound."""
    row = session.get(Dispute, dispute_id)
    if row is not None and row.raised_by_id == actor.user.id:
        return row
    brief = session.get(Brief, row.brief_id) if row is not None else None
    if (
        row is None
        or brief is None
        or actor.user.role is UserRole.EDITOR
        or not is_within_reach(brief.desk_id, actor)
    ):
        raise NotFound("dispute", dispute_id)
    return row


def _shown(session: Session, response: Response, row: Dispute, services: InServices) -> DisputeOut:
    tag(response, row)
    return describe_dispute(session, row, services.clock())
