"""Pages for people: the console at /desk, the public site at /. They read without scripts, and print.

rendering  the templates' environment; wording: every phrase in two languages, out of one *_wording a room
signing_in, account, queue, views, alert with holding, deciding, grouping and rerouting, bulk, duty, chat, routing,
desks, people, gaps, briefs, reviewing, evidence, fact_sheets, record_tasks, reports, disputes, webhooks
            the console; each form names its action, as every API route does
published, syndication                 the public site, its feeds and what other programs take from it
accountability, chart                  the counts, and their chart
corrections                            the policy, and the form that tells of an error
claim_review                           the markup of a brief that answers a claim; handout: the same as PDF
"""

import re
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from api.caching import KEPT_FOR
from api.errors import NotSignedIn
from api.pages import (
    account,
    accountability,
    alert,
    briefs,
    bulk,
    chat,
    corrections,
    deciding,
    desks,
    disputes,
    duty,
    evidence,
    fact_sheets,
    finding,
    gaps,
    grouping,
    holding,
    people,
    published,
    queue,
    record_tasks,
    reports,
    rerouting,
    reviewing,
    routing,
    signing_in,
    syndication,
    views,
    webhooks,
)
from api.pages.refusals import word_refusal
from api.pages.rendering import FOLDER, choose_language, show
from api.pages.wording import Language
from api.permissions import Permission, identify_sender
from api.problems import KINDS, Explained, request_id

# Readers have no account that anything could be kept from.
_READERS_KINDS = KINDS | {"not-found": "There is nothing at this address."}
_TEXT = re.compile(r"/published/\d+/(vi|en)(?:/|$)")
# Where a browser gets its errors as a page.
PAGES = ("/desk/", "/published", "/about", "/accountability", "/corrections", "/problems")

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    account.router,
    queue.router,
    views.router,
    alert.router,
    holding.router,
    deciding.router,
    grouping.router,
    rerouting.router,
    bulk.router,
    duty.router,
    chat.router,
    routing.router,
    desks.router,
    people.router,
    gaps.router,
    briefs.router,
    reviewing.router,
    evidence.router,
    finding.router,
    record_tasks.router,
    fact_sheets.router,
    webhooks.router,
    reports.router,
    disputes.router,
    corrections.router,
    accountability.router,
    syndication.router,
    published.router,
)


class KeptFiles(StaticFiles):
    """Style, mark and script, which caches may keep as long as pages."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """The file; Starlette gives it an ETag, and answers 304."""
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = KEPT_FOR
        return response


def install(app: FastAPI) -> None:
    """Add every page, none of which is part of the API's description."""
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", KeptFiles(directory=FOLDER / "static"), name="static")


def show_error(request: Request, explained: Explained) -> Response | None:
    """An error as a page, when a browser asked for one; nothing for programs, which get the problem itself."""
    if not _is_page(request):
        return None
    if explained.status == 401 and request.method == "GET":
        return RedirectResponse(signing_in.address(request.url.path), 303)
    language = _language_of(request.url.path)
    kind = _READERS_KINDS if _is_public(request) else KINDS
    response = show(
        request,
        "error.html",
        status=explained.status,
        language=language,
        heading=word_refusal(kind[explained.name], language or choose_language(request)),
        problem=explained,
        problem_id=request_id(request),
        is_stranger=explained.status == 401,
        home=_find_home(request, explained),
    )
    response.headers.update(explained.headers)
    return response


def _find_home(request: Request, explained: Explained) -> str:
    """The first page of the desk that whoever asks may read."""
    if explained.status >= 500:
        # What broke may be what would say who asks.
        return "/desk/"
    try:
        may_read = identify_sender(request).may(Permission.READ_QUEUE)
    except NotSignedIn:
        return "/desk/"
    return "/desk/" if may_read else "/desk/webhooks"


def _is_public(request: Request) -> bool:
    return not request.url.path.startswith("/desk/")


def _language_of(path: str) -> Language | None:
    """The language that the address of a brief's text names."""
    found = _TEXT.match(path)
    return None if found is None else "en" if found[1] == "en" else "vi"


def _is_page(request: Request) -> bool:
    path = request.url.path
    is_page = path == "/" or path.startswith(PAGES)
    return is_page and "text/html" in request.headers.get("accept", "")
