"""Where a claim group has been seen: which outlets carry it, how many only lately, and what repeats it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from alerts.priority import GROWTH_WINDOW, Sightings
from models import Alert, Article, Claim, ClaimGroup, Source


@dataclass(frozen=True, slots=True)
class _Outlet:
    source_id: int
    title: str
    country: str | None
    since: datetime


# Statements are made once: making one takes about as long as asking it.
_OUTLETS = (
    select(Claim.group_id, Source.id, Source.title, Source.country, func.min(Article.first_seen_at))
    .join(Article, Article.id == Claim.article_id)
    .join(Source, Source.id == Article.source_id)
    .where(Claim.group_id.in_(bindparam("groups", expanding=True)))
    .group_by(Claim.group_id, Source.id, Source.title, Source.country)
    .order_by(func.min(Article.first_seen_at), Source.title)
)
_REPEAT = aliased(Alert)
_REPEATS = (
    select(_REPEAT.group_id, Alert.group_id)
    .join(Alert, Alert.id == _REPEAT.duplicate_of_id)
    .where(Alert.group_id.in_(bindparam("groups", expanding=True)))
)


def count_sightings(session: Session, groups: Iterable[ClaimGroup], *, now: datetime) -> dict[int, Sightings]:
    """By group id: how many outlets carry it, how many carry it only since a day, and since when it is known.

    Outlets of the groups that people found to repeat a group count with it.
    """
    wanted = {group.id: group for group in groups}
    return _count(session, wanted, find_repeats(session, wanted), now=now)


def count_first_sightings(
    session: Session, groups: Iterable[ClaimGroup], *, now: datetime
) -> dict[int, Sightings]:
    """The same of groups that have no alert yet, so that nobody can have found anything to repeat them."""
    return _count(session, {group.id: group for group in groups}, {}, now=now)


def _count(
    session: Session, wanted: Mapping[int, ClaimGroup], repeats: Mapping[int, int], *, now: datetime
) -> dict[int, Sightings]:
    found = _find_outlets(session, {*wanted, *repeats})
    since: dict[int, dict[int, datetime]] = {group_id: {} for group_id in wanted}
    for group_id, outlets in found.items():
        for lead in _follow_up(group_id, repeats):
            counted = since.get(lead, {})
            for outlet in outlets:
                counted[outlet.source_id] = min(outlet.since, counted.get(outlet.source_id, outlet.since))
    return {
        group.id: _sum_up(group, found.get(group.id, []), since[group.id].values(), now=now)
        for group in wanted.values()
    }


def list_outlets(session: Session, groups: Collection[int]) -> dict[int, list[str]]:
    """By group id, the outlets that carry it, the first ones first."""
    found = _find_outlets(session, groups)
    return {group_id: [one.title for one in found.get(group_id, [])] for group_id in groups}


def list_countries(session: Session, groups: Collection[int]) -> dict[int, frozenset[str]]:
    """By group id, the countries of the outlets that carry it, casefolded, as far as they are known."""
    found = _find_outlets(session, groups)
    return {group_id: _gather_countries(found.get(group_id, [])) for group_id in groups}


def find_repeats(session: Session, groups: Collection[int]) -> dict[int, int]:
    """By id of a group that repeats one of these, also by way of a third: the group that people said it repeats."""
    repeats: dict[int, int] = {}
    asked = set(groups)
    while asked:
        found: dict[int, int] = dict(session.execute(_REPEATS, {"groups": sorted(asked)}).all())
        asked = found.keys() - repeats.keys() - set(groups)
        repeats |= found
    return repeats


def _follow_up(group_id: int, repeats: Mapping[int, int]) -> Iterator[int]:
    """A group, the one that it repeats, the one that this repeats, and so on: its outlets count with each."""
    yield group_id
    while group_id in repeats:
        group_id = repeats[group_id]
        yield group_id


def _find_outlets(session: Session, groups: Collection[int]) -> dict[int, list[_Outlet]]:
    found: dict[int, list[_Outlet]] = defaultdict(list)
    rows = session.execute(_OUTLETS, {"groups": list(groups)})
    for group_id, source_id, title, country, since in rows:
        if group_id is not None:
            found[group_id].append(_Outlet(source_id, title, country, since))
    return found


def _sum_up(
    group: ClaimGroup, own: Sequence[_Outlet], since: Collection[datetime], *, now: datetime
) -> Sightings:
    # One outlet alone is not growing, however new it is.
    lately = sum(moment > now - GROWTH_WINDOW for moment in since) if len(since) > 1 else 0
    return Sightings(
        outlets=len(since),
        lately=lately,
        first_seen_at=group.first_seen_at,
        titles=tuple(outlet.title for outlet in own),
        countries=_gather_countries(own),
    )


def _gather_countries(outlets: Iterable[_Outlet]) -> frozenset[str]:
    return frozenset(outlet.country.casefold() for outlet in outlets if outlet.country)
