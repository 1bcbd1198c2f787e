"""/desk/alerts/: one alert with everything that bears on it, and how forms act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import UNDO_FOR, AlertsError, Conflict, draft_version, find_undoable, open_brief
from alerts.announcements import find_decision, find_told
from alerts.permissions import Act
from alerts.priority import list_most
from api.following import find_start
from api.pages.rendering import show
from api.paging import LARGEST_ID, pack_cursor
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import explain
from api.routers.alerts import OPEN_STATES, find_alert, read_queue
from api.searching import find_similar
from api.services import InServices, Services
from api.versions import match
from api.views.alerts import describe_alert
from api.weighing import look_for_undermining
from classify.quoting import quote_best
from models import Alert, AlertState, ClaimGroup, Desk, Ground, Outcome, writing

_DONE = ("held", "released", "snoozed", "decided", "undone", "closed", "reopened", "other")
router = APIRouter(prefix="/desk")

AlertId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Version = Annotated[int, Form(ge=1)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Decider = Annotated[Actor, Depends(allowed_form(Act.DECIDE))]


@dataclass(frozen=True, slots=True)
class Written:
    """What was in the `form` that was refused; each field as it was typed."""

    form: str = ""
    outcome: Outcome | None = None
    note: str = ""
    duplicate_of: str = ""
    ground: str = ""
    passage: str = ""
    owner: str = ""
    hours: int = 24
    desk: str = ""
    claims: tuple[int, ...] = ()


@router.get("/alerts/{alert_id}")
def show_alert(
    request: Request, services: InServices, actor: Reader, alert_id: AlertId, did: str = ""
) -> Response:
    """One alert; `did` is what its reader has just done to it."""
    return _show_alert(request, services, actor, alert_id, did=did if did in _DONE else "")


@router.post("/alerts/{alert_id}/brief")
def open_its_brief(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.WRITE))],
    alert_id: AlertId,
    language: Annotated[str, Form(pattern="^(vi|en)$")] = "vi",
    draft: Annotated[bool, Form()] = True,
) -> Response:
    """Open its brief, with a first text of quotations if wanted."""
    now = services.clock()
    try:
        with writing(services.sessions) as session:
            find_alert(session, alert_id, actor)
            brief = open_brief(session, actor=actor.user, now=now, alert_id=alert_id)
            if draft:
                draft_version(
                    session,
                    brief.id,
                    language=language,
                    actor=actor.user,
                    version=brief.version,
                    now=now,
                    quote=quote_best,
                )
    except AlertsError as problem:
        return _show_alert(request, services, actor, alert_id, problem=problem)
    look_for_undermining(services, brief.id)
    return RedirectResponse(f"/desk/briefs/{brief.id}", 303)


def act_on_alert(
    request: Request,
    services: Services,
    actor: Actor,
    alert_id: int,
    seen: int,
    act: Callable[[Session, int], None],
    then: str | None = None,
    did: str = "other",
    written: Written = Written(),
) -> Response:
    """Do it and go to the alert, which tells what one `did`, or where it is said.

    Refused, show why above what is now, with what was written.
    """
    try:
        with writing(services.sessions) as session:
            act(session, match(find_alert(session, alert_id, actor), {seen}))
    except AlertsError as problem:
        is_stale = isinstance(problem, Conflict) and getattr(problem.current, "version", seen) != seen
        return _show_alert(
            request, services, actor, alert_id, problem=problem, is_stale=is_stale, written=written
        )
    return RedirectResponse(then or f"/desk/alerts/{alert_id}?did={did}", 303)


def _show_alert(
    request: Request,
    services: Services,
    actor: Actor,
    alert_id: int,
    *,
    problem: AlertsError | None = None,
    is_stale: bool = False,
    did: str = "",
    written: Written = Written(),
) -> Response:
    now = services.clock()
    with services.sessions() as session:
        heard, _ = find_start(session, None)
        found = find_alert(session, alert_id, actor)
        alert = describe_alert(session, found, now)
        similar = find_similar(services, session, alert.claim, group_id=found.group_id, actor=actor)
        desks = session.scalars(select(Desk).order_by(Desk.name)).all()
        following = _find_following(session, found, actor)
        decision = find_decision(session, alert_id)
        is_told = decision is not None and find_told(session, decision) is not None
        # Last: where it cannot be undone, the refusal takes the row out of the session.
        undo_until = _find_undo_until(session, found, actor, now)
    return show(
        request,
        "alert.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        alert=alert,
        heard=heard,
        similar=similar,
        problem=problem,
        outcomes=list(Outcome),
        grounds=list(Ground),
        desks=desks,
        names={desk.slug: desk.name for desk in desks},
        written=written,
        is_stale=is_stale,
        is_mine=alert.held_by_id == actor.user.id,
        is_open=alert.state in OPEN_STATES,
        undo_until=undo_until,
        is_told=is_told,
        did=did,
        following=following,
        most=list_most(services.policy.weights),
        acts={act.name.lower(): actor.may(act) for act in Act},
    )


@dataclass(frozen=True, slots=True)
class Following:
    """The alert to go on with."""

    id: int
    claim: str
    language: str | None


def _find_following(session: Session, alert: Alert, actor: Actor) -> Following | None:
    """The most urgent alert after this one that nobody holds; the most urgent of all where none comes after."""
    others = select(Alert).where(Alert.id != alert.id)
    for after in (pack_cursor([alert.priority, alert.id]), None):
        page = read_queue(session, others, actor, states=(AlertState.NEW,), limit=1, after=after)
        if page.rows:
            group = session.get_one(ClaimGroup, page.rows[0].group_id)
            return Following(page.rows[0].id, group.text, group.language)
    return None


def _find_undo_until(session: Session, alert: Alert, actor: Actor, now: datetime) -> datetime | None:
    """Until when the actor may take the alert's decision back; None where that is out of the question."""
    try:
        return find_undoable(session, alert, actor=actor.user, now=now).decided_at + UNDO_FOR
    except AlertsError:
        return None
