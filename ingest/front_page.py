"""What an outlet's page says of the outlet: its name, its language, its feeds. Runs in a worker process."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html as lxml_html
from lxml.etree import ParserError

from ingest.head import read_head
from ingest.page import decode, language_of
from ingest.urls import NotAnAddress, canonical_url, same_site

_FEED_TYPES = re.compile(
    r"\s*(?:application/(?:rss|atom|feed|rdf)\+(?:xml|json)|application/json|text/xml)\s*(?:;.*)?",
    re.IGNORECASE,
)
_FEED_LINK = re.compile(r"(?i)(?:^|[/.=?_-])(?:rss|feeds?|atom)(?:$|[/.=?_-])|\.rdf$|sitemap[^/]*\.xml$")
# What readers write is not what the outlet publishes.
_OF_READERS = re.compile(r"(?i)(?:^|/)comments?(?:[/.-]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What a page says: the site's name, its language (two letters), and the feeds it offers, each with how."""

    name: str = ""
    language: str | None = None
    feeds: tuple[tuple[str, str], ...] = ()


def read_front_page(body: bytes, url: str) -> FrontPage:
    """What the page at an address says of its outlet; all empty when it is no HTML."""
    try:
        tree = lxml_html.document_fromstring(
            decode(body, None).encode(), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (ParserError, ValueError):
        return FrontPage()
    head = read_head(tree)
    return FrontPage(
        name=head.site_name,
        language=_language(tree, head.language),
        feeds=tuple(_feeds(tree, url).items()),
    )


def _feeds(tree: lxml_html.HtmlElement, url: str) -> dict[str, str]:
    """Addresses offered as feeds or sitemaps of the page's own site, declared ones first, and how."""
    declared = [
        str(link.get("href") or "")
        for link in tree.iter("link")
        if "alternate" in str(link.get("rel") or "").lower()
        and _FEED_TYPES.fullmatch(str(link.get("type") or ""))
    ]
    linked = [href for anchor in tree.iter("a") if _is_feed_link(href := str(anchor.get("href") or ""))]
    found: dict[str, str] = {}
    for how, hrefs in (("declared by the page", declared), ("linked from the page", linked)):
        for href in hrefs:
            address = _own_address(href, url)
            if address is not None:
                found.setdefault(address, how)
    return found


def _is_feed_link(href: str) -> bool:
    try:
        return _FEED_LINK.search(urlsplit(href).path) is not None
    except ValueError:
        return False


def _own_address(href: str, base: str) -> str | None:
    try:
        address = canonical_url(href, base)
    except NotAnAddress:
        return None
    is_ours = same_site(address, base) and not _OF_READERS.search(urlsplit(address).path)
    return address if is_ours else None


def _language(tree: lxml_html.HtmlElement, declared: str) -> str | None:
    """The language of what the page's links say; what it declares when that does not settle it.

    The declaration alone is often that of the template: many Vietnamese pages say `lang="en"`.
    """
    words = " ".join(" ".join(" ".join(anchor.itertext()) for anchor in tree.iter("a")).split())
    return language_of(words, declared) if words else declared.split("-")[0] or None
