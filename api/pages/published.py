"""The public site: published briefs, every earlier version, how the desk works, its figures. No scripts, no cookies."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from alerts import NotFound
from api.pages.rendering import choose_language, show
from api.pages.wording import Language
from api.paging import LARGEST_ID, After, read_page
from api.problems import KINDS
from api.routers.briefs import published_url
from api.services import InServices, Services
from api.views.published import PublishedOut, describe_headlines, find_published, newest_texts
from api.views.statistics import count_for_the_public
from models import BriefVersion

router = APIRouter()

BriefId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
TextLanguage = Annotated[Language, Path()]


@router.get("/")
def show_index(request: Request, services: InServices, after: After = None) -> Response:
    """Published briefs in the reader's language, newest first."""
    language = choose_language(request)
    with services.sessions() as session:
        page = read_page(session, newest_texts(language=language), BriefVersion.id, limit=30, after=after)
        headlines = describe_headlines(session, page.rows)
    following = request.url.include_query_params(after=page.cursor).query if page.cursor else None
    return show(request, "index.html", public=True, headlines=headlines, following=following)


@router.get("/about")
def show_about(request: Request, services: InServices) -> Response:
    """How the desk works, what it never does, and its figures, the cases it lost included."""
    with services.sessions() as session:
        counts = count_for_the_public(session)
    return show(request, "about.html", public=True, counts=counts)


@router.get("/problems")
def show_problems(request: Request) -> Response:
    """What each kind of error means; `type` of a problem points here."""
    return show(request, "problems.html", public=True, kinds=KINDS)


@router.get("/published/{brief_id}.json")
def read_published(services: InServices, brief_id: BriefId, language: Language | None = None) -> Response:
    """A published brief as JSON."""
    published = _find(services, brief_id, language)
    headers = {"Cache-Control": "public, max-age=60"}
    return JSONResponse(published.model_dump(mode="json"), headers=headers)


@router.get("/published/{brief_id}")
def show_published(request: Request, services: InServices, brief_id: BriefId) -> Response:
    """A brief, in Vietnamese if there is a choice."""
    return _show(request, services, _find(services, brief_id))


@router.get("/published/{brief_id}/{language}")
def show_in_language(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage
) -> Response:
    """A brief in one language: the permalink, which stays through every correction."""
    return _show(request, services, _find(services, brief_id, language))


@router.get("/published/{brief_id}/{language}/{number}")
def show_version(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage, number: Number
) -> Response:
    """One version as it was published."""
    return _show(request, services, _find(services, brief_id, language, number))


def _find(
    services: Services, brief_id: int, language: str | None = None, number: int | None = None
) -> PublishedOut:
    with services.sessions() as session:
        published = find_published(session, brief_id, language, number)
    if published is None:
        raise NotFound("published brief", brief_id)
    return published


def _show(request: Request, services: Services, published: PublishedOut) -> Response:
    permalink = published_url(services.public_url, published.id, published.language)
    return show(
        request,
        "published.html",
        public=True,
        language="en" if published.language == "en" else "vi",
        brief=published,
        permalink=permalink,
    )
