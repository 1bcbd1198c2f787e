"""Sources as rows: taking a list over, adding what was found at an outlet, and giving a list out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ingest.cadence import RETIRED_AFTER
from ingest.dates import zone_for
from ingest.opml import SourceLine
from ingest.urls import same_site
from models import SHEETS, PublisherKind, Role, Sessions, Source, SourceKind, SourceState, writing

MAX_SITEMAPS = 20
MAX_DEPTH = 3
PAUSED = "not polled any more: somebody paused it"
MAX_LIVING = 100
"""Sitemaps of one index that are young or bring something. An outlet that names a new one every day has a few dozen;
one that puts the hour into its addresses would have thousands."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many sources of a list were new, and how many were known and took over what the list says of them."""

    added: int
    updated: int


@dataclass(frozen=True, slots=True)
class Added:
    """The sources that are polled from now on, and those that already were and stay as they are."""

    added: tuple[Source, ...]
    known: tuple[Source, ...]


def add_sources(sessions: Sessions, lines: Iterable[SourceLine], *, now: datetime) -> Added:
    """Stores what is not followed yet, due at once; a known source that is not polled is taken up again."""
    added, known = [], []
    with writing(sessions) as session:
        for line in lines:
            source = session.scalar(select(Source).where(Source.url == line.url))
            if source is not None and source.is_active:
                known.append(source)
                continue
            if source is None:
                source = Source(url=line.url, title=line.title, role=line.role, created_at=now)
                session.add(source)
            _describe(source, line)
            source.next_poll_at = now
            added.append(source)
    return Added(tuple(added), tuple(known))


def pause_source(sessions: Sessions, url: str) -> bool:
    """Stops polling a source, which keeps what was read of it and learned; `add_sources` takes it up again.

    False where no source has this address.
    """
    with writing(sessions) as session:
        source = session.scalar(select(Source).where(Source.url == url, ~Source.url.startswith(SHEETS)))
        if source is not None:
            source.is_active = False
            source.state_reason = PAUSED
    return source is not None


def import_sources(sessions: Sessions, lines: Iterable[SourceLine], *, now: datetime) -> Imported:
    """Stores a list of sources in one transaction; a new one is due at once.

    A known one takes over role, scope and the like and keeps what was learned of it.
    """
    added = updated = 0
    with writing(sessions) as session:
        known = {source.url: source for source in session.scalars(select(Source))}
        for line in lines:
            source = known.get(line.url)
            if source is None:
                source = Source(
                    url=line.url, title=line.title, role=line.role, created_at=now, next_poll_at=now
                )
                session.add(source)
                known[line.url] = source
                added += 1
            else:
                updated += 1
            _describe(source, line)
    return Imported(added, updated)


def export_sources(sessions: Sessions) -> tuple[SourceLine, ...]:
    """Every source as a line of a list, in the order they were added."""
    with sessions() as session:
        return tuple(
            SourceLine(
                url=source.url,
                title=source.title,
                role=source.role,
                scope=source.scope,
                kind=source.kind,
                publisher_kind=source.publisher_kind,
                home_url=source.home_url,
                language=source.language,
                country=source.country,
                time_zone=source.time_zone,
                link_pattern=source.link_pattern,
                is_active=source.is_active,
            )
            # A desk that files fact sheets is a source too, but none that another programme could follow.
            for source in session.scalars(
                select(Source).where(~Source.url.startswith(SHEETS)).order_by(Source.id)
            )
        )


def follow_sitemaps(session: Session, index: Source, addresses: Sequence[str], now: datetime) -> int:
    """Makes the sitemaps that an index names sources of their own, with its role and scope; how many were new.

    An index is somebody else's word on what to fetch: only those of its own site are followed, twenty at most, the
    first and last named because the newest stand at either end, no index more than three deep, and of all that one
    names over time no more than `MAX_LIVING` before some retire.
    """
    own = [address for address in addresses if same_site(address, index.url)]
    if not own or _depth(session, index) >= MAX_DEPTH:
        return 0
    if len(own) > MAX_SITEMAPS:
        own = own[: MAX_SITEMAPS // 2] + own[-MAX_SITEMAPS // 2 :]
    known = set(session.scalars(select(Source.url).where(Source.url.in_(own))))
    fresh = [address for address in own if address not in known]
    fresh = fresh[: max(0, MAX_LIVING - _count_living(session, index, now))]
    for address in fresh:
        session.add(
            Source(
                url=address,
                title=index.title,
                role=index.role,
                scope=index.scope,
                kind=SourceKind.SITEMAP,
                publisher_kind=index.publisher_kind,
                home_url=index.home_url,
                language=index.language,
                country=index.country,
                time_zone=index.time_zone,
                index_url=index.url,
                created_at=now,
                next_poll_at=now,
            )
        )
    return len(fresh)


def indexes_among(session: Session, sources: Iterable[Source]) -> set[str]:
    """The addresses of those sources that have named sitemaps."""
    urls = [source.url for source in sources if source.kind is SourceKind.SITEMAP]
    found = session.scalars(select(Source.index_url).where(Source.index_url.in_(urls))) if urls else ()
    return {url for url in found if url is not None}


def _count_living(session: Session, index: Source, now: datetime) -> int:
    latest = func.coalesce(Source.last_new_item_at, Source.created_at)
    query = select(func.count()).where(Source.index_url == index.url, latest > now - RETIRED_AFTER)
    return session.scalar(query) or 0


def _depth(session: Session, source: Source) -> int:
    """How many indexes lead to a source, as far as that matters."""
    depth, url = 0, source.index_url
    while url is not None and depth < MAX_DEPTH:
        depth += 1
        url = session.scalar(select(Source.index_url).where(Source.url == url))
    return depth


def _describe(source: Source, line: SourceLine) -> None:
    source.title, source.role, source.scope, source.kind = line.title, line.role, line.scope, line.kind
    official = PublisherKind.OFFICIAL if line.role is Role.OFFICIAL else PublisherKind.INDEPENDENT
    source.publisher_kind = line.publisher_kind or official
    source.home_url = line.home_url
    source.language = line.language
    source.country = line.country
    source.time_zone = zone_for(line.language, line.time_zone)
    source.link_pattern = line.link_pattern
    source.is_active = line.is_active
    if source.state is SourceState.NEW or source.state_reason == PAUSED:
        source.state_reason = (
            "not polled yet" if line.is_active else "never polled: its pages come from files"
        )
