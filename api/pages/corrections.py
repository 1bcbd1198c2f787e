"""/corrections: how the office corrects itself, what it corrected, and the form that tells it of an error."""

import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import AlertsError, NotFound, file_report
from alerts.reports import LONGEST_CONTACT, LONGEST_TEXT
from api.errors import Forbidden, TooManyAttempts
from api.pace import Allowance, name_network
from api.pages.published import READ
from api.pages.rendering import choose_language, place, show
from api.pages.wording import Language, say
from api.paging import LARGEST_ID
from api.permissions import is_from_elsewhere
from api.problems import explain
from api.services import InServices, Services
from api.views.published import find_published, newest_corrections
from api.views.reports import describe_answer
from models import ErrorReport, writing

router = APIRouter(prefix="/corrections")

MOST_SHOWN = 50

About = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.api_route("", methods=READ)
def show_policy(request: Request, services: InServices) -> Response:
    """The policy, and the latest corrections and withdrawals in the reader's language."""
    language = choose_language(request)
    with services.sessions() as session:
        changes = newest_corrections(session, language=language, limit=MOST_SHOWN)
    return show(request, "corrections.html", public=True, changes=changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The form as it was filled in, or as a page's link prepared it."""

    text: str = ""
    contact: str = ""
    brief: int | None = None
    language: str | None = None
    number: int | None = None


@router.api_route("/report", methods=READ)
def show_form(
    request: Request,
    services: InServices,
    brief: About = None,
    language: Language | None = None,
    number: About = None,
) -> Response:
    """The form, about one text if a page's link led here."""
    return _form(request, services, Written(brief=brief, language=language, number=number))


@router.post("/report")
def send(
    request: Request,
    services: InServices,
    text: Annotated[str, Form(max_length=LONGEST_TEXT * 4)] = "",
    contact: Annotated[str, Form(max_length=LONGEST_CONTACT * 4)] = "",
    brief: Annotated[str, Form(max_length=10)] = "",
    language: Annotated[str, Form(max_length=2)] = "",
    number: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Take a report. What was written is kept when it cannot be taken.

    There is no session whose token a form of another site could lack; browsers say where a request comes from.
    """
    if is_from_elsewhere(request):
        raise Forbidden("the form of this site is the only one")
    now = services.clock()
    written = Written(
        text=text,
        contact=contact,
        brief=_number(brief),
        language=language or None,
        number=_number(number),
    )
    if not text.strip():
        return _form(request, services, written, problem=_say(request, "report_needs_text"), status=422)
    allowance: Allowance = request.app.state.reports
    network = name_network(request.client.host if request.client else "")
    wait = math.ceil(allowance.take(network, now).total_seconds())
    if wait:
        return _refuse(request, services, written, wait)
    try:
        with writing(services.sessions) as session:
            report = file_report(
                session,
                text=written.text,
                contact=written.contact,
                brief_id=written.brief,
                language=written.language,
                number=written.number,
                now=now,
            )
    except NotFound:
        raise
    except AlertsError as problem:
        status = explain(problem, request).status
        return _form(request, services, written, problem=str(problem), status=status)
    return RedirectResponse(place(services, f"/corrections/reports/{report.key}"), 303)


@router.get("/reports/{key}")
def show_report(
    request: Request,
    services: InServices,
    key: Annotated[str, Path(min_length=24, max_length=24, pattern="^[A-Za-z0-9_-]+$")],
) -> Response:
    """How far a report is, for whoever has its address; nothing of it is kept by caches or search engines."""
    with services.sessions() as session:
        report = session.scalar(select(ErrorReport).where(ErrorReport.key == key))
        if report is None:
            raise NotFound("report at", "this address")
        answer = describe_answer(session, report)
    return show(request, "report.html", report=answer)


def _refuse(request: Request, services: Services, written: Written, wait: int) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        raise TooManyAttempts(f"wait {wait} seconds", headers={"Retry-After": str(wait)})
    response = _form(request, services, written, problem=_say(request, "report_wait"), status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _form(
    request: Request, services: Services, written: Written, *, problem: str = "", status: int = 200
) -> Response:
    about = None
    if written.brief is not None:
        with services.sessions() as session:
            about = find_published(session, written.brief, written.language, written.number)
    return show(
        request,
        "report_form.html",
        status=status,
        about=about,
        written=written,
        problem=problem,
        longest=LONGEST_TEXT,
        longest_contact=LONGEST_CONTACT,
    )


def _say(request: Request, key: str) -> str:
    return say(key, choose_language(request))


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= LARGEST_ID else None
