"""Snoozing: an alert that nobody can decide yet leaves the queue and comes back by itself."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict, Invalid
from alerts.holding import is_held
from alerts.lifecycle import AlertAct
from alerts.permissions import Act, require
from alerts.transitions import find, move_alert, need_text
from models import Alert, AlertState, Sessions, User, writing

LONGEST_SNOOZE = timedelta(days=30)


def snooze_alert(
    session: Session, alert_id: int, *, actor: User, version: int, until: datetime, note: str, now: datetime
) -> Alert:
    """The alert, out of the queue until a moment within thirty days; the note says what is waited for.

    Raises Conflict when somebody else holds it or it has been decided.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.HOLD, desk_id=alert.desk_id)
    note = need_text("note", note)
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid("until", "must lie ahead, by thirty days at most")
    if is_held(alert, now) and alert.held_by_id != actor.id:
        raise Conflict(f"alert {alert.id} is held by somebody else", alert)
    move_alert(
        session,
        alert,
        AlertAct.SNOOZE,
        version=version,
        now=now,
        snoozed_until=until,
        held_by_id=None,
        held_until=None,
    )
    details = {"version": alert.version, "until": until.isoformat(), "note": note}
    audit.record_of_alert(session, alert, "alert.snoozed", details, actor=actor, now=now)
    return alert


def wake_alert(session: Session, alert_id: int, *, actor: User, version: int, now: datetime) -> Alert:
    """The alert, back in the queue before its time. Raises Conflict unless it is snoozed."""
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.HOLD, desk_id=alert.desk_id)
    return _wake(session, alert, version=version, actor=actor, now=now)


def wake_due(sessions: Sessions, *, now: datetime) -> int:
    """Bring alerts back whose snooze is over; the number of them. Safe to repeat and to kill."""
    over = select(Alert.id, Alert.version).where(
        Alert.snoozed_until <= now, Alert.state == AlertState.SNOOZED
    )
    with sessions() as session:
        due = session.execute(over.order_by(Alert.id)).all()
    woken = 0
    for alert_id, version in due:
        with writing(sessions) as session:
            audit.take_turn(session)
            alert = find(session, Alert, alert_id)
            if alert.version == version:
                _wake(session, alert, version=version, actor=audit.SYSTEM, now=now)
                woken += 1
    return woken


def _wake(session: Session, alert: Alert, *, version: int, actor: User | str, now: datetime) -> Alert:
    until = alert.snoozed_until
    move_alert(session, alert, AlertAct.WAKE, version=version, now=now, snoozed_until=None)
    details = {"version": alert.version, "snoozed_until": until.isoformat() if until else None}
    audit.record_of_alert(session, alert, "alert.woken", details, actor=actor, now=now)
    return alert
