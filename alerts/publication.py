"""Publishing an approved text, and setting it right later: corrections are graded, withdrawals keep their page."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.approval import BlockDraft
from alerts.briefs import (
    LANGUAGES,
    add_version,
    move_on,
    need_no_withdrawal,
    newest_version,
    note_act,
    published_version,
    read_blocks,
)
from alerts.causes import name_causes
from alerts.errors import Conflict, Invalid, NotAllowed, NotFound, NotReady
from alerts.events import record_event
from alerts.lifecycle import ON_THE_SITE
from alerts.permissions import Act, require
from alerts.readiness import check_ready
from alerts.schedules import waiting_schedule
from alerts.transitions import find, need_text
from models import (
    BlockKind,
    Brief,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Desk,
    Event,
    EventType,
    User,
)

# What each grade tells subscribers. A typo is an update too: whoever keeps a copy wants the same text.
_EVENTS = {
    ChangeGrade.FIRST: EventType.BRIEF_PUBLISHED,
    ChangeGrade.TYPO: EventType.BRIEF_UPDATED,
    ChangeGrade.CLARIFICATION: EventType.BRIEF_UPDATED,
    ChangeGrade.CORRECTION: EventType.BRIEF_CORRECTED,
    ChangeGrade.WITHDRAWAL: EventType.BRIEF_WITHDRAWN,
}
_LATER_GRADES = (ChangeGrade.TYPO, ChangeGrade.CLARIFICATION, ChangeGrade.CORRECTION)


def publish_brief(
    session: Session,
    brief_id: int,
    *,
    language: str,
    actor: User,
    version: int,
    now: datetime,
    url: str | None = None,
) -> BriefVersion:
    """The newest text in a language, published, and subscribers told in the same transaction.

    Publishing an approved withdrawal withdraws the brief. `url` is its permalink, for the event. Raises Conflict
    unless a second person has approved exactly this text, before the time that is set for it, and for any other text
    while it is proposed to withdraw the brief; NotReady where it has come to lack something since, as by a source that
    was replaced.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.PUBLISH, desk_id=brief.desk_id)
    text = newest_version(session, brief_id, language)
    if text is None:
        raise NotFound("brief version in", language)
    if text.published_at is not None:
        raise Conflict(f"version {text.number} in {language} is published already", brief)
    if brief.state is BriefState.WITHDRAWN:
        raise Conflict(f"brief {brief_id} has been withdrawn; nothing more of it is published", brief)
    if text.grade is not ChangeGrade.WITHDRAWAL:
        need_no_withdrawal(session, brief)
    if text.approved_at is None:
        raise Conflict(f"version {text.number} in {language} has not been approved", brief)
    _need_second_person(session, brief, text)
    embargo = waiting_schedule(session, text.id)
    if embargo is not None and embargo.publish_at > now:
        raise Conflict(
            f"version {text.number} in {language} goes out at {embargo.publish_at.isoformat()}; call it off first",
            brief,
        )
    # Judged as the record stands now: what was approved of a source that has changed since is not what was read.
    if problems := check_ready(session, text.id):
        raise NotReady(problems)
    text.published_at = now
    session.flush()
    move_on(session, brief, version=version, now=now, published=text.grade)
    event = _tell(session, brief, text, url=url, now=now)
    details = {"language": language, "number": text.number, "grade": text.grade, "event": event.message_id}
    note_act(session, brief, event.type, actor=actor, now=now, **details)
    return text


def correct_brief(
    session: Session,
    brief_id: int,
    *,
    language: str,
    grade: ChangeGrade,
    change_note: str,
    title: str,
    blocks: Sequence[BlockDraft],
    actor: User,
    version: int,
    now: datetime,
    report_ids: Collection[int] = (),
    dispute_ids: Collection[int] = (),
) -> BriefVersion:
    """A graded new version of a published text. It is submitted, approved and published like any other.

    `change_note` tells readers what was wrong; `report_ids` are the accepted reports of readers and `dispute_ids` the
    upheld disputes that led to it, which its page will say. Raises Conflict unless the language is published, and while
    it is proposed to withdraw the brief.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    if grade not in _LATER_GRADES:
        raise Invalid("grade", f"must be one of {', '.join(_LATER_GRADES)}")
    if brief.state not in ON_THE_SITE:
        raise Conflict(f"brief {brief_id} is {brief.state}; only a published one is corrected", brief)
    if published_version(session, brief_id, language) is None:
        raise Conflict(f"brief {brief_id} is not published in {language}", brief)
    written = add_version(
        session,
        brief,
        language=language,
        title=title,
        blocks=blocks,
        actor=actor,
        version=version,
        now=now,
        grade=grade,
        change_note=need_text("change_note", change_note),
    )
    name_causes(session, written, report_ids=report_ids, dispute_ids=dispute_ids)
    details = {
        "language": language,
        "number": written.number,
        "grade": grade,
        "reports": [*report_ids],
        "disputes": [*dispute_ids],
    }
    note_act(session, brief, "brief.correction_written", actor=actor, now=now, **details)
    return written


def withdraw_brief(
    session: Session,
    brief_id: int,
    *,
    reason: str,
    actor: User,
    version: int,
    now: datetime,
    report_ids: Collection[int] = (),
    dispute_ids: Collection[int] = (),
) -> BriefVersion:
    """A proposal to withdraw, submitted at once: a second person approves it and publish_brief carries it out.

    The reason becomes the page's banner. Withdrawing takes back every language. Raises Conflict unless published,
    and while another proposal waits.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WITHDRAW, desk_id=brief.desk_id)
    texts = _published_texts(session, brief)
    if brief.state not in ON_THE_SITE or not texts:
        raise Conflict(f"brief {brief_id} is {brief.state}; only a published one is withdrawn", brief)
    reason = need_text("reason", reason)
    first = texts[0]
    proposal = add_version(
        session,
        brief,
        language=first.language,
        title=first.title,
        blocks=[BlockDraft(kind=BlockKind.CONTEXT, text=reason, is_statement=True)],
        actor=actor,
        version=version,
        now=now,
        grade=ChangeGrade.WITHDRAWAL,
        change_note=reason,
    )
    proposal.submitted_at, proposal.submitted_by_id = now, actor.id
    name_causes(session, proposal, report_ids=report_ids, dispute_ids=dispute_ids)
    details = {
        "language": proposal.language,
        "number": proposal.number,
        "reason": reason,
        "reports": [*report_ids],
        "disputes": [*dispute_ids],
    }
    note_act(session, brief, "brief.withdrawal_proposed", actor=actor, now=now, **details)
    return proposal


def _need_second_person(session: Session, brief: Brief, text: BriefVersion) -> None:
    """An account that was switched off, or has lost the role, answers for nothing that goes out after that."""
    try:
        require(session.get_one(User, text.approved_by_id), Act.APPROVE, desk_id=brief.desk_id)
    except NotAllowed as refusal:
        raise Conflict(
            f"whoever approved version {text.number} in {text.language} may not do so any more ({refusal});"
            " recall the approval, and have it approved again",
            brief,
        ) from None


def _published_texts(session: Session, brief: Brief) -> list[BriefVersion]:
    found = (published_version(session, brief.id, language) for language in LANGUAGES)
    return sorted((text for text in found if text is not None), key=lambda text: text.id)


def _tell(session: Session, brief: Brief, text: BriefVersion, *, url: str | None, now: datetime) -> Event:
    desk = session.scalar(select(Desk.slug).where(Desk.id == brief.desk_id))
    withdrawn = text.grade is ChangeGrade.WITHDRAWAL
    # A withdrawal takes back every language, whichever it was written in.
    language = None if withdrawn else text.language
    data: dict[str, Any] = {
        "brief": brief.id,
        "alert": brief.alert_id,
        "url": url,
        "state": brief.state,
        "language": language,
        "version": text.number,
        "grade": text.grade,
        "change_note": text.change_note,
        "title": text.title,
        "subject": brief.subject,
        "desk": desk,
    }
    if withdrawn:
        data["languages"] = [published.language for published in _published_texts(session, brief)]
    else:
        data["blocks"] = _describe_blocks(session, text.id)
    return record_event(
        session,
        _EVENTS[text.grade],
        data,
        now=now,
        language=language,
        subject=brief.subject,
        desk=desk,
        brief_version_id=text.id,
        alert_id=brief.alert_id,
    )


def _describe_blocks(session: Session, version_id: int) -> list[dict[str, Any]]:
    return [
        {
            "kind": block.kind,
            "text": block.text,
            "office_statement": block.is_statement,
            "sources": [
                {
                    "passage": source.passage.id,
                    "text": source.passage.text,
                    "publisher": source.passage.publisher,
                    "publisher_kind": source.passage.publisher_kind,
                    "published_at": source.passage.published_at.isoformat()
                    if source.passage.published_at
                    else None,
                    "url": source.url,
                }
                for source in block.sources
            ],
        }
        for block in read_blocks(session, version_id)
    ]
