"""Briefs: their texts in two languages, version by version, every block with its sources."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import BlockDraft, ProblemKind, check_ready
from alerts.briefs import LANGUAGES, newest_version, read_blocks
from api.views.base import Moment, Out
from api.views.blocks import BlockOut, describe_blocks
from api.views.objections import (
    ObjectionOut,
    UnderminingOut,
    describe_accepted_reports,
    describe_undermining,
    describe_upheld_disputes,
)
from api.views.sourcing import UnsourcedOut, describe_unsourced
from models import (
    Brief,
    BriefComment,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Desk,
    RecordTask,
    ScheduledPublication,
    User,
)


class ScheduleOut(Out):
    """When a text goes out by itself, by the clocks of which zone; called off with a reason, if it was."""

    publish_at: Moment
    time_zone: str
    scheduled_by: str
    called_off_at: Moment | None
    called_off_reason: str


class CommentOut(Out):
    """A colleague's remark, on the whole text or on the block of this number."""

    block: int | None
    text: str
    commented_by: str
    commented_at: Moment


class VersionOut(Out):
    """One text in one language; `schedule` is the time that was last set for it."""

    id: int
    language: str
    number: int
    title: str
    grade: ChangeGrade
    change_note: str
    drafted_by: str
    drafted_at: Moment
    submitted_by: str | None
    submitted_at: Moment | None
    approved_by: str | None
    approved_at: Moment | None
    published_at: Moment | None
    schedule: ScheduleOut | None


class PendingOut(Out):
    """A text that readers do not see yet: the newest of its language. A withdrawal takes back every language."""

    version_id: int
    language: str
    number: int
    grade: ChangeGrade
    step: Literal["draft", "in_review", "approved"]


class ProblemOut(Out):
    """What stands in the way of approval, or of publication once approved.

    `position` names the block, counted from 1, or nothing for the whole.
    """

    kind: ProblemKind
    position: int | None
    passage_id: int | None
    excerpt: str
    statement: str
    """The sentence of the text that the passage contradicts; empty for every other problem."""
    detail: str


class VersionDetailOut(VersionOut):
    """A text with its blocks, what stands in the way of approving it, and which figures nothing it cites says."""

    blocks: list[BlockOut]
    problems: list[ProblemOut]
    unsourced: list[UnsourcedOut]
    comments: list[CommentOut]


class BriefOut(Out):
    """A brief and its versions, newest first.

    `title` is that of what readers see, once they see anything; `pending` is what they do not see yet.
    `source_changed_at` is since when a task of the desk waits, because what is published rests on what its source does
    not say any more.
    """

    id: int
    version: int
    state: BriefState
    alert_id: int | None
    subject: str | None
    desk: str | None
    opened_by: str
    created_at: Moment
    updated_at: Moment
    published_at: Moment | None
    source_changed_at: Moment | None
    title: str
    pending: list[PendingOut]
    versions: list[VersionOut]


class BriefDetailOut(BriefOut):
    """A brief with the newest text of each language in full, the evidence that speaks against it, and what readers
    and editors are still owed.
    """

    texts: list[VersionDetailOut]
    undermining: list[UnderminingOut]
    accepted_reports: list[ObjectionOut]
    upheld_disputes: list[ObjectionOut]


def describe_briefs(session: Session, briefs: Sequence[Brief]) -> list[BriefOut]:
    """A page of briefs."""
    return [BriefOut(**frame) for frame in _frames(session, briefs)]


def describe_brief(session: Session, brief: Brief) -> BriefDetailOut:
    """One brief with the newest text of each language."""
    (frame,) = _frames(session, [brief])
    versions = {version.id: version for version in frame["versions"]}
    newest = (newest_version(session, brief.id, language) for language in LANGUAGES)
    texts = [detail_version(session, versions[text.id]) for text in newest if text is not None]
    return BriefDetailOut(
        **frame,
        texts=texts,
        undermining=describe_undermining(
            session, brief.id, {text.language: [_redraft(one) for one in text.blocks] for text in texts}
        ),
        accepted_reports=describe_accepted_reports(session, brief.id),
        upheld_disputes=describe_upheld_disputes(session, brief.id),
    )


def describe_version(session: Session, version: BriefVersion) -> VersionDetailOut:
    """One text with its blocks."""
    schedules = _schedules(session, [version])
    return detail_version(session, _version(version, _names(session, [version]), schedules))


def detail_version(session: Session, version: VersionOut) -> VersionDetailOut:
    """The same, of a text already read."""
    blocks = describe_blocks(session, read_blocks(session, version.id))
    return VersionDetailOut(
        **version.model_dump(),
        blocks=blocks,
        unsourced=describe_unsourced(version.title, blocks),
        problems=[
            ProblemOut(
                kind=problem.kind,
                position=problem.position,
                passage_id=problem.passage_id,
                excerpt=problem.excerpt,
                statement=problem.statement,
                detail=str(problem),
            )
            for problem in check_ready(session, version.id)
        ],
        comments=[
            CommentOut(
                block=row.block, text=row.text, commented_by=commented_by, commented_at=row.commented_at
            )
            for row, commented_by in session.execute(
                select(BriefComment, User.name)
                .join(User, User.id == BriefComment.commented_by_id)
                .where(BriefComment.version_id == version.id)
                .order_by(BriefComment.id)
            )
        ],
    )


def choose_title(versions: Sequence[VersionOut]) -> str:
    """Of versions, newest first, the title of what readers see, in Vietnamese if there is a choice; of the newest while
    they see nothing.
    """
    shown = [one for one in versions if one.published_at and one.grade is not ChangeGrade.WITHDRAWAL]
    shown.sort(key=lambda one: LANGUAGES.index(one.language))
    return next((one.title for one in [*shown, *versions]), "")


def find_pending(state: BriefState, versions: Sequence[VersionOut]) -> list[PendingOut]:
    """Of a brief's versions, newest first, the newest text of each language that readers do not see yet. A withdrawal
    that was refused is no text, and after a withdrawal nothing more goes out.
    """
    standing = [one for one in versions if one.grade is not ChangeGrade.WITHDRAWAL or one.submitted_at]
    newest = (next((one for one in standing if one.language == language), None) for language in LANGUAGES)
    return [
        PendingOut(
            version_id=one.id,
            language=one.language,
            number=one.number,
            grade=one.grade,
            step="approved" if one.approved_at else "in_review" if one.submitted_at else "draft",
        )
        for one in newest
        if one is not None and one.published_at is None and state is not BriefState.WITHDRAWN
    ]


def _redraft(block: BlockOut) -> BlockDraft:
    return BlockDraft(
        kind=block.kind,
        text=block.text,
        is_statement=block.is_statement,
        passage_ids=tuple(one.id for one in block.passages),
    )


def _frames(session: Session, briefs: Sequence[Brief]) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(BriefVersion)
        .where(BriefVersion.brief_id.in_([brief.id for brief in briefs]))
        .order_by(BriefVersion.id.desc())
    ).all()
    names = _names(session, rows, {brief.opened_by_id for brief in briefs})
    desk_ids = {brief.desk_id for brief in briefs if brief.desk_id}
    desks = {desk.id: desk.slug for desk in session.scalars(select(Desk).where(Desk.id.in_(desk_ids)))}
    schedules = _schedules(session, rows)
    changed = _find_source_changes(session, [brief.id for brief in briefs])
    versions: dict[int, list[VersionOut]] = {brief.id: [] for brief in briefs}
    for row in rows:
        versions[row.brief_id].append(_version(row, names, schedules))
    return [
        {
            "id": brief.id,
            "version": brief.version,
            "state": brief.state,
            "alert_id": brief.alert_id,
            "subject": brief.subject,
            "desk": desks.get(brief.desk_id or 0),
            "opened_by": names[brief.opened_by_id],
            "created_at": brief.created_at,
            "updated_at": brief.updated_at,
            "published_at": brief.published_at,
            "source_changed_at": changed.get(brief.id),
            "title": choose_title(versions[brief.id]),
            "pending": find_pending(brief.state, versions[brief.id]),
            "versions": versions[brief.id],
        }
        for brief in briefs
    ]


def _find_source_changes(session: Session, brief_ids: Sequence[int]) -> dict[int, datetime]:
    """By brief id, when the first of the tasks was opened that wait because what it cites has changed."""
    waiting = (
        select(RecordTask.brief_id, func.min(RecordTask.opened_at))
        .where(RecordTask.brief_id.in_(brief_ids), RecordTask.resolved_at.is_(None))
        .group_by(RecordTask.brief_id)
    )
    return {brief_id: since for brief_id, since in session.execute(waiting) if brief_id is not None}


def _names(
    session: Session, versions: Sequence[BriefVersion], others: Collection[int] = ()
) -> dict[int | None, str]:
    wanted = {i for v in versions for i in (v.drafted_by_id, v.submitted_by_id, v.approved_by_id) if i}
    query = select(User).where(User.id.in_(wanted | set(others)))
    return {row.id: row.name for row in session.scalars(query)}


def _schedules(session: Session, versions: Sequence[BriefVersion]) -> dict[int, ScheduleOut]:
    """By version id, the time that was last set."""
    rows = session.execute(
        select(ScheduledPublication, User.name)
        .join(User, User.id == ScheduledPublication.scheduled_by_id)
        .where(ScheduledPublication.version_id.in_([version.id for version in versions]))
        .order_by(ScheduledPublication.id)
    )
    return {
        row.version_id: ScheduleOut(
            publish_at=row.publish_at,
            time_zone=row.time_zone,
            scheduled_by=scheduled_by,
            called_off_at=row.called_off_at,
            called_off_reason=row.called_off_reason,
        )
        for row, scheduled_by in rows
    }


def _version(
    version: BriefVersion, names: dict[int | None, str], schedules: Mapping[int, ScheduleOut]
) -> VersionOut:
    return VersionOut(
        id=version.id,
        language=version.language,
        number=version.number,
        title=version.title,
        grade=version.grade,
        change_note=version.change_note,
        drafted_by=names.get(version.drafted_by_id, ""),
        drafted_at=version.drafted_at,
        submitted_by=names.get(version.submitted_by_id),
        submitted_at=version.submitted_at,
        approved_by=names.get(version.approved_by_id),
        approved_at=version.approved_at,
        published_at=version.published_at,
        schedule=schedules.get(version.id),
    )
