"""From archives and lists of addresses to articles and versions, with and without interruptions."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from ingest.addresses import want_addresses
from ingest.backfill import BATCH, Placed, Taken, place_version, take_over
from ingest.fetch import Fetcher
from ingest.opml import SourceLine
from ingest.owners import Owners
from ingest.sources import import_sources
from ingest.workers import Workers
from models import (
    ArchiveFile,
    Article,
    ArticleState,
    ArticleVersion,
    Role,
    Scope,
    Sessions,
    Source,
    open_engine,
    open_sessions,
)
from tests.ingest.archives import http, info, packed, page
from tests.ingest.conftest import Clock
from tests.ingest.desk import Desk
from tests.ingest.fake_news import FakeNews, Reply, article_page, item, rss

NINE = datetime(2024, 5, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://a.vn/gia-xang-1.htm"


class PulledPlug(BaseException):
    """Ends a run as a power cut does: nothing is caught, nothing is finished."""


class Desks:
    """A database with sources, and files that are taken over into it."""

    def __init__(self, sessions: Sessions, workers: Workers, clock: Clock, folder: Path) -> None:
        self.sessions, self.workers, self.clock, self.folder = sessions, workers, clock, folder
        self.follow("https://a.vn/rss", Role.MONITORED)

    def follow(self, url: str, role: Role) -> None:
        import_sources(
            self.sessions, [SourceLine(url=url, title=url, role=role, language="vi")], now=self.clock()
        )

    def owners(self, role: Role | None = None) -> Owners:
        return Owners(self.sessions, clock=self.clock, role=role, scope=Scope.COUNTRY)

    def file(self, *records: bytes, name: str = "a.warc.gz") -> Path:
        file = self.folder / name
        file.write_bytes(packed(records))
        return file

    def take(
        self, file: Path, *, role: Role | None = None, again: bool = False, pull_after: int = 0
    ) -> Taken:
        def report(position: int, taken: Taken) -> None:
            if pull_after and taken.new_articles >= pull_after:
                raise PulledPlug

        return take_over(
            self.sessions,
            self.workers,
            file,
            self.owners(role),
            clock=self.clock,
            again=again,
            on_progress=report,
        )

    def rows(self) -> list[tuple[object, ...]]:
        """Everything that was stored, in order."""
        with self.sessions() as session:
            articles = session.execute(
                select(
                    Article.id,
                    Article.url,
                    Article.source_id,
                    Article.state,
                    Article.state_reason,
                    Article.title,
                    Article.published_at,
                    Article.first_seen_at,
                    Article.next_read_at,
                    Article.reads,
                    Article.versions,
                ).order_by(Article.id)
            ).all()
            versions = session.execute(
                select(
                    ArticleVersion.id,
                    ArticleVersion.article_id,
                    ArticleVersion.number,
                    ArticleVersion.text_sha256,
                    ArticleVersion.fetched_at,
                    ArticleVersion.published_at,
                ).order_by(ArticleVersion.id)
            ).all()
        return [tuple(row) for row in (*articles, *versions)]


@pytest.fixture
def desk(sessions: Sessions, workers: Workers, clock: Clock, tmp_path: Path) -> Desks:
    return Desks(sessions, workers, clock, tmp_path)


def test_a_page_of_an_archive_is_an_article_as_it_was_then(desk: Desks) -> None:
    head = "<meta property='article:published_time' content='2024-05-03T15:47:00+07:00'>"
    taken = desk.take(desk.file(info(), page(URL, "Giá xăng tăng", head=head)))
    assert (taken.records, taken.pages, taken.new_articles, taken.new_versions) == (2, 1, 1, 1)
    with desk.sessions() as session:
        article = session.scalars(select(Article)).one()
        version = session.scalars(select(ArticleVersion)).one()
    assert (article.url, article.state, article.title) == (URL, ArticleState.READ, "Giá xăng tăng")
    assert article.state_reason == "read in an archive"
    assert (article.first_seen_at, version.fetched_at, article.next_read_at) == (NINE, NINE, None)
    assert article.published_at == version.published_at == datetime(2024, 5, 3, 8, 47, tzinfo=UTC)
    assert (version.number, version.grouped_at, version.analysed_at) == (1, None, None)
    assert "liên Bộ Công Thương" in version.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_later_texts_of_a_page_are_versions_and_older_ones_are_left_out(desk: Desks) -> None:
    dates = [f"2024-05-03T{hour}:00:00Z" for hour in ("09", "10", "11", "12")]
    texts = [
        "Giá xăng tăng 320 đồng.",
        "Giá xăng tăng 320 đồng.",
        "Giá xăng tăng 410 đồng.",
        "Giá xăng tăng 320 đồng.",
    ]
    records = [page(URL, "Giá xăng", text, date=date) for date, text in zip(dates, texts, strict=True)]
    before = page(URL, "Giá xăng", "Giá xăng không đổi.", date="2024-05-03T08:00:00Z")
    taken = desk.take(desk.file(*records, before))
    assert (taken.new_articles, taken.new_versions, taken.known, taken.older) == (1, 3, 1, 1)
    with desk.sessions() as session:
        stored = session.execute(select(ArticleVersion.number, ArticleVersion.fetched_at)).all()
    assert [tuple(row) for row in stored] == [(1, NINE), (2, NINE + 2 * HOUR), (3, NINE + 3 * HOUR)]


@pytest.mark.parametrize(
    ("at", "digest", "placed"),
    [
        (0, "x", Placed.OLDER),
        (0, "a", Placed.KNOWN),
        (1, "a", Placed.KNOWN),
        (2, "a", Placed.KNOWN),
        (3, "b", Placed.KNOWN),
        (3, "x", Placed.OLDER),
        (4, "b", Placed.KNOWN),
        (4, "a", Placed.NEW),
        (4, "x", Placed.NEW),
    ],
)
def test_a_text_is_placed_by_its_moment(at: int, digest: str, placed: Placed) -> None:
    known = [(NINE + HOUR, "a"), (NINE + 3 * HOUR, "b")]
    assert place_version(known, NINE + at * HOUR, digest) is placed
    assert place_version([], NINE, digest) is Placed.NEW


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http(article_page("Tin", "Đăng nhập để đọc tiếp bài này.")), "behind a paywall"),
        (http(article_page("Just a moment...", "Checking your browser.")), "a challenge page"),
        (http(b"<html></html>"), "no article text"),
        (http(b"\x1f\x8b junk", Content_Encoding="gzip"), "damaged"),
    ],
)
def test_what_stands_in_front_of_an_article_is_refused_as_it_is_when_fetched(
    desk: Desks, answer: bytes, words: str
) -> None:
    taken = desk.take(desk.file(page(URL, answer=answer)))
    assert (taken.unreadable, taken.new_versions) == (1, 0)
    with desk.sessions() as session:
        article = session.scalars(select(Article)).one()
    assert article.state is ArticleState.UNREADABLE
    assert words in article.state_reason


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_is_stored_under_its_own_address(desk: Desks) -> None:
    head = f'<link rel="canonical" href="{URL}">'
    taken = desk.take(
        desk.file(page("https://a.vn/amp/gia-xang-1.htm?utm_source=x", head=head), page(URL, head=head))
    )
    assert (taken.new_articles, taken.known) == (1, 1)
    with desk.sessions() as session:
        assert session.scalars(select(Article.url)).all() == [URL]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_from_the_future_is_left_out(desk: Desks) -> None:
    assert desk.take(desk.file(page(URL, date="2126-05-03T09:00:00Z"))).pages == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_belongs_to_the_source_of_its_host_or_site_or_to_one_made_for_it(desk: Desks) -> None:
    desk.follow("https://tin.a.vn/rss", Role.OFFICIAL)
    file = desk.file(
        *(
            page(f"https://{host}/gia-xang-1.htm")
            for host in ("a.vn", "tin.a.vn", "x.a.vn", "b.vn", "b.vn:8080")
        )
    )
    taken = desk.take(file)
    assert taken.homeless == {"b.vn": 1, "b.vn:8080": 1}
    desk.take(file, role=Role.REFERENCE, again=True)
    with desk.sessions() as session:
        found = session.execute(
            select(Article.url, Source.url).join(Source, Source.id == Article.source_id).order_by(Article.url)
        ).all()
        made = session.scalars(select(Source).where(Source.url == "https://b.vn/")).one()
    owners = {url.removesuffix("/gia-xang-1.htm"): source for url, source in found}
    assert owners == {
        "https://a.vn": "https://a.vn/rss",
        "https://tin.a.vn": "https://tin.a.vn/rss",
        "https://x.a.vn": "https://tin.a.vn/rss",
        "https://b.vn": "https://b.vn/",
        "https://b.vn:8080": "https://b.vn/",
    }
    assert (made.role, made.scope, made.country, made.is_active) == (
        Role.REFERENCE,
        Scope.COUNTRY,
        "vn",
        False,
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("pull_after", [1, BATCH + 1])
def test_a_run_that_is_killed_goes_on_and_ends_as_an_undisturbed_one(
    pull_after: int,
    desk: Desks,
    workers: Workers,
    clock: Clock,
    migrated_sqlite: Path,
) -> None:
    paywalled = http(article_page("Tin", "Đăng nhập để đọc tiếp bài này."))
    records = [
        info(),
        *(page(f"https://a.vn/tin-so-{n}.htm", f"Tin số {n}") for n in range(2 * BATCH)),
        page("https://a.vn/tin-so-1.htm", "Tin số 1, đã sửa", date="2024-05-03T10:00:00Z"),
        page("https://a.vn/tin-so-2.htm", "Tin số 2", date="2024-05-03T10:00:00Z"),
        page("https://a.vn/khoa.htm", answer=paywalled),
    ]
    file = desk.file(*records)
    with pytest.raises(PulledPlug):
        desk.take(file, pull_after=pull_after)
    taken = desk.take(file)
    assert taken.resumed_at > 0
    assert taken.records < len(records)
    undisturbed = _other_desk(desk, workers, clock, migrated_sqlite)
    whole = undisturbed.take(file)
    assert whole.new_articles == 2 * BATCH
    assert desk.rows() == undisturbed.rows()
    assert desk.take(file).records == 0
    # Reading it all once more changes nothing either.
    again = desk.take(file, again=True)
    assert (again.new_articles, again.new_versions, again.older) == (0, 0, 0)
    assert desk.rows() == undisturbed.rows()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_broke_off_is_taken_up_where_it_did_once_it_is_whole(desk: Desks) -> None:
    # Long enough for the cut file to begin like the whole one.
    filler = http(bytes(range(256)) * 8_000, Content_Type="image/png")
    records = [
        page(URL),
        page("https://a.vn/anh.png", answer=filler),
        page("https://a.vn/tin-so-2.htm", "Bão số 3"),
    ]
    file = desk.folder / "a.warc"
    file.write_bytes(b"".join(records)[:-200])
    broken = desk.take(file)
    assert broken.fault.startswith("breaks off in the record at byte")
    assert (broken.records, broken.new_articles) == (2, 1)
    file.write_bytes(b"".join(records))
    whole = desk.take(file)
    assert (whole.fault, whole.records, whole.new_articles) == ("", 1, 1)
    with desk.sessions() as session:
        known = session.scalars(select(ArchiveFile)).one()
    assert (known.name, known.position) == ("a.warc", file.stat().st_size)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_that_waits_for_its_fetch_gets_its_text_and_waits_on(desk: Desks) -> None:
    want_addresses(desk.sessions, [URL], desk.owners(), now=desk.clock())
    taken = desk.take(desk.file(page(URL)))
    assert (taken.new_articles, taken.new_versions) == (0, 1)
    with desk.sessions() as session:
        article = session.scalars(select(Article)).one()
    assert (article.state, article.versions, article.next_read_at) == (ArticleState.READ, 1, desk.clock())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_that_cannot_be_stored_does_not_take_others_with_it(
    desk: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    desk.take(desk.file(page(URL)))
    with desk.sessions() as session, session.begin():
        session.execute(text("UPDATE article SET versions = 'many'"))
    later = page(URL, "Giá xăng giảm", date="2024-05-03T10:00:00Z")
    taken = desk.take(desk.file(later, page("https://a.vn/tin-so-2.htm", "Bão số 3")))
    assert taken.new_versions == 1
    assert f"{URL} before byte" in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_listed_addresses_are_read_like_any_article(
    news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock
) -> None:
    desk = Desk(news, sessions, fetcher, workers, clock)
    desk.follow(desk.news.tell("/rss", Reply(rss(item(desk.publish("/1.htm"))))))
    desk.settle()
    lines = [
        "# cũ",
        "",
        desk.publish("/2.htm", "Bão số 3"),
        f" {desk.news.url('/1.htm')}?utm_source=x ",
        "ftp://x",
    ]
    lines += [lines[2], desk.news.url("/3.htm", host="127.30.0.2")]
    owners = Owners(sessions, clock=clock)
    listed = want_addresses(sessions, lines, owners, now=clock())
    assert (listed.new, listed.known, listed.homeless) == (1, 1, {f"127.30.0.2:{desk.news.port}": 1})
    assert listed.refused == [(5, "not an address of the web: 'ftp://x'")]
    assert desk.read().read == 1
    assert [(article.url, article.versions) for article in desk.articles()] == [
        (desk.news.url("/1.htm"), 1),
        (desk.news.url("/2.htm"), 1),
    ]
    assert len(desk.news.requests_to("/1.htm")) == 1
    again = want_addresses(sessions, lines, owners, now=clock())
    assert (again.new, again.known) == (0, 2)
    assert desk.read().due == 0


def _other_desk(desk: Desks, workers: Workers, clock: Clock, migrated: Path) -> Desks:
    file = desk.folder / "other.db"
    shutil.copy(migrated, file)
    return Desks(open_sessions(open_engine(f"sqlite:///{file}")), workers, clock, desk.folder)
