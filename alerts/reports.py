"""Errors that readers report: on a clock from arrival, decided by somebody who did not write the text."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.calendars import read_calendar
from alerts.errors import Conflict, Invalid, NotAllowed, NotFound
from alerts.notices import notify_desk
from alerts.permissions import Act, require
from alerts.transitions import clean_text, find, need_text, swap
from alerts.working_time import add_working_days
from models import Brief, BriefVersion, ErrorReport, ReportState, Sessions, User, nfc, writing

ACKNOWLEDGE_WITHIN = 1
DECIDE_WITHIN = 7
LONGEST_TEXT = 5_000
LONGEST_CONTACT = 200
READERS = "reader"
OPEN = (ReportState.RECEIVED, ReportState.ACKNOWLEDGED)


def judge_decider(actor_id: int, *, drafted_by: Collection[int]) -> str | None:
    """Why this person may not decide a report, or None: nobody judges what they wrote."""
    if actor_id in drafted_by:
        return "whoever wrote the text cannot decide what is wrong with it; somebody else must"
    return None


def find_barred(session: Session, reports: Sequence[ErrorReport], actor: User) -> frozenset[int]:
    """The ids of those that this person may not decide, because they wrote on the brief."""
    briefs = {report.brief_id for report in reports if report.brief_id is not None}
    wrote = select(BriefVersion.brief_id).where(
        BriefVersion.brief_id.in_(briefs), BriefVersion.drafted_by_id == actor.id
    )
    own = frozenset(session.scalars(wrote))
    return frozenset(report.id for report in reports if report.brief_id in own)


def file_report(
    session: Session,
    *,
    text: str,
    now: datetime,
    contact: str = "",
    brief_id: int | None = None,
    language: str | None = None,
    number: int | None = None,
) -> ErrorReport:
    """A report of an error, its clock started. Raises Invalid for an empty or overlong text, NotFound for a brief.

    `language` and `number` say which published text the sender had read. The log learns that one came, not its words.
    """
    audit.take_turn(session)
    text = nfc(need_text("text", text))
    contact = nfc(clean_text("contact", contact))
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", f"must have at most {LONGEST_TEXT} characters")
    if len(contact) > LONGEST_CONTACT:
        raise Invalid("contact", f"must have at most {LONGEST_CONTACT} characters")
    desk_id = None if brief_id is None else _find_desk_id(session, brief_id, language, number)
    calendar = read_calendar(session, desk_id)
    report = ErrorReport(
        key=secrets.token_urlsafe(18),
        received_at=now,
        text=text,
        acknowledge_by=add_working_days(calendar, now, ACKNOWLEDGE_WITHIN),
        decide_by=add_working_days(calendar, now, DECIDE_WITHIN),
        brief_id=brief_id,
        language=language if brief_id else None,
        number=number if brief_id else None,
        contact=contact,
    )
    session.add(report)
    session.flush()
    _note(session, report, "report.received", actor=READERS, now=now, brief=brief_id)
    return report


def acknowledge_report(
    session: Session, report_id: int, *, actor: User, version: int, now: datetime
) -> ErrorReport:
    """The report, seen by the office. Raises Conflict unless it is new and at `version`."""
    audit.take_turn(session)
    report = _find(session, report_id, actor)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(f"report {report_id} is {report.state}; only a new one is acknowledged", report)
    swap(session, report, version=version, state=ReportState.ACKNOWLEDGED, acknowledged_at=now)
    _note(session, report, "report.acknowledged", actor=actor, now=now)
    return report


def decide_report(
    session: Session,
    report_id: int,
    *,
    accepted: bool,
    answer: str,
    actor: User,
    version: int,
    now: datetime,
) -> ErrorReport:
    """The report, decided: accepted, so that a correction follows, or declined. The contact is deleted with it.

    `answer` is what the sender reads. Raises NotAllowed for whoever wrote any version of the text, and Conflict
    when it is decided already or not at `version`.
    """
    audit.take_turn(session)
    report = _find(session, report_id, actor)
    if report.state not in OPEN:
        raise Conflict(f"report {report_id} is {report.state} already", report)
    drafted_by = session.scalars(
        select(BriefVersion.drafted_by_id).where(BriefVersion.brief_id == report.brief_id).distinct()
    ).all()
    refusal = judge_decider(actor.id, drafted_by=drafted_by)
    if refusal is not None:
        raise NotAllowed(refusal)
    state = ReportState.ACCEPTED if accepted else ReportState.DECLINED
    swap(
        session,
        report,
        version=version,
        state=state,
        answer=nfc(need_text("answer", answer)),
        contact="",
        acknowledged_at=report.acknowledged_at or now,
        decided_at=now,
        decided_by_id=actor.id,
    )
    _note(session, report, f"report.{state}", actor=actor, now=now, answer=report.answer)
    return report


def tell_late(sessions: Sessions, *, now: datetime) -> int:
    """Tell desks, once each, of receipts and of decisions on reports that are overdue; how many.

    Anybody may send a report, so what has become late since the last time goes into one message for a desk.
    """
    late = (
        select(ErrorReport, Brief.desk_id)
        .outerjoin(Brief, Brief.id == ErrorReport.brief_id)
        .where(
            or_(
                and_(
                    ErrorReport.state == ReportState.RECEIVED,
                    ErrorReport.acknowledge_by <= now,
                    ErrorReport.late_told < 1,
                ),
                and_(ErrorReport.state.in_(OPEN), ErrorReport.decide_by <= now, ErrorReport.late_told < 2),
            )
        )
        .order_by(ErrorReport.id)
    )
    with sessions() as session:
        if session.execute(late.limit(1)).first() is None:
            return 0
    with writing(sessions) as session:
        audit.take_turn(session)
        lines: dict[int | None, list[str]] = {}
        for report, desk_id in session.execute(late):
            report.late_told = 2 if report.decide_by <= now else 1
            _note(session, report, "report.late", actor=audit.SYSTEM, now=now, step=report.late_told)
            about = f"bản tin · brief {report.brief_id}" if report.brief_id else "trang công khai · the site"
            what = (
                "chưa quyết định · not decided"
                if report.late_told == 2
                else "chưa ghi nhận · not acknowledged"
            )
            lines.setdefault(desk_id, []).append(f"{report.id} ({about}): {what}")
        for desk_id, told in lines.items():
            subject = f"Quá hạn · late: báo lỗi của bạn đọc · readers' reports ({len(told)})"
            notify_desk(session, desk_id, subject=subject, text="\n".join(told), now=now)
        return sum(map(len, lines.values()))


def _find(session: Session, report_id: int, actor: User) -> ErrorReport:
    report = find(session, ErrorReport, report_id)
    brief = session.get(Brief, report.brief_id) if report.brief_id else None
    require(actor, Act.ANSWER_REPORTS, desk_id=brief.desk_id if brief else None)
    return report


def _find_desk_id(session: Session, brief_id: int, language: str | None, number: int | None) -> int | None:
    """The brief's desk. Raises NotFound unless that text has been published."""
    published = select(BriefVersion.id).where(
        BriefVersion.brief_id == brief_id, BriefVersion.published_at.is_not(None)
    )
    if language is not None:
        published = published.where(BriefVersion.language == language)
    if number is not None:
        published = published.where(BriefVersion.number == number)
    if session.scalar(published.limit(1)) is None:
        raise NotFound("published brief", brief_id)
    return session.scalar(select(Brief.desk_id).where(Brief.id == brief_id))


def _note(
    session: Session,
    report: ErrorReport,
    action: str,
    *,
    actor: User | str,
    now: datetime,
    **details: object,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="report",
        object_id=report.id,
        details={"version": report.version, **details},
        now=now,
    )
