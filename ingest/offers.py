"""What a source offers for WebSub: a hub to subscribe at, and the topic to name there.

The addresses are somebody else's word, so they are only ever checked here; whether a hub may be connected
to is judged when it is dialled, on every redirect, as for all that is fetched.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from ingest.errors import FetchError
from ingest.journey import check_address
from ingest.values import Feed

MAX_LENGTH = 1_000
# A header is read no further: the expression below is linear, but nobody needs more links than this.
MAX_HEADER = 16_384

_LINK = re.compile(r"<([^<>]*)>((?:[^,<\"]|\"[^\"]*\")*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """Where to subscribe, and to what; both are http(s) addresses, the topic exactly as it was named."""

    hub: str
    topic: str


def find_offer(url: str, headers: Mapping[str, str], feed: Feed) -> Offer | None:
    """The WebSub offer of an answer from `url`, if there is one.

    Link headers come first, and when they name a hub the document is not asked: W3C WebSub, section 4.
    Without a rel=self the address that answered is the topic.
    """
    named = list(_links(headers.get("link", "")[:MAX_HEADER]))
    hubs = [target for rels, target in named if "hub" in rels]
    topics = [target for rels, target in named if "self" in rels]
    if not hubs and feed.hub:
        hubs, topics = [feed.hub], [feed.topic] if feed.topic else topics
    usable = [hub for hub in (_usable(hub, url) for hub in hubs) if hub]
    topic = next((topic for topic in (_usable(topic, url) for topic in [*topics, url]) if topic), None)
    return Offer(usable[0], topic) if usable and topic else None


def _links(header: str) -> Iterator[tuple[list[str], str]]:
    """The relations and the target of each link of a Link header (RFC 8288)."""
    for target, parameters in _LINK.findall(header):
        rel = _REL.search(parameters)
        if rel:
            yield (rel.group(1) or rel.group(2) or "").lower().split(), target


def _usable(target: str, base: str) -> str | None:
    try:
        address = urldefrag(urljoin(base, target.strip())).url
        check_address(address)
    except (ValueError, FetchError):
        return None
    return address if len(address) <= MAX_LENGTH and address.isascii() and address.isprintable() else None
