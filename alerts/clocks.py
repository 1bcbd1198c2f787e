"""An alert's clocks: first look, decision, response. They follow its acts, in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from alerts import timing
from alerts.calendars import read_calendar, read_calendars
from alerts.lifecycle import AlertAct
from alerts.policy import Policy
from alerts.timing import EFFECTS, Effect
from alerts.urgency import allow, is_more_urgent
from alerts.working_time import Calendar
from models import Alert, AlertClock, ClockKind, insert_rows

_RUNNING_FIRST = (ClockKind.FIRST_LOOK, ClockKind.DECISION)


_ORDER = {kind: place for place, kind in enumerate(ClockKind)}
_LATEST = (
    select(AlertClock)
    .where(
        AlertClock.id.in_(
            select(func.max(AlertClock.id))
            .where(AlertClock.alert_id.in_(bindparam("alerts", expanding=True)))
            .group_by(AlertClock.alert_id, AlertClock.kind)
        )
    )
    .order_by(AlertClock.id)
)


def start_clocks(session: Session, alerts: Sequence[Alert], *, policy: Policy, now: datetime) -> None:
    """Give new alerts their clocks; the response's stands still until somebody decides to answer."""
    calendars = _read_calendars(session, alerts)
    clocks = []
    for alert in alerts:
        allowance = allow(alert.priority, policy.allowances)
        for kind in ClockKind:
            clock = AlertClock(
                alert_id=alert.id,
                kind=kind,
                urgency=allowance.urgency,
                allowed_seconds=int(allowance.of(kind).total_seconds()),
            )
            if kind in _RUNNING_FIRST:
                timing.run(clock, calendars[alert.desk_id], now)
            clocks.append(clock)
    insert_rows(session, clocks)


def follow(session: Session, alert: Alert, act: AlertAct, *, now: datetime) -> None:
    """Let an alert's clocks do what an act asks of them."""
    effects = EFFECTS.get(act)
    if effects is None:
        return
    calendar = read_calendar(session, alert.desk_id)
    for clock in find_clocks(session, alert.id):
        effect = effects.get(clock.kind)
        if effect is not None:
            _apply(session, clock, effect, calendar, now)


def tighten(session: Session, alerts: Sequence[Alert], *, policy: Policy) -> None:
    """Allow less time where alerts have become more urgent; never more, so that nothing that is late becomes early."""
    if not alerts:
        return
    calendars = _read_calendars(session, alerts)
    known = {alert.id: alert for alert in alerts}
    for clock in latest_clocks(session, known):
        alert = known[clock.alert_id]
        allowance = allow(alert.priority, policy.allowances)
        if clock.stopped_at is None and is_more_urgent(allowance.urgency, clock.urgency):
            clock.urgency = allowance.urgency
            allowed = int(allowance.of(clock.kind).total_seconds())
            clock.allowed_seconds = min(clock.allowed_seconds, allowed)
            timing.set_moments(clock, calendars[alert.desk_id])


def retime(session: Session, desk_id: int | None) -> int:
    """Work out the moments of running clocks anew, after a desk's calendar has changed; None is every desk."""
    query = (
        select(AlertClock, Alert.desk_id)
        .join(Alert, Alert.id == AlertClock.alert_id)
        .where(AlertClock.running_since.is_not(None))
    )
    if desk_id is not None:
        query = query.where(Alert.desk_id == desk_id)
    rows = session.execute(query.order_by(AlertClock.id)).all()
    calendars = read_calendars(session, {owner_id for _, owner_id in rows})
    for clock, owner_id in rows:
        timing.set_moments(clock, calendars[owner_id])
    return len(rows)


def retime_alert(session: Session, alert: Alert) -> None:
    """The same for one alert that has come to another desk."""
    calendar = read_calendar(session, alert.desk_id)
    for clock in find_clocks(session, alert.id):
        timing.set_moments(clock, calendar)


def let_stand(session: Session, alert: Alert, *, now: datetime) -> list[ClockKind]:
    """Let its clocks stand, what they have spent reckoned by its desk's calendar; before it goes to another desk.

    Returns what the desk was late with.
    """
    calendar = read_calendar(session, alert.desk_id)
    clocks = find_clocks(session, alert.id)
    late = [clock.kind for clock in clocks if timing.is_late(clock, calendar, now)]
    for clock in clocks:
        if clock.running_since is not None:
            timing.stand(clock, calendar, now)
    session.flush()
    return late


def forget_look(session: Session, alert: Alert) -> None:
    """Let the first look before the latest count again; what somebody was told of is kept."""
    looks = session.scalars(
        select(AlertClock)
        .where(AlertClock.alert_id == alert.id, AlertClock.kind == ClockKind.FIRST_LOOK)
        .order_by(AlertClock.id.desc())
        .limit(2)
    ).all()
    # One that was rerouted before each desk had a first look of its own has no other, or none at all.
    if len(looks) == 2 and looks[0].next_step == 1:
        session.delete(looks[0])
    session.flush()


def find_clocks(session: Session, alert_id: int) -> list[AlertClock]:
    """An alert's clocks that count: the latest of each kind."""
    return latest_clocks(session, [alert_id])


def latest_clocks(session: Session, alert_ids: Iterable[int]) -> list[AlertClock]:
    """The clocks that count of several alerts, in the order of what is waited for."""
    # A clock that was begun anew has a later number than those that wait behind it.
    return sorted(session.scalars(_LATEST, {"alerts": list(alert_ids)}), key=lambda clock: _ORDER[clock.kind])


def _read_calendars(session: Session, alerts: Iterable[Alert]) -> dict[int | None, Calendar]:
    return read_calendars(session, {alert.desk_id for alert in alerts})


def _apply(session: Session, clock: AlertClock, effect: Effect, calendar: Calendar, now: datetime) -> None:
    match effect:
        case Effect.RUN:
            timing.run(clock, calendar, now)
        case Effect.STAND:
            timing.stand(clock, calendar, now)
        case Effect.STOP:
            timing.stop(clock, calendar, now)
        case Effect.TAKE_BACK:
            clock.stopped_at = None
            timing.run(clock, calendar, now)
        case Effect.RESET:
            timing.stand(clock, calendar, now)
            clock.spent_seconds = 0.0
        case Effect.RENEW:
            timing.stop(clock, calendar, now)
            _renew(session, clock, calendar, now)


def _renew(session: Session, clock: AlertClock, calendar: Calendar, now: datetime) -> None:
    """Another clock of the same kind, with all of its time."""
    renewed = AlertClock(
        alert_id=clock.alert_id,
        kind=clock.kind,
        urgency=clock.urgency,
        allowed_seconds=clock.allowed_seconds,
    )
    if clock.kind in _RUNNING_FIRST:
        timing.run(renewed, calendar, now)
    session.add(renewed)
