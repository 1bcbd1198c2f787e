"""What a page says about itself: its titles, dates and address, in JSON-LD, meta elements and headings.

By-lines are not among it: nothing here reads who wrote a page.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from ingest.text import one_line

MAX_TITLE = 500

_ARTICLE_TYPES = re.compile(
    r"(?i)article|newsarticle|reportage|blogposting|liveblog|opinion|report|videoobject|webpage"
)
_SEPARATOR = re.compile(r"\s+[|\-–—·•:»«/]+\s+|\s*[|｜ㅣ¦]\s*")
_AFTER_KICKER = re.compile(r"(?::|\s[|\-–—/])\s+$")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]{0,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The statements of a page about itself, in order of appearance; empty where there is none."""

    headlines: tuple[str, ...] = ()
    social_titles: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    document_title: str = ""
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    canonical: str = ""
    body: str = ""
    language: str = ""
    is_free: bool = True
    site_name: str = ""


def read_head(tree: HtmlElement) -> Head:
    """The statements of a parsed page."""
    data = list(_json_ld(tree))
    articles = [item for item in data if _is_article(item)] or data
    meta = _metas(tree)
    return Head(
        headlines=_texts(item.get("headline") for item in articles),
        social_titles=_texts((meta.get("og:title"), meta.get("twitter:title"))),
        headings=_texts(" ".join(h1.itertext()) for h1 in tree.iter("h1")),
        document_title=plain(" ".join(tree.xpath("string((//title)[1])").split())),
        published=_texts(
            (
                *(item.get("datePublished") for item in articles),
                *(
                    meta.get(name)
                    for name in (
                        "article:published_time",
                        "og:published_time",
                        "datepublished",
                        "parsely-pub-date",
                        "pubdate",
                        "publishdate",
                        "publish-date",
                        "publish_date",
                        "dc.date.issued",
                        "dcterms.created",
                        "sailthru.date",
                        "article.published",
                        "cxenseparse:recs:publishtime",
                    )
                ),
                *(item.get("dateCreated") for item in articles),
            )
        ),
        modified=_texts(
            (*(item.get("dateModified") for item in articles), meta.get("article:modified_time"))
        ),
        canonical=next(iter(tree.xpath("//link[translate(@rel,'CANOIL','canoil')='canonical']/@href")), ""),
        body=max((str(item.get("articleBody") or "") for item in articles), key=len, default=""),
        language=str(tree.get("lang") or "").strip().lower(),
        is_free=not any(
            str(item.get("isAccessibleForFree", "")).strip().lower()
            in ("false", "http://schema.org/false", "no")
            for item in articles
        ),
        site_name=plain(meta.get("og:site_name") or ""),
    )


def choose_title(head: Head, entry_title: str = "", host: str = "") -> str:
    """The title of a page: its feed's, when the page confirms it, else the page's most trusted statement.

    Without a feed the order is JSON-LD, og:title, heading, document title; two things speak for og:title
    before all others: that it is the first statement without its kicker, and that it is also the heading while
    JSON-LD and the document title, both written for search engines, agree on something else. A site's name
    after a separator is no part of a title. Measured on 258 pages of 181 publishers: the right title is among
    the statements on 96 %, found on 86 % without a feed and 99 % with one that carries it.
    """
    statements = (*head.headlines[:1], *head.social_titles[:1], *head.headings[:1], head.document_title)
    said = (*statements, *head.headlines, *head.social_titles, *head.headings)
    known = {_words(text) for text in said if text}
    names = (head.site_name, host, host.removeprefix("www.").partition(".")[0])
    sites = {_letters(name) for name in names if name}

    def clean(text: str) -> str:
        return _without_site(text, known, sites)

    entry_title = plain(entry_title)
    if entry_title and _words(entry_title) in known | {_words(clean(text)) for text in said}:
        return entry_title
    first = next((clean(text) for text in statements if text), entry_title)
    shared = clean(next(iter(head.social_titles), ""))
    heading = clean(next(iter(head.headings), ""))
    for_search = _words(first) == _words(clean(head.document_title))
    if shared and (_follows_kicker(shared, first) or (for_search and _words(shared) == _words(heading))):
        return shared
    return first


def plain(text: str) -> str:
    """Text without markup, on one line."""
    text = html.unescape(text)
    text = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return one_line(text)[:MAX_TITLE]


def _words(text: str) -> str:
    """What a text says, however it is typed."""
    return " ".join(_WORD.findall(text.casefold()))


def _letters(name: str) -> str:
    """A site's name as its address spells it: "Báo Tuổi Trẻ" is tuoitre."""
    decomposed = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    marks = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
    return "".join(_WORD.findall(marks)).removeprefix("bao")


def _follows_kicker(title: str, text: str) -> bool:
    kicker = text.removesuffix(title)
    return kicker != text and _AFTER_KICKER.search(kicker) is not None


def _without_site(text: str, known: set[str], sites: set[str]) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    for cut in cuts:
        if _words(text[: cut.start()]) in known:
            return text[: cut.start()].strip()
    if cuts and _letters(text[cuts[-1].end() :]) in sites:
        return text[: cuts[-1].start()].strip()
    return text


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    found = (plain(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(text for text in found if text))


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            metas.setdefault(name.strip().lower(), content)
    return metas


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            parsed = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(parsed, depth=0)


def _objects(value: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:100]:
            yield from _objects(item, depth=depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                yield from _objects(value[key], depth=depth + 1)


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind) and "webpage" not in kind.lower()
        for kind in kinds
    )
