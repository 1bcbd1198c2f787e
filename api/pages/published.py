"""The public site: published briefs in several formats, every earlier version, how the desk works. No scripts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from alerts import NotFound
from alerts.subjects import Subject
from api.addresses import published_url
from api.caching import fingerprint, is_known, offer, unchanged
from api.pages.claim_review import review_claim, say_finding
from api.pages.handout import Printer
from api.pages.rendering import choose_language, render, show
from api.pages.wording import LANGUAGES, Language
from api.paging import LARGEST_ID, After, read_page
from api.problems import KINDS
from api.services import InServices, Services
from api.views.published import (
    PublishedOut,
    count_texts,
    describe_headlines,
    find_published,
    newest_texts,
)
from models import BriefState, BriefVersion

router = APIRouter()

BriefId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
TextLanguage = Annotated[Language, Path()]

# Caches and link checkers ask for the head alone.
READ = ["GET", "HEAD"]
STATES = (BriefState.PUBLISHED, BriefState.CORRECTED, BriefState.WITHDRAWN)


@router.api_route("/", methods=READ)
def show_index(
    request: Request,
    services: InServices,
    subject: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=60)] = "",
    after: After = None,
) -> Response:
    """Published briefs in the reader's language, newest first; a filter that is none lets everything through."""
    language = choose_language(request)
    chosen = next((one for one in Subject if one == subject), None)
    stands = next((one for one in STATES if one == state), None)
    query = newest_texts(language=language, subject=chosen, state=stands)
    with services.sessions() as session:
        page = read_page(session, query, BriefVersion.id, limit=30, after=after)
        headlines = describe_headlines(session, page.rows)
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        elsewhere = (
            0
            if headlines
            else count_texts(session, newest_texts(language=other, subject=chosen, state=stands))
        )
    return show(
        request,
        "index.html",
        public=True,
        headlines=headlines,
        elsewhere=elsewhere,
        subject=chosen or "",
        subjects=list(Subject),
        state=stands or "",
        states=STATES,
        following=request.url.include_query_params(after=page.cursor).query if page.cursor else None,
    )


@router.api_route("/about", methods=READ)
def show_about(request: Request) -> Response:
    """How the desk works, and what it never does."""
    return show(request, "about.html", public=True)


@router.api_route("/problems", methods=READ)
def show_problems(request: Request) -> Response:
    """What each kind of error means; `type` of a problem points here."""
    return show(request, "problems.html", public=True, kinds=KINDS)


@router.api_route("/published/{brief_id}.json", methods=READ)
def read_published(
    request: Request, services: InServices, brief_id: BriefId, language: Language | None = None
) -> Response:
    """A published brief as JSON."""
    return offer(request, _find(services, brief_id, language).model_dump_json(), "application/json")


@router.api_route("/published/{brief_id}/{language}.txt", methods=READ)
def read_text(request: Request, services: InServices, brief_id: BriefId, language: TextLanguage) -> Response:
    """The newest text without markup."""
    return _as_text(request, services, _find(services, brief_id, language))


@router.api_route("/published/{brief_id}/{language}/{number}.txt", methods=READ)
def read_version_text(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage, number: Number
) -> Response:
    """One version without markup."""
    return _as_text(request, services, _find(services, brief_id, language, number))


@router.api_route("/published/{brief_id}/{language}.pdf", methods=READ)
def read_handout(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage
) -> Response:
    """The newest text as PDF."""
    return _as_handout(request, services, _find(services, brief_id, language))


@router.api_route("/published/{brief_id}/{language}/{number}.pdf", methods=READ)
def read_version_handout(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage, number: Number
) -> Response:
    """One version as PDF."""
    return _as_handout(request, services, _find(services, brief_id, language, number))


@router.api_route("/published/{brief_id}", methods=READ)
def show_published(request: Request, services: InServices, brief_id: BriefId) -> Response:
    """A brief, in Vietnamese if there is a choice."""
    return _show(request, services, _find(services, brief_id))


@router.api_route("/published/{brief_id}/{language}", methods=READ)
def show_in_language(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage
) -> Response:
    """A brief in one language: the permalink, which stays through every correction."""
    try:
        published = _find(services, brief_id, language)
    except NotFound:
        if (elsewhere := _find_untranslated(request, services, brief_id, language)) is None:
            raise
        return elsewhere
    return _show(request, services, published, is_permalink=True)


@router.api_route("/published/{brief_id}/{language}/{number}", methods=READ)
def show_version(
    request: Request, services: InServices, brief_id: BriefId, language: TextLanguage, number: Number
) -> Response:
    """One version as it was published."""
    try:
        published = _find(services, brief_id, language, number)
    except NotFound:
        if (elsewhere := _find_untranslated(request, services, brief_id, language)) is None:
            raise
        return elsewhere
    return _show(request, services, published)


def _find_untranslated(
    request: Request, services: Services, brief_id: int, language: Language
) -> Response | None:
    """For a browser, where a brief can be read that is not published in this language; nothing for any other."""
    with services.sessions() as session:
        published = find_published(session, brief_id)
    is_browser = "text/html" in request.headers.get("accept", "")
    if published is None or language in published.languages or not is_browser:
        return None
    return show(request, "untranslated.html", status=404, language=language, brief=published)


def _find(
    services: Services, brief_id: int, language: str | None = None, number: int | None = None
) -> PublishedOut:
    with services.sessions() as session:
        published = find_published(session, brief_id, language, number)
        there = published or find_published(session, brief_id)
    if there is None:
        raise NotFound("published brief", brief_id)
    if language is not None and language not in there.languages:
        raise NotFound("published text of this brief in", language)
    if published is None:
        raise NotFound("published version", number or brief_id)
    return published


def _show(
    request: Request, services: Services, published: PublishedOut, *, is_permalink: bool = False
) -> Response:
    """The page. Markup for collecting programs is on the permalink alone: a review belongs on one page only."""
    language, permalink = _place(services, published)
    review = review_claim(
        published,
        permalink=permalink,
        office=services.office,
        public_url=services.public_url,
        language=language,
    )
    return show(
        request,
        "published.html",
        public=True,
        language=language,
        brief=published,
        permalink=permalink,
        review=review if is_permalink else None,
        **_details(published, language),
    )


def _as_text(request: Request, services: Services, published: PublishedOut) -> Response:
    language, permalink = _place(services, published)
    details = _details(published, language)
    text = render(
        request, "published.txt", language=language, brief=published, permalink=permalink, **details
    )
    return offer(request, text, "text/plain")


def _as_handout(request: Request, services: Services, published: PublishedOut) -> Response:
    language, permalink = _place(services, published)
    html = render(
        request,
        "handout.html",
        language=language,
        brief=published,
        permalink=permalink,
        **_details(published, language),
    )
    tag = fingerprint(html)
    name = f"{published.id}-{published.language}-{published.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    if is_known(request, tag):
        return unchanged(tag)
    printer: Printer = request.app.state.printer
    return offer(request, printer.print(html, permalink), "application/pdf", tag=tag, headers=headers)


def _place(services: Services, published: PublishedOut) -> tuple[Language, str]:
    language: Language = "en" if published.language == "en" else "vi"
    return language, published_url(services.public_url, published.id, published.language)


def _details(published: PublishedOut, language: Language) -> dict[str, Any]:
    return {
        "numbers": {one.id: one.number for one in published.citations},
        "finding": say_finding(published.answers.label if published.answers else None, language),
    }
