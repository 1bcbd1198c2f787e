"""Holding an alert: a lease that its holder keeps alive and that frees itself when the holder has gone."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict
from alerts.lifecycle import AlertAct
from alerts.permissions import Act, require
from alerts.transitions import find, move_alert
from models import Alert, AlertState, Sessions, User, writing

LEASE = timedelta(minutes=15)


def is_held(alert: Alert, now: datetime) -> bool:
    """Whether somebody holds the alert and the lease still runs."""
    return alert.state is AlertState.HELD and alert.held_until is not None and alert.held_until > now


def standing(alert: Alert, now: datetime) -> AlertState:
    """The state to show: a hold whose lease ran out is as good as new."""
    if alert.state is AlertState.HELD and not is_held(alert, now):
        return AlertState.NEW
    return alert.state


def hold_alert(
    session: Session, alert_id: int, *, actor: User, version: int, now: datetime, take_over: bool = False
) -> Alert:
    """The alert, held by the actor for one lease.

    `take_over` takes it from a holder whose lease still runs, for those who may. Raises Conflict when somebody
    else holds it or it has moved on.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.HOLD, desk_id=alert.desk_id)
    before = alert.held_by_id
    if is_held(alert, now):
        if not take_over and before != actor.id:
            raise Conflict(f"alert {alert.id} is held by somebody else", alert)
        if before != actor.id:
            require(actor, Act.TAKE_OVER, desk_id=alert.desk_id)
    until = now + LEASE
    move_alert(
        session,
        alert,
        AlertAct.HOLD,
        version=version,
        now=now,
        held_by_id=actor.id,
        held_until=until,
        snoozed_until=None,
    )
    details = {"version": alert.version, "held_before_by": before}
    audit.record(
        session,
        actor=actor,
        action="alert.held",
        object_type="alert",
        object_id=alert.id,
        details=details,
        now=now,
    )
    return alert


def hold_if_free(session: Session, alert_id: int, *, actor: User, version: int, now: datetime) -> int:
    """The version to act at: an undecided alert that nobody holds is held first, any other is left as it is."""
    if standing(find(session, Alert, alert_id), now) in (AlertState.NEW, AlertState.SNOOZED):
        return hold_alert(session, alert_id, actor=actor, version=version, now=now).version
    return version


def extend_hold(session: Session, alert_id: int, *, actor: User, now: datetime) -> Alert:
    """The alert with its lease running a full length again; the heartbeat of an open page.

    It changes nothing that people contend for, so the version stays. Raises Conflict when the actor no longer
    holds it; a lapsed lease that nobody took since is simply resumed.
    """
    alert = find(session, Alert, alert_id)
    extended = session.scalar(
        update(Alert)
        .where(Alert.id == alert_id, Alert.state == AlertState.HELD, Alert.held_by_id == actor.id)
        .values(held_until=now + LEASE)
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(alert)
    if extended is None:
        raise Conflict(f"alert {alert_id} is not held by this person any more", alert)
    return alert


def release_alert(session: Session, alert_id: int, *, actor: User, version: int, now: datetime) -> Alert:
    """The alert, back in the queue. Raises Conflict unless the actor holds it."""
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    need_holder(alert, actor)
    return _free(session, alert, AlertAct.RELEASE, version=version, actor=actor, now=now)


def need_holder(alert: Alert, actor: User) -> None:
    """Raise Conflict unless the actor holds the alert. A lapsed lease that nobody took since still counts."""
    if alert.state is not AlertState.HELD or alert.held_by_id != actor.id:
        raise Conflict(f"alert {alert.id} is not held by this person; hold it first", alert)


def free_lapsed(sessions: Sessions, *, now: datetime) -> int:
    """Put alerts whose lease has run out back in the queue; the number of them. Safe to repeat and to kill."""
    lapsed = select(Alert.id, Alert.version).where(
        Alert.state == AlertState.HELD, or_(Alert.held_until.is_(None), Alert.held_until <= now)
    )
    with sessions() as session:
        due = session.execute(lapsed.order_by(Alert.id)).all()
    freed = 0
    for alert_id, version in due:
        with writing(sessions) as session:
            audit.take_turn(session)
            alert = find(session, Alert, alert_id)
            if alert.version == version and alert.state is AlertState.HELD and not is_held(alert, now):
                _free(session, alert, AlertAct.LAPSE, version=version, actor=audit.SYSTEM, now=now)
                freed += 1
    return freed


def _free(
    session: Session, alert: Alert, act: AlertAct, *, version: int, actor: User | str, now: datetime
) -> Alert:
    before = alert.held_by_id
    move_alert(session, alert, act, version=version, now=now, held_by_id=None, held_until=None)
    action = "alert.released" if act is AlertAct.RELEASE else "alert.hold_lapsed"
    details = {"version": alert.version, "held_before_by": before}
    audit.record(
        session, actor=actor, action=action, object_type="alert", object_id=alert.id, details=details, now=now
    )
    return alert
