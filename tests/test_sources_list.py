"""The shipped source list: every row says what a source needs to be read well, and follows the list's rules."""

import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree

from ingest.opml import read_opml
from models import PublisherKind, Role, Scope

PATH = Path(__file__).parent.parent / "dinhchinh" / "sources.opml"
ROWS = [dict(outline.attrib) for outline in etree.parse(PATH).iter("outline") if "xmlUrl" in outline.attrib]
SOCIAL = {
    "blogspot", "bsky", "facebook", "fb", "instagram", "mastodon", "medium", "reddit", "substack", "t", "telegram",
    "threads", "tiktok", "twitter", "wordpress", "x", "youtu", "youtube", "zalo",
}  # fmt: skip


def categories(row: dict[str, str]) -> dict[str, str]:
    return dict(path.strip("/").split("/", 1) for path in row["category"].split(","))


def host(row: dict[str, str]) -> str:
    return urlsplit(row["xmlUrl"]).hostname or ""


def test_every_row_says_role_scope_publisher_language_zone_and_country() -> None:
    for row in ROWS:
        said = categories(row)
        assert said.keys() == {"role", "scope", "publisher"}, row
        assert Role(said["role"]), row
        assert Scope(said["scope"]), row
        assert PublisherKind(said["publisher"]), row
        assert ZoneInfo(row["timeZone"]), row
        assert re.fullmatch("[a-z]{2}", row["language"]), row
        assert re.fullmatch("[A-Z]{2}", row["country"]), row
        assert row["type"] == "rss", row
        assert row["text"] == row["text"].strip() != "", row
        assert urlsplit(row["htmlUrl"]).scheme in {"http", "https"}, row


def test_no_address_and_no_title_is_listed_twice() -> None:
    # One feed under http and https, or with and without www, is one feed.
    addresses = Counter(
        row["xmlUrl"].partition("://")[2].removeprefix("www.").rstrip("/").casefold() for row in ROWS
    )
    titles = Counter(row["text"] for row in ROWS)
    assert [address for address, times in addresses.items() if times > 1] == []
    assert [title for title, times in titles.items() if times > 1] == []


def test_the_importer_takes_over_every_row_as_it_stands() -> None:
    lines = read_opml(PATH.read_bytes())
    assert [line.url for line in lines] == [row["xmlUrl"] for row in ROWS]
    assert [(line.role, line.scope) for line in lines] == [
        (categories(row)["role"], categories(row)["scope"]) for row in ROWS
    ]
    assert all(line.publisher_kind and line.language and line.time_zone for line in lines)


def test_no_social_account_is_on_the_list() -> None:
    hosts = {urlsplit(row[address]).hostname or "" for row in ROWS for address in ("xmlUrl", "htmlUrl")}
    assert [name for name in hosts if name.split(".")[-2] in SOCIAL] == []


def test_a_host_has_one_role_so_that_a_page_is_read_for_the_same_whichever_feed_lists_it() -> None:
    roles = defaultdict(set)
    for row in ROWS:
        roles[host(row)].add(categories(row)["role"])
    assert {name: found for name, found in roles.items() if len(found) > 1} == {}


def test_everything_a_domestic_outlet_prints_is_in_scope_and_of_others_what_is_about_the_country() -> None:
    for row in ROWS:
        expected = Scope.ALL if row["country"] == "VN" else Scope.COUNTRY
        assert categories(row)["scope"] == expected, row["xmlUrl"]


def test_official_is_domestic_and_evidence_comes_from_all_three_kinds_of_publisher() -> None:
    for row in ROWS:
        if categories(row)["role"] == Role.OFFICIAL:
            assert (row["country"], categories(row)["publisher"]) == ("VN", PublisherKind.OFFICIAL)
    evidence = {categories(row)["publisher"] for row in ROWS if Role(categories(row)["role"]).is_evidence}
    assert evidence == set(PublisherKind)


def test_the_list_is_as_long_as_one_machine_can_read_with_care() -> None:
    domestic = sum(row["country"] == "VN" for row in ROWS)
    assert 60 <= domestic <= 120
    assert 100 <= len(ROWS) - domestic <= 200


def test_the_list_is_written_in_nfc() -> None:
    assert unicodedata.is_normalized("NFC", PATH.read_text(encoding="utf-8"))
