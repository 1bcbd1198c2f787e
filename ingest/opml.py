"""Lists of sources as OPML, in and out, with role, scope, kind, publisher, language and time zone kept.

`category` is a comma-separated list of paths: `/role/monitored`, `/scope/all`, `/publisher/official`,
`/kind/sitemap`, and `/polled/no` for a source whose pages were only ever taken from a file. `language` is OPML's
own attribute; `timeZone`, `country` and `linkPattern` are ours.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lxml import etree

from ingest.errors import BrokenOpml
from ingest.urls import NotAnAddress, canonical_url
from models import PublisherKind, Role, Scope, SourceKind

MAX_SIZE = 20_000_000

_TYPES = {
    "rss": SourceKind.FEED,
    "atom": SourceKind.FEED,
    "sitemap": SourceKind.SITEMAP,
    "listing": SourceKind.LISTING,
}


# Pages name themselves with characters that no XML file can hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source of a list, as it would be stored."""

    url: str
    title: str
    role: Role = Role.MONITORED
    scope: Scope = Scope.ALL
    kind: SourceKind = SourceKind.FEED
    publisher_kind: PublisherKind | None = None
    home_url: str | None = None
    language: str | None = None
    country: str | None = None
    time_zone: str | None = None
    link_pattern: str | None = None
    is_active: bool = True


def read_opml(content: bytes) -> tuple[SourceLine, ...]:
    """The sources of an OPML file, one per address, in order.

    Raises BrokenOpml with the line number when the XML is damaged, when it is not OPML, when it names no
    source, or when an address, role, scope, kind or link pattern cannot be understood.
    """
    if len(content) > MAX_SIZE:
        raise BrokenOpml(f"the file is larger than {MAX_SIZE:,} bytes")
    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenOpml(f"not readable as OPML: {error}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise BrokenOpml(f"not OPML: the outermost element is <{etree.QName(root).localname}>")
    lines: dict[str, SourceLine] = {}
    for outline in root.iter("outline"):
        if _attribute(outline, "xmlUrl"):
            line = _line(outline)
            lines.setdefault(line.url, line)
    if not lines:
        raise BrokenOpml("the OPML names no source: no outline has an xmlUrl")
    return tuple(lines.values())


def write_opml(lines: Iterable[SourceLine], *, title: str) -> bytes:
    """An OPML 2.0 file that read_opml reads back to the same lines."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for line in lines:
        categories = [f"/role/{line.role.value}", f"/scope/{line.scope.value}"]
        if line.publisher_kind is not None:
            categories.append(f"/publisher/{line.publisher_kind.value}")
        if not line.is_active:
            categories.append("/polled/no")
        attributes = {
            "type": "rss" if line.kind is SourceKind.FEED else line.kind.value,
            "text": line.title,
            "xmlUrl": line.url,
            "htmlUrl": line.home_url,
            "category": ",".join(categories),
            "language": line.language,
            "country": line.country,
            "timeZone": line.time_zone,
            "linkPattern": line.link_pattern,
        }
        SubElement(
            body, "outline", {name: _NOT_XML.sub("", value) for name, value in attributes.items() if value}
        )
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _line(outline: etree._Element) -> SourceLine:
    where = f"line {outline.sourceline}"
    try:
        url = canonical_url(_attribute(outline, "xmlUrl"))
    except NotAnAddress as error:
        raise BrokenOpml(f"{where}: {error}") from error
    named = dict(_categories(outline))
    try:
        publisher = PublisherKind(named["publisher"]) if "publisher" in named else None
        role = Role(named.get("role", Role.MONITORED))
        scope = Scope(named.get("scope", Scope.ALL))
        kind = (
            SourceKind(named["kind"])
            if "kind" in named
            else _TYPES.get(_attribute(outline, "type").lower(), SourceKind.FEED)
        )
        link_pattern = _attribute(outline, "linkPattern", as_written=True) or None
        re.compile(link_pattern or "")
    except ValueError as error:
        raise BrokenOpml(f"{where}: {error}") from error
    except re.error as error:
        raise BrokenOpml(f"{where}: its linkPattern is not a regular expression ({error})") from error
    return SourceLine(
        url=url,
        title=_attribute(outline, "text") or _attribute(outline, "title") or url,
        role=role,
        scope=scope,
        kind=kind,
        publisher_kind=publisher,
        home_url=_attribute(outline, "htmlUrl") or None,
        language=_attribute(outline, "language").lower() or None,
        country=_attribute(outline, "country").lower() or None,
        time_zone=_attribute(outline, "timeZone") or None,
        link_pattern=link_pattern,
        is_active=named.get("polled") != "no",
    )


def _categories(outline: etree._Element) -> Iterable[tuple[str, str]]:
    for path in _attribute(outline, "category").split(","):
        parts = path.strip().strip("/").split("/")
        if len(parts) == 2:
            yield parts[0].lower(), parts[1].lower()


def _attribute(outline: etree._Element, name: str, *, as_written: bool = False) -> str:
    """An attribute whatever its capitals, which OPML writers do not agree on; on one line unless `as_written`."""
    for key, value in outline.attrib.items():
        if str(key).lower() == name.lower():
            return str(value) if as_written else " ".join(str(value).split())
    return ""
