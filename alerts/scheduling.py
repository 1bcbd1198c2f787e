"""Publication at a set time: only what is approved then goes out, under the name of whoever set the time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.briefs import move_on, need_no_withdrawal, newest_version, note_act
from alerts.errors import AlertsError, Conflict, Invalid, NotFound
from alerts.notices import notify_desk, notify_person
from alerts.permissions import Act, require
from alerts.publication import publish_brief
from alerts.schedules import call_off, waiting_schedule
from alerts.transitions import find
from models import Brief, BriefVersion, ChangeGrade, ScheduledPublication, Sessions, User, writing

log = logging.getLogger(__name__)

Permalink = Callable[[int, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What publish_due did. What was held back says why on its row; what failed is still due."""

    published: int
    held_back: int
    failed: int


def resolve_moment(at: datetime, time_zone: str) -> datetime:
    """The moment that a clock in the zone (an IANA name) shows as `at`; one that has its own offset is that moment.

    Raises Invalid for an unknown zone, and for a time that the clock skips or shows twice when it is put forward or
    back: give the offset then.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            "time_zone", f"{time_zone[:60]!r} is not a time zone such as Asia/Ho_Chi_Minh"
        ) from None
    # The first and the last year have moments that no other zone's clock can show.
    if not 1 < at.year < 9999:
        raise Invalid("at", "must be in a year from 2 to 9998")
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    earlier, later = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier != later:
        does = "twice" if earlier < later else "not at all"
        raise Invalid("at", f"clocks in {time_zone} show {at:%Y-%m-%d %H:%M} {does}; give it with its offset")
    return earlier


def schedule_publication(
    session: Session,
    brief_id: int,
    *,
    language: str,
    at: datetime,
    time_zone: str,
    actor: User,
    version: int,
    now: datetime,
) -> ScheduledPublication:
    """The newest text in a language, approved, to be published at a set time; a time set before is replaced.

    Raises Conflict unless it is approved and not published, and for any other text while it is proposed to withdraw the
    brief; Invalid for a time that has passed.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.PUBLISH, desk_id=brief.desk_id)
    moment = resolve_moment(at, time_zone)
    if moment <= now:
        raise Invalid("at", "that moment has passed; publish it now or set a later one")
    text = newest_version(session, brief_id, language)
    if text is None:
        raise NotFound("brief version in", language)
    if text.published_at is not None:
        raise Conflict(f"version {text.number} in {language} is published already", brief)
    if text.grade is not ChangeGrade.WITHDRAWAL:
        need_no_withdrawal(session, brief)
    if text.approved_at is None:
        raise Conflict(f"version {text.number} in {language} has not been approved", brief)
    call_off(session, text, reason="another time was set", now=now)
    row = ScheduledPublication(
        version_id=text.id,
        publish_at=moment,
        time_zone=time_zone,
        scheduled_by_id=actor.id,
        scheduled_at=now,
    )
    session.add(row)
    session.flush()
    move_on(session, brief, version=version, now=now)
    details = {"language": language, "number": text.number, "at": moment.isoformat(), "time_zone": time_zone}
    note_act(session, brief, "brief.scheduled", actor=actor, now=now, **details)
    return row


def cancel_publication(
    session: Session, brief_id: int, *, language: str, actor: User, version: int, now: datetime
) -> ScheduledPublication:
    """The set time, called off; the text stays approved. Raises Conflict when none is set."""
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.PUBLISH, desk_id=brief.desk_id)
    text = newest_version(session, brief_id, language)
    row = None if text is None else waiting_schedule(session, text.id)
    if text is None or row is None:
        raise Conflict(f"no time is set for brief {brief_id} in {language}", brief)
    call_off(session, text, reason="cancelled", now=now)
    move_on(session, brief, version=version, now=now)
    note_act(session, brief, "brief.unscheduled", actor=actor, now=now, language=language, number=text.number)
    session.refresh(row)
    return row


def publish_due(sessions: Sessions, *, permalink: Permalink, now: datetime) -> Released:
    """Publish every text whose time has come. Each is a transaction of its own and judged as it stands then.

    `permalink` gives a brief's public address in a language. What cannot go out is held back with the reason,
    and whoever set the time and the brief's desk are told.
    """
    with sessions() as session:
        due = session.scalars(
            select(ScheduledPublication.id)
            .join(BriefVersion, BriefVersion.id == ScheduledPublication.version_id)
            .where(
                ScheduledPublication.called_off_at.is_(None),
                ScheduledPublication.publish_at <= now,
                BriefVersion.published_at.is_(None),
            )
            .order_by(ScheduledPublication.publish_at, ScheduledPublication.id)
        ).all()
    published = held_back = failed = 0
    for schedule_id in due:
        try:
            with writing(sessions) as session:
                published += _publish(session, schedule_id, permalink, now)
        except AlertsError as problem:
            with writing(sessions) as session:
                held_back += _hold_back(session, schedule_id, str(problem), now)
        except Exception:
            log.exception("scheduled publication %d failed", schedule_id)
            failed += 1
    return Released(published=published, held_back=held_back, failed=failed)


def _publish(session: Session, schedule_id: int, permalink: Permalink, now: datetime) -> int:
    audit.take_turn(session)
    row, text, brief = _read(session, schedule_id)
    if row.called_off_at is not None or text.published_at is not None:
        return 0
    newest = newest_version(session, brief.id, text.language)
    if newest is None or newest.id != text.id:
        raise Conflict(f"version {text.number} in {text.language} is not the newest any more", brief)
    publish_brief(
        session,
        brief.id,
        language=text.language,
        actor=find(session, User, row.scheduled_by_id),
        version=brief.version,
        now=now,
        url=permalink(brief.id, text.language),
    )
    return 1


def _hold_back(session: Session, schedule_id: int, reason: str, now: datetime) -> int:
    audit.take_turn(session)
    row, text, brief = _read(session, schedule_id)
    if row.called_off_at is not None:
        return 0
    row.called_off_at, row.called_off_reason = now, reason
    audit.record(
        session,
        actor=audit.SYSTEM,
        action="brief.held_back",
        object_type="brief",
        object_id=brief.id,
        details={"version": brief.version, "number": text.number, "reason": reason},
        now=now,
    )
    subject = f"Bản thông tin số {brief.id} không ra đúng giờ · brief {brief.id} was held back"
    words = f"{text.title}\n{row.publish_at.isoformat()}\n{reason}"
    told = notify_desk(session, brief.desk_id, subject=subject, text=words, now=now)
    setter = find(session, User, row.scheduled_by_id)
    if setter.is_active and setter.id not in {notice.user_id for notice in told}:
        notify_person(session, setter.id, subject=subject, text=words, now=now)
    return 1


def _read(session: Session, schedule_id: int) -> tuple[ScheduledPublication, BriefVersion, Brief]:
    row = find(session, ScheduledPublication, schedule_id)
    text = find(session, BriefVersion, row.version_id)
    return row, text, find(session, Brief, text.brief_id)
