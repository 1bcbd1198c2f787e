"""Lists of sources, in and out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.errors import BrokenOpml
from ingest.opml import SourceLine, read_opml, write_opml
from ingest.sources import add_sources, export_sources, import_sources
from models import PublisherKind, Role, Scope, Sessions, Source, SourceKind, SourceState, writing

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LINES = (
    SourceLine(
        url="https://a.vn/rss",
        title="Báo A & B",
        role=Role.OFFICIAL,
        publisher_kind=PublisherKind.OFFICIAL,
        language="vi",
        time_zone="Asia/Ho_Chi_Minh",
    ),
    SourceLine(
        url="https://b.com/news.xml",
        title="B",
        role=Role.REFERENCE,
        scope=Scope.COUNTRY,
        kind=SourceKind.SITEMAP,
        publisher_kind=PublisherKind.INTERNATIONAL,
        home_url="https://b.com/",
        language="en",
        country="us",
    ),
    SourceLine(
        url="https://c.vn/",
        title="C",
        kind=SourceKind.LISTING,
        publisher_kind=PublisherKind.INDEPENDENT,
        link_pattern=r"-\d+\.htm$",
    ),
    SourceLine(
        url="https://d.vn/",
        title="D",
        kind=SourceKind.LISTING,
        publisher_kind=PublisherKind.INTERNATIONAL,
        link_pattern=r"""/(?:bài|tin)/[^"<&>']+  \d{5,}$""",
        is_active=False,
    ),
)


def opml(outlines: str) -> bytes:
    return f"<?xml version='1.0' encoding='utf-8'?><opml version='2.0'><head/><body>{outlines}</body></opml>".encode()


def test_what_is_written_is_read_back() -> None:
    assert read_opml(write_opml(LINES, title="Nguồn")) == LINES


WRITABLE = st.characters(exclude_categories=["Cc", "Cs", "Cn"])
WORDS = st.text(WRITABLE, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)


@given(
    title=WORDS,
    role=st.sampled_from(Role),
    scope=st.sampled_from(Scope),
    kind=st.sampled_from(SourceKind),
    publisher_kind=st.none() | st.sampled_from(PublisherKind),
    is_active=st.booleans(),
)
def test_whatever_a_source_is_it_is_read_back_as_that(title: str, **known: Any) -> None:
    line = SourceLine(url="https://a.vn/rss", title=title, **known)
    assert read_opml(write_opml([line], title="Nguồn")) == (line,)


def test_characters_that_no_xml_can_hold_are_left_out() -> None:
    line = SourceLine(url="https://a.vn/rss", title="Báo\x0b\x00 A\ufffe\ud800")
    (back,) = read_opml(write_opml([line], title="Nguồn"))
    assert back.title == "Báo A"


def test_lists_of_other_programs_are_read() -> None:
    (line,) = read_opml(
        opml(
            "<outline text='Nhóm'><outline TEXT='A' XMLURL=' https://a.vn/rss?utm_source=x ' type='rss'/></outline>"
        )
    )
    assert line == SourceLine(url="https://a.vn/rss", title="A")


def test_an_address_counts_once() -> None:
    outline = "<outline text='A' xmlUrl='https://a.vn/rss'/>"
    assert len(read_opml(opml(outline * 2))) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not readable"),
        (b"<opml><body>", "not readable"),
        (b"<html/>", "outermost element is <html>"),
        (opml(""), "names no source"),
        (opml("\n<outline text='A' xmlUrl='ftp://a.vn'/>"), "line 2: not an address of the web"),
        (
            opml("<outline text='A' xmlUrl='https://a.vn/rss' category='/role/enemy'/>"),
            "'enemy' is not a valid Role",
        ),
        (
            opml("<outline text='A' xmlUrl='https://a.vn/' linkPattern='(' type='listing'/>"),
            "line 1: its linkPattern is not a regular expression",
        ),
        (
            opml("<outline text='A' xmlUrl='https://a.vn/rss' category='/scope/moon'/>"),
            "'moon' is not a valid Scope",
        ),
        (
            b"<!DOCTYPE o [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><opml><body><outline xmlUrl='&b;'/></body></opml>",
            "not an address",
        ),
    ],
)
def test_a_broken_list_is_one_clear_error(content: bytes, words: str) -> None:
    with pytest.raises(BrokenOpml, match=words):
        read_opml(content)


def test_imported_sources_are_due_at_once_and_exported_as_they_came(sessions: Sessions) -> None:
    imported = import_sources(sessions, LINES, now=NOW)
    assert (imported.added, imported.updated) == (4, 0)
    assert export_sources(sessions) == LINES
    with sessions() as session:
        assert set(session.scalars(select(Source.next_poll_at))) == {NOW}


def test_importing_again_keeps_what_was_learned(sessions: Sessions) -> None:
    import_sources(sessions, LINES, now=NOW)
    with writing(sessions) as session:
        for source in session.scalars(select(Source)):
            source.state, source.next_poll_at, source.etag = (
                SourceState.WORKING,
                NOW + timedelta(hours=1),
                '"a"',
            )
    changed = SourceLine(url="https://a.vn/rss", title="Báo A", role=Role.REFERENCE)
    imported = import_sources(sessions, [changed], now=NOW + timedelta(minutes=1))
    assert (imported.added, imported.updated) == (0, 1)
    with sessions() as session:
        source = session.scalars(select(Source).where(Source.url == "https://a.vn/rss")).one()
        assert (source.title, source.role, source.state, source.etag) == (
            "Báo A",
            Role.REFERENCE,
            SourceState.WORKING,
            '"a"',
        )
        assert source.next_poll_at == NOW + timedelta(hours=1)


def test_a_vietnamese_source_without_a_zone_is_in_vietnam(sessions: Sessions) -> None:
    import_sources(sessions, [SourceLine(url="https://a.vn/rss", title="A", language="vi")], now=NOW)
    assert export_sources(sessions)[0].time_zone == "Asia/Ho_Chi_Minh"


def test_adding_leaves_what_is_followed_and_takes_up_what_is_not(sessions: Sessions) -> None:
    import_sources(sessions, LINES, now=NOW)
    later = NOW + timedelta(days=1)
    lines = [replace(line, title="Mới", is_active=True) for line in (LINES[0], LINES[3])]
    new = SourceLine(url="https://e.vn/rss", title="E")
    stored = add_sources(sessions, [*lines, new], now=later)
    assert [source.url for source in stored.known] == ["https://a.vn/rss"]
    assert [source.url for source in stored.added] == ["https://d.vn/", "https://e.vn/rss"]
    with sessions() as session:
        rows = {row.url: row for row in session.scalars(select(Source))}
    assert rows["https://a.vn/rss"].title == "Báo A & B"
    assert (rows["https://d.vn/"].title, rows["https://d.vn/"].is_active) == ("Mới", True)
    assert rows["https://d.vn/"].next_poll_at == rows["https://e.vn/rss"].next_poll_at == later
