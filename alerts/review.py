"""Two people: a text is submitted by one and approved by another, or refused with a reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.approval import judge_approver
from alerts.briefs import move_on, newest_version, note_act, published_version
from alerts.errors import Conflict, NotAllowed, NotFound, NotReady
from alerts.permissions import Act, require
from alerts.readiness import check_ready
from alerts.schedules import call_off
from alerts.transitions import find, need_text
from models import Brief, BriefVersion, User


def submit_brief(
    session: Session, brief_id: int, *, language: str, actor: User, version: int, now: datetime
) -> BriefVersion:
    """The newest text in a language, waiting for a second person. Raises Conflict when it already is."""
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    text = newest_version(session, brief_id, language)
    if text is None:
        raise NotFound("brief version in", language)
    if text.submitted_at is not None or text.published_at is not None:
        raise Conflict(
            f"version {text.number} in {language} has been submitted already; write a new one", brief
        )
    text.submitted_at, text.submitted_by_id = now, actor.id
    session.flush()
    move_on(session, brief, version=version, now=now)
    note_act(session, brief, "brief.submitted", actor=actor, now=now, language=language, number=text.number)
    return text


def approve_version(
    session: Session, version_id: int, *, actor: User, version: int, now: datetime
) -> BriefVersion:
    """The version, approved by somebody who neither wrote on it nor submitted it; publish_brief may follow.

    `version` is the brief's. Raises NotAllowed for its own authors, NotReady when a block lacks its source, and
    Conflict when the version is no longer the newest or not in review.
    """
    audit.take_turn(session)
    text, brief = _in_review(session, version_id)
    require(actor, Act.APPROVE, desk_id=brief.desk_id)
    if text.approved_at is not None:
        raise Conflict(f"version {text.number} in {text.language} has been approved already", brief)
    refusal = judge_approver(actor.id, drafted_by=_authors(session, text), submitted_by=text.submitted_by_id)
    if refusal is not None:
        raise NotAllowed(refusal)
    problems = check_ready(session, version_id)
    if problems:
        raise NotReady(problems)
    text.approved_at, text.approved_by_id = now, actor.id
    session.flush()
    move_on(session, brief, version=version, now=now)
    note_act(
        session, brief, "brief.approved", actor=actor, now=now, language=text.language, number=text.number
    )
    return text


def refuse_version(
    session: Session, version_id: int, *, reason: str, actor: User, version: int, now: datetime
) -> BriefVersion:
    """The version, back with its author and no longer submitted. Its author may call it back the same way."""
    audit.take_turn(session)
    text, brief = _in_review(session, version_id)
    if actor.id not in (text.drafted_by_id, text.submitted_by_id):
        require(actor, Act.APPROVE, desk_id=brief.desk_id)
    reason = need_text("reason", reason)
    call_off(session, text, reason="the text was sent back", now=now)
    text.submitted_at = text.submitted_by_id = text.approved_at = text.approved_by_id = None
    session.flush()
    move_on(session, brief, version=version, now=now)
    details = {"language": text.language, "number": text.number, "reason": reason}
    note_act(session, brief, "brief.refused", actor=actor, now=now, **details)
    return text


def recall_approval(
    session: Session, version_id: int, *, reason: str, actor: User, version: int, now: datetime
) -> BriefVersion:
    """The version, in review again: an approval taken back before anything was published."""
    audit.take_turn(session)
    text, brief = _in_review(session, version_id)
    require(actor, Act.APPROVE, desk_id=brief.desk_id)
    if text.approved_at is None:
        raise Conflict(f"version {text.number} in {text.language} has not been approved", brief)
    reason = need_text("reason", reason)
    call_off(session, text, reason="the approval was recalled", now=now)
    text.approved_at = text.approved_by_id = None
    session.flush()
    move_on(session, brief, version=version, now=now)
    details = {"language": text.language, "number": text.number, "reason": reason}
    note_act(session, brief, "brief.approval_recalled", actor=actor, now=now, **details)
    return text


def _in_review(session: Session, version_id: int) -> tuple[BriefVersion, Brief]:
    text = find(session, BriefVersion, version_id)
    brief = find(session, Brief, text.brief_id)
    newest = newest_version(session, brief.id, text.language)
    if newest is None or newest.id != text.id:
        raise Conflict(f"version {text.number} in {text.language} is not the newest any more", brief)
    if text.submitted_at is None:
        raise Conflict(f"version {text.number} in {text.language} has not been submitted", brief)
    if text.published_at is not None:
        raise Conflict(
            f"version {text.number} in {text.language} has been published; correct it instead", brief
        )
    return text, brief


def _authors(session: Session, text: BriefVersion) -> frozenset[int]:
    """Everybody who wrote on a text since it was last published in its language."""
    published = published_version(session, text.brief_id, text.language)
    return frozenset(
        session.scalars(
            select(BriefVersion.drafted_by_id).where(
                BriefVersion.brief_id == text.brief_id,
                BriefVersion.language == text.language,
                BriefVersion.number > (published.number if published else 0),
            )
        )
    )
