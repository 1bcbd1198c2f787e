"""Evidence that speaks against a brief: kept beside what supports it, answered or acknowledged before approval."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.approval import Problem, find_unanswered
from alerts.errors import Conflict, NotFound
from alerts.permissions import Act, require
from alerts.transitions import find, need_text
from models import (
    Alert,
    BlockKind,
    Brief,
    BriefBlock,
    BriefVersion,
    ChangeGrade,
    ClaimGroup,
    Passage,
    Undermining,
    UnderminingPassage,
    User,
)

# What the other blocks say is the claim itself, or sets it beside the record.
_ASSERTING = (BlockKind.FACT, BlockKind.CONTEXT)


@dataclass(frozen=True, slots=True)
class Statements:
    """What evidence can speak against: the claim that is answered, if one is, and what the newest texts assert."""

    claim: str | None
    asserted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A passage that was found to speak against a statement, and how surely (0..1)."""

    passage_id: int
    reason: Undermining
    statement: str
    probability: float


def read_statements(session: Session, brief_id: int) -> Statements:
    """What a brief's evidence is looked for by."""
    brief = find(session, Brief, brief_id)
    claim = session.scalar(
        select(ClaimGroup.text).join(Alert, Alert.group_id == ClaimGroup.id).where(Alert.id == brief.alert_id)
    )
    versions = session.scalars(
        select(BriefVersion)
        .where(BriefVersion.brief_id == brief_id, BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .order_by(BriefVersion.number)
    )
    newest = {version.language: version.id for version in versions}
    texts = session.scalars(
        select(BriefBlock.text)
        .where(BriefBlock.version_id.in_(newest.values()), BriefBlock.kind.in_(_ASSERTING))
        .order_by(BriefBlock.version_id, BriefBlock.position)
    )
    return Statements(claim, tuple(dict.fromkeys(text for text in texts if text)))


def record_undermining(session: Session, brief_id: int, found: Sequence[Against], *, now: datetime) -> int:
    """Keep what was found; how many passages are new. What was found earlier and is no longer goes, unless a person
    named or acknowledged it.
    """
    audit.take_turn(session)
    known = {row.passage_id: row for row in _rows(session, brief_id)}
    by_passage = {one.passage_id: one for one in sorted(found, key=lambda one: one.probability)}
    for passage_id, row in known.items():
        if passage_id not in by_passage and row.named_by_id is None and row.acknowledged_at is None:
            session.delete(row)
    new = [one for one in found if one.passage_id not in known and by_passage[one.passage_id] is one]
    for one in new:
        session.add(
            UnderminingPassage(
                brief_id=brief_id,
                passage_id=one.passage_id,
                reason=one.reason,
                found_at=now,
                statement=one.statement,
                probability=one.probability,
            )
        )
    session.flush()
    return len(new)


def name_undermining(
    session: Session, brief_id: int, *, passage_id: int, note: str, actor: User, now: datetime
) -> UnderminingPassage:
    """A passage that a person says speaks against the brief. Raises Conflict when it is listed already."""
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    find(session, Passage, passage_id)
    if _row(session, brief_id, passage_id) is not None:
        raise Conflict(f"passage {passage_id} is listed against brief {brief_id} already", brief)
    row = UnderminingPassage(
        brief_id=brief_id,
        passage_id=passage_id,
        reason=Undermining.NAMED,
        found_at=now,
        named_by_id=actor.id,
        note=need_text("note", note),
    )
    session.add(row)
    session.flush()
    _note(session, brief, "brief.undermining_named", passage_id, row.note, actor=actor, now=now)
    return row


def acknowledge_undermining(
    session: Session, brief_id: int, *, passage_id: int, reason: str, actor: User, now: datetime
) -> UnderminingPassage:
    """The passage, with why the text stands although it says otherwise. Raises Conflict when that was said already."""
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    row = _row(session, brief_id, passage_id)
    if row is None:
        raise NotFound("undermining passage", passage_id)
    if row.acknowledged_at is not None:
        raise Conflict(f"passage {passage_id} has been acknowledged already", brief)
    row.acknowledgement = need_text("reason", reason)
    row.acknowledged_at, row.acknowledged_by_id = now, actor.id
    session.flush()
    _note(
        session,
        brief,
        "brief.undermining_acknowledged",
        passage_id,
        row.acknowledgement,
        actor=actor,
        now=now,
    )
    return row


def find_unanswered_by(session: Session, brief_id: int, cited: Collection[int]) -> list[Problem]:
    """What still speaks against a brief when a text cites these passages."""
    rows = session.execute(
        select(UnderminingPassage, Passage.text)
        .join(Passage, Passage.id == UnderminingPassage.passage_id)
        .where(UnderminingPassage.brief_id == brief_id)
        .order_by(UnderminingPassage.id)
    ).all()
    acknowledged = {row.passage_id for row, _ in rows if row.acknowledged_at is not None}
    return find_unanswered(
        {row.passage_id: text for row, text in rows}, cited=cited, acknowledged=acknowledged
    )


def _rows(session: Session, brief_id: int) -> Sequence[UnderminingPassage]:
    return session.scalars(select(UnderminingPassage).where(UnderminingPassage.brief_id == brief_id)).all()


def _row(session: Session, brief_id: int, passage_id: int) -> UnderminingPassage | None:
    return session.scalar(
        select(UnderminingPassage).where(
            UnderminingPassage.brief_id == brief_id, UnderminingPassage.passage_id == passage_id
        )
    )


def _note(
    session: Session, brief: Brief, action: str, passage_id: int, words: str, *, actor: User, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="brief",
        object_id=brief.id,
        details={"version": brief.version, "passage": passage_id, "words": words},
        now=now,
    )
