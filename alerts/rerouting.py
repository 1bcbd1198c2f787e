"""Giving an alert to another desk by hand, where the rules chose wrongly: with a reason, and for ten minutes undone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.announcements import UNDO_FOR
from alerts.clocks import forget_look, let_stand
from alerts.duty import notify_on_duty
from alerts.errors import Conflict, Invalid, NotAllowed
from alerts.holding import LEASE, is_held
from alerts.lifecycle import AlertAct
from alerts.permissions import Act, require
from alerts.transitions import find, move_alert, need_text
from models import Alert, AlertState, ClaimGroup, Desk, Reroute, User


def reroute_alert(
    session: Session, alert_id: int, *, desk_id: int, actor: User, version: int, note: str, now: datetime
) -> Alert:
    """The undecided alert, new at another desk, whose duty officers are told.

    Nobody holds it any more, and its clocks, escalations and working hours are that desk's from now on. It has all of
    its time for a first look; what a decision has waited for counts on. What the former desk was late with stays in the
    log. Raises Conflict when somebody else holds it or it has been decided; Invalid without a reason or for the desk
    that has it.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.REROUTE, desk_id=alert.desk_id)
    note = need_text("note", note)
    desk = find(session, Desk, desk_id)
    if desk_id == alert.desk_id:
        raise Invalid("desk", "has the alert already")
    if is_held(alert, now) and alert.held_by_id != actor.id:
        raise Conflict(f"alert {alert.id} is held by somebody else", alert)
    before = alert.desk_id
    late = let_stand(session, alert, now=now)
    _move(session, alert, AlertAct.REROUTE, version=version, now=now, desk_id=desk_id)
    session.add(
        Reroute(
            alert_id=alert.id,
            from_desk_id=before,
            to_desk_id=desk_id,
            rerouted_by_id=actor.id,
            rerouted_at=now,
            note=note,
            version=alert.version,
        )
    )
    told = _tell(
        session,
        alert,
        desk,
        (f"chuyển tới {desk.name}", f"được chuyển tới {desk.name}: {note}", f"given to {desk.name}: {note}"),
        now=now,
    )
    details = {
        "version": alert.version,
        "from_desk": before,
        "desk": desk_id,
        "note": note,
        "late": late,
        "told": told,
    }
    audit.record_of_alert(session, alert, "alert.rerouted", details, actor=actor, now=now)
    return alert


def undo_reroute(session: Session, alert_id: int, *, actor: User, version: int, now: datetime) -> Alert:
    """The alert, back at the desk it came from and held by whoever had given it away.

    Possible for ten minutes, for that person, and only while nobody at the other desk has acted on it. Whoever is on
    duty there is told that there is nothing to do any more; the former desk's first look counts again.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    reroute = last_reroute(session, alert_id)
    if reroute is None:
        raise Conflict(f"alert {alert_id} has not been given to another desk", alert)
    if reroute.rerouted_by_id != actor.id:
        raise NotAllowed("it is taken back by whoever gave it away")
    require(actor, Act.REROUTE, desk_id=reroute.from_desk_id)
    if now - reroute.rerouted_at > UNDO_FOR:
        raise Conflict("the ten minutes in which it can be taken back are over", alert)
    if not is_undoable(alert, reroute, now=now):
        raise Conflict(f"somebody has acted on alert {alert_id} at its new desk", alert)
    let_stand(session, alert, now=now)
    forget_look(session, alert)
    _move(
        session,
        alert,
        AlertAct.HOLD,
        version=version,
        now=now,
        desk_id=reroute.from_desk_id,
        held_by_id=actor.id,
        held_until=now + LEASE,
    )
    desk = find(session, Desk, reroute.to_desk_id)
    told = _tell(
        session,
        alert,
        desk,
        (
            f"không còn ở {desk.name}",
            f"được người chuyển lấy lại từ {desk.name}; không cần làm gì thêm.",
            f"taken back from {desk.name} by whoever had given it there; nothing is left to do.",
        ),
        now=now,
    )
    details = {
        "version": alert.version,
        "from_desk": reroute.to_desk_id,
        "desk": reroute.from_desk_id,
        "told": told,
    }
    session.delete(reroute)
    audit.record_of_alert(session, alert, "alert.reroute_undone", details, actor=actor, now=now)
    return alert


def last_reroute(session: Session, alert_id: int) -> Reroute | None:
    """The last time that an alert was given to another desk."""
    return session.scalar(
        select(Reroute).where(Reroute.alert_id == alert_id).order_by(Reroute.id.desc()).limit(1)
    )


def is_undoable(alert: Alert, reroute: Reroute, *, now: datetime) -> bool:
    """Whether an alert's last reroute can be taken back. Pure."""
    untouched = alert.state is AlertState.NEW and alert.version == reroute.version
    return untouched and now - reroute.rerouted_at <= UNDO_FOR


def find_own_reroutes(session: Session, actor: User, *, now: datetime) -> Sequence[tuple[Reroute, Alert]]:
    """What somebody has given away and could take back now, newest first."""
    rows = session.execute(
        select(Reroute, Alert)
        .join(Alert, Alert.id == Reroute.alert_id)
        .where(Reroute.rerouted_by_id == actor.id, Reroute.rerouted_at >= now - UNDO_FOR)
        .order_by(Reroute.id.desc())
    ).all()
    return [(reroute, alert) for reroute, alert in rows if is_undoable(alert, reroute, now=now)]


def _move(
    session: Session,
    alert: Alert,
    act: AlertAct,
    *,
    version: int,
    now: datetime,
    desk_id: int | None,
    held_by_id: int | None = None,
    held_until: datetime | None = None,
) -> None:
    move_alert(
        session,
        alert,
        act,
        version=version,
        now=now,
        desk_id=desk_id,
        held_by_id=held_by_id,
        held_until=held_until,
        snoozed_until=None,
    )


def _tell(
    session: Session, alert: Alert, desk: Desk, what: tuple[str, str, str], *, now: datetime
) -> list[int]:
    """Word to a desk of what has become of an alert: as a subject, in Vietnamese and in English."""
    short, vietnamese, english = what
    claim = find(session, ClaimGroup, alert.group_id).text
    text = f"Cảnh báo số {alert.id} đã {vietnamese}\nAlert {alert.id} has been {english}\n\n{claim}\n"
    return notify_on_duty(session, desk.id, subject=f"Cảnh báo {alert.id} {short}", text=text, now=now)
