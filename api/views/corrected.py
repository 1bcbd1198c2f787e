"""What has come of reports and disputes that were right: the published texts that were written because of them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.views.base import Moment, Out
from models import BriefVersion, CorrectionCause


class CorrectedOut(Out):
    """A published text that came of it; a withdrawal stands under the language in which it was proposed."""

    language: str
    published_at: Moment


def read_corrections(
    session: Session, column: InstrumentedAttribute[int | None], ids: Collection[int]
) -> dict[int, list[CorrectedOut]]:
    """By the ids of reports or disputes (`column` says which), oldest first."""
    rows = session.execute(
        select(column, BriefVersion.language, BriefVersion.published_at)
        .join(BriefVersion, BriefVersion.id == CorrectionCause.version_id)
        .where(column.in_(ids), BriefVersion.published_at.is_not(None))
        .order_by(BriefVersion.id)
    )
    found: dict[int, list[CorrectedOut]] = {}
    for row_id, language, at in rows:
        if row_id is not None and at is not None:
            found.setdefault(row_id, []).append(CorrectedOut(language=language, published_at=at))
    return found
