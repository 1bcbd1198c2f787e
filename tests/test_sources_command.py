"""`dinhchinh sources add` and `doctor` as a person runs them, against real hosts on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingest.fake_news import FakeNews, Reply, article_page, item, open_newsroom, rss
from tests.test_command import Terminal

HERE = {"DINHCHINH_ALLOW_NETWORKS": "127.30.0.0/16", "DINHCHINH_HOST_DELAY": "0"}
FRONT = """<html lang="en"><head><meta property="og:site_name" content="Báo Thử">
<link rel="alternate" type="application/rss+xml" href="/rss/the-thao.rss"></head>
<body><a href="/rss/home.rss">RSS</a><a href="/1">Giá xăng dầu tăng từ chiều nay trên cả nước</a></body></html>"""


@pytest.fixture(scope="module")
def newsroom() -> Iterator[FakeNews]:
    with open_newsroom() as news:
        yield news


@pytest.fixture
def news(newsroom: FakeNews) -> FakeNews:
    newsroom.start_over()
    return newsroom


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


@pytest.fixture
def outlet(news: FakeNews) -> str:
    """An outlet with a feed of everything and one of sports."""
    for section in ("home", "the-thao"):
        page = news.tell(f"/{section}.htm", Reply(article_page("Một bài", "Nội dung.")))
        news.tell(f"/rss/{section}.rss", Reply(rss(item(page))))
    return news.tell("/", Reply(FRONT.encode()))


def test_a_source_is_paused_and_taken_up_again_with_what_was_learned_of_it(
    terminal: Terminal, outlet: str
) -> None:
    feed = f"{outlet}rss/home.rss"
    assert terminal("sources", "add", outlet, **HERE).returncode == 0
    paused = terminal("sources", "pause", feed)
    assert (paused.returncode, paused.stdout) == (0, f"paused    {feed}\n")
    assert "/polled/no" in terminal("sources", "export").stdout
    assert "not polled any more: somebody paused it" in terminal("sources", "list").stdout
    assert terminal("crawl", "--once", **HERE).returncode != 0, "there is nothing to read"
    assert terminal("sources", "add", outlet, **HERE).stdout.splitlines()[2].startswith("added")
    assert "/polled/no" not in terminal("sources", "export").stdout
    unknown = terminal("sources", "pause", f"{outlet}other.rss")
    assert (unknown.returncode, "no source has the address" in unknown.stderr) == (1, True)


def test_the_best_that_is_found_is_followed_as_the_outlet_says_of_itself(
    terminal: Terminal, outlet: str
) -> None:
    said = terminal("sources", "add", outlet, "--role", "official", **HERE)
    assert said.returncode == 0, said.stderr
    found, other, added, left = said.stdout.splitlines()
    assert (
        found == f"found     {outlet}rss/home.rss (feed, linked from the page; 1 entries, newest 2024-05-03)"
    )
    assert "the-thao.rss (feed, declared by the page" in other
    assert added == f"added     {outlet}rss/home.rss “Báo Thử” (official, all, vi)"
    assert left.startswith("left      1 more")
    listed = terminal("sources", "export").stdout
    assert 'category="/role/official,/scope/all,/publisher/official"' in listed
    assert 'language="vi" timeZone="Asia/Ho_Chi_Minh"' in listed
    assert f'htmlUrl="{outlet}"' in listed


def test_what_is_followed_already_stays_as_it_is(terminal: Terminal, outlet: str) -> None:
    terminal("sources", "add", outlet, "--title", "Của tôi", **HERE)
    again = terminal("sources", "add", outlet, "--all", "--role", "reference", **HERE).stdout.splitlines()
    assert again[2] == f"known     {outlet}rss/home.rss is already followed as monitored and stays as it is"
    assert again[3].startswith(f"added     {outlet}rss/the-thao.rss")
    assert "Của tôi" in terminal("sources", "list").stdout


def test_a_dry_run_adds_nothing(terminal: Terminal, outlet: str) -> None:
    said = terminal("sources", "add", outlet, "--dry-run", **HERE)
    assert f"would add {outlet}rss/home.rss" in said.stdout
    assert terminal("sources", "list").stdout == ""


def test_a_page_without_feeds_is_followed_by_its_links(terminal: Terminal, news: FakeNews) -> None:
    page = news.tell("/tin", Reply(b"<html><body><a href='/bai/7'>x</a></body></html>"))
    said = terminal(
        "sources", "add", page, "--link-pattern", r"/bai/\d+$", "--time-zone", "Asia/Tokyo", **HERE
    )
    assert f"added     {page}" in said.stdout, said.stderr
    listed = terminal("sources", "export").stdout
    assert 'type="listing"' in listed
    assert r'timeZone="Asia/Tokyo" linkPattern="/bai/\d+$"' in listed


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        pytest.param("nonsense", [], "not an address", id="not an address"),
        pytest.param("http://127.30.0.77:9/", [], "cannot connect", id="nobody there"),
        pytest.param("/missing", [], "nothing there", id="no such page"),
        pytest.param("/denied", [], "robots.txt denies /denied", id="denied by robots.txt"),
        pytest.param("/empty", [], "nothing to follow", id="nothing to follow"),
        pytest.param("/empty", ["--link-pattern", "("], "not a regular expression", id="no pattern"),
        pytest.param(
            "/empty", ["--link-pattern", "/x"], "without a link", id="a pattern that matches nothing"
        ),
        pytest.param("/empty", ["--time-zone", "Hanoi"], "Asia/Ho_Chi_Minh", id="no zone"),
        pytest.param("/empty", ["--language", "Tiếng Việt"], "such as vi", id="no language"),
        pytest.param("http://192.0.2.1/", [], "not a public address", id="not a public address"),
    ],
)
def test_what_cannot_be_followed_is_one_line(
    terminal: Terminal, news: FakeNews, path: str, options: list[str], said: str
) -> None:
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /denied"))
    news.tell("/empty", Reply(b"<html><body><a href='/'>x</a></body></html>"))
    result = terminal("sources", "add", news.url(path) if path.startswith("/") else path, *options, **HERE)
    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert terminal("sources", "list").stdout == ""


def test_the_doctor_says_how_reading_goes_and_what_to_do(
    terminal: Terminal, news: FakeNews, outlet: str
) -> None:
    denied = news.tell("/rss", Reply(rss()), host="127.30.0.2")
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /"), host="127.30.0.2")
    news.tell("/feed", Reply(rss()), host="127.30.0.3")
    terminal("sources", "add", outlet, **HERE)
    terminal("sources", "add", news.url("/feed", "127.30.0.3"), "--title", "Vắng", **HERE)
    opml = f'<opml><body><outline text="Cấm" xmlUrl="{denied}"/></body></opml>'
    (terminal.home / "denied.opml").write_text(opml)
    terminal("sources", "import", str(terminal.home / "denied.opml"))
    fresh = terminal("sources", "doctor").stdout.splitlines()
    assert fresh[-1] == "3 sources: 3 new"
    assert terminal("crawl", "--once", **HERE).returncode == 0
    *rows, counted = terminal("sources", "doctor").stdout.splitlines()
    columns = {row.split("\t")[1]: row.split("\t") for row in rows}
    assert set(columns) == {"Báo Thử", "Cấm", "Vắng"}
    (
        number,
        _,
        role,
        url,
        state,
        reason,
        strip,
        success,
        expected,
        seen,
        since,
        pace,
        following,
        believed,
        advice,
    ) = columns["Báo Thử"]
    assert (role, url, state, reason) == (
        "monitored",
        f"{outlet}rss/home.rss",
        "working",
        "answers as it should",
    )
    assert (strip, seen, expected, believed, advice) == (
        "+.",
        "0",
        "",
        "none offered, so it is always fetched whole",
        "nothing to do",
    )
    assert success > since
    assert int(pace) > 60
    assert following > success
    assert columns["Cấm"][4:7] == [
        "blocked",
        "robots.txt denies /rss; robots.txt is looked at again in a day",
        "R",
    ]
    assert columns["Cấm"][-1].startswith("robots.txt is obeyed")
    assert counted == "3 sources: 2 working, 1 blocked"
    assert (
        terminal("sources", "doctor", "--state", "blocked").stdout.splitlines()[-1] == "1 sources: 1 blocked"
    )
    assert terminal("sources", "doctor", number).stdout.startswith(f"{number}\tBáo Thử")
    assert terminal("sources", "doctor", "cam").stdout.startswith(f"{columns['Cấm'][0]}\tCấm")


def test_on_a_terminal_the_doctor_explains_its_strip(terminal: Terminal, news: FakeNews) -> None:
    denied = news.tell("/rss", Reply(rss()), host="127.30.0.2")
    news.tell("/robots.txt", Reply(b"User-agent: *\nDisallow: /"), host="127.30.0.2")
    (terminal.home / "a.opml").write_text(
        f'<opml><body><outline text="Cấm" xmlUrl="{denied}"/></body></opml>'
    )
    terminal("sources", "import", str(terminal.home / "a.opml"))
    terminal("crawl", "--once", **HERE)
    said = terminal("sources", "doctor", TTY_COMPATIBLE="1", TERM="dumb").stdout
    assert "blocked    robots.txt denies /rss" in said
    assert "polls      R\n" in said
    assert "last success never" in said
    assert "to do      robots.txt is obeyed" in said
    assert said.endswith("one character a poll, oldest first: R robots denied\n1 sources: 1 blocked\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "no source is called 'nobody'"),
        (["--state", "ill"], "there is no state 'ill'; there are new,"),
    ],
)
def test_a_source_or_state_that_is_not_there_is_one_line(
    terminal: Terminal, arguments: list[str], said: str
) -> None:
    result = terminal("sources", "doctor", *arguments)
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (1, 1)
    assert said in result.stderr
