"""/desk/search, /desk/check and /desk/sources: what the record says, a sentence tried out, how reading goes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlalchemy import select

from alerts import AlertsError
from api.checking import check
from api.pages.rendering import show
from api.paging import After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import explain
from api.searching import find_passages
from api.services import InServices
from api.views.news import describe_health
from ingest.diagnosis import LEGEND
from models import Source

router = APIRouter(prefix="/desk")

Searcher = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]


@router.get("/search")
def search(
    request: Request,
    services: InServices,
    actor: Searcher,
    q: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """The evidence library, as passages ready to be cited."""
    question = q.replace("\0", " ").strip()
    found = find_passages(services, question, limit=20) if question else []
    return show(request, "search.html", actor=actor, question=question, passages=found)


@router.get("/check")
def show_check(request: Request, actor: Searcher) -> Response:
    """The form to try a sentence."""
    return show(request, "check.html", actor=actor, sentence="", checked=None, problem="")


@router.post("/check")
def try_sentence(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Permission.READ_EVIDENCE))],
    sentence: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """The sentence with its gates, passages and verdict."""
    try:
        checked = check(services, sentence.replace("\0", " "))
    except AlertsError as problem:
        status = explain(problem, request).status
        return show(
            request,
            "check.html",
            status=status,
            actor=actor,
            sentence=sentence,
            checked=None,
            problem=str(problem),
        )
    return show(request, "check.html", actor=actor, sentence=sentence, checked=checked, problem="")


@router.get("/sources")
def show_sources(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_NEWS))],
    after: After = None,
) -> Response:
    """What is read, and how that goes."""
    with services.sessions() as session:
        page = read_page(session, select(Source), Source.id, limit=100, after=after)
        sources = describe_health(session, page.rows, services.clock())
    following = request.url.include_query_params(after=page.cursor).query if page.cursor else None
    shown = {mark for one in sources for mark in one.strip}
    return show(
        request,
        "sources.html",
        actor=actor,
        sources=sources,
        following=following,
        marks=[mark for mark in LEGEND if mark in shown],
    )
