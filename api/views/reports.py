"""Errors that readers reported, as the desk and the sender see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.corrected import CorrectedOut, read_corrections
from models import BriefVersion, CorrectionCause, ErrorReport, ReportState


class AnswerOut(Out):
    """What the sender reads: how far it is, until when, and the answer."""

    state: ReportState
    text: str
    received_at: Moment
    acknowledge_by: Moment
    acknowledged_at: Moment | None
    decide_by: Moment
    decided_at: Moment | None
    answer: str
    brief_id: int | None
    language: str | None
    number: int | None
    title: str
    """Of the text it is about; empty when no brief was named."""
    corrections: list[CorrectedOut]
    """The published texts that were written because of it."""


class ReportOut(AnswerOut):
    """What the desk sees. The contact is gone once it is decided."""

    id: int
    version: int
    contact: str
    late: bool
    """Whether the next step is overdue."""


def is_late(report: ErrorReport, now: datetime) -> bool:
    """Whether the office has missed the next step's time."""
    if report.state is ReportState.RECEIVED:
        return now > report.acknowledge_by
    return report.state is ReportState.ACKNOWLEDGED and now > report.decide_by


def describe_report(session: Session, report: ErrorReport, now: datetime) -> ReportOut:
    """One report for the desk."""
    (shown,) = describe_reports(session, [report], now)
    return shown


def describe_reports(session: Session, reports: Sequence[ErrorReport], now: datetime) -> list[ReportOut]:
    """A page of reports for the desk."""
    titles = _titles(session, reports)
    corrections = read_corrections(session, CorrectionCause.report_id, [report.id for report in reports])
    return [
        ReportOut(
            **_answer(report, titles, corrections),
            id=report.id,
            version=report.version,
            contact=report.contact,
            late=is_late(report, now),
        )
        for report in reports
    ]


def describe_answer(session: Session, report: ErrorReport) -> AnswerOut:
    """One report for whoever sent it."""
    corrections = read_corrections(session, CorrectionCause.report_id, [report.id])
    return AnswerOut(**_answer(report, _titles(session, [report]), corrections))


def _answer(
    report: ErrorReport,
    titles: Mapping[tuple[int, str | None], str],
    corrections: Mapping[int, list[CorrectedOut]],
) -> dict[str, Any]:
    return {
        "corrections": corrections.get(report.id, []),
        "state": report.state,
        "text": report.text,
        "received_at": report.received_at,
        "acknowledge_by": report.acknowledge_by,
        "acknowledged_at": report.acknowledged_at,
        "decide_by": report.decide_by,
        "decided_at": report.decided_at,
        "answer": report.answer,
        "brief_id": report.brief_id,
        "language": report.language,
        "number": report.number,
        "title": titles.get((report.brief_id, report.language), "") if report.brief_id else "",
    }


def _titles(session: Session, reports: Sequence[ErrorReport]) -> dict[tuple[int, str | None], str]:
    briefs = {report.brief_id for report in reports if report.brief_id}
    newest = (
        select(func.max(BriefVersion.id))
        .where(BriefVersion.brief_id.in_(briefs), BriefVersion.published_at.is_not(None))
        .group_by(BriefVersion.brief_id, BriefVersion.language)
    )
    found = session.scalars(select(BriefVersion).where(BriefVersion.id.in_(newest)).order_by(BriefVersion.id))
    titles: dict[tuple[int, str | None], str] = {}
    for text in found:
        titles[text.brief_id, text.language] = titles[text.brief_id, None] = text.title
    return titles
