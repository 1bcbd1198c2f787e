"""Tasks for desks whose record was found to be wrong."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.passages import PassageOut, describe_passages
from models import Alert, ClaimGroup, Decision, Desk, RecordTask, TaskResolution, User


class RecordTaskOut(Out):
    """What was found wrong, by whom and why, and what the owning desk made of it."""

    id: int
    alert_id: int
    claim: str
    passage: PassageOut | None
    desk: str | None
    opened_by: str
    opened_at: Moment
    note: str
    resolution: TaskResolution | None
    resolution_note: str
    resolved_by: str | None
    resolved_at: Moment | None


def describe_record_tasks(session: Session, tasks: Sequence[RecordTask]) -> list[RecordTaskOut]:
    """Tasks with all that their desk needs."""
    alerts = [task.alert_id for task in tasks]
    query = (
        select(Alert.id, ClaimGroup.text)
        .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
        .where(Alert.id.in_(alerts))
    )
    claims = dict(iter(session.execute(query)))
    decisions = {
        decision.id: (decision.note, decided_by)
        for decision, decided_by in session.execute(
            select(Decision, User.name)
            .join(User, User.id == Decision.decided_by_id)
            .where(Decision.id.in_([task.decision_id for task in tasks]))
        )
    }
    passages = describe_passages(session, (task.passage_id for task in tasks if task.passage_id))
    desks = {
        desk.id: desk.slug
        for desk in session.scalars(select(Desk).where(Desk.id.in_([task.desk_id for task in tasks])))
    }
    names = {
        user.id: user.name
        for user in session.scalars(select(User).where(User.id.in_([task.resolved_by_id for task in tasks])))
    }
    return [
        RecordTaskOut(
            id=task.id,
            alert_id=task.alert_id,
            claim=claims[task.alert_id],
            passage=passages.get(task.passage_id or 0),
            desk=desks.get(task.desk_id or 0),
            opened_by=decisions[task.decision_id][1],
            opened_at=task.opened_at,
            note=decisions[task.decision_id][0],
            resolution=task.resolution,
            resolution_note=task.resolution_note,
            resolved_by=names.get(task.resolved_by_id or 0),
            resolved_at=task.resolved_at,
        )
        for task in tasks
    ]
