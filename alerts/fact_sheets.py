"""Filing official fact sheets by hand, and taking them back before their time."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Conflict, Invalid
from alerts.permissions import Act, require
from alerts.transitions import find, need_text
from models import Article, Desk, FactSheet, User, nfc, pack_text

LANGUAGES = ("vi", "en")


def file_fact_sheet(
    session: Session,
    *,
    desk_id: int,
    title: str,
    text: str,
    language: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    file_name: str = "",
    address: str | None = None,
    replaces: int | None = None,
    actor: User,
    now: datetime,
) -> FactSheet:
    """A sheet that its desk answers for, to be put into the evidence library when it becomes valid.

    `address` is where it is published, if it is, as the addresses of articles are written; `replaces` is the edition
    that it takes the place of. Raises Conflict for a text that stands in the library already, and for an edition that
    has been replaced or retired.
    """
    audit.take_turn(session)
    desk = find(session, Desk, desk_id)
    require(actor, Act.FILE, desk_id=desk.id)
    title, text = nfc(need_text("title", title)), nfc(need_text("text", text))
    if language not in LANGUAGES:
        raise Invalid("language", f"must be one of {', '.join(LANGUAGES)}")
    if valid_until is not None and valid_until <= max(valid_from, now):
        raise Invalid("valid_until", "must be later than valid_from, and not have passed")
    digest = hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()
    same = session.scalar(
        select(FactSheet).where(FactSheet.text_sha256 == digest, FactSheet.retired_at.is_(None)).limit(1)
    )
    if same is not None:
        raise Conflict(f"fact sheet {same.id} says the same", same)
    if address is not None:
        _check_address(session, address, replaces)
    if replaces is not None:
        _check_replaced(session, find(session, FactSheet, replaces), desk)
    sheet = FactSheet(
        desk_id=desk.id,
        title=title,
        text_zstd=pack_text(text),
        text_sha256=digest,
        language=language,
        filed_by_id=actor.id,
        filed_at=now,
        valid_from=valid_from,
        valid_until=valid_until,
        file_name=file_name[:200],
        address=address,
        replaces_id=replaces,
    )
    session.add(sheet)
    session.flush()
    _note(session, sheet, "fact_sheet.filed", actor, now, desk=desk.slug, sha256=digest, replaces=replaces)
    return sheet


def retire_fact_sheet(
    session: Session, sheet_id: int, *, reason: str, actor: User, now: datetime
) -> FactSheet:
    """The sheet, no longer evidence from now on; what cited it keeps it. Raises Conflict when it is none any more."""
    audit.take_turn(session)
    sheet = find(session, FactSheet, sheet_id)
    require(actor, Act.FILE, desk_id=sheet.desk_id)
    if sheet.retired_at is not None or (sheet.valid_until is not None and sheet.valid_until <= now):
        raise Conflict(f"fact sheet {sheet_id} is not valid any more", sheet)
    sheet.retired_reason, sheet.valid_until = need_text("reason", reason), now
    session.flush()
    _note(session, sheet, "fact_sheet.retired", actor, now, reason=sheet.retired_reason)
    return sheet


def _check_address(session: Session, address: str, replaces: int | None) -> None:
    if replaces is None and session.scalar(select(Article.id).where(Article.url == address)) is not None:
        raise Invalid("address", "the page at this address is in the library already")


def _check_replaced(session: Session, older: FactSheet, desk: Desk) -> None:
    if older.desk_id != desk.id:
        raise Invalid("replaces", "is a sheet of another desk")
    newer = session.scalar(select(FactSheet.id).where(FactSheet.replaces_id == older.id))
    if newer is not None:
        raise Conflict(f"fact sheet {older.id} has been replaced by {newer}", older)
    if older.retired_at is not None or older.article_id is None:
        raise Conflict(f"fact sheet {older.id} is not in the library", older)


def _note(
    session: Session, sheet: FactSheet, action: str, actor: User, now: datetime, **details: object
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="fact_sheet",
        object_id=sheet.id,
        details=details,
        now=now,
    )
