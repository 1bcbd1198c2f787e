"""Published briefs whose sources say something else since: a task for the desk, once for every passage.

Nothing that was published changes by that. People correct the brief, withdraw it or say why it stands; a task whose
ground is gone meanwhile is settled by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.approval import find_replaced
from alerts.briefs import read_blocks
from alerts.notices import notify_desk
from alerts.readiness import find_no_longer_said, redraft
from alerts.transitions import find
from models import (
    Brief,
    BriefBlock,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Citation,
    Passage,
    RecordTask,
    Sessions,
    TaskResolution,
    writing,
)

_LATER = aliased(BriefVersion)
_READ_BY_READERS = (
    select(BriefVersion)
    .join(Brief, Brief.id == BriefVersion.brief_id)
    .where(
        Brief.state.in_((BriefState.PUBLISHED, BriefState.CORRECTED)),
        BriefVersion.published_at.is_not(None),
        BriefVersion.grade != ChangeGrade.WITHDRAWAL,
        ~select(_LATER.id)
        .where(
            _LATER.brief_id == BriefVersion.brief_id,
            _LATER.language == BriefVersion.language,
            _LATER.number > BriefVersion.number,
            _LATER.published_at.is_not(None),
            _LATER.grade != ChangeGrade.WITHDRAWAL,
        )
        .exists(),
        select(Citation.passage_id)
        .join(BriefBlock, BriefBlock.id == Citation.block_id)
        .join(Passage, Passage.id == Citation.passage_id)
        .where(BriefBlock.version_id == BriefVersion.id, Passage.superseded_at.is_not(None))
        .exists(),
    )
    .order_by(BriefVersion.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A task about a brief. `was_published` says whether another text of it has gone out since the task was opened."""

    id: int
    brief_id: int
    passage_id: int
    is_open: bool
    was_settled_by_itself: bool
    was_published: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: tasks to open, as brief and passage, and tasks to settle, by id, as what."""

    opens: tuple[tuple[int, int], ...]
    settles: tuple[tuple[int, TaskResolution], ...]


def plan_tasks(outdated: Mapping[int, Collection[int]], known: Sequence[KnownTask]) -> Plan:
    """`outdated` has by brief id the passages that its readers see cited and whose pages do not say them any more.

    A change is asked about once: what people settled stays settled. A task whose ground is gone is settled as corrected
    where another text, or a withdrawal, went out; without one the page says it again, and the text stands.
    """
    asked = {(one.brief_id, one.passage_id) for one in known if not one.was_settled_by_itself}
    resting = {(brief_id, passage_id) for brief_id, ids in outdated.items() for passage_id in ids}
    settles = (
        (one.id, TaskResolution.CORRECTED if one.was_published else TaskResolution.STANDS)
        for one in known
        if one.is_open and (one.brief_id, one.passage_id) not in resting
    )
    return Plan(tuple(sorted(resting - asked)), tuple(settles))


def find_newly_outdated(sessions: Sessions) -> list[int]:
    """The briefs that a task is to be opened about: evidence against them is looked for before."""
    with sessions() as session:
        return sorted({brief_id for brief_id, _ in _plan(session).opens})


def note_outdated(sessions: Sessions, *, now: datetime) -> Plan:
    """Open the tasks that are due and settle those whose ground is gone; what was done. Safe to repeat and to kill."""
    with sessions() as session:
        if _plan(session) == Plan((), ()):
            return Plan((), ())
    with writing(sessions) as session:
        audit.take_turn(session)
        plan = _plan(session)
        for brief_id, passage_id in plan.opens:
            _open(session, find(session, Brief, brief_id), passage_id, now)
        for task_id, resolution in plan.settles:
            _settle(session, find(session, RecordTask, task_id), resolution, now)
        return plan


def read_outdated(session: Session) -> dict[int, set[int]]:
    """By brief id, what the published texts rest on and its page does not say any more, nor anything beside it."""
    outdated: dict[int, set[int]] = {}
    for version in session.scalars(_READ_BY_READERS):
        blocks = read_blocks(session, version.id)
        cited = {source.passage.id: source.passage for block in blocks for source in block.sources}
        problems = find_replaced(
            redraft(blocks),
            replaced=find_no_longer_said(session, cited.values()),
            pages={passage.id: passage.article_id for passage in cited.values()},
        )
        for problem in problems:
            if problem.passage_id is not None:
                outdated.setdefault(version.brief_id, set()).add(problem.passage_id)
    return outdated


def _plan(session: Session) -> Plan:
    return plan_tasks(read_outdated(session), _read_known(session))


def _read_known(session: Session) -> list[KnownTask]:
    was_published = (
        select(BriefVersion.id)
        .where(BriefVersion.brief_id == RecordTask.brief_id, BriefVersion.published_at > RecordTask.opened_at)
        .exists()
    )
    rows = session.execute(
        select(RecordTask, was_published).where(RecordTask.brief_id.is_not(None)).order_by(RecordTask.id)
    )
    return [
        KnownTask(
            id=task.id,
            brief_id=task.brief_id,
            passage_id=task.passage_id,
            is_open=task.resolved_at is None,
            was_settled_by_itself=task.resolved_at is not None and task.resolved_by_id is None,
            was_published=has_published,
        )
        for task, has_published in rows
        if task.brief_id is not None and task.passage_id is not None
    ]


def _open(session: Session, brief: Brief, passage_id: int, now: datetime) -> None:
    task = RecordTask(
        brief_id=brief.id,
        alert_id=brief.alert_id,
        passage_id=passage_id,
        desk_id=brief.desk_id,
        opened_at=now,
    )
    session.add(task)
    session.flush()
    _note(session, task, "brief.source_changed", now)
    notify_desk(
        session,
        brief.desk_id,
        subject=f"Tư liệu mà bản thông tin {brief.id} dẫn đã thay đổi",
        text=(
            f"Bản thông tin số {brief.id} đã công bố dẫn đoạn tư liệu số {passage_id}, mà nguồn nay không còn nói như "
            f"vậy. Xem việc cần sửa số {task.id}.\n"
            f"Brief {brief.id} is published and cites passage {passage_id}, which its source does not say any more. "
            f"See task {task.id}.\n"
        ),
        now=now,
    )


def _settle(session: Session, task: RecordTask, resolution: TaskResolution, now: datetime) -> None:
    task.resolution, task.resolved_at = resolution, now
    session.flush()
    _note(session, task, "brief.source_change_settled", now)


def _note(session: Session, task: RecordTask, action: str, now: datetime) -> None:
    audit.record(
        session,
        actor=audit.SYSTEM,
        action=action,
        object_type="brief",
        object_id=task.brief_id or 0,
        details={"task": task.id, "passage": task.passage_id, "resolution": task.resolution},
        now=now,
    )
