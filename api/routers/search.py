"""/search and /views: one question over everything, and lists that people come back to."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from alerts import Conflict, Invalid, NotFound
from api.finding import Filters, find
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, link_cursor, read_page
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Line, Moment, Out, SearchText, Sent, SentMoment
from api.views.found import HitOut, describe_hits
from models import FindableKind, SavedView, writing

router = APIRouter(tags=["search"], route_class=OnceRoute)

Searcher = Annotated[Actor, Depends(allowed(Permission.SEARCH))]
Keeper = Annotated[Actor, Depends(allowed(Permission.KEEP_VIEWS))]
ViewId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MOST_VIEWS = 100

Filter = Annotated[str, Field(max_length=200)]


class ViewIn(Sent):
    """A list with its filters, as the query of its address has them; a shared one is seen by the whole desk."""

    name: Line = Field(min_length=1, examples=["Gạo, tuần này"])
    place: Literal["alerts", "articles", "passages", "briefs", "search"] = Field(examples=["search"])
    filters: dict[Annotated[str, Field(pattern="^[a-z_]{1,40}$")], Filter | list[Filter]] = Field(
        default={}, max_length=20, examples=[{"q": "xuất khẩu gạo", "kind": ["alert", "brief"]}]
    )
    is_shared: bool = False


class ViewOut(Out):
    """A saved view; `is_own` is false for one that a colleague shares."""

    id: int
    name: str
    place: str
    filters: dict[str, Any]
    is_shared: bool
    is_own: bool
    created_at: Moment


@router.get("/search", responses=document())
def search(
    request: Request,
    response: Response,
    services: InServices,
    actor: Searcher,
    q: Annotated[
        SearchText,
        Query(description="Words, with or without marks; all must be there", examples=["xuat khau gao"]),
    ],
    kind: Annotated[list[FindableKind] | None, Query(description="all when not given")] = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    since: SentMoment | None = None,
    before: SentMoment | None = None,
    limit: Limit = 20,
    after: After = None,
) -> list[HitOut]:
    """What has all the words. Texts with the very marks that were typed come first, and the latest filed of those.

    New texts can be found some seconds after they are there.
    """
    filters = Filters(kinds=kind or (), language=language, since=since, before=before)
    with services.sessions() as session:
        found = find(session, q, filters, actor, limit=limit, after=after)
        link_cursor(request, response, found.cursor)
        return describe_hits(session, found, services.clock())


@router.get("/views", responses=document())
def list_views(
    request: Request,
    response: Response,
    services: InServices,
    actor: Keeper,
    limit: Limit = 50,
    after: After = None,
) -> list[ViewOut]:
    """One's own saved views and those that the desk shares, newest first."""
    query = select(SavedView).where(_is_for(actor))
    with services.sessions() as session:
        page = read_page(session, query, SavedView.id, limit=limit, after=after)
        link(request, response, page)
        return [_describe(row, actor) for row in page.rows]


@router.post("/views", status_code=201, responses=document(409))
def save_view(services: InServices, response: Response, actor: Keeper, sent: ViewIn) -> ViewOut:
    """Save a list under a name; 409 when one of one's own has it."""
    with writing(services.sessions) as session:
        kept = keep(session, sent, actor, now=services.clock())
        response.headers["Location"] = f"/views/{kept.id}"
        return kept


@router.delete("/views/{view_id}", status_code=204, responses=document(404))
def forget_view(services: InServices, actor: Keeper, view_id: ViewId) -> None:
    """Forget one of one's own views."""
    with writing(services.sessions) as session:
        forget(session, view_id, actor)


def select_views(session: Session, actor: Actor, *, place: str) -> list[ViewOut]:
    """The saved views of a list that somebody may use, by name."""
    query = select(SavedView).where(_is_for(actor), SavedView.place == place)
    return [_describe(row, actor) for row in session.scalars(query.order_by(SavedView.name, SavedView.id))]


def keep(session: Session, sent: ViewIn, actor: Actor, *, now: datetime) -> ViewOut:
    """The view, saved. Raises Conflict when one of one's own has its name, Invalid when there are too many."""
    own = select(SavedView).where(SavedView.user_id == actor.user.id)
    existing = session.scalar(own.where(SavedView.name == sent.name))
    if existing is not None:
        raise Conflict(f"there is a view {sent.name!r} already", existing)
    if len(session.scalars(own.limit(MOST_VIEWS)).all()) >= MOST_VIEWS:
        raise Invalid("name", f"is one too many: {MOST_VIEWS} views are kept")
    row = SavedView(
        user_id=actor.user.id,
        desk_id=actor.user.desk_id,
        created_at=now,
        **sent.model_dump(mode="json"),
    )
    session.add(row)
    session.flush()
    return _describe(row, actor)


def forget(session: Session, view_id: int, actor: Actor) -> None:
    """Take one of one's own views away. Raises NotFound."""
    row = session.get(SavedView, view_id)
    if row is None or row.user_id != actor.user.id:
        raise NotFound("view", view_id)
    session.delete(row)


def _is_for(actor: Actor) -> ColumnElement[bool]:
    shared = SavedView.is_shared & (SavedView.desk_id == actor.user.desk_id)
    return or_(SavedView.user_id == actor.user.id, shared)


def _describe(row: SavedView, actor: Actor) -> ViewOut:
    return ViewOut(
        id=row.id,
        name=row.name,
        place=row.place,
        filters=row.filters,
        is_shared=row.is_shared,
        is_own=row.user_id == actor.user.id,
        created_at=row.created_at,
    )
