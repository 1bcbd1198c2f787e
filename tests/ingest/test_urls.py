"""One page, one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.urls import NotAnAddress, canonical_url, host_key, registered_domain, same_page, same_site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Tuoitre.VN:443/a/../b.htm", "https://tuoitre.vn/b.htm"),
        ("http://user:word@a.vn/x", "http://a.vn/x"),
        ("https://a.vn/x#binh-luan", "https://a.vn/x"),
        ("https://a.vn/x?utm_source=rss&utm_medium=feed", "https://a.vn/x"),
        ("https://a.vn/x?id=7&fbclid=abc&page=2", "https://a.vn/x?id=7&page=2"),
        ("https://a.vn/x?gidzl=q1&zarsrc=30", "https://a.vn/x"),
        ("https://a.vn/x?ref=rss", "https://a.vn/x"),
        ("https://a.vn/x?ref=chapter-3", "https://a.vn/x?ref=chapter-3"),
        ("https://a.vn/x?UTM_Source=1", "https://a.vn/x"),
        ("https://a.vn/x?", "https://a.vn/x"),
        ("https://báo.vn/tin tức", "https://xn--bo-mia.vn/tin%20t%E1%BB%A9c"),
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
    ],
)
def test_an_address_has_one_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


def test_a_relative_address_is_joined_to_its_base() -> None:
    assert canonical_url("/tin/1.htm", "https://a.vn/rss/home.rss") == "https://a.vn/tin/1.htm"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@b.vn",
        "ftp://a.vn/x",
        "http://",
        "https://a.vn/" + "x" * 3_000,
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_of_the_web_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotAnAddress):
        canonical_url(text)


@given(st.text(max_size=60), st.sampled_from(["https://a.vn/", "http://b.com/p?", "//c.vn/", "https://", ""]))
def test_canonicalising_twice_changes_nothing(text: str, start: str) -> None:
    try:
        once = canonical_url(start + text, "https://a.vn/rss")
    except NotAnAddress:
        return
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Tuoitre.vn/x", "tuoitre.vn"),
        ("https://tuoitre.vn:443/x", "tuoitre.vn"),
        ("http://tuoitre.vn:8080/x", "tuoitre.vn:8080"),
        ("http://[::1]:8080/x", "[::1]:8080"),
        ("nonsense", ""),
    ],
)
def test_politeness_counts_hosts_by_name_and_port(url: str, expected: str) -> None:
    assert host_key(url) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.chinhphu.gov.vn", "chinhphu.gov.vn"),
        ("m.tuoitre.vn:8080", "tuoitre.vn"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("127.20.0.1:8765", "127.20.0.1"),
        ("[::1]:80", "::1"),
        ("localhost", "localhost"),
    ],
)
def test_a_registered_domain_is_what_somebody_registered(host: str, expected: str) -> None:
    assert registered_domain(host) == expected


def test_sites_are_told_apart_by_registered_domain() -> None:
    assert same_site("https://m.tuoitre.vn/a", "https://tuoitre.vn/b")
    assert not same_site("https://a.gov.vn/x", "https://b.gov.vn/x")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.vn/tin/bao-so-3.htm", "https://m.a.vn/bao-so-3.html", True),
        ("https://a.vn/tin/bao-so-3.htm", "https://a.vn/tin/bao-so-3.amp.htm", True),
        ("https://a.vn/tin/bao-so-3/amp", "https://a.vn/tin/bao-so-3", True),
        ("https://a.vn/tin/bao-so-3.htm", "https://a.vn/", False),
        ("https://a.vn/tin/bao-so-3.htm", "https://a.vn/tin", False),
        ("https://a.vn/tin/bao-so-3.htm", "https://b.vn/tin/bao-so-3.htm", False),
    ],
)
def test_two_addresses_mean_one_page_only_if_they_end_alike_on_one_site(
    one: str, other: str, same: bool
) -> None:
    assert same_page(one, other) is same
