"""What is held against a brief: evidence that says otherwise, and errors that readers and editors were right about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts.approval import BlockDraft, Opposing, is_answer
from alerts.undermining import read_acknowledgements
from api.views.base import Moment, Out
from api.views.passages import PassageOut, describe_passages
from models import (
    BriefVersion,
    ChangeGrade,
    CorrectionCause,
    Dispute,
    DisputeState,
    ErrorReport,
    ReportState,
    Undermining,
    UnderminingPassage,
    User,
)


class UnderminingOut(Out):
    """A passage that speaks against the brief: why, and what has been made of it."""

    passage: PassageOut
    reason: Undermining
    statement: str
    language: str | None
    """Of the text whose sentence it contradicts; nothing where it speaks against the brief in every language."""
    probability: float | None
    found_at: Moment
    named_by: str | None
    note: str
    answered_in: list[str]
    """Languages whose newest text answers it: by citing it, as what differs where it contradicts a sentence."""
    acknowledged_in: list[str]
    """Languages for whose newest text, resting on what it rests on, it has been acknowledged."""
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    acknowledgement: str


class ObjectionOut(Out):
    """A reader's report or an editor's dispute that was right. `waits_in` are the published languages in which no
    published text has come of it, `named_in` those in which one is being written.
    """

    id: int
    text: str
    answer: str
    waits_in: list[str]
    named_in: list[str]


def describe_accepted_reports(session: Session, brief_id: int) -> list[ObjectionOut]:
    """The reports of errors in a brief that were accepted and wait for a text that mends them."""
    reports = session.scalars(
        select(ErrorReport)
        .where(ErrorReport.brief_id == brief_id, ErrorReport.state == ReportState.ACCEPTED)
        .order_by(ErrorReport.id)
    )
    return _describe_waiting(session, brief_id, reports.all(), CorrectionCause.report_id)


def describe_upheld_disputes(session: Session, brief_id: int) -> list[ObjectionOut]:
    """The disputes of a brief that were upheld and wait for a text that mends it."""
    disputes = session.scalars(
        select(Dispute)
        .where(Dispute.brief_id == brief_id, Dispute.state == DisputeState.UPHELD)
        .order_by(Dispute.id)
    )
    return _describe_waiting(session, brief_id, disputes.all(), CorrectionCause.dispute_id)


def _describe_waiting(
    session: Session,
    brief_id: int,
    rows: Sequence[ErrorReport | Dispute],
    column: InstrumentedAttribute[int | None],
) -> list[ObjectionOut]:
    texts = session.execute(
        select(BriefVersion.language, BriefVersion.grade)
        .where(BriefVersion.brief_id == brief_id, BriefVersion.published_at.is_not(None))
        .distinct()
    ).all()
    if not rows or any(grade is ChangeGrade.WITHDRAWAL for _, grade in texts):
        return []
    published = sorted({language for language, _ in texts}, reverse=True)
    mended: dict[int | None, set[str]] = defaultdict(set)
    begun: dict[int | None, set[str]] = defaultdict(set)
    for row_id, language, at in session.execute(
        select(column, BriefVersion.language, BriefVersion.published_at)
        .join(BriefVersion, BriefVersion.id == CorrectionCause.version_id)
        .where(BriefVersion.brief_id == brief_id, column.is_not(None))
    ):
        (mended if at else begun)[row_id].add(language)
    return [
        ObjectionOut(
            id=row.id,
            text=row.text,
            answer=row.answer,
            waits_in=[one for one in published if one not in mended[row.id]],
            named_in=[one for one in published if one in begun[row.id]],
        )
        for row in rows
        if set(published) - mended[row.id]
    ]


def describe_undermining(
    session: Session, brief_id: int, texts: Mapping[str, Sequence[BlockDraft]]
) -> list[UnderminingOut]:
    """The evidence that speaks against a brief; `texts` are the blocks of the newest text in each language."""
    rows = session.scalars(
        select(UnderminingPassage)
        .where(UnderminingPassage.brief_id == brief_id)
        .order_by(UnderminingPassage.id)
    ).all()
    passages = describe_passages(session, (row.passage_id for row in rows))
    said = {
        language: read_acknowledgements(session, brief_id, {i for block in blocks for i in block.passage_ids})
        for language, blocks in texts.items()
    }
    latest = {
        (one.passage_id, one.statement): one
        for one in sorted((one for row in said.values() for one in row.values()), key=lambda one: one.id)
    }
    staff = {row.named_by_id for row in rows} | {one.acknowledged_by_id for one in latest.values()}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(staff)))}
    return [
        UnderminingOut(
            passage=passages[row.passage_id],
            reason=row.reason,
            statement=row.statement,
            language=row.language or None,
            probability=row.probability,
            found_at=row.found_at,
            named_by=names.get(row.named_by_id or 0),
            note=row.note,
            answered_in=[
                language
                for language, blocks in texts.items()
                if row.language in ("", language) and any(is_answer(one, opposing) for one in blocks)
            ],
            acknowledged_in=[
                language for language, ones in said.items() if row.language in ("", language) and key in ones
            ],
            acknowledged_by=names.get(one.acknowledged_by_id) if one else None,
            acknowledged_at=one.acknowledged_at if one else None,
            acknowledgement=one.reason if one else "",
        )
        for row in rows
        for key in [(row.passage_id, row.statement)]
        for one in [latest.get(key)]
        for opposing in [
            Opposing(
                passage_id=row.passage_id,
                text=passages[row.passage_id].text,
                reason=row.reason,
                statement=row.statement,
            )
        ]
    ]
