"""/passages: the evidence library, searched in Vietnamese or English, with all that a citation needs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import select

from alerts import NotFound
from alerts.subjects import Subject
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.searching import Filters, find_passages, find_since
from api.services import InServices
from api.views.base import SearchText, SentMoment
from api.views.passages import PassageFoundOut, PassageOut, describe_passages
from api.views.revisions import RevisedOut, SinceOut, find_revision
from models import Passage, PublisherKind

router = APIRouter(prefix="/passages", tags=["evidence"])

Reader = Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))]


@router.get("", responses=document())
def list_passages(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    q: Annotated[SearchText | None, Query(description="A question or words, with or without marks")] = None,
    publisher_kind: Annotated[list[PublisherKind] | None, Query()] = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    subject: Annotated[Subject | None, Query(description="Told by a passage's words; only with `q`")] = None,
    published_from: SentMoment | None = None,
    published_until: SentMoment | None = None,
    as_of: Annotated[SentMoment | None, Query(description="What the record said at that time")] = None,
    limit: Limit = 20,
    after: After = None,
) -> list[PassageFoundOut]:
    """The passages nearest to `q`, best first and on one page; without `q` all passages, newest first, page by page.

    One that does not plainly say what was asked has `answers` false; where all have, the library does not say it.
    """
    kinds, languages = tuple(publisher_kind or ()), (language,) if language else ()
    if q and q.strip():
        filters = Filters(
            kinds=kinds,
            languages=languages,
            subject=subject,
            published_from=published_from,
            published_until=published_until,
            as_of=as_of,
        )
        return find_passages(services, q, limit=limit, filters=filters)
    query = select(Passage)
    if kinds:
        query = query.where(Passage.publisher_kind.in_(kinds))
    if language:
        query = query.where(Passage.language == language)
    if published_from is not None:
        query = query.where(Passage.published_at >= published_from)
    if published_until is not None:
        query = query.where(Passage.published_at <= published_until)
    if as_of is not None:
        query = query.where(
            Passage.filed_at <= as_of, Passage.superseded_at.is_(None) | (Passage.superseded_at > as_of)
        )
    with services.sessions() as session:
        page = read_page(session, query, Passage.id, limit=limit, after=after)
        link(request, response, page)
        shown = describe_passages(session, [row.id for row in page.rows])
        return [PassageFoundOut(**shown[row.id].model_dump(), score=None) for row in page.rows]


@router.get("/since", responses=document())
def read_since(
    services: InServices,
    actor: Reader,
    q: Annotated[SearchText, Query(min_length=1, description="A question or words, with or without marks")],
    since: Annotated[SentMoment, Query(description="The moment that the record is compared with")],
    publisher_kind: Annotated[list[PublisherKind] | None, Query()] = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    subject: Subject | None = None,
) -> SinceOut:
    """What has changed about a question: the record as it stood, what its pages say otherwise now, and what is new."""
    filters = Filters(
        kinds=tuple(publisher_kind or ()), languages=(language,) if language else (), subject=subject
    )
    return find_since(services, q, since, filters=filters)


@router.get("/{passage_id}/revision", responses=document(404))
def read_revision(
    services: InServices, actor: Reader, passage_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> RevisedOut:
    """A passage, and what its page says otherwise now."""
    with services.sessions() as session:
        row = session.get(Passage, passage_id)
        if row is None:
            raise NotFound("passage", passage_id)
        shown = describe_passages(session, [passage_id])[passage_id]
        return RevisedOut(**shown.model_dump(), revision=find_revision(session, row))


@router.get("/{passage_id}", responses=document(404))
def read_passage(
    services: InServices, actor: Reader, passage_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> PassageOut:
    """One passage as it was read."""
    with services.sessions() as session:
        found = describe_passages(session, [passage_id])
    if passage_id not in found:
        raise NotFound("passage", passage_id)
    return found[passage_id]
