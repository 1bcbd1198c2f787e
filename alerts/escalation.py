"""Escalating what waits too long: once for each step, whatever restarts or clocks do, and a second look that it was."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts import audit, timing
from alerts.calendars import read_calendar
from alerts.duty import find_on_duty
from alerts.notices import notify_person, notify_room
from alerts.timing import STEPS
from alerts.working_time import Calendar
from models import Alert, AlertClock, ClockKind, Escalation, Sessions, User, UserRole, writing

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=10)
"""How late a step may be told before the second look calls it missed; the stage comes by every minute."""

_WAITED_FOR = {
    ClockKind.FIRST_LOOK: ("xem lần đầu", "a first look"),
    ClockKind.DECISION: ("quyết định", "a decision"),
    ClockKind.RESPONSE: ("trả lời", "a response"),
}


@dataclass(frozen=True, slots=True)
class SecondLook:
    """How many running clocks were looked at, and the steps that should have been told and were not."""

    clocks: int
    missed: tuple[tuple[int, int], ...]


def escalate_due(sessions: Sessions, *, now: datetime, batch: int = 500) -> int:
    """Tell whoever is next of every clock that has run too long; the number of steps. Safe to repeat and to kill."""
    due = select(AlertClock.id).where(AlertClock.next_step_at <= now).order_by(AlertClock.next_step_at)
    steps = 0
    while True:
        with sessions() as session:
            found = session.scalars(due.limit(batch)).all()
        if not found:
            return steps
        for clock_id in found:
            with writing(sessions) as session:
                audit.take_turn(session)
                steps += _escalate(session, clock_id, now)


def look_again(sessions: Sessions, *, now: datetime) -> SecondLook:
    """Work out from each running clock's working time alone which steps should have been told, and make up for them.

    It believes neither `due_at` nor `next_step_at`: a wrong one is what it is there to find.
    """
    with sessions() as session:
        query = (
            select(AlertClock, Alert.desk_id)
            .join(Alert, Alert.id == AlertClock.alert_id)
            .where(AlertClock.running_since.is_not(None))
            .order_by(AlertClock.id)
        )
        calendars: dict[int | None, Calendar] = {}
        called_for: dict[int, range] = {}
        clocks = 0
        for clock, desk_id in session.execute(query.execution_options(yield_per=500)):
            if desk_id not in calendars:
                calendars[desk_id] = read_calendar(session, desk_id)
            clocks += 1
            steps = timing.find_steps_due(clock, calendars[desk_id], now - GRACE)
            if steps:
                called_for[clock.id] = steps
        told = _find_told(session, called_for)
    missed = tuple(
        (clock_id, step)
        for clock_id, steps in called_for.items()
        for step in steps
        if (clock_id, step) not in told
    )
    for clock_id in dict.fromkeys(clock_id for clock_id, _ in missed):
        log.error("clock %s: an escalation was missed; it is made up for", clock_id)
        with writing(sessions) as session:
            audit.take_turn(session)
            _make_up(session, clock_id, [step for one, step in missed if one == clock_id], now)
    return SecondLook(clocks, missed)


def _escalate(session: Session, clock_id: int, now: datetime) -> int:
    """Tell one step of a clock, unless somebody has meanwhile; how many steps that were."""
    clock = session.get(AlertClock, clock_id, populate_existing=True)
    if clock is None or clock.next_step_at is None or clock.next_step_at > now:
        return 0
    alert = session.get_one(Alert, clock.alert_id)
    step, due_at = clock.next_step, clock.next_step_at
    told = _tell(session, alert, clock, step, due_at=due_at, now=now)
    clock.next_step = step + 1
    timing.set_moments(clock, read_calendar(session, alert.desk_id))
    if not told and clock.next_step <= len(STEPS):
        # Nobody is there to hear it: whoever is next hears of it at once.
        clock.next_step_at = now
    return 1


def _make_up(session: Session, clock_id: int, steps: Sequence[int], now: datetime) -> None:
    clock = session.get(AlertClock, clock_id, populate_existing=True)
    if clock is None or clock.running_since is None:
        return
    alert = session.get_one(Alert, clock.alert_id)
    told = _find_told(session, [clock_id])
    for step in steps:
        if (clock_id, step) not in told:
            _tell(session, alert, clock, step, due_at=now, now=now)
    clock.next_step = max(clock.next_step, steps[-1] + 1)
    timing.set_moments(clock, read_calendar(session, alert.desk_id))


def _tell(
    session: Session, alert: Alert, clock: AlertClock, step: int, *, due_at: datetime, now: datetime
) -> list[int]:
    """Write down who is told of a step, with an e-mail to each, and once in the desk's room; their ids."""
    told = [user.id for user in _find_told_at(session, alert.desk_id, step, now)]
    subject, text = _word(alert, clock)
    for user_id in told:
        notify_person(session, user_id, subject=subject, text=text, now=now)
    if step == 1:
        notify_room(session, alert.desk_id, subject=subject, text=text, now=now)
    session.add(Escalation(clock_id=clock.id, step=step, due_at=due_at, escalated_at=now, told=told))
    details = {"clock": clock.kind, "step": step, "told": told, "urgency": clock.urgency}
    audit.record(
        session,
        actor=audit.SYSTEM,
        action="alert.escalated",
        object_type="alert",
        object_id=alert.id,
        details=details,
        now=now,
    )
    return told


def _word(alert: Alert, clock: AlertClock) -> tuple[str, str]:
    vietnamese, english = _WAITED_FOR[clock.kind]
    return (
        f"Cảnh báo {alert.id} trễ hạn: {vietnamese}",
        f"Cảnh báo số {alert.id} đã quá thời hạn {vietnamese}.\nAlert {alert.id} is past the time for {english}.\n",
    )


def _find_told_at(session: Session, desk_id: int | None, step: int, now: datetime) -> Sequence[User]:
    """Who is told at a step: the duty officers, the desk's chiefs, the admins."""
    if step == 1:
        return [] if desk_id is None else find_on_duty(session, desk_id, at=now)
    role = UserRole.DESK_CHIEF if step == 2 else UserRole.ADMIN
    query = select(User).where(User.is_active, User.role == role).order_by(User.id)
    if step == 2 and desk_id is not None:
        query = query.where(or_(User.desk_id.is_(None), User.desk_id == desk_id))
    return session.scalars(query).all()


def _find_told(session: Session, clock_ids: Collection[int]) -> set[tuple[int, int]]:
    rows = session.execute(
        select(Escalation.clock_id, Escalation.step).where(Escalation.clock_id.in_(clock_ids))
    )
    return {(clock_id, step) for clock_id, step in rows}
