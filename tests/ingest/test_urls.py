"""One page, one address."""

from random import Random

import pytest
from hypothesis import given, settings
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


# Pieces of addresses in every wrong order, with what a JSON feed can spell and no address may hold.
PIECES = (
    *(
        "a.vn",
        "báo.vn",
        "xn--",
        "ß",
        "[::1]",
        "localhost",
        "0x7f.1",
        ":80",
        ":99999",
        "@",
        "user:word@",
        "%2e",
        "%zz",
    ),
    *(
        "/",
        "//",
        "..",
        "\\",
        "?",
        "??",
        "#",
        "&",
        "=",
        "utm_source=1",
        "FBCLID=2",
        "ref=rss",
        "id=7",
        "tin tức",
        "\t",
    ),
    *("\n", "\0", "\u00ad", "\ud800", "|", "^", '"', "<", "{", "😀"),
)
schemes = st.sampled_from(
    ["https://", "http://", "HTTP:", "https:/\\", "//", "/", "", "javascript:", "ftp://", "data:"]
)
addresses = st.builds(
    lambda scheme, parts: scheme + "".join(parts),
    schemes,
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9),
)


@settings(max_examples=300)
@given(addresses, st.sampled_from([None, "https://a.vn/rss", "http://[::1]/", "http://[", "nonsense", ""]))
def test_canonicalising_twice_changes_nothing_and_nothing_breaks_it(url: str, base: str | None) -> None:
    try:
        once = canonical_url(url, base)
    except NotAnAddress:
        return
    assert canonical_url(once) == once
    assert once.startswith(("http://", "https://"))
    assert "#" not in once
    assert host_key(once)
    assert same_site(once, once)


hosts = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z][a-z0-9]{1,5}){1,2}", fullmatch=True)
paths = st.lists(st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True), max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)
queries = st.lists(
    st.tuples(st.sampled_from(["id", "page", "q", "ref"]), st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)),
    max_size=3,
)
tracking = st.sampled_from(
    ["utm_source", "utm_campaign", "fbclid", "gclid", "zarsrc", "_ga", "UTM_Medium", "pk_kwd"]
)


@settings(max_examples=100)
@given(hosts, paths, queries, st.lists(tracking, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_tracking_parameters_go_wherever_they_stand_and_all_others_stay(
    host: str, path: str, query: list[tuple[str, str]], tracked: list[str], order: Random
) -> None:
    kept = [f"{name}={value}" for name, value in query]
    pairs = [*kept]
    for name in tracked:
        pairs.insert(order.randint(0, len(pairs)), f"{name}=rss")
    plain = canonical_url(f"https://{host}{path}?{'&'.join(kept)}")
    assert canonical_url(f"https://{host}{path}?{'&'.join(pairs)}#top") == plain
    assert [pair for pair in plain.partition("?")[2].split("&") if pair] == [
        p for p in kept if not p.startswith("ref=rss")
    ]


@settings(max_examples=100)
@given(hosts, hosts, paths, queries)
def test_two_hosts_never_share_an_address(
    one: str, other: str, path: str, query: list[tuple[str, str]]
) -> None:
    rest = f"{path}?{'&'.join('='.join(pair) for pair in query)}"
    assert (canonical_url(f"https://{one}{rest}") == canonical_url(f"https://{other}{rest}")) is (
        one == other
    )
    assert host_key(canonical_url(f"https://{one}{rest}")) == one


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
