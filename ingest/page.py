"""Reading an article page: text, title, date, language. Runs in a worker process; takes bytes, gives values.

trafilatura's default settings: the best of all that were tried on 990 pages, and a fast attempt before it
made the whole slower and worse. Nobody's name is read.
"""

import logging
import re
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import htmldate
from lxml.html import HtmlElement
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from trafilatura import extract
from trafilatura.baseline import basic_cleaning
from trafilatura.utils import decode_file, load_html

from ingest.dates import FUTURE_ALLOWED, first_date
from ingest.head import Head, choose_title, read_head
from ingest.text import one_line, paragraphs
from ingest.urls import NotAnAddress, canonical_url, host_key, same_site
from ingest.values import Page, PageHints, PageKind

MAX_CHARACTERS = 2_000_000
# A real article this short may exist; a challenge, consent or paywall page never says more about anything.
SHORT = 1_500
SECOND_OPINION_BELOW = 250
# As sure as with a thousand on a hundred pages in many languages, in half the time.
LANGUAGE_SAMPLE = 500
SURE_OF_LANGUAGE = 0.9

_CHALLENGE = re.compile(
    r"just a moment\.\.\.|checking your browser|verif(?:y|ying) (?:that )?you are (?:a )?human"
    r"|enable javascript and cookies|attention required! \| cloudflare|ddos protection by|cf-browser-verification"
    r"|challenge-platform|captcha-delivery\.com|_incapsula_resource|px-captcha|are you a robot\?"
    r"|please complete the security check|xác (?:minh|nhận) bạn (?:là|không phải)"
    r"|access denied.{0,80}(?:permission|reference #)",
    re.IGNORECASE | re.DOTALL,
)
_CONSENT = re.compile(
    r"before you continue to|we (?:and our (?:\d+ )?partners )?(?:use|store) .{0,40}cookies.{0,200}"
    r"(?:accept all|consent)|consent\.(?:yahoo|google)|privacy gate|cookie wall|wir benötigen ihre zustimmung"
    r"|bạn (?:cần )?đồng ý .{0,60}cookie",
    re.IGNORECASE | re.DOTALL,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|unlock)|already a subscriber\?|sign in to (?:continue|read)"
    r"|this (?:article|content) is (?:for|exclusive to|only available to) .{0,20}(?:subscribers|members)"
    r"|đăng (?:ký|nhập) để (?:đọc|xem) (?:tiếp|toàn bộ)|réservé aux abonnés|nur für abonnenten"
    r"|bài viết (?:này )?dành (?:riêng )?cho (?:độc giả|thành viên|tài khoản)|exclusivo para suscriptores",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]{0,500}>")
_BLOCKS = (
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "form", "header", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr",
    "ul",
)  # fmt: skip
# Unicode's own sign, and one that an element's text may hold.
_PARAGRAPH_END = "\u2029"
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.\-]+)""", re.IGNORECASE)

# Every page that cannot be extracted would otherwise be a warning in the log; the row says so already.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_page(body: bytes, hints: PageHints, now: datetime) -> Page:
    """What a page says. Its kind is ARTICLE only when there is a text and nothing stands in front of it."""
    markup = decode(body, hints.charset)[:MAX_CHARACTERS]
    tree = load_html(markup)
    if tree is None:
        return Page(kind=PageKind.EMPTY, reason="no HTML in the answer")
    head = read_head(tree)
    text = paragraphs(extract(tree, url=hints.url, include_comments=False, output_format="txt") or "")
    text = part_blocks(text, tree)
    if len(text) < SECOND_OPINION_BELOW:
        text = max(text, paragraphs(_TAG.sub("\n", head.body)), key=len)
    kind, reason = judge_kind(markup, text, head)
    if kind is not PageKind.ARTICLE:
        return Page(kind=kind, reason=reason)
    language = language_of(text, hints.language)
    return Page(
        kind=kind,
        title=choose_title(head, hints.title, host_key(hints.url)) or text.split("\n", 1)[0][:200],
        text=text,
        published_at=hints.published_at or published_at(tree, head, hints, language, now),
        language=language,
        canonical_url=_canonical(head, hints.url),
    )


def part_blocks(text: str, tree: HtmlElement) -> str:
    """The text with each article that was run together on one line parted where the page parts it.

    Where trafilatura finds less than 250 characters it takes whole <article> elements, each as one line: title and
    date then begin the first sentence, which is another one than before a page was cut down.
    """
    lines = text.splitlines()
    # One line for each of them at most, so that most pages are not copied.
    if len(lines) > len(tree.findall(".//article")):
        return text
    cleaned = basic_cleaning(copy(tree))
    parted = {" ".join(parts): parts for parts in map(_blocks, cleaned.iter("article"))}
    return "\n".join(part for line in lines for part in parted.get(line, [line]))


def _blocks(article: HtmlElement) -> list[str]:
    for element in article.iter(*_BLOCKS):
        element.text = _PARAGRAPH_END + (element.text or "")
        element.tail = _PARAGRAPH_END + (element.tail or "")
    parts = map(one_line, article.text_content().split(_PARAGRAPH_END))
    return [part for part in parts if part]


def decode(body: bytes, charset: str | None) -> str:
    """The page as text: UTF-8 if it can be, else what header or page declare, else what it looks like."""
    declared = _META_CHARSET.search(body[:4096])
    for name in ("utf-8", charset, declared.group(1).decode("ascii") if declared else None):
        try:
            if name:
                return body.decode(name).replace("\x00", "")
        except (UnicodeError, LookupError):
            continue
    return decode_file(body).replace("\x00", "")


def judge_kind(markup: str, text: str, head: Head) -> tuple[PageKind, str]:
    """Whether a page is an article, and if not, what stands in front of it."""
    if len(text) < SHORT:
        start = markup[:60_000]
        if match := _CHALLENGE.search(text) or (_CHALLENGE.search(start) if len(text) < 300 else None):
            return PageKind.CHALLENGE, f"a challenge page ({match.group()[:60]!r})"
        if match := _CONSENT.search(text):
            return PageKind.CONSENT, f"a consent page ({match.group()[:60]!r})"
        if match := _PAYWALL.search(text):
            return PageKind.PAYWALL, f"behind a paywall ({match.group()[:60]!r})"
        if not head.is_free and len(text) < 400:
            return PageKind.PAYWALL, "behind a paywall, as the page itself says"
    if not text:
        return PageKind.EMPTY, "no article text on the page"
    return PageKind.ARTICLE, ""


def published_at(
    tree: HtmlElement, head: Head, hints: PageHints, language: str | None, now: datetime
) -> datetime | None:
    """When the page says it was published; what the page states outright goes before what it shows."""
    zone = hints.time_zone
    stated = first_date(head.published, zone=zone, language=language, now=now)
    if stated is not None:
        return stated
    latest = (now + FUTURE_ALLOWED + timedelta(days=1)).date()
    try:
        shown = htmldate.find_date(
            tree,
            url=hints.url,
            original_date=True,
            outputformat="%Y-%m-%d",
            max_date=latest.isoformat(),
            extensive_search=True,
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        shown = None
    return (
        datetime.combine(date.fromisoformat(shown), time(), UTC)
        if shown
        else first_date(head.modified, zone=zone, now=now)
    )


def language_of(text: str, hint: str | None) -> str | None:
    """The language of a text as a two-letter code; the source's own when the text alone does not settle it."""
    identifier = _identifier()
    found, probability = identifier.classify(text[:LANGUAGE_SAMPLE])
    if probability >= SURE_OF_LANGUAGE:
        return str(found)
    hinted = (hint or "").split("-")[0].lower()
    return hinted if hinted in identifier.labels else str(found or "und")


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _canonical(head: Head, url: str) -> str | None:
    """The page's own name for itself, believed only within its registered domain."""
    try:
        own = canonical_url(head.canonical, url) if head.canonical else None
    except NotAnAddress:
        return None
    return own if own and same_site(own, url) else None
