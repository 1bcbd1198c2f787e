"""/fact-sheets: official sheets filed by hand, for as long as they hold, under a desk that answers for them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Base64Bytes, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import Invalid, NotFound
from alerts.fact_sheets import file_fact_sheet, retire_fact_sheet
from alerts.permissions import Act
from api.filing import read_address, read_filed
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed, is_within_reach, within_reach
from api.problems import document
from api.routers.briefs import Language, ReasonIn, find_desk_id
from api.services import InServices
from api.views.base import Id, Line, Sent, SentMoment
from api.views.fact_sheets import (
    FactSheetDetailOut,
    FactSheetOut,
    describe_fact_sheet,
    describe_fact_sheets,
)
from ingest.documents import LARGEST_DOCUMENT, LONGEST_TEXT
from models import FactSheet, writing

router = APIRouter(prefix="/fact-sheets", tags=["fact_sheets"], route_class=OnceRoute)

SheetId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]
Filer = Annotated[Actor, Depends(allowed(Act.FILE))]


class FactSheetIn(Sent):
    """A sheet as text, or as a file: text, PDF or Word. The title is the file's own when none is given."""

    desk: Line = Field(description="Slug of the desk that answers for it", examples=["bo-y-te"])
    language: Language = Field(examples=["vi"])
    title: Line = ""
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None
    file: Annotated[Base64Bytes, Field(max_length=LARGEST_DOCUMENT)] | None = Field(
        default=None, description="Base64"
    )
    file_name: Line = ""
    address: Line | None = Field(default=None, description="Where it is published, if it is")
    valid_from: SentMoment = Field(examples=["2026-11-01T00:00:00+07:00"])
    valid_until: SentMoment | None = None
    replaces: Id | None = Field(default=None, description="The edition that it takes the place of")


@router.get("", responses=document())
def list_sheets(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    limit: Limit = 50,
    after: After = None,
) -> list[FactSheetOut]:
    """Sheets of the own desk, newest first."""
    query = select(FactSheet).where(within_reach(FactSheet.desk_id, actor))
    with services.sessions() as session:
        page = read_page(session, query, FactSheet.id, limit=limit, after=after)
        link(request, response, page)
        return describe_fact_sheets(session, page.rows)


@router.post("", status_code=201, responses=document(404, 409))
def file_sheet(
    services: InServices, response: Response, actor: Filer, sent: FactSheetIn
) -> FactSheetDetailOut:
    """File a sheet. It is evidence from the moment it becomes valid until it no longer is."""
    if (sent.text is None) == (sent.file is None):
        raise Invalid("file", "send either a text or a file")
    read = read_filed(services, sent.file if sent.file is not None else (sent.text or "").encode())
    with writing(services.sessions) as session:
        sheet = file_fact_sheet(
            session,
            desk_id=find_desk_id(session, sent.desk),
            title=sent.title or read.title,
            text=read.text,
            language=sent.language,
            valid_from=sent.valid_from,
            valid_until=sent.valid_until,
            file_name=sent.file_name,
            address=read_address(sent.address),
            replaces=sent.replaces,
            actor=actor.user,
            now=services.clock(),
        )
        response.headers["Location"] = f"/fact-sheets/{sheet.id}"
        return describe_fact_sheet(session, sheet)


@router.get("/{sheet_id}", responses=document(404))
def read_sheet(services: InServices, actor: Reader, sheet_id: SheetId) -> FactSheetDetailOut:
    """One sheet with its text as it was read."""
    with services.sessions() as session:
        return describe_fact_sheet(session, find_sheet(session, sheet_id, actor))


@router.post("/{sheet_id}/retire", responses=document(404, 409))
def retire(services: InServices, actor: Filer, sheet_id: SheetId, sent: ReasonIn) -> FactSheetDetailOut:
    """Take a sheet back: it is evidence no longer, and what cited it keeps what it said."""
    with writing(services.sessions) as session:
        find_sheet(session, sheet_id, actor)
        sheet = retire_fact_sheet(
            session, sheet_id, reason=sent.reason, actor=actor.user, now=services.clock()
        )
        return describe_fact_sheet(session, sheet)


def find_sheet(session: Session, sheet_id: int, actor: Actor) -> FactSheet:
    """The sheet, if the actor may see it. Raises NotFound; another desk's is as good as not there."""
    sheet = session.get(FactSheet, sheet_id)
    if sheet is None or not is_within_reach(sheet.desk_id, actor):
        raise NotFound("fact sheet", sheet_id)
    return sheet
