"""/desk/disputes: editors say that a brief is wrong and follow the review; the office acknowledges and decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import AlertsError, NotFound
from alerts.briefs import LANGUAGES
from alerts.disputes import UNDECIDED, acknowledge_dispute, decide_dispute, find_barred, open_dispute
from alerts.permissions import Act
from alerts.reports import LONGEST_TEXT
from api.pages.brief_page import Words
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, allowed, allowed_form
from api.problems import explain
from api.routers.disputes import find_dispute, select_disputes
from api.services import InServices, Services
from api.versions import match
from api.views.disputes import describe_disputes
from models import BriefVersion, Dispute, DisputeState, writing

router = APIRouter(prefix="/desk/disputes")

DisputeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Seen = Annotated[int, Form(ge=1)]
Disputer = Annotated[Actor, Depends(allowed(Act.DISPUTE))]
Sender = Annotated[Actor, Depends(allowed_form(Act.DISPUTE))]
Answerer = Annotated[Actor, Depends(allowed_form(Act.ANSWER_DISPUTES))]

MOST_SHOWN = 50
_VIEWS = {"open": UNDECIDED, "decided": (DisputeState.UPHELD, DisputeState.DECLINED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the forms: a new dispute, or the answer to the one of this number."""

    brief: str = ""
    language: str = "vi"
    text: str = ""
    answered: int | None = None
    answer: str = ""


@router.get("")
def show_disputes(
    request: Request,
    services: InServices,
    actor: Disputer,
    view: str = "open",
    brief: str = "",
    language: str = "vi",
) -> Response:
    """The disputes that wait, or those decided; an editor's own, the desk's for its staff."""
    return _show(request, services, actor, view=view, written=Written(brief=brief[:20], language=language))


@router.post("")
def dispute(
    request: Request,
    services: InServices,
    actor: Sender,
    brief: Annotated[str, Form(max_length=20)] = "",
    language: Annotated[str, Form(max_length=2)] = "vi",
    text: Annotated[str, Form(max_length=LONGEST_TEXT * 4)] = "",
) -> Response:
    """Open a review of a published brief. What was written is kept when that cannot be done."""
    written = Written(brief=brief, language=language, text=text)
    number = int(brief) if brief.isascii() and brief.isdigit() and int(brief) <= LARGEST_ID else 0

    def act(session: Session) -> None:
        open_dispute(session, number, language=language, text=text, actor=actor.user, now=services.clock())

    return _act(request, services, actor, act, written)


@router.post("/{dispute_id}/acknowledge")
def acknowledge(
    request: Request, services: InServices, actor: Answerer, dispute_id: DisputeId, version: Seen
) -> Response:
    """Say that it has been seen."""

    def act(session: Session) -> None:
        seen = match(find_dispute(session, dispute_id, actor), {version})
        acknowledge_dispute(session, dispute_id, actor=actor.user, version=seen, now=services.clock())

    return _act(request, services, actor, act, Written())


@router.post("/{dispute_id}/decide")
def decide(
    request: Request,
    services: InServices,
    actor: Answerer,
    dispute_id: DisputeId,
    version: Seen,
    upheld: Annotated[bool, Form()],
    answer: Words = "",
) -> Response:
    """Decide it; not for whoever had a part in the brief. What was written is kept when that cannot be done."""

    def act(session: Session) -> None:
        decide_dispute(
            session,
            dispute_id,
            upheld=upheld,
            answer=answer,
            actor=actor.user,
            version=match(find_dispute(session, dispute_id, actor), {version}),
            now=services.clock(),
        )

    return _act(request, services, actor, act, Written(answered=dispute_id, answer=answer))


def _act(
    request: Request, services: Services, actor: Actor, act: Callable[[Session], None], written: Written
) -> Response:
    try:
        with writing(services.sessions) as session:
            act(session)
    except AlertsError as problem:
        if isinstance(problem, NotFound) and not written.brief:
            raise
        status = explain(problem, request).status
        return _show(request, services, actor, problem=str(problem), status=status, written=written)
    return RedirectResponse("/desk/disputes", 303)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    written: Written,
    view: str = "open",
    problem: str = "",
    status: int = 200,
) -> Response:
    view = view if view in _VIEWS else "open"
    urgent_first = (Dispute.decide_by, Dispute.id)
    newest_first = (Dispute.decided_at.desc(), Dispute.id.desc())
    query = select_disputes(actor, _VIEWS[view])
    query = query.order_by(*(urgent_first if view == "open" else newest_first)).limit(MOST_SHOWN)
    with services.sessions() as session:
        rows = session.scalars(query).all()
        disputes = describe_disputes(session, rows, services.clock())
        barred = find_barred(session, rows, actor.user)
        ids = [one.brief_version_id for one in disputes]
        texts = {
            text.id: text for text in session.scalars(select(BriefVersion).where(BriefVersion.id.in_(ids)))
        }
    return show(
        request,
        "disputes.html",
        status=status,
        actor=actor,
        disputes=disputes,
        barred=barred,
        texts=texts,
        view=view,
        views=list(_VIEWS),
        problem=problem,
        written=written,
        languages=LANGUAGES,
        longest=LONGEST_TEXT,
        may_answer=actor.may(Act.ANSWER_DISPUTES),
    )
