"""The reply channel: an editor disputes a brief, and the office answers for it within working days."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.briefs import published_version
from alerts.calendars import read_calendar
from alerts.errors import Conflict, Invalid, NotAllowed, NotFound
from alerts.lifecycle import ON_THE_SITE
from alerts.notices import notify_desk, notify_person
from alerts.permissions import Act, require
from alerts.reports import ACKNOWLEDGE_WITHIN, DECIDE_WITHIN, LONGEST_TEXT
from alerts.transitions import find, need_text, swap
from alerts.working_time import add_working_days
from models import Brief, BriefVersion, Dispute, DisputeState, Sessions, User, nfc, writing

log = logging.getLogger(__name__)

UNDECIDED = (DisputeState.OPEN, DisputeState.ACKNOWLEDGED)

_DECIDED = """\
Khiếu nại số {number} của quý vị về bản tin “{title}” đã được xem xét.
Kết luận: {outcome_vi}. {answer}

Your dispute {number} of the brief “{title}” has been reviewed.
Outcome: {outcome_en}. {answer}
"""
_OUTCOMES = {
    DisputeState.UPHELD: ("chấp nhận; bản tin sẽ được đính chính", "upheld; the brief will be corrected"),
    DisputeState.DECLINED: ("không chấp nhận", "declined"),
}


def judge_reviewer(actor_id: int, *, raised_by: int, had_part: Collection[int]) -> str | None:
    """Why this person may not decide a dispute, or None: neither side judges its own case."""
    if actor_id == raised_by:
        return "whoever raised a dispute cannot decide it"
    if actor_id in had_part:
        return "whoever wrote, submitted or approved the brief cannot decide whether it is wrong"
    return None


def open_dispute(
    session: Session, brief_id: int, *, language: str, text: str, actor: User, now: datetime
) -> Dispute:
    """A review of what readers see of a brief in a language, its clocks started and its desk told.

    Raises NotFound unless that is published, Conflict while the actor has another dispute of the brief open.
    """
    audit.take_turn(session)
    require(actor, Act.DISPUTE)
    brief = session.get(Brief, brief_id)
    published = published_version(session, brief_id, language)
    if brief is None or published is None or brief.state not in ON_THE_SITE:
        raise NotFound("published brief", brief_id)
    text = nfc(need_text("text", text))
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", f"must have at most {LONGEST_TEXT} characters")
    other = session.scalar(
        select(Dispute).where(
            Dispute.brief_id == brief_id,
            Dispute.raised_by_id == actor.id,
            Dispute.state.in_(UNDECIDED),
        )
    )
    if other is not None:
        raise Conflict(f"dispute {other.id} of this brief is not decided yet", other)
    calendar = read_calendar(session, brief.desk_id)
    dispute = Dispute(
        brief_id=brief_id,
        brief_version_id=published.id,
        raised_by_id=actor.id,
        raised_at=now,
        text=text,
        acknowledge_by=add_working_days(calendar, now, ACKNOWLEDGE_WITHIN),
        decide_by=add_working_days(calendar, now, DECIDE_WITHIN),
    )
    session.add(dispute)
    session.flush()
    details = {"brief": brief_id, "brief_version": published.id, "language": language}
    _note(session, dispute, "dispute.opened", actor=actor, now=now, **details)
    subject = f"Khiếu nại {dispute.id} về bản tin {brief_id} · dispute {dispute.id} of brief {brief_id}"
    due = " / ".join(_by(one, calendar.zone) for one in (dispute.acknowledge_by, dispute.decide_by))
    body = f"“{published.title}”\n{text}\n{due}"
    notify_desk(session, brief.desk_id, subject=subject, text=body, now=now)
    return dispute


def acknowledge_dispute(
    session: Session, dispute_id: int, *, actor: User, version: int, now: datetime
) -> Dispute:
    """The dispute, seen by the office. Raises Conflict unless it is open and at `version`."""
    audit.take_turn(session)
    dispute, _ = _find(session, dispute_id, actor)
    if dispute.state is not DisputeState.OPEN:
        raise Conflict(f"dispute {dispute_id} is {dispute.state}", dispute)
    swap(session, dispute, version=version, state=DisputeState.ACKNOWLEDGED, acknowledged_at=now)
    _note(session, dispute, "dispute.acknowledged", actor=actor, now=now)
    return dispute


def find_barred(session: Session, disputes: Sequence[Dispute], actor: User) -> frozenset[int]:
    """The ids of those that this person may not decide: raised by them, or of a brief that they had a part in."""
    texts = {dispute.brief_version_id for dispute in disputes}
    found = session.execute(select(BriefVersion.id, BriefVersion.brief_id).where(BriefVersion.id.in_(texts)))
    briefs = dict(found.all())
    had_part = {brief_id: _find_who_had_part(session, brief_id) for brief_id in set(briefs.values())}
    return frozenset(
        dispute.id
        for dispute in disputes
        if judge_reviewer(
            actor.id, raised_by=dispute.raised_by_id, had_part=had_part[briefs[dispute.brief_version_id]]
        )
    )


def decide_dispute(
    session: Session,
    dispute_id: int,
    *,
    upheld: bool,
    answer: str,
    actor: User,
    version: int,
    now: datetime,
) -> Dispute:
    """The dispute, decided; whoever raised it is told by e-mail. Upholding it is no correction: that is the next act.

    Raises NotAllowed for whoever raised it or had a part in the brief, Conflict when it is decided or not at `version`.
    """
    audit.take_turn(session)
    dispute, brief = _find(session, dispute_id, actor)
    if dispute.state not in UNDECIDED:
        raise Conflict(f"dispute {dispute_id} is {dispute.state} already", dispute)
    refusal = judge_reviewer(
        actor.id, raised_by=dispute.raised_by_id, had_part=_find_who_had_part(session, brief.id)
    )
    if refusal is not None:
        raise NotAllowed(refusal)
    state = DisputeState.UPHELD if upheld else DisputeState.DECLINED
    swap(
        session,
        dispute,
        version=version,
        state=state,
        answer=nfc(need_text("answer", answer)),
        acknowledged_at=dispute.acknowledged_at or now,
        decided_at=now,
        decided_by_id=actor.id,
    )
    _note(session, dispute, f"dispute.{state}", actor=actor, now=now, answer=dispute.answer)
    vietnamese, english = _OUTCOMES[state]
    title = session.scalars(
        select(BriefVersion.title).where(BriefVersion.id == dispute.brief_version_id)
    ).one()
    notify_person(
        session,
        dispute.raised_by_id,
        subject=f"Khiếu nại {dispute.id}: {vietnamese} · dispute {dispute.id}: {english}",
        text=_DECIDED.format(
            number=dispute.id,
            title=title,
            outcome_vi=vietnamese,
            outcome_en=english,
            answer=dispute.answer,
        ),
        now=now,
    )
    return dispute


def tell_late(sessions: Sessions, *, now: datetime) -> int:
    """Tell desks, once each, of receipts and of decisions that are overdue; how many."""
    late = select(Dispute.id).where(
        or_(
            and_(Dispute.state == DisputeState.OPEN, Dispute.acknowledge_by <= now, Dispute.late_told < 1),
            and_(Dispute.state.in_(UNDECIDED), Dispute.decide_by <= now, Dispute.late_told < 2),
        )
    )
    with sessions() as session:
        found = session.scalars(late.order_by(Dispute.id)).all()
    for dispute_id in found:
        with writing(sessions) as session:
            audit.take_turn(session)
            _tell_late(session, find(session, Dispute, dispute_id), now)
    return len(found)


def _tell_late(session: Session, dispute: Dispute, now: datetime) -> None:
    if dispute.state not in UNDECIDED:
        return
    step = 2 if dispute.decide_by <= now else 1
    if dispute.late_told >= step:
        return
    dispute.late_told = step
    what = "chưa có kết luận · not decided" if step == 2 else "chưa được ghi nhận · not acknowledged"
    _note(session, dispute, "dispute.late", actor=audit.SYSTEM, now=now, step=step)
    desk_id = session.scalars(select(Brief.desk_id).where(Brief.id == dispute.brief_id)).one()
    subject = f"Quá hạn · late: khiếu nại · dispute {dispute.id}"
    notify_desk(session, desk_id, subject=subject, text=f"{what}\n{dispute.text}", now=now)


def _find(session: Session, dispute_id: int, actor: User) -> tuple[Dispute, Brief]:
    dispute = find(session, Dispute, dispute_id)
    brief = find(session, Brief, dispute.brief_id)
    require(actor, Act.ANSWER_DISPUTES, desk_id=brief.desk_id)
    return dispute, brief


def _find_who_had_part(session: Session, brief_id: int) -> frozenset[int]:
    rows = session.execute(
        select(BriefVersion.drafted_by_id, BriefVersion.submitted_by_id, BriefVersion.approved_by_id).where(
            BriefVersion.brief_id == brief_id
        )
    )
    return frozenset(one for row in rows for one in row if one is not None)


def _by(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"


def _note(
    session: Session,
    dispute: Dispute,
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
        object_type="dispute",
        object_id=dispute.id,
        details={"version": dispute.version, **details},
        now=now,
    )
