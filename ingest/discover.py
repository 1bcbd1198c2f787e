"""Finding what to follow at an outlet: feeds, sitemaps, or failing those its home page as a list of links."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from ingest.answers import judge_answer
from ingest.errors import IngestError
from ingest.feed import FeedHints
from ingest.fetch import Fetcher
from ingest.front_page import FrontPage, read_front_page
from ingest.listing import read_source
from ingest.opml import SourceLine
from ingest.page import language_of
from ingest.urls import NotAnAddress, canonical_url, host_key, same_site
from ingest.values import Feed, Fetched, Purpose, Request
from ingest.workers import Workers
from models import PublisherKind, Role, Scope, SourceKind

MAX_TRIES = 20
# A feed that has been still for so long was most likely left behind when the outlet moved.
STALE_AFTER = timedelta(days=60)
_USUAL = "a usual place"
_IN_ROBOTS = "named by robots.txt"
_IN_INDEX = "named by a sitemap index"
# Where feeds lie when no page says so, the commonest first.
_USUAL_PLACES = (
    "/rss",
    "/feed",
    "/rss.xml",
    "/feed.xml",
    "/rss/home.rss",
    "/rss/index.rss",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap.xml",
)
_OF_NEWS = re.compile(r"(?i)news|latest|moi-nhat|tin-?moi")
_OF_EVERYTHING = re.compile(
    r"(?i)^(?:home|trang-?chu|tin-moi(?:-nhat)?|moi-nhat|latest|all|index|news|rss|feed|atom)(?:\.\w+)?$"
)
_BY_KIND = {SourceKind.FEED: 0, SourceKind.SITEMAP: 1, SourceKind.LISTING: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that can be followed. `how` says where it was seen; an index has `sitemaps` instead of entries."""

    url: str
    kind: SourceKind
    how: str
    title: str = ""
    entries: int = 0
    sitemaps: int = 0
    newest: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What can be followed at an outlet, best first; its address, its name and language as far as it says them."""

    home_url: str
    found: tuple[Found, ...]
    name: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How somebody wants an outlet to be read; what is None is taken from the outlet itself."""

    role: Role = Role.MONITORED
    scope: Scope = Scope.ALL
    publisher_kind: PublisherKind | None = None
    title: str | None = None
    language: str | None = None
    country: str | None = None
    time_zone: str | None = None
    link_pattern: str | None = None


def discover(
    fetcher: Fetcher, workers: Workers, url: str, *, now: datetime, link_pattern: str | None = None
) -> Discovery:
    """What can be followed at an address: feeds, then sitemaps, then the page itself as a listing.

    A link pattern says that the page itself is wanted, by the links that match. Asks for at most twenty
    addresses besides the page, under the usual manners. Nothing is found at some addresses; raises
    NotAnAddress for no address, and IngestError when the address itself does not answer or is refused.
    """
    answer = fetcher.fetch(Request(key=0, url=canonical_url(url), purpose=Purpose.PAGE))
    failed = judge_answer(answer)
    if failed:
        raise IngestError(*failed)
    if link_pattern is not None:
        listing = _read(workers, answer, "listing", "links that match", now, link_pattern)
        return _discovery(answer, _front(workers, answer), [listing], now)
    with suppress(IngestError):
        feed = _feed(workers, answer, "feed", now)
        itself = _describe(answer, feed, "feed", "the address itself")
        front = FrontPage(language=_language_of(workers, feed))
        return replace(_discovery(answer, front, [itself], now), home_url=urljoin(answer.url, "/"))
    front = _front(workers, answer)
    search = _Search(fetcher, workers, now, tried={answer.url})
    search.look({**dict(front.feeds), **_named_by_robots(fetcher, answer.url, front)})
    if not any(one.kind is SourceKind.FEED for one in search.found):
        search.look({urljoin(answer.url, place): _USUAL for place in _USUAL_PLACES})
    if not search.found:
        listing_at_last = _try(workers, answer, "listing", "links on the page", now)
        search.found += [listing_at_last] if listing_at_last else []
    return _discovery(answer, front, search.found, now)


def rank(one: Found, now: datetime) -> tuple[bool, int, bool, bool, bool, int, str]:
    """The order in which things are offered: the living before the still, feeds before sitemaps.

    Of several alike the one that carries everything goes first, then what the page declares, then the
    longest; a sitemap without dates lists an archive, and an index only leads to others.
    """
    is_still = one.newest is not None and now - one.newest > STALE_AFTER
    is_vague = one.kind is SourceKind.SITEMAP and one.newest is None
    is_main = _OF_EVERYTHING.match(urlsplit(one.url).path.rstrip("/").rpartition("/")[2]) is not None
    return (
        is_still,
        _BY_KIND[one.kind],
        is_vague,
        not is_main and one.kind is SourceKind.FEED,
        one.how != "declared by the page",
        -one.entries,
        one.url,
    )


def describe_found(discovery: Discovery, one: Found, wanted: Wanted) -> SourceLine:
    """What was found at an outlet as a line of a list: as it is wanted, and else as the outlet says of itself."""
    host = host_key(discovery.home_url)
    return SourceLine(
        url=one.url,
        title=wanted.title or discovery.name or one.title or host,
        role=wanted.role,
        scope=wanted.scope,
        kind=one.kind,
        publisher_kind=wanted.publisher_kind,
        home_url=discovery.home_url,
        language=wanted.language or discovery.language,
        country=wanted.country or ("vn" if host.endswith(".vn") else None),
        time_zone=wanted.time_zone,
        link_pattern=wanted.link_pattern,
    )


def _discovery(answer: Fetched, front: FrontPage, found: Sequence[Found], now: datetime) -> Discovery:
    ordered = tuple(sorted(found, key=lambda one: rank(one, now)))
    stated = next((one.language for one in ordered if one.language), None)
    return Discovery(
        home_url=answer.url,
        found=ordered,
        name=front.name,
        language="vi" if front.language == "vi" else stated or front.language,
    )


def _named_by_robots(fetcher: Fetcher, url: str, front: FrontPage) -> dict[str, str]:
    """The sitemaps that the host's robots.txt names, those of news first, without what the page names itself."""
    named = []
    for sitemap in fetcher.sitemaps(host_key(url)):
        try:
            address = canonical_url(sitemap, url)
        except NotAnAddress:
            continue
        if same_site(address, url) and address not in dict(front.feeds):
            named.append(address)
    return dict.fromkeys(sorted(named, key=lambda address: not _OF_NEWS.search(address)), _IN_ROBOTS)


class _Search:
    """Tries addresses, each once and no more than MAX_TRIES, and keeps what can be followed."""

    def __init__(self, fetcher: Fetcher, workers: Workers, now: datetime, *, tried: set[str]) -> None:
        self.found: list[Found] = []
        self._fetcher = fetcher
        self._workers = workers
        self._now = now
        self._tried = tried
        self._most = MAX_TRIES + len(tried)

    def look(self, candidates: dict[str, str]) -> None:
        """Tries some addresses, the pages among them that list feeds, and the news sitemaps of an index."""
        waiting = candidates
        while waiting := self._untried(waiting):
            self._tried |= set(waiting)
            requests = [Request(key=0, url=url, purpose=Purpose.FEED) for url in waiting]
            further: dict[str, str] = {}
            for answer in self._fetcher.fetch_all(requests):
                further |= dict(self._take(answer, waiting[answer.request.url]))
            waiting = further

    def _untried(self, candidates: dict[str, str]) -> dict[str, str]:
        fresh = [(url, how) for url, how in candidates.items() if url not in self._tried]
        return dict(fresh[: self._most - len(self._tried)])

    def _take(self, answer: Fetched, how: str) -> Iterator[tuple[str, str]]:
        """Keeps an answer that can be followed; the addresses it leads to."""
        if judge_answer(answer) is not None:
            return
        try:
            feed = _feed(self._workers, answer, "feed", self._now)
        except IngestError:
            if how != _USUAL:
                yield from _front(self._workers, answer).feeds
            return
        self.found.append(_describe(answer, feed, "feed", how))
        for sitemap in feed.sitemaps:
            if _OF_NEWS.search(urlsplit(sitemap).path) and same_site(sitemap, answer.url):
                yield sitemap, _IN_INDEX


def _language_of(workers: Workers, feed: Feed) -> str | None:
    titles = " ".join(entry.title for entry in feed.entries if entry.title)
    return workers.submit(language_of, titles, None).result() if titles else None


def _front(workers: Workers, answer: Fetched) -> FrontPage:
    try:
        return workers.submit(read_front_page, answer.body, answer.url).result()
    except IngestError:
        return FrontPage()


def _try(workers: Workers, answer: Fetched, kind: str, how: str, now: datetime) -> Found | None:
    try:
        return _read(workers, answer, kind, how, now)
    except IngestError:
        return None


def _read(
    workers: Workers, answer: Fetched, kind: str, how: str, now: datetime, link_pattern: str | None = None
) -> Found:
    return _describe(answer, _feed(workers, answer, kind, now, link_pattern), kind, how)


def _feed(
    workers: Workers, answer: Fetched, kind: str, now: datetime, link_pattern: str | None = None
) -> Feed:
    content_type = answer.headers.get("content-type", "")
    hints = FeedHints(url=answer.url, content_type=content_type, link_pattern=link_pattern)
    return workers.submit(read_source, answer.body, hints, kind, now).result()


def _describe(answer: Fetched, feed: Feed, kind: str, how: str) -> Found:
    found = SourceKind.SITEMAP if feed.is_sitemap else SourceKind.FEED
    return Found(
        url=canonical_url(answer.request.url),
        kind=SourceKind.LISTING if kind == "listing" else found,
        how=how,
        title=feed.title,
        entries=len(feed.entries),
        sitemaps=len(feed.sitemaps),
        newest=max((entry.published_at for entry in feed.entries if entry.published_at), default=None),
        language=(feed.language or "").split("-")[0].lower() or None,
    )
