"""Reading whatever a source is: a feed, a sitemap, or a page that lists articles. Runs in a worker process."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import html as lxml_html
from lxml.etree import ParserError

from ingest.errors import NotAFeed
from ingest.feed import MAX_ENTRIES, FeedHints, one_per_guid, read_feed
from ingest.head import plain
from ingest.page import decode
from ingest.sitemap import read_sitemap
from ingest.urls import NotAnAddress, canonical_url, same_site
from ingest.values import Entry, Feed

# Without a pattern, an address is taken for an article's when its path ends like one: a slug of several
# words or a long number. Section pages have neither.
_LOOKS_LIKE_ARTICLE = re.compile(r"/(?=[^/]*(?:[a-z0-9%]+-){3}|[^/]*\d{5})[^/]+/?$", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)


def read_source(body: bytes, hints: FeedHints, kind: str, now: datetime) -> Feed:
    """The entries of a source of any kind ("feed", "sitemap", "listing"). Raises NotAFeed."""
    if kind == "listing":
        return read_listing(body, hints)
    if kind == "sitemap" or body[:2] == b"\x1f\x8b" or _SITEMAP.search(body[:4096]):
        return read_sitemap(body, hints, now)
    return read_feed(body, hints, now)


def read_listing(body: bytes, hints: FeedHints) -> Feed:
    """The articles a page links to, in page order: those its link pattern matches, or those that look like one."""
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8")
        tree = lxml_html.document_fromstring(decode(body, None).encode(), parser=parser)
        pattern = re.compile(hints.link_pattern) if hints.link_pattern else _LOOKS_LIKE_ARTICLE
    except (ParserError, ValueError) as error:
        raise NotAFeed(reason=f"not a page that lists articles ({error})") from error
    except re.error as error:
        raise NotAFeed(reason=f"its link pattern is not a regular expression ({error})") from error
    entries = one_per_guid(_linked(tree, hints, pattern))
    if not entries:
        raise NotAFeed(reason="a page without a link to an article")
    hub, topic = (_named(tree, rel) for rel in ("hub", "self"))
    return Feed(entries=entries[:MAX_ENTRIES], hub=hub, topic=topic)


def _named(tree: lxml_html.HtmlElement, rel: str) -> str | None:
    """Where the head's first link of a kind leads; links in the body may be anybody's."""
    for link in tree.iterfind("./head/link"):
        if rel in str(link.get("rel") or "").lower().split():
            return str(link.get("href") or "") or None
    return None


def _linked(tree: lxml_html.HtmlElement, hints: FeedHints, pattern: re.Pattern[str]) -> Iterator[Entry]:
    titles: dict[str, str] = {}
    for anchor in tree.iter("a"):
        try:
            address = canonical_url(str(anchor.get("href") or ""), hints.url)
        except NotAnAddress:
            continue
        if same_site(address, hints.url) and pattern.search(address) and address != hints.url:
            title = plain(" ".join(anchor.itertext()))
            # The picture's link comes first and has no words; the headline's has most.
            titles[address] = max(titles.get(address, ""), title, key=len)
    for address, title in titles.items():
        yield Entry(guid=address, link=address, title=title)
