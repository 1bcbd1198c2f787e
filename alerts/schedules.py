"""The time that is set for a text, if one is, and calling it off when the text is not what was to go out."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import BriefVersion, ScheduledPublication


def waiting_schedule(session: Session, version_id: int) -> ScheduledPublication | None:
    """The time that stands for a version."""
    return session.scalar(
        select(ScheduledPublication).where(
            ScheduledPublication.version_id == version_id, ScheduledPublication.called_off_at.is_(None)
        )
    )


def call_off(session: Session, text: BriefVersion, *, reason: str, now: datetime) -> None:
    """Let no text of this brief and language go out at a time that was set for it."""
    versions = select(BriefVersion.id).where(
        BriefVersion.brief_id == text.brief_id,
        BriefVersion.language == text.language,
        BriefVersion.published_at.is_(None),
    )
    session.execute(
        update(ScheduledPublication)
        .where(ScheduledPublication.version_id.in_(versions), ScheduledPublication.called_off_at.is_(None))
        .values(called_off_at=now, called_off_reason=reason)
        .execution_options(synchronize_session="fetch")
    )
