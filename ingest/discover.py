"""Finding what to follow at an outlet: feeds, sitemaps, or failing those its home page as a list of links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html
from lxml.etree import ParserError

from ingest.answers import judge_answer
from ingest.errors import IngestError
from ingest.feed import FeedHints
from ingest.fetch import Fetcher
from ingest.listing import read_source
from ingest.page import decode
from ingest.urls import NotAnAddress, canonical_url, same_site
from ingest.values import Feed, Fetched, Purpose, Request
from ingest.workers import Workers
from models import SourceKind

MAX_TRIES = 20
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
_USUAL = "a usual place"
_FEED_TYPES = re.compile(
    r"application/(?:rss|atom|feed|rdf)\+(?:xml|json)|application/json|text/xml", re.IGNORECASE
)
_FEED_LINK = re.compile(r"(?i)(?:^|[/.=?_-])(?:rss|feeds?|atom)(?:$|[/.=?_-])|\.rdf$|sitemap[^/]*\.xml$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that can be followed. `how` says where it was seen."""

    url: str
    kind: SourceKind
    title: str
    entries: int
    how: str


def discover(fetcher: Fetcher, workers: Workers, url: str, *, now: datetime) -> tuple[Found, ...]:
    """What can be followed at an address, best first: feeds, then sitemaps, then the page itself as a listing.

    Asks for at most twenty addresses, under the usual manners. Empty when nothing was found; raises
    NotAnAddress for no address, and IngestError when the address itself does not answer.
    """
    start = canonical_url(url)
    answer = fetcher.fetch(Request(key=0, url=start, purpose=Purpose.PAGE))
    failed = judge_answer(answer)
    if failed:
        raise IngestError(*failed)
    itself = _try(workers, answer, "feed", "the address itself", now)
    if itself:
        return (itself,)
    tried = {answer.url}
    found = [*_try_all(fetcher, workers, dict(links_to_feeds(answer.body, answer.url)), tried, now)]
    if not found:
        usual = {urljoin(answer.url, place): _USUAL for place in _USUAL_PLACES}
        found = [*_try_all(fetcher, workers, usual, tried, now)]
    listing = _try(workers, answer, "listing", "links on the page", now)
    found.sort(key=lambda one: (one.kind is not SourceKind.FEED, -one.entries))
    return tuple(found) if found or listing is None else (listing,)


def links_to_feeds(body: bytes, url: str) -> Iterator[tuple[str, str]]:
    """The addresses a page offers as feeds or sitemaps of its own site, declared ones first, and how."""
    try:
        tree = lxml_html.document_fromstring(
            decode(body, None).encode(), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (ParserError, ValueError):
        return
    for link in tree.iter("link"):
        if "alternate" in str(link.get("rel") or "").lower() and _FEED_TYPES.match(
            str(link.get("type") or "")
        ):
            yield from _address(str(link.get("href") or ""), url, "declared by the page")
    for anchor in tree.iter("a"):
        if _FEED_LINK.search(urlsplit(str(anchor.get("href") or "")).path):
            yield from _address(str(anchor.get("href")), url, "linked from the page")


def _address(href: str, base: str, how: str) -> Iterator[tuple[str, str]]:
    try:
        address = canonical_url(href, base)
    except NotAnAddress:
        return
    if same_site(address, base):
        yield address, how


def _try_all(
    fetcher: Fetcher, workers: Workers, candidates: dict[str, str], tried: set[str], now: datetime
) -> Iterator[Found]:
    """Those of some addresses that are feeds or sitemaps; a page among them that lists feeds is followed."""
    waiting = candidates
    while waiting := _untried(waiting, tried):
        tried |= set(waiting)
        further: dict[str, str] = {}
        for answer in fetcher.fetch_all(Request(key=0, url=url, purpose=Purpose.FEED) for url in waiting):
            how = waiting[answer.request.url]
            found = _try(workers, answer, "feed", how, now)
            if found:
                yield found
            elif judge_answer(answer) is None and how != _USUAL:
                further |= dict(links_to_feeds(answer.body, answer.url))
        waiting = further


def _untried(candidates: dict[str, str], tried: set[str]) -> dict[str, str]:
    fresh = [(url, how) for url, how in candidates.items() if url not in tried]
    return dict(fresh[: MAX_TRIES + 1 - len(tried)])


def _try(workers: Workers, answer: Fetched, kind: str, how: str, now: datetime) -> Found | None:
    if judge_answer(answer) is not None:
        return None
    hints = FeedHints(url=answer.url, content_type=answer.headers.get("content-type", ""))
    try:
        feed: Feed = workers.submit(read_source, answer.body, hints, kind, now).result()
    except IngestError:
        return None
    return Found(
        url=canonical_url(answer.request.url),
        kind=SourceKind.LISTING if kind == "listing" else _kind(feed),
        title=feed.title,
        entries=len(feed.entries) + len(feed.sitemaps),
        how=how,
    )


def _kind(feed: Feed) -> SourceKind:
    return SourceKind.SITEMAP if feed.is_sitemap else SourceKind.FEED
