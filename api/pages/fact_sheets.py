"""/desk/sheets: filing official fact sheets, and taking them back, in plain forms."""

import re
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import AlertsError, Invalid, NotFound
from alerts.fact_sheets import LANGUAGES, file_fact_sheet, retire_fact_sheet
from alerts.permissions import Act
from api.checking import read_day
from api.filing import read_address, read_filed
from api.pages.brief_page import Language
from api.pages.rendering import show
from api.paging import LARGEST_ID, After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form, within_reach
from api.problems import explain
from api.routers.fact_sheets import find_sheet
from api.services import InServices, Services
from api.views.fact_sheets import describe_fact_sheet, describe_fact_sheets
from ingest.documents import LARGEST_DOCUMENT
from models import Desk, FactSheet, writing

router = APIRouter(prefix="/desk/sheets")

Reader = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]
Filer = Annotated[Actor, Depends(allowed_form(Act.FILE))]
Typed = Annotated[str, Form(max_length=500)]

# What the form gives back with a refusal; a browser never gives back a file.
_KEPT = ("title", "desk", "language", "from", "until", "replaces", "text", "address")
# As many digits as a row's number can have.
_NUMBER = re.compile(r"[0-9]{1,18}")


@router.get("")
def show_sheets(request: Request, services: InServices, actor: Reader, after: After = None) -> Response:
    """Sheets of the own desk, newest first, and the form to file one."""
    return _show(request, services, actor, after=after)


@router.get("/{sheet_id}")
def show_sheet(
    request: Request,
    services: InServices,
    actor: Reader,
    sheet_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
) -> Response:
    """One sheet as it was read."""
    with services.sessions() as session:
        sheet = describe_fact_sheet(session, find_sheet(session, sheet_id, actor))
    return show(request, "sheet.html", actor=actor, sheet=sheet, may_file=actor.may(Act.FILE))


@router.post("")
def file_sheet(
    request: Request,
    services: InServices,
    actor: Filer,
    desk: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    language: Language,
    title: Typed = "",
    text: Annotated[str, Form(max_length=1_000_000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
    address: Typed = "",
    valid_from: Typed = "",
    valid_until: Typed = "",
    replaces: Typed = "",
) -> Response:
    """File one. What was typed survives a refusal."""
    # A form whose file was left empty sends one without a name.
    body = file.file.read(LARGEST_DOCUMENT + 1) if file is not None and file.filename else text.encode()
    try:
        first, last = _read_day("valid_from", valid_from), _read_day("valid_until", valid_until)
        older = _read_number("replaces", replaces)
        read = read_filed(services, body)
        with writing(services.sessions) as session:
            file_fact_sheet(
                session,
                desk_id=desk,
                title=title or read.title,
                text=read.text,
                language=language,
                valid_from=services.clock() if first is None else _beginning(first),
                valid_until=last,
                file_name=(file.filename or "") if file is not None else "",
                address=read_address(address),
                replaces=older,
                actor=actor.user,
                now=services.clock(),
            )
    except AlertsError as problem:
        if isinstance(problem, NotFound) and problem.kind != "fact sheet":
            raise
        kept = (title, str(desk), language, valid_from, valid_until, replaces, text, address)
        typed = dict(zip(_KEPT, kept, strict=True))
        return _show(request, services, actor, problem=problem, typed=typed)
    return RedirectResponse("/desk/sheets", 303)


@router.post("/{sheet_id}/retire")
def retire(
    request: Request,
    services: InServices,
    actor: Filer,
    sheet_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Take one back."""
    try:
        with writing(services.sessions) as session:
            find_sheet(session, sheet_id, actor)
            retire_fact_sheet(session, sheet_id, reason=reason, actor=actor.user, now=services.clock())
    except NotFound:
        raise
    except AlertsError as problem:
        return _show(request, services, actor, problem=problem)
    return RedirectResponse("/desk/sheets", 303)


def _read_day(field: str, typed: str) -> datetime | None:
    try:
        return read_day(typed)
    except ValueError:
        raise Invalid(field, "is not a day; one looks like 2026-11-30") from None


def _beginning(end_of_day: datetime) -> datetime:
    return end_of_day - timedelta(days=1) + timedelta.resolution


def _read_number(field: str, typed: str) -> int | None:
    if not typed.strip():
        return None
    if not _NUMBER.fullmatch(typed.strip()):
        raise Invalid(field, "is not the number of a sheet, which stands beside its title")
    return int(typed)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    after: str | None = None,
    problem: AlertsError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    query = select(FactSheet).where(within_reach(FactSheet.desk_id, actor))
    with services.sessions() as session:
        page = read_page(session, query, FactSheet.id, limit=50, after=after)
        sheets = describe_fact_sheets(session, page.rows)
        desks = session.scalars(select(Desk).where(within_reach(Desk.id, actor)).order_by(Desk.name)).all()
    return show(
        request,
        "sheets.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        sheets=sheets,
        following=request.url.include_query_params(after=page.cursor).query if page.cursor else None,
        desks=desks,
        languages=LANGUAGES,
        typed=typed or dict.fromkeys(_KEPT, ""),
        most=LARGEST_DOCUMENT // 1_000_000,
        problem=problem,
        may_file=actor.may(Act.FILE),
    )
