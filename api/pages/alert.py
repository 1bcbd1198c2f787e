"""/desk/alerts/: one alert with everything that bears on it, and the forms that act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    UNDO_FOR,
    AlertsError,
    Conflict,
    Invalid,
    accept_correction,
    close_alert,
    decide_alert,
    draft_version,
    find_undoable,
    hold_alert,
    merge_alert,
    open_brief,
    release_alert,
    reopen_alert,
    snooze_alert,
    split_alert,
    undo_decision,
    wake_alert,
)
from alerts.announcements import find_decision, find_told
from alerts.permissions import Act
from alerts.priority import list_most
from api.following import find_start
from api.pages.rendering import show
from api.paging import LARGEST_ID, pack_cursor
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import explain
from api.routers.alerts import OPEN_STATES, find_alert, read_queue
from api.routers.briefs import find_desk_id
from api.searching import find_similar
from api.services import InServices, Services
from api.versions import match
from api.views.alerts import describe_alert
from api.views.base import Id
from api.weighing import look_for_undermining
from classify.quoting import quote_best
from models import Alert, AlertState, ClaimGroup, Desk, Ground, Outcome, writing

_DONE = ("held", "released", "snoozed", "decided", "undone", "closed", "reopened", "other")
_NAMES_A_PASSAGE = (Outcome.CLAIM_IS_RIGHT, Outcome.RECORD_IS_WRONG)
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


@router.post("/alerts/{alert_id}/hold")
def hold(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.HOLD))],
    alert_id: AlertId,
    version: Version,
    take_over: Annotated[bool, Form()] = False,
) -> Response:
    """Hold it."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        hold_alert(session, alert_id, actor=actor.user, version=seen, now=now, take_over=take_over)

    return act_on_alert(request, services, actor, alert_id, version, act, did="held")


@router.post("/alerts/{alert_id}/release")
def release(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.HOLD))],
    alert_id: AlertId,
    version: Version,
) -> Response:
    """Put it back."""

    def act(session: Session, seen: int) -> None:
        release_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act, did="released")


@router.post("/alerts/{alert_id}/snooze")
def snooze(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.HOLD))],
    alert_id: AlertId,
    version: Version,
    hours: Annotated[int, Form(ge=1, le=720)] = 24,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Take it out of the queue for some hours."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        until = now + timedelta(hours=hours)
        snooze_alert(session, alert_id, actor=actor.user, version=seen, until=until, note=note, now=now)

    written = Written("snooze", note=note, hours=hours)
    return act_on_alert(request, services, actor, alert_id, version, act, did="snoozed", written=written)


@router.post("/alerts/{alert_id}/wake")
def wake(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.HOLD))],
    alert_id: AlertId,
    version: Version,
) -> Response:
    """Bring it back before its time."""

    def act(session: Session, seen: int) -> None:
        wake_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act)


@router.post("/alerts/{alert_id}/decide")
def decide(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    outcome: Annotated[Outcome, Form()],
    note: Annotated[str, Form(max_length=20_000)] = "",
    duplicate_of: Annotated[str, Form(max_length=10)] = "",
    ground: Annotated[str, Form(max_length=40)] = "",
    passage: Annotated[str, Form(max_length=10)] = "",
    owner: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Decide it. What was written is kept when the decision could not be taken."""

    def act(session: Session, seen: int) -> None:
        decide_alert(
            session,
            alert_id,
            actor=actor.user,
            version=seen,
            outcome=outcome,
            now=services.clock(),
            note=note,
            duplicate_of=int(duplicate_of) if duplicate_of.isdecimal() else None,
            # Every outcome's fields are in the one form; those of the others are what they were set to before.
            ground=Ground(ground) if outcome is Outcome.NO_RESPONSE and ground in set(Ground) else None,
            passage_id=int(passage) if passage.isdecimal() and outcome in _NAMES_A_PASSAGE else None,
            owner_desk_id=find_desk_id(session, owner)
            if owner and outcome is Outcome.RECORD_IS_WRONG
            else None,
        )

    written = Written("decide", outcome, note, duplicate_of, ground, passage, owner)
    return act_on_alert(request, services, actor, alert_id, version, act, did="decided", written=written)


@router.post("/alerts/{alert_id}/undo")
def undo(
    request: Request, services: InServices, actor: Decider, alert_id: AlertId, version: Version
) -> Response:
    """Take one's own last decision back."""

    def act(session: Session, seen: int) -> None:
        undo_decision(session, alert_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_alert(request, services, actor, alert_id, version, act, did="undone")


@router.post("/alerts/{alert_id}/merge")
def merge(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    into: Annotated[Id, Form()],
) -> Response:
    """Close it as a repeat of an alert that is shown beside it as similar."""

    def act(session: Session, seen: int) -> None:
        find_alert(session, into, actor)
        merge_alert(
            session,
            alert_id,
            into=into,
            actor=actor.user,
            version=seen,
            now=services.clock(),
            policy=services.policy,
        )

    return act_on_alert(request, services, actor, alert_id, version, act, did="decided")


@router.post("/alerts/{alert_id}/split")
def split(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    claim: Annotated[list[Id] | None, Form(max_length=500)] = None,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give some of its claims an alert of their own, and go there."""
    picked = tuple(claim or ())
    made: list[int] = []

    def act(session: Session, seen: int) -> None:
        if not picked:
            raise Invalid("claim_ids", "pick at least one")
        alert = split_alert(
            session,
            alert_id,
            claim_ids=picked,
            actor=actor.user,
            version=seen,
            note=note,
            now=services.clock(),
            policy=services.policy,
        )
        made.append(alert.id)

    written = Written("split", note=note, claims=picked)
    answer = act_on_alert(request, services, actor, alert_id, version, act, written=written)
    return RedirectResponse(f"/desk/alerts/{made[0]}", 303) if made else answer


@router.post("/alerts/{alert_id}/accept-correction")
def accept(
    request: Request,
    services: InServices,
    actor: Decider,
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Close it because the outlet has put its page right."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        accept_correction(session, alert_id, actor=actor.user, version=seen, note=note, now=now)

    return act_on_alert(request, services, actor, alert_id, version, act, did="decided")


@router.post("/alerts/{alert_id}/close")
def close(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.CLOSE))],
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Close it after its brief."""

    def act(session: Session, seen: int) -> None:
        close_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock(), note=note)

    return act_on_alert(request, services, actor, alert_id, version, act, did="closed")


@router.post("/alerts/{alert_id}/reopen")
def reopen(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.REOPEN))],
    alert_id: AlertId,
    version: Version,
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Put a settled one back into the queue."""

    def act(session: Session, seen: int) -> None:
        reopen_alert(session, alert_id, actor=actor.user, version=seen, now=services.clock(), note=note)

    return act_on_alert(
        request, services, actor, alert_id, version, act, did="reopened", written=Written("reopen", note=note)
    )


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
