"""Who gave an alert to another desk."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from api.views.base import Moment, Out
from models import Desk, Reroute, User


class RerouteOut(Out):
    """Who gave the alert to another desk, when and why."""

    from_desk: str | None
    to_desk: str
    rerouted_by_id: int
    rerouted_by: str
    rerouted_at: Moment
    note: str


def find_reroutes(session: Session, alert_id: int) -> list[RerouteOut]:
    """What people did to an alert's desk, earliest first."""
    from_desk, to_desk = aliased(Desk), aliased(Desk)
    rows = session.execute(
        select(Reroute, from_desk.slug, to_desk.slug, User.name)
        .outerjoin(from_desk, from_desk.id == Reroute.from_desk_id)
        .join(to_desk, to_desk.id == Reroute.to_desk_id)
        .join(User, User.id == Reroute.rerouted_by_id)
        .where(Reroute.alert_id == alert_id)
        .order_by(Reroute.id)
    )
    return [
        RerouteOut(
            from_desk=before,
            to_desk=after,
            rerouted_by_id=one.rerouted_by_id,
            rerouted_by=name,
            rerouted_at=one.rerouted_at,
            note=one.note,
        )
        for one, before, after, name in rows
    ]
