"""The record is wrong: a task for the desk that owns it, opened by the decision that says so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict, Invalid
from alerts.permissions import Act, require
from alerts.transitions import find, need_text
from models import (
    Alert,
    AssessmentPassage,
    Decision,
    Desk,
    FactSheet,
    Passage,
    RecordTask,
    TaskResolution,
    User,
)


def open_record_task(
    session: Session, alert: Alert, decision: Decision, *, passage_id: int | None, desk_id: int | None
) -> RecordTask:
    """The task about a passage: the one named, or else the one that the alert's assessment rested on.

    It belongs to the desk named, or else to the one that answers for the fact sheet, or to the alert's. Raises NotFound
    for a passage or desk that is not there.
    """
    if passage_id is None:
        passage_id = session.scalar(
            select(AssessmentPassage.passage_id).where(
                AssessmentPassage.assessment_id == alert.assessment_id, AssessmentPassage.rank == 1
            )
        )
    else:
        find(session, Passage, passage_id)
    if desk_id is None:
        sheet_desk = session.scalar(
            select(FactSheet.desk_id)
            .join(Passage, Passage.article_id == FactSheet.article_id)
            .where(Passage.id == passage_id)
            .limit(1)
        )
        desk_id = sheet_desk or alert.desk_id
    else:
        find(session, Desk, desk_id)
    task = RecordTask(
        decision_id=decision.id,
        alert_id=alert.id,
        passage_id=passage_id,
        desk_id=desk_id,
        opened_at=decision.decided_at,
    )
    session.add(task)
    session.flush()
    return task


def resolve_record_task(
    session: Session, task_id: int, *, resolution: TaskResolution, note: str, actor: User, now: datetime
) -> RecordTask:
    """The task, settled by the desk that owns the record: it was corrected, or it stands, and why.

    Raises Conflict when it has been settled already.
    """
    audit.take_turn(session)
    task = find(session, RecordTask, task_id)
    require(actor, Act.RESOLVE, desk_id=task.desk_id)
    if task.resolved_at is not None:
        raise Conflict(f"task {task_id} has been settled already", task)
    task.resolution, task.resolution_note = resolution, need_text("note", note)
    task.resolved_at, task.resolved_by_id = now, actor.id
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="record_task.resolved",
        object_type="record_task",
        object_id=task.id,
        details={"resolution": resolution, "note": task.resolution_note, "alert": task.alert_id},
        now=now,
    )
    return task


def check_undoable(session: Session, alert: Alert, decision: Decision) -> None:
    """Raise Conflict when the decision's task has been settled: somebody has acted on it."""
    settled = session.scalar(
        select(RecordTask.id).where(
            RecordTask.decision_id == decision.id, RecordTask.resolved_at.is_not(None)
        )
    )
    if settled is not None:
        raise Conflict(f"task {settled} of this decision has been settled", alert)


def check_form(*, field: str, value: object, belongs: bool) -> None:
    """Raise Invalid for a field that belongs to the form of another outcome."""
    if value is not None and not belongs:
        raise Invalid(field, "does not belong to this outcome")
