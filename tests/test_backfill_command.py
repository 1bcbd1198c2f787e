"""`dinhchinh ingest` as a person runs it: lists and archives, a bar on a terminal, and a kill in the middle."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Article, ArticleVersion, open_engine
from tests.ingest.archives import info, packed, page
from tests.ingest.fake_news import FakeNews, Reply, article_page, open_newsroom
from tests.test_command import ROOT, Terminal

HERE = {"DINHCHINH_ALLOW_NETWORKS": "127.30.0.0/16", "DINHCHINH_HOST_DELAY": "0"}
OPML = '<opml><body><outline text="A" xmlUrl="https://a.vn/rss" language="vi"/></body></opml>'
PAGES = 300
FEW = 20


@pytest.fixture(scope="module")
def news() -> Iterator[FakeNews]:
    with open_newsroom() as news:
        yield news


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive of a monitored outlet, with a page of a host nobody follows at its end."""
    return write_archive(tmp_path / "news.warc.gz", FEW)


def write_archive(file: Path, pages: int) -> Path:
    tin = [page(f"https://a.vn/tin-so-{n}.htm", f"Tin số {n}") for n in range(pages)]
    file.write_bytes(packed([info(), *tin, page("https://b.vn/tin-so-1.htm", "Tin khác")]))
    return file


@pytest.fixture
def following(terminal: Terminal) -> Terminal:
    """A terminal at a desk that follows the archive's outlet."""
    (terminal.home / "a.opml").write_text(OPML)
    assert terminal("sources", "import", str(terminal.home / "a.opml")).returncode == 0
    return terminal


def start(home: Path, archive: Path, stderr: int | None = None) -> "subprocess.Popen[bytes]":
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dinhchinh", "ingest", "warc", str(archive)],
        cwd=ROOT,
        env=os.environ | {"DINHCHINH_HOME": str(home), "TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    )


def test_listed_pages_are_fetched_and_become_articles(
    terminal: Terminal, news: FakeNews, tmp_path: Path
) -> None:
    pages = [news.tell(f"/{n}.htm", Reply(article_page(f"Tin số {n}", "Nội dung."))) for n in range(3)]
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join([*pages, "not an address"]))
    left = terminal("ingest", "urls", str(listed), **HERE)
    assert (left.returncode, left.stderr.count("\n")) == (1, 1)
    assert "3 pages of 1 hosts without a source were left out (127.30.0.1" in left.stderr
    said = terminal("ingest", "urls", str(listed), "--role", "reference", **HERE)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "listed    3 new addresses, 0 already known, 1 unusable",
        "line 4    not an address: 'not an address'",
        "read      3 articles, 3 versions stored, 0 failed",
    ]
    assert (
        'category="/role/reference,/scope/all,/publisher/independent,/polled/no"'
        in terminal("sources", "export").stdout
    )
    assert [line.count("Nội dung.") for line in terminal("export", "articles").stdout.splitlines()] == [
        1,
        1,
        1,
    ]
    later = terminal("ingest", "urls", str(listed), "--later", **HERE)
    assert later.stdout.startswith("listed    0 new addresses, 3 already known")


def test_an_archive_becomes_articles_once_and_says_what_was_left_out(
    terminal: Terminal, archive: Path
) -> None:
    (terminal.home / "a.opml").write_text(OPML)
    terminal("sources", "import", str(terminal.home / "a.opml"))
    said = terminal("ingest", "warc", str(archive))
    assert said.returncode == 0, said.stderr
    first, left = said.stdout.splitlines()
    assert first == (
        f"{archive}: 22 records, 21 pages, 20 new articles, 20 versions stored, 0 known, "
        "0 older than what is stored, 0 unreadable"
    )
    assert left.startswith("left out  1 pages of 1 hosts without a source were left out (b.vn)")
    assert len(terminal("export", "articles").stdout.splitlines()) == FEW
    assert "--again reads it anew" in terminal("ingest", "warc", str(archive)).stdout
    again = terminal("ingest", "warc", str(archive), "--again", "--source", "A")
    assert "1 new articles, 1 versions stored, 20 known" in again.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.warc", None, "No such file"),
        ("page.html", b"<html></html>", "not a WARC file"),
        ("empty.warc", b"", "the file is empty"),
        (
            "cut.warc.gz",
            packed([info(), page("https://a.vn/tin-so-1.htm")])[:-50],
            "breaks off in the record at byte",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    terminal: Terminal, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    result = terminal("ingest", "warc", str(file), "--role", "monitored")
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (1, 1)
    assert said in result.stderr


@pytest.mark.parametrize("arguments", [["--source", "nobody"], ["--source", "a"]])
def test_a_source_that_is_not_one_is_one_line(
    terminal: Terminal, tmp_path: Path, arguments: list[str]
) -> None:
    both = OPML.replace("</body>", '<outline text="Ba" xmlUrl="https://b.vn/rss"/></body>')
    (terminal.home / "a.opml").write_text(both)
    terminal("sources", "import", str(terminal.home / "a.opml"))
    (tmp_path / "urls.txt").write_text("https://c.vn/1.htm")
    result = terminal("ingest", "urls", str(tmp_path / "urls.txt"), *arguments)
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (1, 1)


def test_an_archive_that_is_killed_and_started_again_ends_the_same(
    following: Terminal, tmp_path: Path
) -> None:
    archive = write_archive(tmp_path / "long.warc.gz", PAGES)
    undisturbed = Terminal(tmp_path / "undisturbed", following.monkeypatch, following.capture)
    shutil.copytree(following.home, undisturbed.home)
    running = start(following.home, archive)
    while not stored(following.home) and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    before = len(stored(following.home))
    assert 0 < before < PAGES
    resumed = following("ingest", "warc", str(archive))
    assert f"{PAGES - before} new articles" in resumed.stdout
    assert undisturbed("ingest", "warc", str(archive)).returncode == 0
    assert stored(following.home) == stored(undisturbed.home)
    exported = [terminal("export", "articles").stdout for terminal in (following, undisturbed)]
    assert exported[0] == exported[1]


def stored(home: Path) -> list[tuple[object, ...]]:
    """The articles with their texts, in the order they were stored."""
    engine = open_engine(f"sqlite:///{home / 'dinhchinh.db'}")
    with engine.connect() as connection:
        query = select(Article.id, Article.url, Article.reads, ArticleVersion.text_sha256)
        found = connection.execute(
            query.join(ArticleVersion, ArticleVersion.article_id == Article.id).order_by(ArticleVersion.id)
        ).all()
    engine.dispose()
    return [tuple(row) for row in found]


def test_on_a_terminal_there_is_a_bar(following: Terminal, archive: Path) -> None:
    ours, theirs = pty.openpty()
    running = start(following.home, archive, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:
        # A terminal whose other side is gone answers with an error instead of an end.
        pass
    assert running.wait() == 0
    assert "taking over" in shown.decode()
    assert "news.warc.gz: 20 articles" in shown.decode()
    assert "100%" in shown.decode()


def test_hosts_that_only_files_brought_pages_of_are_counted_and_not_polled(
    following: Terminal, archive: Path
) -> None:
    following("ingest", "warc", str(archive), "--role", "monitored")
    *rows, counted = following("sources", "doctor").stdout.splitlines()
    assert [row.split("\t")[1] for row in rows] == ["A"]
    assert counted == "2 sources: 1 new, 1 never polled"
    (told, _) = following("sources", "doctor", "b.vn").stdout.splitlines()
    assert "never polled: its pages come from files" in told
    assert "takes it up" in told
