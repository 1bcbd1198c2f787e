"""Feeds, pages and the source list as the newsroom's outlets write them. Pure functions, text in, text out."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from dinhchinh.demo.contents import Article, Outlet

WORDS = {
    "vi": {
        "sections": ("Thời sự", "Kinh tế", "Xã hội", "Văn hóa", "Bạn đọc"),
        "more": "Đọc thêm",
        "rights": "Giữ bản quyền. Ghi rõ nguồn khi đăng lại.",
    },
    "en": {
        "sections": ("News", "Business", "Society", "Culture", "Letters"),
        "more": "Read next",
        "rights": "All rights reserved.",
    },
}


def render_page(
    outlet: Outlet, article: Article, published_at: datetime, more: Iterable[tuple[str, str]]
) -> str:
    """An article's HTML page, with the furniture that a reader must be able to tell from the text.

    `more` is the titles and addresses of other articles.
    """
    words = WORDS[outlet.language]
    local = published_at.astimezone(ZoneInfo(outlet.time_zone))
    sections = "".join(f'<li><a href="/muc/{n}">{name}</a></li>' for n, name in enumerate(words["sections"]))
    others = "".join(f'<li><a href="{escape(url)}">{escape(title)}</a></li>' for title, url in more)
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    title, name = escape(article.title), escape(outlet.name)
    return f"""<!doctype html>
<html lang="{outlet.language}">
<head>
<meta charset="utf-8">
<title>{title} | {name}</title>
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{name}">
<meta property="article:published_time" content="{local.isoformat()}">
</head>
<body>
<header><a href="/">{name}</a><nav><ul>{sections}</ul></nav></header>
<main>
<article>
<h1>{title}</h1>
<time datetime="{local.isoformat()}">{local:%d/%m/%Y %H:%M}</time>
{body}
</article>
</main>
<aside><h2>{words["more"]}</h2><ul>{others}</ul></aside>
<footer><p>© {name}. {words["rights"]}</p></footer>
</body>
</html>
"""


def render_feed(outlet: Outlet, base: str, entries: Iterable[tuple[Article, str, datetime]]) -> str:
    """The outlet's feed, RSS 2.0 or Atom, of articles with their addresses and times of publication."""
    render = render_atom if outlet.feed == "atom" else render_rss
    return render(outlet, base, sorted(entries, key=lambda entry: entry[2], reverse=True))


def render_rss(outlet: Outlet, base: str, entries: Iterable[tuple[Article, str, datetime]]) -> str:
    """RSS 2.0, dated in the outlet's own zone and in its own way of writing it."""

    def dated(at: datetime) -> str:
        text = format_datetime(at.astimezone(ZoneInfo(outlet.time_zone)))
        return text.removesuffix("00") if outlet.zone_style == "short" else text

    items = "\n".join(
        f"<item><title>{escape(article.title)}</title><link>{url}</link>"
        f'<guid isPermaLink="true">{url}</guid><pubDate>{dated(at)}</pubDate>'
        f"<description>{escape(article.paragraphs[0])}</description></item>"
        for article, url, at in entries
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel>
<title>{escape(outlet.name)}</title><link>{base}/</link>
<description>{escape(outlet.name)}</description><language>{outlet.language}</language>
{items}
</channel></rss>
"""


def render_atom(outlet: Outlet, base: str, entries: Iterable[tuple[Article, str, datetime]]) -> str:
    """Atom; the feed's own date is that of its newest entry."""
    entries = list(entries)
    updated = f"<updated>{entries[0][2].isoformat()}</updated>" if entries else ""
    items = "\n".join(
        f'<entry><id>{url}</id><title>{escape(article.title)}</title><link href="{url}"/>'
        f"<published>{at.isoformat()}</published><updated>{at.isoformat()}</updated>"
        f"<summary>{escape(article.paragraphs[0])}</summary></entry>"
        for article, url, at in entries
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
<id>{base}/</id><title>{escape(outlet.name)}</title>{updated}
{items}
</feed>
"""


def render_opml(outlets: Iterable[tuple[Outlet, str]]) -> str:
    """A source list of outlets with their base addresses, as `dinhchinh sources import` reads it."""
    outlines = "\n".join(
        f'    <outline type="rss" text="{escape(outlet.name)}" xmlUrl="{base}/feed.xml" htmlUrl="{base}/" '
        f'category="/role/{outlet.role},/scope/{outlet.scope},/publisher/{outlet.publisher}" '
        f'language="{outlet.language}" timeZone="{outlet.time_zone}" country="{outlet.country}"/>'
        for outlet, base in outlets
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head><title>Đính Chính: demo newsroom</title></head>
  <body>
{outlines}
  </body>
</opml>
"""
