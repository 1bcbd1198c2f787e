"""Whatever arrives in place of a feed, a sitemap or a page, reading it ends in a value or in an error in words.

The documents are whole ones in the formats and charsets that outlets use; then they are cut off, bytes of them are
overwritten, pieces left out or sent twice.
"""

import gzip
import html
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import IngestError
from ingest.feed import FeedHints, read_feed
from ingest.listing import read_source
from ingest.page import read_page
from ingest.values import Feed, Page, PageHints, PageKind
from tests.ingest.fake_news import article_page

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TITLES = ("Giá xăng tăng từ chiều nay", "Bão số 3 đổ bộ đất liền & gây mưa", "Đường “nghìn tỷ” thông xe")
DATES = ("Fri, 03 May 2024 15:47:42 +0700", "03/05/2024 15:47 GMT+7", "2024-05-03T15:47:42+07:00")
ITEMS = tuple(
    (f"https://a.vn/tin-moi-{n}-20240503.htm", *pair)
    for n, pair in enumerate(zip(TITLES, DATES, strict=True))
)
Item: TypeAlias = tuple[str, str, str]


def rss_2(items: Sequence[Item]) -> str:
    body = "".join(
        f"<item><title><![CDATA[{title}]]></title><link>{link}</link><guid isPermaLink='false'>{link}</guid>"
        f"<description>&lt;img src='x'&gt; {html.escape(title)}</description><pubDate>{date}</pubDate></item>"
        for link, title, date in items
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Báo thử</title><ttl>15</ttl>'
        f'<atom:link rel="hub" href="https://hub.vn/"/><link>https://a.vn/</link>{body}</channel></rss>'
    )


def rss_091(items: Sequence[Item]) -> str:
    return rss_2(items).replace('version="2.0"', 'version="0.91"').replace("<ttl>15</ttl>", "")


def rdf(items: Sequence[Item]) -> str:
    body = "".join(
        f'<item rdf:about="{link}"><title>{html.escape(title)}</title><link>{link}</link><dc:date>{date}</dc:date></item>'
        for link, title, date in items
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.vn/"><title>Báo thử</title>'
        f"</channel>{body}</rdf:RDF>"
    )


def atom(items: Sequence[Item]) -> str:
    body = "".join(
        f'<entry><id>tag:a.vn,{n}</id><title type="html">{html.escape(title)}</title><link href="{link}"/>'
        f"<updated>{date}</updated><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        f"<p>{html.escape(title)}</p></div></content></entry>"
        for n, (link, title, date) in enumerate(items)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo thử</title><link rel="self" href="/atom"/>{body}</feed>'


def sitemap(items: Sequence[Item]) -> str:
    body = "".join(
        f"<url><loc>{link}</loc><news:news><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{html.escape(title)}</news:title></news:news></url>"
        for link, title, date in items
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{body}</urlset>'
    )


def sitemap_index(items: Sequence[Item]) -> str:
    body = "".join(
        f"<sitemap><loc>{link}</loc><lastmod>2026-11-22</lastmod></sitemap>" for link, _, _ in items
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>'


def json_feed(items: Sequence[Item]) -> str:
    entries = [
        {"id": link, "url": link, "title": title, "date_published": date} for link, title, date in items
    ]
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Báo thử",
            "items": entries,
            "hubs": [{"url": "https://hub.vn"}],
        },
        ensure_ascii=False,
    )


def encode(document: str, charset: str) -> bytes:
    """The document declared to be in a charset; what that cannot write becomes a character reference."""
    return f'<?xml version="1.0" encoding="{charset}"?>{document}'.encode(charset, "xmlcharrefreplace")


CHARSETS = ("utf-8", "utf-16", "windows-1258")
FEEDS = (
    *(
        encode(form(ITEMS), charset)
        for form in (rss_2, rss_091, rdf, atom, sitemap, sitemap_index)
        for charset in CHARSETS
    ),
    json_feed(ITEMS).encode(),
)
ZIPPED = gzip.compress(encode(sitemap(ITEMS), "utf-8"))
ARTICLE = article_page(
    TITLES[0],
    *(
        f"{title}. Liên Bộ Công Thương - Tài chính vừa công bố giá bán lẻ xăng dầu mới trên cả nước."
        for title in TITLES
    ),
    head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Giá xăng tăng từ chiều nay", "datePublished": '
    '"2024-05-03T15:47:00+07:00", "isAccessibleForFree": true, "articleBody": "Liên Bộ"}</script>'
    '<link rel="canonical" href="/gia-xang.htm"><meta property="article:published_time" content="03/05/2024 15:47">',
).decode()
PAGES = tuple(ARTICLE.replace("utf-8", charset).encode(charset, "xmlcharrefreplace") for charset in CHARSETS)

# Where damage falls is a share of the whole, so that every part of every document is met as often.
places = st.floats(0, 1)
flips = st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)
piece = st.tuples(places, places)


def damage(
    body: bytes,
    end: float,
    flipped: Sequence[tuple[float, int]],
    left_out: tuple[float, float],
    twice: tuple[float, float],
) -> bytes:
    """The body cut at `end`, some bytes overwritten, one piece left out and one sent again at the end."""
    damaged = bytearray(body[: max(1, round(end * len(body)))])
    for place, value in flipped:
        damaged[round(place * (len(damaged) - 1))] = value
    again = damaged[slice(*_cut(damaged, twice))]
    del damaged[slice(*_cut(damaged, left_out))]
    return bytes(damaged + again)


def _cut(body: bytes | bytearray, share: tuple[float, float]) -> tuple[int, int]:
    start, end = sorted(round(place * len(body)) for place in share)
    return start, min(end, start + 200)


damages = st.tuples(st.just(1.0) | places, flips, piece, piece)
nothing: tuple[float, list[tuple[float, int]], tuple[float, float], tuple[float, float]] = (
    1.0,
    [],
    (0, 0),
    (0, 0),
)


@pytest.mark.parametrize("body", [*FEEDS, ZIPPED])
def test_undamaged_every_one_of_them_is_read(body: bytes) -> None:
    feed = read_source(damage(body, *nothing), FeedHints(url="https://a.vn/rss"), "feed", NOW)
    addresses = feed.sitemaps or [entry.link for entry in feed.entries]
    assert sorted(addresses) == [link for link, _, _ in ITEMS]


@pytest.mark.parametrize("body", PAGES)
def test_undamaged_every_page_is_an_article(body: bytes) -> None:
    page = read_page(body, PageHints(url="https://a.vn/gia-xang.htm"), NOW)
    assert (page.kind, page.title) == (PageKind.ARTICLE, TITLES[0])


@settings(max_examples=200)
@given(st.sampled_from([*FEEDS, ZIPPED]), damages, st.sampled_from(["feed", "sitemap", "listing"]))
def test_a_damaged_source_is_read_or_refused(
    body: bytes,
    done: tuple[float, list[tuple[float, int]], tuple[float, float], tuple[float, float]],
    kind: str,
) -> None:
    hints = FeedHints(
        url="https://a.vn/rss", content_type="text/xml", language="vi", time_zone="Asia/Ho_Chi_Minh"
    )
    try:
        feed = read_source(damage(body, *done), hints, kind, NOW)
    except IngestError:
        return
    assert isinstance(feed, Feed)
    assert all(entry.link.startswith(("http://", "https://")) for entry in feed.entries)
    assert all(entry.published_at is None or entry.published_at.tzinfo is UTC for entry in feed.entries)


@settings(max_examples=100)
@given(
    st.sampled_from(PAGES),
    damages,
    st.sampled_from([None, "utf-8", "utf-16", "windows-1258", "nonsense", "rot13"]),
)
def test_a_damaged_page_is_an_article_or_none_and_nothing_breaks(
    body: bytes,
    done: tuple[float, list[tuple[float, int]], tuple[float, float], tuple[float, float]],
    charset: str | None,
) -> None:
    hints = PageHints(url="https://a.vn/gia-xang.htm", charset=charset)
    page = read_page(damage(body, *done), hints, NOW)
    assert isinstance(page, Page)
    assert (page.kind is PageKind.ARTICLE) is bool(page.text)


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["feed", "sitemap", "listing"]))
def test_any_bytes_at_all_are_read_or_refused(body: bytes, kind: str) -> None:
    try:
        read_source(body, FeedHints(url="https://a.vn/rss"), kind, NOW)
    except IngestError:
        return


# JSON can spell what no database keeps: zeros, and halves of characters.
words = st.text(st.characters() | st.sampled_from("\0\ud800\udfff\u200b"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "url", "title", "href", "date_published"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(st.lists(json_values, max_size=4), json_values, json_values)
def test_a_json_feed_may_hold_anything_anywhere(items: list[object], title: object, hubs: object) -> None:
    whole = {"url": "https://a.vn/1.htm", "id": "the whole one", "title": title}
    body = {"version": "https://jsonfeed.org/version/1.1", "items": [*items, whole], "language": title}
    written = json.dumps(body | {"title": title, "hubs": hubs, "feed_url": title})
    feed = read_feed(written.encode(), FeedHints(url="https://a.vn/f"), NOW)
    assert "https://a.vn/1.htm" in [entry.link for entry in feed.entries]
    said = [feed.title, feed.language, feed.hub, feed.topic]
    assert_storable(
        *said, *(text for entry in feed.entries for text in (entry.guid, entry.link, entry.title))
    )


@settings(max_examples=100)
@given(json_values)
def test_structured_data_may_hold_anything_anywhere(value: object) -> None:
    names = ("headline", "datePublished", "articleBody", "@graph", "isAccessibleForFree", "mainEntity")
    data = json.dumps({"@type": "NewsArticle"} | dict.fromkeys(names, value))
    body = article_page(TITLES[0], head=f'<script type="application/ld+json">{data}</script>')
    page = read_page(body, PageHints(url="https://a.vn/x.htm"), NOW)
    assert_storable(page.title, page.text, page.language, page.canonical_url)


def assert_storable(*texts: str | None) -> None:
    for text in texts:
        assert text is None or "\0" not in text.encode().decode()
