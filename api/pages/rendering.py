"""Rendering: Jinja with everything escaped, times as the desk's country reads them, two languages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.pages.wording import LANGUAGES, Language, name_value, say
from api.permissions import Actor
from api.services import services_of

FOLDER = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LANGUAGE_COOKIE = "dinhchinh_language"

_environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def show(
    request: Request,
    template: str,
    *,
    status: int = 200,
    actor: Actor | None = None,
    language: Language | None = None,
    public: bool = False,
    media_type: str = "text/html",
    **context: Any,
) -> Response:
    """A page. Public ones may be kept by caches for a minute; all others by nobody."""
    services = services_of(request)
    chosen = language or choose_language(request)
    body = _environment.get_template(template).render(
        actor=actor,
        language=chosen,
        other_language=LANGUAGES[1 - LANGUAGES.index(chosen)],
        office=services.office,
        contact=services.contact,
        contact_is_link=urlsplit(services.contact).scheme in ("http", "https", "mailto"),
        public_url=services.public_url,
        path=request.url.path,
        now=services.clock(),
        t=lambda key, **values: say(key, chosen, **values),
        value=lambda family, value: name_value(family, value, chosen),
        **context,
    )
    response = HTMLResponse(body, status, media_type=media_type)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31536000, samesite="lax", httponly=True)
    elif public:
        response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Vary"] = "Cookie"
    return response


def choose_language(request: Request) -> Language:
    """The language asked for, the one chosen earlier, or Vietnamese."""
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return "en" if wanted == "en" else "vi"


def mark(text: str, places: Iterable[tuple[int, int] | None]) -> Markup:
    """The text with the differing words marked."""
    marked, at = Markup(""), 0
    for start, end in sorted(place for place in places if place is not None):
        if start >= at and end > start:
            marked += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
            at = end
    return marked + escape(text[at:])


def moment(at: datetime | None, *, day_only: bool = False, zone: str = "") -> Markup:
    """A time as the clocks of a zone show it, Viet Nam's when not told, with the exact one for machines."""
    if at is None:
        return Markup("–")
    local = at.astimezone(ZoneInfo(zone) if zone else ZONE)
    written = local.strftime("%d/%m/%Y") if day_only else local.strftime("%d/%m/%Y %H:%M")
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), written)


def clock_time(at: datetime | None) -> str:
    """Hours and minutes only."""
    return at.astimezone(ZONE).strftime("%H:%M") if at else ""


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "–" if value is None else f"{value:.0%}"


def exact_share(value: float | None) -> str:
    """A share as a percentage with one decimal, where two are compared."""
    return "–" if value is None else f"{value:.1%}"


def link_only(url: str) -> str:
    """An address that may be linked; a page found by crawling must not smuggle in a script."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def by_size(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Priority's parts, largest first."""
    return sorted(parts.items(), key=lambda part: -part[1])


_environment.filters.update(
    mark=mark,
    moment=moment,
    clock_time=clock_time,
    share=share,
    exact_share=exact_share,
    link_only=link_only,
    by_size=by_size,
)
