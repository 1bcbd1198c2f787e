"""/desks/coverage, each desk's duty, hand-over notes and calendar, and /calendar for the days of every desk."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from sqlalchemy.orm import Session

from alerts import NotFound, clear_day, end_duty, put_on_duty, set_calendar, set_day_off, write_handover
from api.once import OnceRoute
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed, is_within_reach
from api.problems import document
from api.services import InServices
from api.views.base import Id, Line, Sent, SentMoment, Text
from api.views.duty import (
    CalendarOut,
    CoverageOut,
    HandoverOut,
    TurnOut,
    describe_calendar,
    describe_coverage,
    describe_handovers,
    describe_turn,
    describe_turns,
)
from models import Desk, DutyTurn, User, writing

router = APIRouter(prefix="/desks", tags=["desks"], route_class=OnceRoute)
every_desk = APIRouter(prefix="/calendar", tags=["desks"])

DeskId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_DUTY))]
Keeper = Annotated[Actor, Depends(allowed(Permission.KEEP_DUTY))]
DeskKeeper = Annotated[Actor, Depends(allowed(Permission.KEEP_DESKS))]


class TurnIn(Sent):
    """Who is on duty from when; without an end until somebody ends it."""

    user_id: Id = Field(examples=[7])
    starts_at: SentMoment = Field(examples=["2026-12-01T01:00:00Z"])
    ends_at: SentMoment | None = None


class HandoverIn(Sent):
    """What the next shift should know."""

    text: Text = Field(examples=["The ministry calls back at nine about alert 41."])


class CalendarIn(Sent):
    """A desk's zone, hours, and the country whose public holidays it keeps."""

    time_zone: Line = Field(examples=["Europe/Paris"])
    hours: Line = Field(examples=["mon-fri 08:00-11:30 13:30-17:00; sat 08:00-12:00"])
    holidays: Line | None = Field(default=None, examples=["VN"])


class DayIn(Sent):
    """A day that the desk does not work, or works although it is a holiday."""

    name: Line = Field(examples=["Swapped with 2 January"])
    is_worked: bool = False


@router.get("/coverage", responses=document())
def read_coverage(
    services: InServices,
    actor: Reader,
    at: Annotated[SentMoment | None, Query(description="Now when not given")] = None,
) -> list[CoverageOut]:
    """Every desk with who is on duty; those without anybody first."""
    with services.sessions() as session:
        return describe_coverage(session, at or services.clock())


@router.get("/{desk_id}/duty", responses=document(404))
def list_turns(services: InServices, actor: Reader, desk_id: DeskId) -> list[TurnOut]:
    """A desk's turns that are not over."""
    with services.sessions() as session:
        find_desk(session, desk_id)
        return describe_turns(session, desk_id, since=services.clock())


@router.post("/{desk_id}/duty", status_code=201, responses=document(404))
def put(services: InServices, actor: Keeper, desk_id: DeskId, sent: TurnIn) -> TurnOut:
    """Put a colleague on duty."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        turn = put_on_duty(
            session,
            desk_id,
            user_id=sent.user_id,
            starts_at=sent.starts_at,
            ends_at=sent.ends_at,
            actor=actor.user,
            now=services.clock(),
        )
        return describe_turn(turn, session.get_one(User, turn.user_id))


@router.delete("/{desk_id}/duty/{turn_id}", responses=document(404))
def end(
    services: InServices,
    actor: Keeper,
    desk_id: DeskId,
    turn_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
) -> TurnOut:
    """End a turn now."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        found = session.get(DutyTurn, turn_id)
        if found is None or found.desk_id != desk_id:
            raise NotFound("duty turn", turn_id)
        turn = end_duty(session, turn_id, actor=actor.user, now=services.clock())
        return describe_turn(turn, session.get_one(User, turn.user_id))


@router.get("/{desk_id}/handover", responses=document(404))
def list_handovers(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.HAND_OVER))],
    desk_id: DeskId,
) -> list[HandoverOut]:
    """The newest hand-over notes of a desk."""
    with services.sessions() as session:
        find_own_desk(session, desk_id, actor)
        return describe_handovers(session, [desk_id])


@router.post("/{desk_id}/handover", status_code=201, responses=document(404))
def hand_over(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.HAND_OVER))],
    desk_id: DeskId,
    sent: HandoverIn,
) -> HandoverOut:
    """Leave a note for the next shift."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        write_handover(session, desk_id, text=sent.text, actor=actor.user, now=services.clock())
        return describe_handovers(session, [desk_id], limit=1)[0]


@router.get("/{desk_id}/calendar", responses=document(404))
def read_desk_calendar(services: InServices, actor: Reader, desk_id: DeskId) -> CalendarOut:
    """When a desk works."""
    with services.sessions() as session:
        return describe_calendar(session, find_desk(session, desk_id), now=services.clock())


@router.put("/{desk_id}/calendar", responses=document(404))
def set_desk_calendar(services: InServices, actor: Keeper, desk_id: DeskId, sent: CalendarIn) -> CalendarOut:
    """Other hours, zone or holidays; the clocks of what is waiting follow."""
    now = services.clock()
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        desk = set_calendar(
            session,
            desk_id,
            time_zone=sent.time_zone,
            hours=sent.hours,
            holidays=sent.holidays,
            actor=actor.user,
            now=now,
        )
        return describe_calendar(session, desk, now=now)


@router.put("/{desk_id}/calendar/{day}", responses=document(404))
def set_desk_day(services: InServices, actor: Keeper, desk_id: DeskId, day: date, sent: DayIn) -> CalendarOut:
    """One day that is not worked, or is."""
    now = services.clock()
    with writing(services.sessions) as session:
        desk = find_own_desk(session, desk_id, actor)
        set_day_off(
            session,
            day,
            name=sent.name,
            desk_id=desk_id,
            is_worked=sent.is_worked,
            actor=actor.user,
            now=now,
        )
        return describe_calendar(session, desk, now=now, since=day)


@router.delete("/{desk_id}/calendar/{day}", status_code=204, responses=document(404))
def clear_desk_day(services: InServices, actor: Keeper, desk_id: DeskId, day: date) -> None:
    """Take back what was said of a day; it is worked or not as the week and the holidays have it."""
    with writing(services.sessions) as session:
        find_own_desk(session, desk_id, actor)
        clear_day(session, day, desk_id=desk_id, actor=actor.user, now=services.clock())


@every_desk.put("/{day}", status_code=204, responses=document())
def set_day_of_all(services: InServices, actor: DeskKeeper, day: date, sent: DayIn) -> None:
    """One day that no desk works, or all do, but for desks that have said otherwise themselves."""
    with writing(services.sessions) as session:
        set_day_off(
            session,
            day,
            name=sent.name,
            desk_id=None,
            is_worked=sent.is_worked,
            actor=actor.user,
            now=services.clock(),
        )


@every_desk.delete("/{day}", status_code=204, responses=document(404))
def clear_day_of_all(services: InServices, actor: DeskKeeper, day: date) -> None:
    """Take back what was said of a day for every desk."""
    with writing(services.sessions) as session:
        clear_day(session, day, desk_id=None, actor=actor.user, now=services.clock())


def find_desk(session: Session, desk_id: int) -> Desk:
    """The desk. Raises NotFound."""
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFound("desk", desk_id)
    return desk


def find_own_desk(session: Session, desk_id: int, actor: Actor) -> Desk:
    """The desk, if it is the actor's own. Raises NotFound."""
    if not is_within_reach(desk_id, actor):
        raise NotFound("desk", desk_id)
    return find_desk(session, desk_id)
