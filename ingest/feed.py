"""Reading a feed: RSS 0.9x/1.0/2.0, Atom, RDF, JSON Feed. Runs in a worker process; takes bytes, gives values."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import feedparser

from ingest.dates import first_date
from ingest.errors import Failure, NotAFeed
from ingest.text import one_line
from ingest.urls import NotAnAddress, canonical_url
from ingest.values import Entry, Feed
from ingest.xml_guard import refuse_monsters

MAX_ENTRIES = 2_000
MAX_TITLE = 500

_END_OF_ENTRY = re.compile(rb"</(?:\w+:)?(item|entry)\s*>", re.IGNORECASE)
_ROOT = re.compile(rb"<((?:\w+:)?(?:rss|feed|rdf))[\s>]", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,500}>")
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_ENCODING = re.compile(rb"""^(\s*<\?xml[^>]{0,200}?encoding\s*=\s*["'])([\w.\-]+)(["'])""")
# What feedparser does not turn into a remark of its own, as with an encoding declared in bytes that are no text.
_LET_THROUGH = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.\-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What is known of a feed before it is read. `content_type` is the header as received."""

    url: str
    content_type: str = ""
    language: str | None = None
    time_zone: str | None = None
    link_pattern: str | None = None


def read_feed(body: bytes, hints: FeedHints, now: datetime) -> Feed:
    """The entries of a feed, newest 2,000 at most, one per guid, each with a usable address.

    Raises NotAFeed when the bytes are no feed at all, break off before the first entry, or are XML that is refused.
    """
    if not body.strip():
        raise NotAFeed(reason="the answer is empty")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, hints, now)
    if _HTML.match(body[:4096]):
        raise NotAFeed(reason="an HTML page, not a feed")
    body, remarks = mend(body, hints.content_type)
    refuse_monsters(body)
    headers = {"content-location": hints.url}
    if hints.content_type and "charset" not in " ".join(remarks):
        headers["content-type"] = hints.content_type
    # Sanitising and resolving are three quarters of feedparser's time, and nothing here shows its markup.
    try:
        parsed = feedparser.parse(
            body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _LET_THROUGH as error:
        raise NotAFeed(reason=f"not a feed: damaged ({error})") from error
    fault = str(parsed.get("bozo_exception", "")) if parsed.get("bozo") else ""
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeed(reason=f"not a feed{f' ({fault[:200]})' if fault else ''}")
    if not parsed.entries and ("entity" in fault or "amplification" in fault):
        raise NotAFeed(reason=f"its XML declares entities that are refused ({fault[:200]})")
    head = parsed.feed
    entries = list(_entries(parsed.entries, hints, now))
    links = {str(link.get("rel")).lower(): link.get("href") for link in reversed(head.get("links", []))}
    return Feed(
        title=_plain(head.get("title", "")),
        entries=one_per_guid(entries),
        language=head.get("language"),
        interval=_asked_interval(head),
        hub=links.get("hub"),
        topic=links.get("self"),
        remark="; ".join(remarks),
    )


def mend(body: bytes, content_type: str) -> tuple[bytes, list[str]]:
    """A body with its usual damage repaired, and what the damage was.

    Cut after the last whole entry when the end is missing (half an address is a wrong address) or when
    there are too many; declared as UTF-8 when that is what the bytes are, whatever header and XML say. Raises NotAFeed
    when not one whole entry has arrived.
    """
    remarks = []
    root = _ROOT.search(body[:65_536])
    ends = [
        match.end() for match, _ in zip(_END_OF_ENTRY.finditer(body), range(MAX_ENTRIES + 1), strict=False)
    ]
    if root and len(ends) > MAX_ENTRIES:
        body = body[: ends[MAX_ENTRIES - 1]] + _closing(root.group(1))
        remarks.append(f"more than {MAX_ENTRIES:,} entries; the first {MAX_ENTRIES:,} were kept")
    elif (
        root
        and not re.search(
            rb"</" + re.escape(root.group(1)) + rb"\s*>\s*(?:<!--.*?-->\s*)*$",
            body[-2_000:],
            re.IGNORECASE | re.DOTALL,
        )
        and b"</" + root.group(1) not in body
    ):
        if not ends:
            # Read as a feed without entries it would look well for ever.
            raise NotAFeed(Failure.BROKEN_BODY, "the feed breaks off before its first whole entry")
        body = body[: ends[-1]] + _closing(root.group(1))
        remarks.append(f"the feed breaks off; entries kept: {len(ends)}")
    return _declare_utf8(body, content_type, remarks), remarks


def _closing(root: bytes) -> bytes:
    return (b"</channel>" if root.lower() == b"rss" else b"") + b"</" + root + b">"


def _declare_utf8(body: bytes, content_type: str, remarks: list[str]) -> bytes:
    declared = _ENCODING.match(body[:400])
    in_header = _CHARSET.search(content_type)
    names = {
        name.lower().replace("_", "-")
        for name in (
            declared.group(2).decode("ascii") if declared else "",
            in_header.group(1) if in_header else "",
        )
        if name
    }
    if not names - {"utf-8", "utf8", "us-ascii", "ascii"} or body.isascii():
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    remarks.append(f"declares charset {' and '.join(sorted(names))} but is UTF-8; read as UTF-8")
    return (
        _ENCODING.sub(rb"\g<1>utf-8\g<3>", body, count=1)
        if declared
        else b'<?xml version="1.0" encoding="utf-8"?>' + body
    )


def one_per_guid(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries without repeats of a guid, in order, at most MAX_ENTRIES."""
    return tuple({entry.guid: entry for entry in reversed(list(entries))}.values())[::-1][:MAX_ENTRIES]


def _entries(items: Iterable[Mapping[str, Any]], hints: FeedHints, now: datetime) -> Iterator[Entry]:
    for item in items:
        link = _link(item, hints.url)
        if link is None:
            continue
        title = item.get("title", "")
        yield Entry(
            guid=one_line(str(item.get("id") or link))[:1_000],
            link=link,
            title=_plain(title),
            published_at=first_date(
                (str(item[key]) for key in ("published", "created", "updated") if key in item),
                zone=hints.time_zone,
                language=hints.language,
                now=now,
            ),
        )


def _link(item: Mapping[str, Any], base: str) -> str | None:
    candidates = [
        item.get("link"),
        *(link.get("href") for link in item.get("links", []) if link.get("rel") in (None, "alternate")),
    ]
    for candidate in (*candidates, item.get("id")):
        try:
            if candidate:
                return canonical_url(str(candidate), base)
        except NotAnAddress:
            continue
    return None


def _plain(text: str) -> str:
    """A title without markup."""
    text = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return one_line(text)[:MAX_TITLE]


def _asked_interval(head: Mapping[str, Any]) -> timedelta | None:
    raw = str(head.get("ttl", "")).strip()
    if raw.isdecimal() and len(raw) < 7:
        return timedelta(minutes=int(raw))
    period = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}.get(
        str(head.get("sy_updateperiod", "")).strip()
    )
    frequency = str(head.get("sy_updatefrequency", "1")).strip()
    if period and frequency.isdecimal() and len(frequency) < 7 and int(frequency) > 0:
        return timedelta(hours=period) / int(frequency)
    return None


def _read_json(body: bytes, hints: FeedHints, now: datetime) -> Feed:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(reason=f"not a feed: damaged JSON ({error})") from error
    if (
        not isinstance(parsed, dict)
        or not isinstance(parsed.get("items"), list)
        or "jsonfeed.org" not in str(parsed.get("version", ""))
    ):
        raise NotAFeed(reason="JSON, but not a JSON Feed")
    found = parsed.get("hubs")
    hubs = [_said(hub.get("url")) for hub in (found if isinstance(found, list) else ()) if _is_websub(hub)]
    items = [item for item in parsed["items"] if isinstance(item, dict)]
    return Feed(
        title=_plain(_said(parsed.get("title")) or ""),
        entries=one_per_guid(_json_entries(items, hints, now)),
        language=_said(parsed.get("language")),
        hub=next(filter(None, hubs), None),
        topic=_said(parsed.get("feed_url")),
        remark=f"more than {MAX_ENTRIES:,} entries; the first {MAX_ENTRIES:,} were kept"
        if len(items) > MAX_ENTRIES
        else "",
    )


def _is_websub(hub: Any) -> bool:
    """JSON Feed lists hubs of several protocols."""
    return isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub"


def _said(value: Any) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def _json_entries(items: list[dict[str, Any]], hints: FeedHints, now: datetime) -> Iterator[Entry]:
    for item in items[:MAX_ENTRIES]:
        link = _link({"link": item.get("url") or item.get("external_url"), "id": item.get("id")}, hints.url)
        if link is None:
            continue
        dates = (str(item[key]) for key in ("date_published", "date_modified") if item.get(key))
        yield Entry(
            guid=one_line(str(item.get("id") or link))[:1_000],
            link=link,
            title=_plain(str(item.get("title") or "")),
            published_at=first_date(dates, zone=hints.time_zone, language=hints.language, now=now),
        )
