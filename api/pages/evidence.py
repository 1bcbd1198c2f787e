"""/desk/search, /desk/check and /desk/sources: what the record says, a sentence tried out, how reading goes."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from sqlalchemy import select

from alerts import Invalid
from alerts.briefs import LANGUAGES
from alerts.permissions import Act
from alerts.subjects import Subject
from api.checking import check, read_day
from api.finding import Filters as SearchFilters
from api.finding import find
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.paging import LARGEST_ID, After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form
from api.routers.passages import read_revision
from api.searching import Filters, find_passages, find_since
from api.services import InServices, Services
from api.views.checking import CheckOut
from api.views.found import HitOut, describe_hits
from api.views.news import describe_health
from api.words import ask
from classify.checking import LONGEST
from ingest.diagnosis import LEGEND
from models import FindableKind, PublisherKind, Source

router = APIRouter(prefix="/desk")

Searcher = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]


@router.get("/search")
def search(
    request: Request,
    services: InServices,
    actor: Searcher,
    q: Annotated[str, Query(max_length=300)] = "",
    subject: str = "",
    publisher: str = "",
    published_from: Annotated[str, Query(alias="from", max_length=40)] = "",
    published_until: Annotated[str, Query(alias="until", max_length=40)] = "",
    as_of: Annotated[str, Query(max_length=40)] = "",
    since: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The evidence library, as passages ready to be cited, and the desk's own alerts and briefs with these words.

    With `since`, what has changed about a question.
    """
    question = q.replace("\0", " ").strip()
    problem, found, changed = "", [], None
    try:
        first = read_day(published_from)
        moment = read_day(since)
        filters = Filters(
            subject=Subject(subject) if subject in set(Subject) else None,
            kinds=(PublisherKind(publisher),) if publisher in set(PublisherKind) else (),
            published_from=None if first is None else first - timedelta(days=1),
            published_until=read_day(published_until),
            as_of=read_day(as_of),
        )
    except (ValueError, OverflowError):
        problem = say("wrong_date", choose_language(request))
    else:
        if question and moment is not None:
            changed = find_since(services, question, moment, filters=filters)
        elif question:
            found = find_passages(services, question, limit=20, filters=filters)
    return show(
        request,
        "search.html",
        status=422 if problem else 200,
        actor=actor,
        question=question,
        passages=found,
        is_answered=any(one.answers for one in found),
        own=_find_own(services, actor, question),
        changed=changed,
        problem=problem,
        asked={
            "subject": subject,
            "publisher": publisher,
            "from": published_from,
            "until": published_until,
            "as_of": as_of,
            "since": since,
        },
        subjects=list(Subject),
        publishers=list(PublisherKind),
        languages=LANGUAGES,
        may_write=actor.may(Act.WRITE),
    )


def _find_own(services: Services, actor: Actor, question: str) -> list[HitOut]:
    if not ask(question).written:
        return []
    kinds = (FindableKind.ALERT, FindableKind.BRIEF)
    with services.sessions() as session:
        filters = SearchFilters(kinds=kinds)
        found = find(session, question, filters, actor, limit=10, after=None)
        return describe_hits(session, found, services.clock())


@router.get("/passages/{passage_id}")
def show_passage(
    request: Request,
    services: InServices,
    actor: Searcher,
    passage_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
) -> Response:
    """One passage, and what its page says otherwise now."""
    passage = read_revision(services, actor, passage_id)
    return show(request, "passage.html", actor=actor, passage=passage)


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
        day = read_day(as_of)
    except ValueError:
        return answer(problem=say("wrong_date", read_in))
    try:
        checked = check(services, sentence.replace("\0", " "), language or None, day)
    except Invalid:
        return answer(problem=say("one_sentence", read_in, most=LONGEST))
    return answer(checked=checked)


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
