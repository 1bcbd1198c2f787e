"""Which source a page belongs to when no feed listed it: a known one of its site, or one made for it."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from ingest.entries import owner_rank
from ingest.opml import SourceLine
from ingest.sources import add_sources
from ingest.urls import host_key, registered_domain
from models import Role, Scope, Sessions, Source, SourceKind


class Owners:
    """Finds the owner of a page by its address.

    A known source of the page's site comes first, of its host before others; then `otherwise`; then, where a
    `role` is given, a source that is never polled, made for the first host of the site that is met. Without any
    of these a page has no owner.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        clock: Callable[[], datetime],
        otherwise: Source | None = None,
        role: Role | None = None,
        scope: Scope = Scope.ALL,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._otherwise = otherwise
        self._role = role
        self._scope = scope
        self._by_host: dict[str, Source | None] = {}
        self._by_site: dict[str, list[Source]] = {}
        with sessions() as session:
            for source in session.scalars(select(Source)):
                self._by_site.setdefault(registered_domain(host_key(source.url)), []).append(source)

    def of(self, url: str) -> Source | None:
        """The source that a page belongs to; None when there is none and none may be made."""
        host = host_key(url)
        if host not in self._by_host:
            self._by_host[host] = self._find(url, host)
        return self._by_host[host]

    def _find(self, url: str, host: str) -> Source | None:
        known = self._by_site.get(registered_domain(host), [])
        if known:
            return min(known, key=lambda source: (host_key(source.url) != host, *owner_rank(source, url)))
        if self._otherwise is not None or self._role is None:
            return self._otherwise
        line = SourceLine(
            url=f"{urlsplit(url).scheme}://{host}/",
            title=host,
            role=self._role,
            scope=self._scope,
            kind=SourceKind.LISTING,
            country="vn" if host.endswith(".vn") else None,
            is_active=False,
        )
        stored = add_sources(self._sessions, [line], now=self._clock())
        made = (*stored.added, *stored.known)[0]
        # As a run that starts anew would find it.
        self._by_site.setdefault(registered_domain(host), []).append(made)
        return made
