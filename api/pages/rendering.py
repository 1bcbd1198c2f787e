"""Rendering: Jinja with everything escaped, times as the desk's country reads them, two languages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.routing import Match

from api.caching import offer
from api.pages.reason_words import word_reason
from api.pages.refusals import word_refusal
from api.pages.route_words import route_reason
from api.pages.wording import LANGUAGES, Language, name_value, say
from api.permissions import Actor
from api.services import Services, services_of

FOLDER = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LANGUAGE_COOKIE = "dinhchinh_language"

_environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    # Plain text is the one thing here that no browser reads as markup.
    autoescape=select_autoescape(default=True, disabled_extensions=("txt",)),
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
    problem: object = None,
    **context: Any,
) -> Response:
    """A page. Public ones may be kept by caches for a minute; all others by nobody.

    `problem`, an error or its message, is why something was refused, and is shown in the page's language. Where the
    address does not say the `language`, a cookie may have chosen it.
    """
    chosen = language or choose_language(request)
    refused = word_refusal(problem, chosen)
    body = render(request, template, actor=actor, language=chosen, problem=refused, **context)
    varies = {} if language else {"Vary": "Cookie"}
    if request.query_params.get("lang") in LANGUAGES:
        response = HTMLResponse(body, status, headers=varies)
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31536000, samesite="lax", httponly=True)
        return response
    if public and status == 200:
        return offer(request, body, HTMLResponse.media_type, headers=varies)
    return HTMLResponse(body, status, headers=varies)


def render(
    request: Request, template: str, *, language: Language, actor: Actor | None = None, **context: Any
) -> str:
    """A template filled in. `at` turns a path of ours into one that readers reach, wherever the site is mounted."""
    services = services_of(request)
    return _environment.get_template(template).render(
        actor=actor,
        language=language,
        other_language=LANGUAGES[1 - LANGUAGES.index(language)],
        in_other_language=_switch(request, LANGUAGES[1 - LANGUAGES.index(language)]),
        office=services.office,
        contact=services.contact,
        contact_is_link=urlsplit(services.contact).scheme in ("http", "https", "mailto"),
        public_url=services.public_url,
        at=lambda path: place(services, path),
        path=request.url.path,
        now=services.clock(),
        t=lambda key, **values: say(key, language, **values),
        value=lambda family, value: name_value(family, value, language),
        **context,
    )


def _switch(request: Request, language: Language) -> str:
    """Where this page is in another language; nothing for the answer to a form that cannot be asked for by itself."""
    asked_for = {**request.scope, "method": "GET"}
    if request.method != "GET" and all(
        one.matches(asked_for)[0] is not Match.FULL for one in request.app.routes
    ):
        return ""
    return f"?{request.url.include_query_params(lang=language).query}"


def place(services: Services, path: str) -> str:
    """Where readers' browsers find a path of ours: below the path of the public address, if that has one."""
    return urlsplit(services.public_url).path + path


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


def written_day(at: datetime | None) -> str:
    """A day as Viet Nam's calendar shows it, where no markup can stand."""
    return at.astimezone(ZONE).strftime("%d/%m/%Y") if at else "–"


def written_moment(at: datetime | None) -> str:
    """A time, where no markup can stand."""
    return at.astimezone(ZONE).strftime("%d/%m/%Y %H:%M") if at else "–"


def clock_time(at: datetime | None) -> str:
    """Hours and minutes only."""
    return at.astimezone(ZONE).strftime("%H:%M") if at else ""


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "–" if value is None else f"{value:.0%}"


def exact_share(value: float | None, sign: str) -> str:
    """A share as a percentage with one decimal, where two are compared."""
    return "–" if value is None else f"{value:.1%}".replace(".", sign)


def decimal(value: float, sign: str) -> str:
    """A number from 0 to 1 with two decimals, and the decimal sign of the page's language."""
    return f"{value:.2f}".replace(".", sign)


def link_only(url: str) -> str:
    """An address that may be linked; a page found by crawling must not smuggle in a script."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def grouping(reason: str, language: Language) -> str:
    """Why a claim is in its group, in the page's language; the words that differ stay as published."""
    same_but_for = "the same words but for"
    if reason.startswith(same_but_for):
        return name_value("grouped", same_but_for, language) + reason.removeprefix(same_but_for)
    return name_value("grouped", reason, language)


def by_size(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Priority's parts, largest first."""
    return sorted(parts.items(), key=lambda part: -part[1])


_environment.filters.update(
    mark=mark,
    moment=moment,
    clock_time=clock_time,
    written_day=written_day,
    written_moment=written_moment,
    share=share,
    exact_share=exact_share,
    decimal=decimal,
    link_only=link_only,
    by_size=by_size,
    grouping=grouping,
    route_reason=route_reason,
    word_reason=word_reason,
    word_refusal=word_refusal,
)
