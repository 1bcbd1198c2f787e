"""Feeds of every kind, whole and damaged."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.errors import Failure, NotAFeed
from ingest.feed import MAX_ENTRIES, FeedHints, read_feed
from ingest.listing import looks_like_article, read_source
from tests.ingest.fake_news import item, rss

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HINTS = FeedHints(
    url="https://a.vn/rss/home.rss",
    content_type="application/rss+xml",
    language="vi",
    time_zone="Asia/Ho_Chi_Minh",
)
AT = datetime(2024, 5, 3, 8, 47, 42, tzinfo=UTC)

RSS = rss(item("https://a.vn/1.htm", "Giá xăng tăng"), item("https://a.vn/2.htm", "Bão số 3"))
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<link rel="hub" href="https://hub.vn/"/><link rel="self" href="https://a.vn/atom.xml"/>
<entry><id>tag:1</id><title type="html">Gi\xc3\xa1 &lt;b&gt;x\xc4\x83ng&lt;/b&gt; t\xc4\x83ng</title><link href="/1.htm"/><updated>2024-05-03T15:47:42+07:00</updated></entry>
<entry><id>tag:2</id><title>B\xc3\xa3o s\xe1\xbb\x91 3</title><link rel="alternate" href="https://a.vn/2.htm"/><published>2024-05-03T08:47:42Z</published></entry></feed>"""
RDF = """<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.vn/"><title>A</title></channel>
<item rdf:about="https://a.vn/1.htm"><title>Giá xăng tăng</title><link>https://a.vn/1.htm</link><dc:date>2024-05-03T15:47:42+07:00</dc:date></item>
<item rdf:about="https://a.vn/2.htm"><title>Bão số 3</title><link>https://a.vn/2.htm</link><dc:date>03/05/2024 15:47:42 GMT+7</dc:date></item></rdf:RDF>""".encode()
OLD_RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="0.91"><channel><title>A</title>
<item><title>Giá xăng tăng</title><link>https://a.vn/1.htm</link><pubDate>Fri, 03 May 2024 15:47:42 ICT</pubDate></item>
<item><title>Bão số 3</title><link>https://a.vn/2.htm</link><pubDate>Fri, 03 May 2024 15:47:42 GMT+7</pubDate></item></channel></rss>""".encode()
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [
{"id": "1", "url": "https://a.vn/1.htm", "title": "Giá xăng tăng", "date_published": "2024-05-03T15:47:42+07:00"},
{"id": "2", "external_url": "https://a.vn/2.htm", "title": "Bão số 3", "date_published": "2024-05-03T08:47:42Z"}, 5]}""".encode()
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.vn/1.htm</loc><news:news><news:publication_date>2024-05-03T15:47:42+07:00</news:publication_date><news:title>Giá xăng tăng</news:title></news:news></url>
<url><loc>https://a.vn/2.htm</loc><lastmod>2024-05-03T08:47:42Z</lastmod><news:news><news:title>Bão số 3</news:title></news:news></url></urlset>""".encode()


@pytest.mark.parametrize(
    "body",
    [RSS, ATOM, RDF, OLD_RSS, JSON_FEED, SITEMAP],
    ids=["rss", "atom", "rdf", "rss091", "json", "sitemap"],
)
def test_the_same_two_entries_are_read_in_every_format(body: bytes) -> None:
    feed = read_source(body, HINTS, "feed", NOW)
    assert [(entry.link, entry.title, entry.published_at) for entry in feed.entries] == [
        ("https://a.vn/1.htm", "Giá xăng tăng", AT),
        ("https://a.vn/2.htm", "Bão số 3", AT),
    ]
    assert feed.remark == ""


def test_an_atom_feed_says_where_its_hub_is() -> None:
    feed = read_feed(ATOM, HINTS, NOW)
    assert (feed.hub, feed.topic) == ("https://hub.vn/", "https://a.vn/atom.xml")


@pytest.mark.parametrize(
    ("extra", "interval"),
    [
        ("<ttl>45</ttl>", timedelta(minutes=45)),
        (
            '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">hourly</sy:updatePeriod>',
            timedelta(hours=1),
        ),
        ("<ttl>often</ttl>", None),
        (
            '<s:updatePeriod xmlns:s="http://purl.org/rss/1.0/modules/syndication/">daily</s:updatePeriod>'
            '<s:updateFrequency xmlns:s="http://purl.org/rss/1.0/modules/syndication/">'
            + "9" * 5_000
            + "</s:updateFrequency>",
            None,
        ),
    ],
)
def test_a_feed_may_ask_for_a_pause_between_polls(extra: str, interval: timedelta | None) -> None:
    assert read_feed(rss(extra, item("https://a.vn/1.htm")), HINTS, NOW).interval == interval


def test_a_guid_counts_once() -> None:
    feed = read_feed(rss(item("https://a.vn/1.htm", "Trước"), item("https://a.vn/1.htm", "Sau")), HINTS, NOW)
    assert [entry.title for entry in feed.entries] == ["Trước"]


def test_an_entry_without_a_usable_address_is_left_out() -> None:
    feed = read_feed(
        rss("<item><title>x</title></item>", item("javascript:x"), item("https://a.vn/1.htm")), HINTS, NOW
    )
    assert [entry.link for entry in feed.entries] == ["https://a.vn/1.htm"]


@pytest.mark.parametrize(
    "body", [b"<rss><channel><title>x", b"<rss version='2.0'><channel><title>Tin</title><item><title>M\xe1"]
)
def test_a_feed_that_breaks_off_before_its_first_entry_is_broken(body: bytes) -> None:
    with pytest.raises(NotAFeed, match="breaks off before its first whole entry") as broken:
        read_feed(body, HINTS, NOW)
    assert broken.value.failure is Failure.BROKEN_BODY


def test_a_truncated_feed_keeps_its_whole_entries_only() -> None:
    cut = RSS[: RSS.index(b"https://a.vn/2.htm</link>") + 10]
    feed = read_feed(cut, HINTS, NOW)
    assert [entry.link for entry in feed.entries] == ["https://a.vn/1.htm"]
    assert "breaks off" in feed.remark


def test_bytes_that_are_utf8_are_read_as_that_whatever_they_declare() -> None:
    hints = FeedHints(url="https://a.vn/rss", content_type="application/rss+xml; charset=windows-1252")
    feed = read_feed(RSS.replace(b"utf-8", b"iso-8859-1"), hints, NOW)
    assert feed.entries[0].title == "Giá xăng tăng"
    assert feed.remark == "declares charset iso-8859-1 and windows-1252 but is UTF-8; read as UTF-8"


def test_a_declared_charset_is_used_when_the_bytes_are_not_utf8() -> None:
    body = RSS.decode().replace("utf-8", "utf-16").encode("utf-16")
    assert read_feed(body, FeedHints(url="https://a.vn/rss"), NOW).entries[1].title == "Bão số 3"
    body = (
        rss(item("https://a.vn/1.htm", "Café à Paris"), title="Presse")
        .decode()
        .replace("utf-8", "iso-8859-1")
        .encode("iso-8859-1")
    )
    assert read_feed(body, FeedHints(url="https://a.vn/rss"), NOW).entries[0].title == "Café à Paris"


def test_only_the_first_two_thousand_entries_are_read() -> None:
    feed = read_feed(rss(*(item(f"https://a.vn/{n}.htm") for n in range(5_000))), HINTS, NOW)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].link == "https://a.vn/0.htm"
    assert "2,000" in feed.remark


BILLION = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!DOCTYPE html><html><body>Trang ch\xe1\xbb\xa7</body></html>", "an HTML page, not a feed"),
        (b"<html><body>x</body></html>", "an HTML page, not a feed"),
        (b"hello", "not a feed"),
        (b"\x00\x01\x02" * 100, "not a feed"),
        (b'{"items": []}', "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "damaged JSON"),
        (b"[" * 100_000, "not a feed"),
        (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "x">{BILLION}]><rss version="2.0"><channel><title>&a9;</title></channel></rss>'.encode(),
            "entities",
        ),
    ],
)
def test_what_is_no_feed_is_an_expected_error_in_words(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        read_feed(body, HINTS, NOW)


def test_a_feed_that_declares_files_as_entities_gets_nothing_of_them() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + rss(item("https://a.vn/1.htm", "x&f;y"))[38:]
    )
    try:
        titles = [entry.title for entry in read_feed(body, HINTS, NOW).entries]
    except NotAFeed:
        return
    assert not any("root:" in title for title in titles)


def test_an_index_of_sitemaps_names_its_sitemaps() -> None:
    body = b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://a.vn/s1.xml</loc></sitemap></sitemapindex>'
    assert read_source(body, HINTS, "sitemap", NOW).sitemaps == ("https://a.vn/s1.xml",)


LISTING = """<html><body><a href="/">Trang chủ</a><a href="/the-thao">Thể thao</a>
<a href="/gia-xang-tang-tu-ngay-mai-123456.htm"><img src=x></a><a href="/gia-xang-tang-tu-ngay-mai-123456.htm">Giá xăng tăng từ ngày mai</a>
<a href="/bai/7">Bài bảy</a><a href="https://b.vn/mot-bai-o-bao-khac-9876543.htm">Báo khác</a></body></html>""".encode()


def test_a_listing_page_gives_what_looks_like_articles_of_its_own_site() -> None:
    feed = read_source(LISTING, HINTS, "listing", NOW)
    assert [(entry.link, entry.title) for entry in feed.entries] == [
        ("https://a.vn/gia-xang-tang-tu-ngay-mai-123456.htm", "Giá xăng tăng từ ngày mai")
    ]


HEADLINES = """<a href="/khoa-hoc-cong-nghe-moi.htm">Khoa học công nghệ</a><a href="/gia-xang-tang-tu-ngay-mai-1.htm"><img src=x></a>
<a href="/gia-xang-tang-tu-ngay-mai-1.htm">Giá xăng tăng từ ngày mai, dầu giảm nhẹ</a>
<a href="/bao-so-3-do-bo-quang-ninh-2.htm">Bão số 3 đổ bộ Quảng Ninh trong đêm</a>
<a href="/cau-moi-qua-song-hong-thong-xe-3.htm">Cầu mới qua sông Hồng thông xe sáng nay</a>""".encode()


def test_sections_with_long_names_are_not_taken_for_articles_where_there_are_headlines() -> None:
    feed = read_source(HEADLINES, HINTS, "listing", NOW)
    assert [entry.link.rpartition("-")[2] for entry in feed.entries] == ["1.htm", "2.htm", "3.htm"]


def test_a_page_whose_headlines_stand_beside_its_links_is_read_by_addresses_alone() -> None:
    body = "".join(f'<h3>Tin số {n}</h3><a href="/tin-bao-so-{n}.htm">Xem</a>' for n in range(5)).encode()
    assert len(read_source(body, HINTS, "listing", NOW).entries) == 5


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("/gia-xang-tang-manh-tu-ngay-mai.htm", True),
        ("/thoi-su/gia-xang-tang-123456.html", True),
        ("/kinh-te/123456.htm", True),
        ("/xe-buyt-moi-chay-thu-1019241/amp", True),
        ("/frettir/2025/02/11/ny_frett", True),
        ("/news/articles/clymn8zyrp9o", True),
        ("/bai.aspx?id=474126", True),
        ("/tin-tuc-hom-nay-4567.htm?ico=home", True),
        ("/", False),
        ("/the-thao", False),
        ("/thoi-su/chinh-tri", False),
        ("/tags/gia-xang-tang-manh", False),
        ("/tin-moi?page=2", False),
        ("/anh/2026/gia-xang-tang-manh.jpg", False),
        ("/gia-xang-tang-manh/comments", False),
        ("/category/khoa-hoc-va-doi-song", False),
    ],
)
def test_an_articles_address_is_told_by_its_shape(path: str, is_article: bool) -> None:
    assert looks_like_article(f"https://a.vn{path}") is is_article


def test_a_link_pattern_says_which_links_are_articles() -> None:
    feed = read_source(LISTING, FeedHints(url="https://a.vn/", link_pattern=r"/bai/\d+$"), "listing", NOW)
    assert [entry.title for entry in feed.entries] == ["Bài bảy"]


@pytest.mark.parametrize("pattern", ["(", "/nothing-like-it/"])
def test_a_listing_without_articles_is_an_expected_error(pattern: str) -> None:
    with pytest.raises(NotAFeed):
        read_source(LISTING, FeedHints(url="https://a.vn/", link_pattern=pattern), "listing", NOW)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (b"<a>" * 300 + b"</a>" * 300, "within each other"),
        (b"<a " + b" ".join(b'x%d="1"' % n for n in range(600)) + b"/>", "600 attributes"),
    ],
    ids=["too deep", "too many attributes"],
)
def test_xml_that_takes_for_ever_to_read_is_refused_before_it_is_read(inside: bytes, reason: str) -> None:
    body = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>' + inside + b"</channel></rss>"
    with pytest.raises(NotAFeed, match=reason):
        read_feed(body, FeedHints(url="https://a.vn/rss"), NOW)
