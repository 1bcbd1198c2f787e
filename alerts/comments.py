"""What colleagues remark on a text of a brief, or on one block of it. Remarks are never changed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Invalid
from alerts.permissions import Act, require
from alerts.transitions import find, need_text
from models import Brief, BriefBlock, BriefComment, BriefVersion, User, nfc


def comment_on(
    session: Session, version_id: int, *, text: str, actor: User, now: datetime, block: int | None = None
) -> BriefComment:
    """A remark on a version, or on its block of that number, counted from 1. Raises Invalid for a block it lacks."""
    audit.take_turn(session)
    version = find(session, BriefVersion, version_id)
    brief = find(session, Brief, version.brief_id)
    require(actor, Act.COMMENT, desk_id=brief.desk_id)
    blocks = session.scalar(
        select(func.count()).select_from(BriefBlock).where(BriefBlock.version_id == version_id)
    )
    if block is not None and not 1 <= block <= (blocks or 0):
        raise Invalid("block", f"this text has {blocks} blocks")
    row = BriefComment(
        version_id=version_id,
        block=block,
        text=nfc(need_text("text", text)),
        commented_by_id=actor.id,
        commented_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="brief.commented",
        object_type="brief",
        object_id=brief.id,
        details={"language": version.language, "number": version.number, "block": block, "text": row.text},
        now=now,
    )
    return row
