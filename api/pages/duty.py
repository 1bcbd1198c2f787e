"""/desk/duty: which desks have nobody on duty; for each desk of one's own its turns, notes, hours and days."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts import (
    AlertsError,
    Invalid,
    NotFound,
    clear_day,
    end_duty,
    put_on_duty,
    set_calendar,
    set_day_off,
    write_handover,
)
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed, allowed_form, is_within_reach
from api.problems import explain
from api.routers.duty import find_own_desk
from api.services import InServices, Services
from api.views.base import in_every_zone
from api.views.chat import describe_room
from api.views.duty import describe_calendar, describe_coverage, describe_handovers, describe_turns
from models import Desk, DutyTurn, User, UserRole, writing

router = APIRouter(prefix="/desk/duty")

DeskId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_DUTY))]
Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_DUTY))]
Short = Annotated[str, Form(max_length=200)]


@router.get("")
def show_duty(request: Request, services: InServices, actor: Reader) -> Response:
    """Coverage of all desks, those without anybody first; one's own desk with what the last shift left."""
    with services.sessions() as session:
        coverage = describe_coverage(session, services.clock())
        own = session.get(Desk, actor.user.desk_id) if actor.user.desk_id else None
        notes = describe_handovers(session, [own.id], limit=5) if own else []
    return show(
        request,
        "duty.html",
        actor=actor,
        coverage=coverage,
        reachable={one.desk_id for one in coverage if is_within_reach(one.desk_id, actor)},
        desk=own,
        notes=notes,
    )


@router.post("/handover")
def hand_over(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Permission.HAND_OVER))],
    desk_id: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Leave a note for the next shift."""

    def act(session: Session, desk: Desk) -> None:
        write_handover(session, desk.id, text=text, actor=actor.user, now=services.clock())

    return act_on_desk(request, services, actor, desk_id, act, text=text)


@router.get("/{desk_id}")
def show_desk(request: Request, services: InServices, actor: Reader, desk_id: DeskId) -> Response:
    """One desk."""
    return _show_desk(request, services, actor, desk_id)


@router.post("/{desk_id}/turns")
def put(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    user_id: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    starts: Short = "",
    ends: Short = "",
) -> Response:
    """Put a colleague on duty, from now when no beginning is given. Moments are those of the desk's clocks."""

    def act(session: Session, desk: Desk) -> None:
        now = services.clock()
        put_on_duty(
            session,
            desk.id,
            user_id=user_id,
            starts_at=_read_moment("starts_at", starts, desk) or now,
            ends_at=_read_moment("ends_at", ends, desk),
            actor=actor.user,
            now=now,
        )

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/{desk_id}/turns/{turn_id}/end")
def end(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    turn_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
) -> Response:
    """End a turn now."""

    def act(session: Session, desk: Desk) -> None:
        turn = session.get(DutyTurn, turn_id)
        if turn is None or turn.desk_id != desk.id:
            raise NotFound("duty turn", turn_id)
        end_duty(session, turn_id, actor=actor.user, now=services.clock())

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/{desk_id}/calendar")
def set_hours(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    hours: Short = "",
    time_zone: Short = "",
    holidays: Short = "",
) -> Response:
    """Other hours, zone or holidays."""

    def act(session: Session, desk: Desk) -> None:
        set_calendar(
            session,
            desk.id,
            time_zone=time_zone.strip(),
            hours=hours,
            holidays=holidays.strip() or None,
            actor=actor.user,
            now=services.clock(),
        )

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/{desk_id}/days")
def set_day(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    day: Short = "",
    name: Short = "",
    is_worked: Annotated[bool, Form()] = False,
    every_desk: Annotated[bool, Form()] = False,
) -> Response:
    """A day that is not worked, or is; an admin says it for every desk."""

    def act(session: Session, desk: Desk) -> None:
        set_day_off(
            session,
            _read_day(day),
            name=name,
            desk_id=None if _is_for_all(every_desk, actor) else desk.id,
            is_worked=is_worked,
            actor=actor.user,
            now=services.clock(),
        )

    return act_on_desk(request, services, actor, desk_id, act)


@router.post("/{desk_id}/days/clear")
def take_day_back(
    request: Request,
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    day: Short = "",
    every_desk: Annotated[bool, Form()] = False,
) -> Response:
    """Take back what was said of a day."""

    def act(session: Session, desk: Desk) -> None:
        of_desk = None if _is_for_all(every_desk, actor) else desk.id
        clear_day(session, _read_day(day), desk_id=of_desk, actor=actor.user, now=services.clock())

    return act_on_desk(request, services, actor, desk_id, act)


def _is_for_all(every_desk: bool, actor: Actor) -> bool:
    return every_desk and actor.may(Permission.KEEP_DESKS)


def _read_day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid("day", f"{written!r} is not a day such as 2027-02-15") from None


def _read_moment(field: str, written: str, desk: Desk) -> datetime | None:
    """What a form's moment is by the desk's clocks; None for an empty one."""
    if not written:
        return None
    try:
        return in_every_zone(datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(desk.time_zone)))
    except ValueError:
        raise Invalid(field, f"{written!r} is not a moment such as 2027-02-15T08:00") from None


def act_on_desk(
    request: Request,
    services: Services,
    actor: Actor,
    desk_id: int,
    act: Callable[[Session, Desk], None],
    text: str = "",
) -> Response:
    """Do it and show the desk; refused, show why, with the note that was written."""
    try:
        with writing(services.sessions) as session:
            act(session, find_own_desk(session, desk_id, actor))
    except NotFound:
        raise
    except AlertsError as problem:
        return _show_desk(request, services, actor, desk_id, problem, text)
    return RedirectResponse(f"/desk/duty/{desk_id}", 303)


def _show_desk(
    request: Request,
    services: Services,
    actor: Actor,
    desk_id: int,
    problem: AlertsError | None = None,
    text: str = "",
) -> Response:
    now = services.clock()
    with services.sessions() as session:
        desk = find_own_desk(session, desk_id, actor)
        colleagues = session.scalars(
            select(User)
            .where(User.is_active, User.role != UserRole.EDITOR)
            .where(or_(User.desk_id.is_(None), User.desk_id == desk_id))
            .order_by(User.name, User.id)
        ).all()
        turns = describe_turns(session, desk_id, since=now)
        calendar = describe_calendar(session, desk, now=now)
        notes = describe_handovers(session, [desk_id])
        room = describe_room(session, desk_id) if actor.may(Permission.KEEP_CHAT) else None
    return show(
        request,
        "duty_desk.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        problem=problem,
        desk=desk,
        colleagues=colleagues,
        turns=turns,
        calendar=calendar,
        notes=notes,
        text=text,
        room=room,
        may_keep=actor.may(Permission.KEEP_DUTY),
        may_keep_chat=actor.may(Permission.KEEP_CHAT),
        may_keep_all=actor.may(Permission.KEEP_DESKS),
    )
