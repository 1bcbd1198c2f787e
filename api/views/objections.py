"""What is held against a brief: evidence that says otherwise, and errors that readers were right about."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.undermining import read_acknowledgements
from api.views.base import Moment, Out
from api.views.passages import PassageOut, describe_passages
from models import BriefVersion, ErrorReport, ReportState, Undermining, UnderminingPassage, User


class UnderminingOut(Out):
    """A passage that speaks against the brief: why, and what has been made of it."""

    passage: PassageOut
    reason: Undermining
    statement: str
    probability: float | None
    found_at: Moment
    named_by: str | None
    note: str
    answered_in: list[str]
    """Languages whose newest text cites it."""
    acknowledged_in: list[str]
    """Languages for whose newest text, resting on what it rests on, it has been acknowledged."""
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    acknowledgement: str


class AcceptedReportOut(Out):
    """A reader's report that was right and has led to no published text yet; `is_named` where one is being written, in
    `named_in`.
    """

    id: int
    text: str
    answer: str
    is_named: bool
    named_in: str | None


def describe_accepted_reports(session: Session, brief_id: int) -> list[AcceptedReportOut]:
    """The reports of errors in a brief that were accepted and wait for the text that mends them."""
    rows = session.execute(
        select(ErrorReport, BriefVersion.language)
        .outerjoin(BriefVersion, BriefVersion.id == ErrorReport.correction_id)
        .where(
            ErrorReport.brief_id == brief_id,
            ErrorReport.state == ReportState.ACCEPTED,
            BriefVersion.published_at.is_(None),
        )
        .order_by(ErrorReport.id)
    )
    return [
        AcceptedReportOut(
            id=row.id,
            text=row.text,
            answer=row.answer,
            is_named=row.correction_id is not None,
            named_in=named_in,
        )
        for row, named_in in rows
    ]


def describe_undermining(
    session: Session, brief_id: int, cited: Mapping[str, Collection[int]]
) -> list[UnderminingOut]:
    """The evidence that speaks against a brief; `cited` are the passages of the newest text in each language."""
    rows = session.scalars(
        select(UnderminingPassage)
        .where(UnderminingPassage.brief_id == brief_id)
        .order_by(UnderminingPassage.id)
    ).all()
    passages = describe_passages(session, (row.passage_id for row in rows))
    said = {language: read_acknowledgements(session, brief_id, ids) for language, ids in cited.items()}
    latest = {
        one.passage_id: one
        for one in sorted((one for row in said.values() for one in row.values()), key=lambda one: one.id)
    }
    staff = {row.named_by_id for row in rows} | {one.acknowledged_by_id for one in latest.values()}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(staff)))}
    return [
        UnderminingOut(
            passage=passages[row.passage_id],
            reason=row.reason,
            statement=row.statement,
            probability=row.probability,
            found_at=row.found_at,
            named_by=names.get(row.named_by_id or 0),
            note=row.note,
            answered_in=[language for language, ids in cited.items() if row.passage_id in ids],
            acknowledged_in=[language for language, one in said.items() if row.passage_id in one],
            acknowledged_by=names.get(one.acknowledged_by_id) if one else None,
            acknowledged_at=one.acknowledged_at if one else None,
            acknowledgement=one.reason if one else "",
        )
        for row in rows
        for one in [latest.get(row.passage_id)]
    ]
