"""/desk/: the queue, most urgent first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import BULK_OUTCOMES, find_own_reroutes
from alerts.permissions import Act
from alerts.priority import list_most
from alerts.subjects import Subject
from api.following import find_start
from api.pages.rendering import show
from api.pages.views import SHOWN, list_saved
from api.paging import After
from api.permissions import Actor, Permission, allowed
from api.routers.alerts import is_late, read_queue
from api.services import InServices
from api.views.alerts import describe_alerts
from models import Alert, ClaimGroup, Desk

router = APIRouter(prefix="/desk")

Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]


@router.get("")
def lead_to_queue() -> Response:
    """The desk as people type its address; a path alone, so that it leads to no other host."""
    return RedirectResponse("/desk/")


@router.get("/")
def show_queue(
    request: Request,
    services: InServices,
    actor: Reader,
    view: str = "waiting",
    subject: str = "",
    after: After = None,
) -> Response:
    """What waits, most urgent first."""
    view = view if view in SHOWN else "waiting"
    query = select(Alert)
    if view == "late":
        query = query.where(is_late(services.clock()))
    if view == "mine":
        query = query.where(Alert.held_by_id == actor.user.id)
    if subject in {str(member) for member in Subject}:
        query = query.join(ClaimGroup, ClaimGroup.id == Alert.group_id).where(ClaimGroup.subject == subject)
    with services.sessions() as session:
        # Read before the rows: what happens in between is told twice rather than never.
        heard, _ = find_start(session, None)
        page = read_queue(session, query, actor, states=SHOWN[view], limit=25, after=after)
        alerts = describe_alerts(session, page.rows, services.clock())
        saved = list_saved(session, actor)
        names = dict(session.execute(select(Desk.slug, Desk.name)).all())
        given_away = [
            (given, alert, session.get_one(Desk, given.to_desk_id).name)
            for given, alert in find_own_reroutes(session, actor.user, now=services.clock())
        ]
    may_decide = actor.may(Act.DECIDE) and view in ("waiting", "mine", "snoozed")
    following = request.url.include_query_params(after=page.cursor).query if page.cursor else None
    return show(
        request,
        "queue.html",
        actor=actor,
        alerts=alerts,
        most=list_most(services.policy.weights),
        given_away=given_away,
        names=names,
        saved=saved,
        heard=heard,
        query=request.url.query,
        view=view,
        views=list(SHOWN),
        subject=subject,
        subjects=list(Subject),
        following=following,
        outcomes=BULK_OUTCOMES if may_decide else (),
    )
