"""The newsroom that `dinhchinh demo` reads: served on loopback, scriptable, and what it promises to print."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest
import trafilatura
from lxml import etree

from classify.grouping import group_key, match_wording
from classify.models import load_models
from classify.passages import cut_passages
from dinhchinh.demo import NETWORK, Article, Newsroom, read_contents

CONTENTS = read_contents()
ARTICLES = {article.key: article for article in CONTENTS.articles}
OUTLETS = {outlet.key: outlet for outlet in CONTENTS.outlets}


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def reader() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def outlines(newsroom: Newsroom) -> list[dict[str, str]]:
    return [dict(outline.attrib) for outline in etree.fromstring(newsroom.opml().encode()).iter("outline")]


def feed_of(newsroom: Newsroom, outlet: str) -> str:
    return next(row["xmlUrl"] for row in outlines(newsroom) if row["text"] == OUTLETS[outlet].name)


def answer_to(article: Article) -> Article:
    """The page of the record that supports or contradicts an article's claims."""
    original = ARTICLES[article.reprint_of] if article.reprint_of else article
    return ARTICLES[original.contradicted_by or original.supported_by]


def test_every_outlet_has_an_address_of_its_own_inside_the_network_to_be_allowed(newsroom: Newsroom) -> None:
    hosts = [urlsplit(row["xmlUrl"]).hostname or "" for row in outlines(newsroom)]
    assert len(set(hosts)) == len(OUTLETS) == 6
    assert all(ip_address(host) in ip_network(NETWORK) and ip_address(host).is_loopback for host in hosts)


def test_the_source_list_says_role_scope_publisher_language_zone_and_country(newsroom: Newsroom) -> None:
    roles = Counter(row["category"].split(",")[0] for row in outlines(newsroom))
    assert roles == {"/role/official": 2, "/role/reference": 1, "/role/monitored": 3}
    for row in outlines(newsroom):
        assert re.fullmatch(r"/role/\w+,/scope/(all|country),/publisher/\w+", row["category"])
        assert row["language"] in {"vi", "en"}
        assert row["timeZone"]
        assert row["country"]


def test_feeds_list_every_article_that_is_not_held(newsroom: Newsroom, reader: httpx.Client) -> None:
    listed = set()
    for row in outlines(newsroom):
        feed = feedparser.parse(reader.get(row["xmlUrl"]).content)
        assert not feed.bozo
        listed |= {entry.link for entry in feed.entries}
    assert listed == {newsroom.url(key) for key, article in ARTICLES.items() if not article.held}


def test_one_paper_writes_its_zone_in_the_short_way_that_feed_parsers_lose(
    newsroom: Newsroom, reader: httpx.Client
) -> None:
    feed = reader.get(feed_of(newsroom, "thanh-lam-moi")).text
    assert re.search(r"<pubDate>[^<]+ \+07</pubDate>", feed)


def test_a_page_gives_an_extractor_its_whole_text_and_nothing_of_its_furniture(
    newsroom: Newsroom, reader: httpx.Client
) -> None:
    for article in CONTENTS.articles:
        newsroom.release(article.key)
        page = reader.get(newsroom.url(article.key))
        extracted = trafilatura.extract(page.text, include_comments=False) or ""
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert all(paragraph in extracted for paragraph in article.paragraphs), article.key
        assert not re.search("©|Đọc thêm|Read next|Bạn đọc", extracted), article.key


def test_an_unchanged_page_or_feed_is_not_sent_again(newsroom: Newsroom, reader: httpx.Client) -> None:
    for url in (newsroom.url("duoc-mua"), feed_of(newsroom, "ben-lau")):
        first = reader.get(url)
        again = reader.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_a_held_article_is_nowhere_until_it_is_released(newsroom: Newsroom, reader: httpx.Client) -> None:
    url, feed = newsroom.url("growth-in-english"), feed_of(newsroom, "monsoon-courier")
    assert reader.get(url).status_code == 404
    assert url not in reader.get(feed).text
    newsroom.release("growth-in-english")
    assert reader.get(url).status_code == 200
    assert feedparser.parse(reader.get(feed).content).entries[0].link == url


def test_a_corrected_page_keeps_its_address_and_shows_the_new_text(
    newsroom: Newsroom, reader: httpx.Client
) -> None:
    url = newsroom.url("ho-khe-sen-63")
    before = reader.get(url)
    newsroom.correct("ho-khe-sen-63")
    after = reader.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert "63 triệu m3" in before.text
    assert after.status_code == 200
    assert "63 triệu m3" not in after.text
    assert "36 triệu m3" in after.text


def test_what_is_not_printed_is_not_found_and_robots_may_read_the_news(
    newsroom: Newsroom, reader: httpx.Client
) -> None:
    base = feed_of(newsroom, "ben-lau").removesuffix("/feed.xml")
    assert reader.get(f"{base}/duoc-mua.html").status_code == 404
    assert reader.head(f"{base}/feed.xml").status_code == 200
    assert reader.get(f"{base}/robots.txt").text.startswith("User-agent: *\n")


def test_a_stopped_newsroom_answers_nobody(reader: httpx.Client) -> None:
    with Newsroom() as newsroom:
        url = newsroom.url("duoc-mua")
    with pytest.raises(httpx.ConnectError):
        reader.get(url)


def test_there_is_something_to_see_of_everything() -> None:
    purposes = Counter(article.purpose for article in CONTENTS.articles)
    assert purposes["evidence"] == 14
    assert purposes["contradicted"] >= 5
    assert purposes["supported"] >= 3
    assert purposes["opinion"] >= 3
    assert purposes["reprint"] == purposes["rewrite"] == purposes["translation"] == 1
    assert purposes["corrected later"] == 1
    assert purposes["not about Vietnam"] == 2


def test_every_claim_stands_in_its_page_and_names_what_it_is_to_be_held_against() -> None:
    for article in CONTENTS.articles:
        assert article.outlet in OUTLETS
        assert bool(article.claims) == (
            article.purpose
            in {"contradicted", "corrected later", "reprint", "rewrite", "translation", "supported"}
        )
        assert all(claim in article.paragraphs for claim in article.claims)
        if article.claims:
            assert OUTLETS[answer_to(article).outlet].role != "monitored"


def test_a_number_may_be_all_that_differs_from_the_record() -> None:
    growth, jobs = ARTICLES["chi-tang-2-5"].claims[0], ARTICLES["that-nghiep"].claims[0]
    assert growth.replace("2,5 %", "5,2 %") in ARTICLES["tang-truong-quy-3"].text
    assert jobs.replace("4,1 %", "2,1 %") in ARTICLES["dan-so-lao-dong"].text


def test_the_shipped_verifier_queues_contradictions_and_nothing_that_is_supported() -> None:
    verifier = load_models().verifier
    queued: Counter[str] = Counter()
    reprinted = {article.reprint_of for article in CONTENTS.articles if article.purpose == "reprint"}
    # What a rewrite or a translation says is queued with what it says anew, however it stands alone.
    for article in CONTENTS.articles:
        for claim in article.claims if article.purpose not in ("rewrite", "translation") else ():
            record = answer_to(article)
            evidence = "\n".join([record.title, *record.paragraphs])
            verdict = verifier.assess(claim, [span.of(evidence) for span in cut_passages(evidence)])
            queued["contradicted" if record.key != article.supported_by else "supported"] += (
                verdict.probability >= verifier.threshold
            )
            # The first alert that a newcomer sees, and the only one of several outlets.
            assert verdict.alert_worthy or article.key not in reprinted
    assert queued["contradicted"] >= 4
    assert queued["supported"] == 0


def test_a_reprint_is_the_same_dispatch() -> None:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}

    reprint = next(a for a in CONTENTS.articles if a.purpose == "reprint")
    ours, theirs = shingles(reprint.text), shingles(ARTICLES[reprint.reprint_of].text)
    assert len(ours & theirs) / len(ours | theirs) > 0.8
    assert reprint.outlet != ARTICLES[reprint.reprint_of].outlet


def test_a_rewrite_and_a_translation_say_what_the_reprinted_claim_says() -> None:
    encoder = load_models().encoder
    again = [article for article in CONTENTS.articles if article.purpose in ("rewrite", "translation")]
    assert {OUTLETS[article.outlet].language for article in again} == {"vi", "en"}
    for article in again:
        [claim], [first] = article.claims, ARTICLES[article.reprint_of].claims
        assert group_key(claim) != group_key(first)
        assert match_wording(claim, first, encoder) is not None


def test_everything_printed_is_in_nfc_and_keys_are_used_once() -> None:
    text = "".join(f"{a.title}{a.text}{a.correction}{a.claims}" for a in CONTENTS.articles)
    assert unicodedata.is_normalized("NFC", text + "".join(outlet.name for outlet in CONTENTS.outlets))
    assert len(ARTICLES) == len(CONTENTS.articles)
