"""Deciding: what a person makes of an alert, with the reason, and what follows from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.announcements import UNDO_FOR, find_decision, find_told, retract
from alerts.duty import find_on_duty
from alerts.errors import Conflict, Invalid, NotAllowed
from alerts.holding import LEASE, need_holder
from alerts.lifecycle import AlertAct, act_of, needs_note
from alerts.notices import notify_person
from alerts.permissions import Act, require
from alerts.record_tasks import check_form, check_undoable, open_record_task
from alerts.transitions import clean_text, find, move_alert, need_text
from models import (
    Alert,
    AlertState,
    Brief,
    Decision,
    DecisionForm,
    Ground,
    Outcome,
    Passage,
    User,
)


def decide_alert(
    session: Session,
    alert_id: int,
    *,
    actor: User,
    version: int,
    outcome: Outcome,
    now: datetime,
    note: str = "",
    duplicate_of: int | None = None,
    ground: Ground | None = None,
    passage_id: int | None = None,
    owner_desk_id: int | None = None,
) -> Alert:
    """The alert with the holder's decision: drafting when the office responds, closed otherwise.

    One that is being answered is closed by another decision of anybody who may decide it, with a note; subscribers
    who were told of the answer are told that there will be none.

    `ground` belongs to no response; `passage_id` is what bears a right claim out, or what is wrong in the record,
    whose owner gets a task. Raises Conflict unless the actor holds it at `version`; Invalid when the outcome needs
    a note or an alert that it repeats, or for a field of another outcome's form.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.DECIDE, desk_id=alert.desk_id)
    is_revision = alert.state is AlertState.DRAFTING
    if not is_revision:
        need_holder(alert, actor)
    note = need_text("note", note) if is_revision or needs_note(outcome) else clean_text("note", note)
    _check_duplicate(session, alert, outcome, duplicate_of, actor)
    is_wrong = outcome is Outcome.RECORD_IS_WRONG
    check_form(field="ground", value=ground, belongs=outcome is Outcome.NO_RESPONSE)
    check_form(field="passage_id", value=passage_id, belongs=is_wrong or outcome is Outcome.CLAIM_IS_RIGHT)
    check_form(field="desk", value=owner_desk_id, belongs=is_wrong)
    move_alert(
        session,
        alert,
        AlertAct.REVISE if is_revision and outcome is not Outcome.RESPOND else act_of(outcome),
        version=version,
        now=now,
        outcome=outcome,
        duplicate_of_id=duplicate_of,
        held_by_id=None,
        held_until=None,
    )
    retraction = retract(session, alert, outcome, now=now) if is_revision else None
    decision = Decision(alert_id=alert.id, outcome=outcome, decided_by_id=actor.id, decided_at=now, note=note)
    session.add(decision)
    session.flush()
    details: dict[str, Any] = {"version": alert.version, "outcome": outcome, "note": note}
    if ground is not None or passage_id is not None:
        if passage_id is not None:
            find(session, Passage, passage_id)
        session.add(DecisionForm(decision_id=decision.id, ground=ground, passage_id=passage_id))
        details |= {"ground": ground, "passage": passage_id}
    if is_wrong:
        task = open_record_task(session, alert, decision, passage_id=passage_id, desk_id=owner_desk_id)
        details |= {"task": task.id, "owner_desk": task.desk_id}
    if duplicate_of is not None:
        details["duplicate_of"] = duplicate_of
    if retraction is not None:
        details["event"] = retraction.message_id
    audit.record(
        session,
        actor=actor,
        action="alert.decision_revised" if is_revision else "alert.decided",
        object_type="alert",
        object_id=alert.id,
        details=details,
        now=now,
    )
    return alert


def find_undoable(session: Session, alert: Alert, *, actor: User, now: datetime) -> Decision:
    """An alert's last decision, if the actor can undo it now. Raises Conflict or NotAllowed with the reason if not."""
    decision = find_decision(session, alert.id)
    if decision is None or alert.outcome is None:
        raise Conflict(f"alert {alert.id} has no decision to undo", alert)
    if decision.decided_by_id != actor.id:
        raise NotAllowed("a decision is undone by whoever took it")
    if now - decision.decided_at > UNDO_FOR:
        raise Conflict("the ten minutes in which a decision can be undone are over", alert)
    if session.scalar(select(Brief.id).where(Brief.alert_id == alert.id).limit(1)) is not None:
        raise Conflict(f"a brief that answers alert {alert.id} has been begun", alert)
    if find_told(session, decision) is not None:
        raise Conflict(f"subscribers have been told of this decision about alert {alert.id}", alert)
    check_undoable(session, alert, decision)
    return decision


def undo_decision(session: Session, alert_id: int, *, actor: User, version: int, now: datetime) -> Alert:
    """The alert as before the actor's own last decision: held by the actor, who decides again.

    Possible for ten minutes, and only while nothing has left the building and no brief was begun. The log keeps
    what was decided and that it was undone; the decision itself is gone, so that nothing is learnt from it.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    decision = find_undoable(session, alert, actor=actor, now=now)
    outcome = alert.outcome
    move_alert(
        session,
        alert,
        AlertAct.UNDO,
        version=version,
        now=now,
        outcome=None,
        duplicate_of_id=None,
        held_by_id=actor.id,
        held_until=now + LEASE,
    )
    session.delete(decision)
    audit.record(
        session,
        actor=actor,
        action="alert.decision_undone",
        object_type="alert",
        object_id=alert.id,
        details={"version": alert.version, "outcome_before": outcome},
        now=now,
    )
    return alert


def close_alert(
    session: Session, alert_id: int, *, actor: User, version: int, now: datetime, note: str = ""
) -> Alert:
    """The alert, closed after its brief was published. Raises Conflict in any other state."""
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.CLOSE, desk_id=alert.desk_id)
    details = {"note": clean_text("note", note), "state_before": alert.state}
    move_alert(session, alert, AlertAct.CLOSE, version=version, now=now)
    audit.record(
        session,
        actor=actor,
        action="alert.closed",
        object_type="alert",
        object_id=alert.id,
        details=details | {"version": alert.version},
        now=now,
    )
    return alert


def reopen_alert(
    session: Session, alert_id: int, *, actor: User, version: int, now: datetime, note: str
) -> Alert:
    """A settled alert, back in the queue; the earlier decision stays on record.

    Whoever took it is told, and whoever is on duty. An alert that was answered is not reopened: its brief is corrected
    or withdrawn instead.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.REOPEN, desk_id=alert.desk_id)
    if alert.outcome is Outcome.RESPOND:
        raise Invalid("outcome", "an alert that was answered is not reopened; correct or withdraw its brief")
    note = need_text("note", note)
    details: dict[str, Any] = {"note": note, "outcome_before": alert.outcome}
    move_alert(session, alert, AlertAct.REOPEN, version=version, now=now, outcome=None, duplicate_of_id=None)
    details["told"] = _tell_reopened(session, alert, note, actor=actor, now=now)
    audit.record(
        session,
        actor=actor,
        action="alert.reopened",
        object_type="alert",
        object_id=alert.id,
        details=details | {"version": alert.version},
        now=now,
    )
    return alert


def _tell_reopened(session: Session, alert: Alert, note: str, *, actor: User, now: datetime) -> list[int]:
    """Word to whoever had decided and whoever is on duty, but for the actor; their ids."""
    decided_by = session.scalar(
        select(User)
        .join(Decision, Decision.decided_by_id == User.id)
        .where(Decision.alert_id == alert.id, User.is_active)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if (
        decided_by is not None
        and alert.desk_id is not None
        and decided_by.desk_id not in (None, alert.desk_id)
    ):
        # Works elsewhere by now.
        decided_by = None
    on_duty = [] if alert.desk_id is None else find_on_duty(session, alert.desk_id, at=now)
    told = sorted({user.id for user in (decided_by, *on_duty) if user is not None} - {actor.id})
    text = f"Cảnh báo số {alert.id} được mở lại: {note}\nAlert {alert.id} has been reopened: {note}\n"
    for user_id in told:
        notify_person(session, user_id, subject=f"Cảnh báo {alert.id} được mở lại", text=text, now=now)
    return told


def _check_duplicate(
    session: Session, alert: Alert, outcome: Outcome, duplicate_of: int | None, actor: User
) -> None:
    if outcome is not Outcome.DUPLICATE_OF:
        if duplicate_of is not None:
            raise Invalid("duplicate_of", f"belongs to the outcome {Outcome.DUPLICATE_OF} alone")
        return
    if duplicate_of is None:
        raise Invalid("duplicate_of", "name the alert that this one repeats")
    if duplicate_of == alert.id:
        raise Invalid("duplicate_of", "an alert cannot repeat itself")
    other = find(session, Alert, duplicate_of)
    require(actor, Act.DECIDE, desk_id=other.desk_id)
    if other.outcome is Outcome.DUPLICATE_OF:
        raise Invalid(
            "duplicate_of", f"alert {other.id} is itself a repeat of {other.duplicate_of_id}; name that one"
        )
