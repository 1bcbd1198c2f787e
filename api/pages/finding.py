"""/desk/find: words looked for in alerts, articles, passages and briefs alike."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.briefs import LANGUAGES
from api.checking import read_day
from api.finding import MAY_FIND, Filters, find
from api.pages.rendering import choose_language, show
from api.pages.wording import say
from api.paging import After
from api.permissions import Actor, Permission, allowed
from api.services import InServices
from api.views.found import HitOut, describe_hits
from api.words import ask
from models import FindableKind

router = APIRouter(prefix="/desk")


@router.get("/find")
def find_everywhere(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.SEARCH))],
    q: Annotated[str, Query(max_length=300)] = "",
    kind: Annotated[list[str] | None, Query(max_length=20)] = None,
    language: Annotated[str, Query(max_length=20)] = "",
    since: Annotated[str, Query(max_length=40)] = "",
    until: Annotated[str, Query(max_length=40)] = "",
    after: After = None,
) -> Response:
    """What has all the words, page by page; of all kinds where none is ticked."""
    question = q.replace("\0", " ").strip()
    asked = [one for one in FindableKind if one in (kind or ())]
    problem, hits, following = "", list[HitOut](), None
    try:
        first, last = read_day(since), read_day(until)
        opening = None if first is None else first - timedelta(days=1)
    except (ValueError, OverflowError):
        problem = say("wrong_date", choose_language(request))
    else:
        if ask(question).written:
            filters = Filters(
                kinds=asked,
                language=language if language in LANGUAGES else None,
                since=opening,
                before=last,
            )
            with services.sessions() as session:
                found = find(session, question, filters, actor, limit=20, after=after)
                hits = describe_hits(session, found, services.clock())
            following = request.url.include_query_params(after=found.cursor).query if found.cursor else None
    return show(
        request,
        "find.html",
        status=422 if problem else 200,
        actor=actor,
        question=question,
        hits=hits,
        following=following,
        problem=problem,
        kinds=[one for one in FindableKind if actor.may(MAY_FIND[one])],
        asked={"kinds": asked, "language": language, "since": since, "until": until},
        languages=LANGUAGES,
    )
