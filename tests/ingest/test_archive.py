"""WARC files, whole and damaged."""

import gzip
import io
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive import ArchiveRecord, fingerprint, read_records
from ingest.errors import BrokenArchive, Failure, FetchError
from tests.ingest.archives import http, info, packed, page, record

URL = "https://a.vn/tin-1.htm"
RECORDS = [
    info(),
    page(URL),
    page("https://a.vn/tin-2.htm", "Bão số 3"),
    page("https://a.vn/tin-3.htm", "Cầu mới"),
]
PLAIN, PACKED = b"".join(RECORDS), packed(RECORDS)


def read(content: bytes, position: int = 0) -> list[ArchiveRecord]:
    return list(read_records(io.BytesIO(content), position))


def urls(records: list[ArchiveRecord]) -> list[str]:
    return [one.page.url for one in records if one.page is not None]


@pytest.mark.parametrize("content", [PLAIN, PACKED], ids=["plain", "gzip"])
def test_pages_are_read_in_order_and_from_any_position_on(content: bytes) -> None:
    records = read(content)
    assert urls(records) == [f"https://a.vn/tin-{n}.htm" for n in (1, 2, 3)]
    assert records[-1].position == len(content)
    for number, one in enumerate(records):
        assert urls(read(content, one.position)) == urls(records[number + 1 :])
    first = records[1].page
    assert first is not None
    assert first.fetched_at == datetime(2024, 5, 3, 9, tzinfo=UTC)
    assert b"<h1>" in first.decode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http(gzip.compress(b"<p>x</p>"), Content_Encoding="gzip"), id="gzip"),
        pytest.param(http(brotli.compress(b"<p>x</p>"), Content_Encoding="br"), id="brotli"),
        pytest.param(http(b"<p>x</p>", Content_Encoding="gzip"), id="unpacked by the archive"),
        pytest.param(
            http(b"4\r\n<p>x\r\n4\r\n</p>\r\n0\r\n\r\n", Transfer_Encoding="chunked"), id="in chunks"
        ),
        pytest.param(http(b"<p>x</p>", Transfer_Encoding="chunked"), id="chunks undone by the archive"),
    ],
)
def test_a_body_is_unpacked_whatever_the_archive_left_packed(answer: bytes) -> None:
    (one,) = read(page(URL, answer=answer))
    assert one.page is not None
    assert one.page.decode() == b"<p>x</p>"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), Failure.BOMB),
        (http(b"<" * 5_000_001), Failure.TOO_LARGE),
        (http(b"\x1f\x8b junk", Content_Encoding="gzip"), Failure.BROKEN_BODY),
    ],
)
def test_a_body_that_a_fetch_would_refuse_is_refused(answer: bytes, failure: Failure) -> None:
    (one,) = read(packed([page(URL, answer=answer)]))
    assert one.page is not None
    with pytest.raises(FetchError) as caught:
        one.page.decode()
    assert caught.value.failure is failure


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(page(URL, answer=http(b"x", "301 Moved", Location="/")), id="a redirect"),
        pytest.param(page(URL, answer=http(b"x", "404 Not Found")), id="nothing there"),
        pytest.param(page(URL, answer=http(b"x", Content_Type="image/png")), id="a picture"),
        pytest.param(page(URL, answer=b""), id="an empty answer"),
        pytest.param(page(URL, answer=b"\xff\xfe garbage"), id="no HTTP"),
        pytest.param(page("dns:a.vn"), id="no page of the web"),
        pytest.param(page(URL, date="yesterday"), id="no date"),
        pytest.param(record("request", b"GET / HTTP/1.1\r\n\r\n", WARC_Target_URI=URL), id="a request"),
        pytest.param(record("revisit", http(b""), WARC_Target_URI=URL), id="a revisit"),
        pytest.param(record("response", http(b"x")), id="no address"),
        pytest.param(
            record("response", http(b"x"), WARC_Target_URI=URL, WARC_Truncated="length"), id="cut short"
        ),
    ],
)
def test_what_is_no_page_fetched_whole_is_passed_over(other: bytes) -> None:
    assert urls(read(packed([other, page("https://a.vn/tin-2.htm")]))) == ["https://a.vn/tin-2.htm"]


@pytest.mark.parametrize(
    ("content", "before", "words"),
    [
        pytest.param(b"", 0, "empty", id="empty"),
        pytest.param(b"<html><body>x</body></html>", 0, "not a WARC file", id="a page"),
        pytest.param(gzip.compress(b"hello\n"), 0, "not a WARC file", id="gzip of something else"),
        pytest.param(PLAIN[:-300], 2, "breaks off in the record at byte", id="plain, cut in a page"),
        pytest.param(PACKED[:-300], 2, "breaks off in the record at byte", id="gzip, cut in a page"),
        pytest.param(PACKED[:-4], 2, "breaks off in the record at byte", id="gzip, cut in its checksum"),
        pytest.param(PLAIN + RECORDS[1][:40], 3, "breaks off", id="cut in a header"),
        pytest.param(PACKED + b"\x1f\x8b\x08", 3, "breaks off", id="cut in a gzip header"),
        pytest.param(PLAIN + b"garbage\r\n" * 9, 3, "damaged at byte", id="garbage after"),
        pytest.param(PACKED + b"garbage\r\n" * 9, 3, "damaged at byte", id="garbage after gzip"),
        pytest.param(
            PLAIN.replace(b"Content-Length: ", b"Content-Length: x", 1),
            0,
            "byte 0",
            id="a length that is none",
        ),
        pytest.param(gzip.compress(PLAIN), 0, "compressed as one piece", id="compressed as one piece"),
    ],
)
def test_damage_is_one_line_and_what_came_before_is_read(content: bytes, before: int, words: str) -> None:
    found: list[ArchiveRecord] = []
    with pytest.raises(BrokenArchive, match=words):
        found.extend(read_records(io.BytesIO(content)))
    assert len(urls(found)) == before


def test_damage_says_nothing_but_its_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    broken = bytearray(PACKED)
    broken[len(PACKED) // 2 : len(PACKED) // 2 + 40] = b"x" * 40
    with pytest.raises(BrokenArchive):
        read(bytes(broken))
    assert capsys.readouterr().err == ""


def test_a_file_is_known_by_how_it_begins() -> None:
    long = PLAIN + page("https://a.vn/tin-4.htm", answer=http(b"x" * 2_000_000))
    assert fingerprint(io.BytesIO(long)) == fingerprint(io.BytesIO(long[:-500]))
    assert fingerprint(io.BytesIO(PLAIN)) != fingerprint(io.BytesIO(PACKED))


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255), st.booleans())
@settings(max_examples=150)
def test_no_damage_does_more_than_end_the_reading(at: int, change: int, is_packed: bool) -> None:
    content = bytearray(PACKED if is_packed else PLAIN)
    content[at] ^= change
    try:
        read(bytes(content))
        read(bytes(content[:at]))
    except BrokenArchive:
        pass
