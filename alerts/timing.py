"""A clock's arithmetic: it runs, stands still, runs again, and at which moments somebody is to be told. Pure.

Working time that has passed is kept in `spent_seconds` whenever a clock stands still, so that neither a restart nor a
change of the machine's time can make it count twice. A clock that was set back has spent nothing meanwhile.
"""

import enum
from datetime import datetime, timedelta

from alerts.lifecycle import AlertAct
from alerts.working_time import Calendar, add_working, working_between
from models import AlertClock, ClockKind

STEPS = (1.0, 1.5, 2.0)
"""When each step of the chain is told, in allowances: the duty officer, the desk's chief, the admins."""


class Effect(enum.Enum):
    """What an act does to a clock. RENEW stops it and lets another begin with all of its time."""

    RUN = enum.auto()
    STAND = enum.auto()
    STOP = enum.auto()
    TAKE_BACK = enum.auto()
    RESET = enum.auto()
    RENEW = enum.auto()


_LOOK, _DECISION, _RESPONSE = ClockKind.FIRST_LOOK, ClockKind.DECISION, ClockKind.RESPONSE

EFFECTS: dict[AlertAct, dict[ClockKind, Effect]] = {
    # A snoozed alert that somebody holds is being worked on again.
    AlertAct.HOLD: {_LOOK: Effect.STOP, _DECISION: Effect.RUN},
    AlertAct.SNOOZE: {_LOOK: Effect.STAND, _DECISION: Effect.STAND},
    AlertAct.WAKE: {_LOOK: Effect.RUN, _DECISION: Effect.RUN},
    # Whoever gives it away has looked, and the other desk has not; what the decision has waited for counts on.
    AlertAct.REROUTE: {_LOOK: Effect.RENEW, _DECISION: Effect.RUN},
    AlertAct.RESPOND: {_DECISION: Effect.STOP, _RESPONSE: Effect.RUN},
    AlertAct.SETTLE: {_DECISION: Effect.STOP},
    AlertAct.REVISE: {_RESPONSE: Effect.STAND},
    AlertAct.UNDO: {_DECISION: Effect.TAKE_BACK, _RESPONSE: Effect.RESET},
    AlertAct.PUBLISH: {_RESPONSE: Effect.STOP},
    AlertAct.REOPEN: dict.fromkeys(ClockKind, Effect.RENEW),
}


def spent(clock: AlertClock, calendar: Calendar, now: datetime) -> timedelta:
    """The working time that a clock has used up."""
    before = timedelta(seconds=clock.spent_seconds)
    if clock.running_since is None:
        return before
    return before + working_between(calendar, clock.running_since, now)


def is_late(clock: AlertClock, calendar: Calendar, now: datetime) -> bool:
    """Whether a clock has used up its allowance, or had when it stopped."""
    return spent(clock, calendar, now).total_seconds() >= clock.allowed_seconds


def run(clock: AlertClock, calendar: Calendar, now: datetime) -> None:
    """Let a clock run from now on; one that runs or has stopped is left as it is."""
    if clock.running_since is None and clock.stopped_at is None:
        clock.running_since = now
        set_moments(clock, calendar)


def stand(clock: AlertClock, calendar: Calendar, now: datetime) -> None:
    """Let a clock stand still."""
    clock.spent_seconds = spent(clock, calendar, now).total_seconds()
    clock.running_since = clock.due_at = clock.next_step_at = None


def stop(clock: AlertClock, calendar: Calendar, now: datetime) -> None:
    """Stop a clock for good, unless it has stopped already."""
    if clock.stopped_at is None:
        stand(clock, calendar, now)
        clock.stopped_at = now


def set_moments(clock: AlertClock, calendar: Calendar) -> None:
    """Work out anew when a running clock is due and when its next step is told."""
    since = clock.running_since
    if since is None:
        return
    left = timedelta(seconds=clock.allowed_seconds - clock.spent_seconds)
    clock.due_at = add_working(calendar, since, left)
    clock.next_step_at = None
    if clock.next_step <= len(STEPS):
        until_step = clock.allowed_seconds * STEPS[clock.next_step - 1] - clock.spent_seconds
        clock.next_step_at = add_working(calendar, since, timedelta(seconds=until_step))


def find_steps_due(clock: AlertClock, calendar: Calendar, now: datetime) -> range:
    """The steps (from 1) that a clock's working time calls for, told or not."""
    used = spent(clock, calendar, now).total_seconds()
    return range(1, 1 + sum(used >= clock.allowed_seconds * share for share in STEPS))
