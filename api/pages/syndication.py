"""Published briefs for other programs: Atom, JSON Feed, sitemap, oEmbed. A correction makes its entry new again."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from markupsafe import escape
from starlette.exceptions import HTTPException

from alerts import NotFound
from alerts.subjects import Subject
from api.addresses import published_url
from api.caching import offer
from api.pages.rendering import render
from api.pages.wording import Language, name_value, say
from api.paging import LARGEST_ID
from api.services import InServices, Services
from api.views.published import (
    PublishedOut,
    describe_headlines,
    find_published,
    newest_changes,
    newest_texts,
)
from models import BriefVersion, ChangeGrade

router = APIRouter()

READ = ["GET", "HEAD"]
ENTRIES = 30
# The protocol's own limit for one file.
MOST_IN_SITEMAP = 50_000
PAGES = ("/", "/about", "/accountability", "/corrections", "/corrections/report")
WIDEST, TALLEST = 640, 320


@dataclass(frozen=True, slots=True)
class Entry:
    """A published text in a feed: its permalink, a title that says what became of it, and the text as HTML."""

    brief: PublishedOut
    url: str
    title: str
    changed_at: datetime
    content: str


# XML 1.0 has no place for these, not even escaped. Office programs and PDFs leave form feeds and vertical tabs behind,
# and one of them makes the whole feed unreadable.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@router.api_route("/published/feed.atom", methods=READ)
def show_atom(
    request: Request, services: InServices, lang: Language = "vi", subject: Subject | None = None
) -> Response:
    """The newest changes in one language, whole (RFC 4287)."""
    entries = _read(request, services, lang, subject)
    body = render(
        request,
        "feed.atom",
        language=lang,
        entries=entries,
        title=_title(services, lang, subject),
        # A feed without entries has been the same since ever.
        updated=max((one.changed_at for one in entries), default=datetime.fromisoformat("2026-01-01T00:00Z")),
        feed_url=_address(services, "/published/feed.atom", lang, subject),
        home_url=_address(services, "/", lang, subject),
    )
    return offer(request, _NOT_XML.sub("", body), "application/atom+xml")


@router.api_route("/published/feed.json", methods=READ)
def show_json_feed(
    request: Request, services: InServices, lang: Language = "vi", subject: Subject | None = None
) -> Response:
    """The same as JSON Feed 1.1. What `_dinhchinh` holds is ours: the version, how it changed, and a withdrawal."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(services, lang, subject),
        "home_page_url": _address(services, "/", lang, subject),
        "feed_url": _address(services, "/published/feed.json", lang, subject),
        "language": lang,
        "authors": [{"name": services.office, "url": f"{services.public_url}/"}],
        "items": [_item(one) for one in _read(request, services, lang, subject)],
    }
    return offer(request, json.dumps(body, ensure_ascii=False), "application/feed+json")


@router.api_route("/sitemap.xml", methods=READ)
def show_sitemap(request: Request, services: InServices) -> Response:
    """The public pages and every published text, with its other language."""
    query = newest_texts().order_by(BriefVersion.id.desc()).limit(MOST_IN_SITEMAP - len(PAGES))
    with services.sessions() as session:
        headlines = describe_headlines(session, session.scalars(query).all())
    languages: dict[int, list[str]] = defaultdict(list)
    for one in headlines:
        languages[one.id].append(one.language)
    body = render(
        request, "sitemap.xml", language="vi", pages=PAGES, headlines=headlines, languages=languages
    )
    return offer(request, body, "application/xml")


@router.api_route("/robots.txt", methods=READ)
def show_robots(request: Request, services: InServices) -> Response:
    """Everybody may read everything that is public."""
    body = f"User-agent: *\nDisallow: /desk/\nSitemap: {services.public_url}/sitemap.xml\n"
    return offer(request, body, "text/plain")


@router.api_route("/oembed", methods=READ)
def read_oembed(
    request: Request,
    services: InServices,
    url: Annotated[str, Query(max_length=500)],
    maxwidth: Annotated[int, Query(ge=1, le=10_000)] = WIDEST,
    maxheight: Annotated[int, Query(ge=1, le=10_000)] = TALLEST,
    format: Literal["json", "xml"] = "json",  # noqa: A002 - the protocol's name
) -> Response:
    """How another site shows a brief (oEmbed 1.0): words and a link, no frame and no script.

    It says so when the brief has been withdrawn or the address is an earlier version's.
    """
    if format == "xml":
        raise HTTPException(501, "only format=json is offered")
    brief_id, language, number = _parse(services, url)
    with services.sessions() as session:
        brief = find_published(session, brief_id, language, number)
    if brief is None:
        raise NotFound("published brief at", url)
    shown: Language = "en" if brief.language == "en" else "vi"
    body: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": _title_of(brief, shown),
        "provider_name": services.office,
        "provider_url": f"{services.public_url}/",
        "author_name": services.office,
        "author_url": f"{services.public_url}/",
        "cache_age": 3600,
        "width": min(maxwidth, WIDEST),
        "height": min(maxheight, TALLEST),
        "html": _embed(brief, shown, services),
    }
    # Other sites' pages ask for this from the reader's browser.
    headers = {"Access-Control-Allow-Origin": "*"}
    return offer(request, json.dumps(body, ensure_ascii=False), "application/json", headers=headers)


def _read(request: Request, services: Services, language: Language, subject: Subject | None) -> list[Entry]:
    query = newest_changes(language=language, subject=subject).limit(ENTRIES)
    with services.sessions() as session:
        found = [find_published(session, text.brief_id, language) for text in session.scalars(query).all()]
    return [
        Entry(
            brief=brief,
            url=published_url(services.public_url, brief.id, brief.language),
            title=_title_of(brief, language),
            changed_at=brief.withdrawn_at or brief.published_at,
            content=render(request, "entry.html", language=language, brief=brief),
        )
        for brief in found
        if brief is not None
    ]


def _title_of(brief: PublishedOut, language: Language) -> str:
    """The title, after what became of it: many readers see no more than titles."""
    grade = brief.editions[0].grade
    return (
        brief.title
        if grade is ChangeGrade.FIRST
        else f"[{name_value('grade', grade, language)}] {brief.title}"
    )


def _title(services: Services, language: Language, subject: Subject | None) -> str:
    named = f" – {name_value('subject', subject, language)}" if subject else ""
    return f"{services.office}: {say('published_briefs', language)}{named}"


def _address(services: Services, path: str, language: Language, subject: Subject | None) -> str:
    chosen = f"&subject={subject}" if subject else ""
    return f"{services.public_url}{path}?lang={language}{chosen}"


def _item(entry: Entry) -> dict[str, Any]:
    brief = entry.brief
    return {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "date_published": brief.first_published_at.isoformat(),
        "date_modified": entry.changed_at.isoformat(),
        "language": brief.language,
        "tags": [brief.subject] if brief.subject else [],
        "_dinhchinh": {
            "version": brief.number,
            "grade": brief.editions[0].grade,
            "change_note": brief.editions[0].change_note,
            "withdrawn_at": brief.withdrawn_at.isoformat() if brief.withdrawn_at else None,
        },
    }


def _parse(services: Services, url: str) -> tuple[int, str | None, int | None]:
    """Which brief an address of ours is. Raises NotFound for any other."""
    found = re.fullmatch(
        re.escape(services.public_url) + r"/published/(\d{1,10})(?:/(vi|en)(?:/(\d{1,10}))?)?/?", url
    )
    if found is None or not 1 <= int(found[1]) <= LARGEST_ID or int(found[3] or 1) > LARGEST_ID:
        raise NotFound("published brief at", url)
    return int(found[1]), found[2], int(found[3]) if found[3] else None


def _embed(brief: PublishedOut, language: Language, services: Services) -> str:
    permalink = published_url(services.public_url, brief.id, brief.language)
    lines: Sequence[str] = [one.text for one in brief.blocks[:1]]
    if brief.withdrawn_at:
        lines = [f"{say('withdrawn_banner', language)}. {brief.withdrawal_reason}"]
    elif brief.number != brief.newest_number:
        told = (
            f"{name_value('put_right', one.grade, language)}: {one.change_note}" for one in brief.put_right
        )
        lines = [say("older_version", language), *told, *lines]
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<blockquote cite="{escape(permalink)}" lang="{language}"><p><strong>{escape(brief.title)}</strong></p>'
        f'{said}<footer><a href="{escape(permalink)}">{escape(services.office)}</a></footer></blockquote>'
    )
