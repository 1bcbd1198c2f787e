"""Tasks for desks: their record was found to be wrong, or a brief of theirs cites what its source says no more."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from alerts.briefs import LANGUAGES
from api.views.base import Moment, Out
from api.views.passages import PassageOut, describe_passages
from models import (
    Alert,
    BriefVersion,
    ChangeGrade,
    ClaimGroup,
    Decision,
    Desk,
    Passage,
    RecordTask,
    TaskResolution,
    User,
)


class RecordTaskOut(Out):
    """What was found wrong, by whom and why, and what the owning desk made of it.

    With `brief_id` it is about that published brief, which cites a passage that its source does not say any more;
    nobody opened it, and `is_said_otherwise` says whether the page is still part of the record, so that it says
    something else now. Without `resolved_by` its ground was gone by itself.
    """

    id: int
    alert_id: int | None
    claim: str | None
    brief_id: int | None
    brief_title: str | None
    is_said_otherwise: bool
    passage: PassageOut | None
    desk: str | None
    opened_by: str | None
    opened_at: Moment
    note: str
    resolution: TaskResolution | None
    resolution_note: str
    resolved_by: str | None
    resolved_at: Moment | None


def describe_record_tasks(session: Session, tasks: Sequence[RecordTask]) -> list[RecordTaskOut]:
    """Tasks with all that their desk needs."""
    alerts = [task.alert_id for task in tasks if task.alert_id]
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
            .where(Decision.id.in_([task.decision_id for task in tasks if task.decision_id]))
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
    titles = _read_titles(session, {task.brief_id for task in tasks if task.brief_id})
    in_force = _find_in_force(
        session, {task.passage_id for task in tasks if task.brief_id and task.passage_id}
    )
    return [
        RecordTaskOut(
            id=task.id,
            alert_id=task.alert_id,
            claim=claims.get(task.alert_id or 0),
            brief_id=task.brief_id,
            brief_title=titles.get(task.brief_id or 0),
            is_said_otherwise=task.passage_id in in_force,
            passage=passages.get(task.passage_id or 0),
            desk=desks.get(task.desk_id or 0),
            opened_by=decisions[task.decision_id][1] if task.decision_id else None,
            opened_at=task.opened_at,
            note=decisions[task.decision_id][0] if task.decision_id else "",
            resolution=task.resolution,
            resolution_note=task.resolution_note,
            resolved_by=names.get(task.resolved_by_id or 0),
            resolved_at=task.resolved_at,
        )
        for task in tasks
    ]


def _read_titles(session: Session, brief_ids: set[int]) -> dict[int, str]:
    """By brief id, the title that readers see, the Vietnamese one if there is a choice."""
    rows = session.scalars(
        select(BriefVersion)
        .where(
            BriefVersion.brief_id.in_(brief_ids),
            BriefVersion.published_at.is_not(None),
            BriefVersion.grade != ChangeGrade.WITHDRAWAL,
        )
        .order_by(BriefVersion.number)
    ).all()
    # The first language last, so that its title stays.
    rows = sorted(rows, key=lambda one: -LANGUAGES.index(one.language))
    return {one.brief_id: one.title for one in rows}


def _find_in_force(session: Session, passage_ids: set[int]) -> set[int]:
    """Of these passages, those whose page still has passages in the record."""
    now = aliased(Passage)
    return set(
        session.scalars(
            select(Passage.id)
            .join(now, now.article_id == Passage.article_id)
            .where(Passage.id.in_(passage_ids), now.superseded_at.is_(None))
        )
    )
