"""Reading news sitemaps and indexes of them. Runs in a worker process."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

from lxml import etree

from ingest.dates import first_date
from ingest.decoders import decode_body
from ingest.errors import FetchError, NotAFeed
from ingest.feed import MAX_ENTRIES, MAX_TITLE, FeedHints, one_per_guid
from ingest.text import one_line
from ingest.urls import NotAnAddress, canonical_url
from ingest.values import Entry, Feed

MAX_SIZE = 50_000_000
RECENT = timedelta(days=3)


def read_sitemap(body: bytes, hints: FeedHints, now: datetime) -> Feed:
    """The newest 2,000 addresses of a sitemap, or the sitemaps an index names. Raises NotAFeed.

    Entries come newest first: a sitemap lists whatever an outlet ever printed, and only the end is news.
    """
    if body[:2] == b"\x1f\x8b":
        try:
            body = decode_body(body, "gzip", cap=MAX_SIZE)
        except FetchError as error:
            raise NotAFeed(error.failure, error.reason) from error
    entries: list[Entry] = []
    sitemaps: list[str] = []
    try:
        for element in _elements(body):
            name = etree.QName(element).localname
            address = _address(element, hints.url)
            if address and name == "sitemap" and _is_recent(element, hints, now):
                sitemaps.append(address)
            elif address and name == "url":
                entries.append(_entry(element, address, hints, now))
            element.clear()
    except (etree.XMLSyntaxError, ValueError) as error:
        if not entries and not sitemaps:
            raise NotAFeed(reason=f"not a sitemap ({error})") from error
    if not entries and not sitemaps:
        raise NotAFeed(reason="a sitemap without a recent address")
    dated = sorted(entries, key=_age, reverse=True)
    remark = (
        f"{len(entries):,} addresses; the newest {MAX_ENTRIES:,} were kept"
        if len(entries) > MAX_ENTRIES
        else ""
    )
    return Feed(
        entries=one_per_guid(dated[:MAX_ENTRIES]),
        sitemaps=tuple(dict.fromkeys(sitemaps)),
        is_sitemap=True,
        remark=remark,
    )


def _elements(body: bytes) -> Iterator[etree._Element]:
    for _, element in etree.iterparse(
        BytesIO(body),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    ):
        yield element


def _is_recent(element: etree._Element, hints: FeedHints, now: datetime) -> bool:
    """Whether a sitemap that an index names may hold news: archives say that they were last changed long ago."""
    changed = first_date([_text(element, "lastmod")], zone=hints.time_zone, now=now)
    return changed is None or now - changed <= RECENT


def _age(entry: Entry) -> float:
    return entry.published_at.timestamp() if entry.published_at else 0.0


def _address(element: etree._Element, base: str) -> str | None:
    try:
        return canonical_url(_text(element, "loc"), base) if _text(element, "loc") else None
    except NotAnAddress:
        return None


def _entry(element: etree._Element, address: str, hints: FeedHints, now: datetime) -> Entry:
    dates = (_text(element, "publication_date"), _text(element, "lastmod"))
    return Entry(
        guid=address,
        link=address,
        title=one_line(_text(element, "title"))[:MAX_TITLE],
        published_at=first_date(dates, zone=hints.time_zone, language=hints.language, now=now),
    )


def _text(element: etree._Element, name: str) -> str:
    found = element.find(f".//{{*}}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""
