"""/audit: the append-only log, page by page, and whether its chain is whole."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import select

from alerts import verify_chain
from api.auditing import readable_by
from api.paging import After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Moment, Out
from models import AuditEntry

router = APIRouter(prefix="/audit", tags=["audit"])

Auditor = Annotated[Actor, Depends(allowed(Permission.READ_AUDIT))]


class EntryOut(Out):
    """One act, with the hash that ties it to the one before."""

    id: int
    at: Moment
    actor: str
    action: str
    object_type: str
    object_id: str
    details: dict[str, Any]
    previous_hash: str
    hash: str


class ChainOut(Out):
    """Whether every entry follows from the one before it. Keep `head` elsewhere to notice a cut-off end."""

    ok: bool
    entries: int
    head: str
    first_bad: int | None
    reason: str


@router.get("", responses=document())
def list_entries(
    request: Request,
    response: Response,
    services: InServices,
    actor: Auditor,
    object_type: Annotated[str | None, Query(max_length=50, pattern="^[a-z_]+$")] = None,
    object_id: Annotated[str | None, Query(max_length=50, pattern="^[0-9a-zA-Z_-]+$")] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[EntryOut]:
    """Entries, newest first: of one's own desk, or all for whoever works for every desk."""
    query = select(AuditEntry).where(readable_by(actor))
    if object_type is not None:
        query = query.where(AuditEntry.object_type == object_type)
    if object_id is not None:
        query = query.where(AuditEntry.object_id == object_id)
    with services.sessions() as session:
        page = read_page(session, query, AuditEntry.id, limit=limit, after=after)
        link(request, response, page)
        return [EntryOut.model_validate(row) for row in page.rows]


@router.get("/verify", responses=document())
def verify(
    services: InServices,
    actor: Auditor,
    known_hash: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None,
) -> ChainOut:
    """Walk the whole chain; `known_hash` is a head noted earlier, which must still be in it."""
    with services.sessions() as session:
        report = verify_chain(session, known_hash=known_hash)
    return ChainOut.model_validate(report)
