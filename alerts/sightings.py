"""Where a claim group has been seen: which outlets carry it, how many only lately, and what repeats it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.priority import GROWTH_WINDOW, Sightings
from models import Alert, Article, Claim, ClaimGroup


def count_sightings(session: Session, groups: Iterable[ClaimGroup], *, now: datetime) -> dict[int, Sightings]:
    """By group id: how many outlets carry it, how many carry it only since a day, and since when it is known.

    Outlets of the groups that people found to repeat a group count with it.
    """
    wanted = {group.id: group for group in groups}
    counts_for = {group_id: group_id for group_id in wanted} | find_repeats(session, wanted)
    seen = session.execute(
        select(Claim.group_id, Article.source_id, func.min(Article.first_seen_at))
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.group_id.in_(counts_for))
        .group_by(Claim.group_id, Article.source_id)
    )
    outlets: dict[int, dict[int, datetime]] = {group_id: {} for group_id in wanted}
    for group_id, source_id, first_seen_at in seen:
        if group_id is not None:
            sources = outlets[counts_for[group_id]]
            sources[source_id] = min(first_seen_at, sources.get(source_id, first_seen_at))
    return {group.id: _sum_up(group, outlets[group.id].values(), now=now) for group in wanted.values()}


def find_repeats(session: Session, groups: Collection[int]) -> dict[int, int]:
    """By id of a group that repeats one of these, also by way of a third: the group it repeats."""
    repeats: dict[int, int] = {}
    alerts = session.execute(select(Alert.id, Alert.group_id).where(Alert.group_id.in_(groups)))
    leads: dict[int, int] = dict(alerts.all())
    while leads:
        found = session.execute(
            select(Alert.id, Alert.group_id, Alert.duplicate_of_id).where(Alert.duplicate_of_id.in_(leads))
        ).all()
        repeats |= {group_id: leads[repeated] for _, group_id, repeated in found if repeated is not None}
        leads = {alert_id: leads[repeated] for alert_id, _, repeated in found if repeated is not None}
    return repeats


def _sum_up(group: ClaimGroup, seen_at: Collection[datetime], *, now: datetime) -> Sightings:
    # One outlet alone is not growing, however new it is.
    lately = sum(moment > now - GROWTH_WINDOW for moment in seen_at) if len(seen_at) > 1 else 0
    return Sightings(outlets=len(seen_at), lately=lately, first_seen_at=group.first_seen_at)
