"""Who has an alert open: a hint against doing work twice, forgotten within minutes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from alerts import audit
from models import AlertViewer, Sessions, User, insert_into, writing

PRESENT_FOR = timedelta(minutes=2)
"""How long a page that went silent still counts as open; pages give a sign of life every 45 seconds."""


_VIEWERS = (
    select(AlertViewer.alert_id, User.id, User.name)
    .join(User, User.id == AlertViewer.user_id)
    .where(
        AlertViewer.alert_id.in_(bindparam("alerts", expanding=True)),
        AlertViewer.seen_at > bindparam("since"),
    )
    .order_by(User.name, User.id)
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A colleague who has the page open."""

    id: int
    name: str


def mark_present(session: Session, alert_id: int, *, actor: User, now: datetime) -> None:
    """Note that the actor has the alert open. It is nobody's act, so the log has nothing of it."""
    session.execute(
        insert_into(session, AlertViewer)
        .values(alert_id=alert_id, user_id=actor.id, seen_at=now)
        .on_conflict_do_update(index_elements=["alert_id", "user_id"], set_={"seen_at": now})
    )


def find_viewers(
    session: Session, alert_ids: Collection[int], *, now: datetime
) -> dict[int, tuple[Viewer, ...]]:
    """By alert id, who has it open at this moment, by name."""
    rows = session.execute(_VIEWERS, {"alerts": list(alert_ids), "since": now - PRESENT_FOR})
    found: dict[int, list[Viewer]] = defaultdict(list)
    for alert_id, user_id, name in rows:
        found[alert_id].append(Viewer(user_id, name))
    return {alert_id: tuple(viewers) for alert_id, viewers in found.items()}


def forget_viewers(sessions: Sessions, *, now: datetime) -> int:
    """Delete what no longer counts; the number of rows."""
    stale = AlertViewer.seen_at <= now - PRESENT_FOR
    with sessions() as session:
        if session.scalar(select(AlertViewer.alert_id).where(stale).limit(1)) is None:
            return 0
    with writing(sessions) as session:
        audit.take_turn(session)
        return len(session.execute(delete(AlertViewer).where(stale).returning(AlertViewer.alert_id)).all())
