"""/desk/search, /desk/check and /desk/sources: what the record says, a sentence tried out, how reading goes."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlalchemy import select

from alerts import Invalid
from api.checking import check, end_of_day
from api.finding import Filters, find
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.paging import After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form
from api.searching import find_passages
from api.services import InServices
from api.views.checking import CheckOut
from api.views.found import HitOut, describe_hits
from api.views.news import describe_health
from api.words import ask
from classify.checking import LONGEST
from ingest.diagnosis import LEGEND
from models import FindableKind, Source

router = APIRouter(prefix="/desk")

Searcher = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]


@router.get("/search")
def search(
    request: Request,
    services: InServices,
    actor: Searcher,
    q: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """The evidence library, as passages ready to be cited, and the desk's own alerts and briefs with these words."""
    question = q.replace("\0", " ").strip()
    found = find_passages(services, question, limit=20) if question else []
    own: list[HitOut] = []
    if ask(question).written:
        kinds = (FindableKind.ALERT, FindableKind.BRIEF)
        with services.sessions() as session:
            own = describe_hits(
                session, find(session, question, Filters(kinds=kinds), actor, limit=10, after=None)
            )
    return show(request, "search.html", actor=actor, question=question, passages=found, own=own)


@router.get("/check")
def show_check(request: Request, actor: Searcher) -> Response:
    """The form to try a sentence."""
    return _show_check(request, actor)


@router.post("/check")
def try_sentence(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Permission.READ_EVIDENCE))],
    sentence: Annotated[str, Form(max_length=20_000)] = "",
    language: Annotated[Literal["vi", "en", ""], Form()] = "",
    as_of: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """The sentence with its gates, passages and verdict, by the record of a day if one is given."""
    answer = partial(_show_check, request, actor, sentence=sentence, language=language, as_of=as_of)
    read_in = choose_language(request)
    try:
        day = _read_day(as_of)
    except ValueError:
        return answer(problem=say("wrong_date", read_in))
    try:
        checked = check(services, sentence.replace("\0", " "), language or None, day)
    except Invalid:
        return answer(problem=say("one_sentence", read_in, most=LONGEST))
    return answer(checked=checked)


def _read_day(text: str) -> datetime | None:
    return end_of_day(date.fromisoformat(text.strip())) if text.strip() else None


def _show_check(
    request: Request,
    actor: Actor,
    *,
    sentence: str = "",
    language: str = "",
    as_of: str = "",
    checked: CheckOut | None = None,
    problem: str = "",
) -> Response:
    return show(
        request,
        "check.html",
        status=422 if problem else 200,
        actor=actor,
        sentence=sentence,
        chosen_language=language,
        as_of=as_of,
        longest=LONGEST,
        checked=checked,
        problem=problem,
    )


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
