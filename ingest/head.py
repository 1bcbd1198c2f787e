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

MAX_TITLE = 500

_ARTICLE_TYPES = re.compile(
    r"(?i)article|newsarticle|reportage|blogposting|liveblog|opinion|report|videoobject|webpage"
)
_SEPARATOR = re.compile(r"\s+[|\-–—·•:»«/]+\s+|\s*\|\s*")
_BEFORE_COLON = re.compile(r"\s+:")
_TAG = re.compile(r"<[^>]{0,500}>")
_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "`": "'",
        "–": "-",
        "—": "-",
        "\u00a0": " ",
    }
)


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


def choose_title(head: Head, entry_title: str = "") -> str:
    """The title of a page: its feed's, when the page confirms it, else the page's most trusted statement.

    Measured on 258 pages of 181 publishers: the right title is among the statements on 96 % of pages, the
    order below finds 83 % without a feed (no weighting of agreement among them found more), and with a feed
    that carries the right one nearly all. A site's name after a separator is no part of a title.
    """
    statements = (*head.headlines[:1], *head.social_titles[:1], *head.headings[:1], head.document_title)
    known = {_folded(text) for text in (*statements, *head.headlines, *head.social_titles, *head.headings)}
    on_page = [_without_site(text, known, head.site_name) for text in statements if text]
    entry_title = plain(entry_title)
    if _folded(entry_title) in known | {_folded(text) for text in on_page}:
        return entry_title
    return next(iter([*on_page, entry_title]))


def plain(text: str) -> str:
    """Text without markup: one line, NFC."""
    text = html.unescape(text)
    text = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return unicodedata.normalize("NFC", " ".join(text.replace("\u200b", "").replace("\u00ad", "").split()))[
        :MAX_TITLE
    ]


def _folded(text: str) -> str:
    text = _BEFORE_COLON.sub(":", text.translate(_QUOTES))
    return " ".join(text.casefold().split()).strip(' ."')


def _without_site(text: str, known: set[str], site_name: str) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    for cut in cuts:
        if _folded(text[: cut.start()]) in known:
            return text[: cut.start()].strip()
    if cuts and site_name and _folded(text[cuts[-1].end() :]) == _folded(site_name):
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
