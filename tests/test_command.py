"""The command as a person runs it: its exit code, and one clear line when something is wrong.

Starting a process takes seconds, so the tables run in this one; crawling and the settings' edge run in their own.
"""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dinhchinh.cli import COMMANDS, load_command, run
from dinhchinh.demo import NETWORK, Newsroom

ROOT = Path(__file__).parent.parent
OPML = """<opml version="2.0"><body>
<outline type="rss" text="Tin" xmlUrl="http://127.30.0.99:9/feed.xml" category="/role/monitored,/scope/all" />
</body></opml>"""


def dinhchinh(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DINHCHINH_")}
    return subprocess.run(
        [sys.executable, "-m", "dinhchinh", *arguments],
        cwd=ROOT,
        env=kept | {"DINHCHINH_HOME": str(home), "DINHCHINH_HOST_DELAY": "0"} | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs the command line in this process, on a home of its own, with nothing set but what is given."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("DINHCHINH_")]:
                patch.delenv(name)
            for name, value in {"DINHCHINH_HOME": str(self.home), **environment}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["dinhchinh", *arguments])
            self.capture.readouterr()
            with pytest.raises(SystemExit) as ended:
                run()
        out, err = self.capture.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out, err)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        pytest.param(["sources", "import", "{tmp}/none.opml"], {}, 1, "No such file", id="no such list"),
        pytest.param(
            ["sources", "import", "{tmp}/broken.opml"], {}, 1, "not readable as OPML", id="broken OPML"
        ),
        pytest.param(
            ["sources", "import", "{tmp}/page.html"], {}, 1, "not OPML", id="a page instead of OPML"
        ),
        pytest.param(["check", "   "], {}, 1, "nothing to check", id="empty sentence"),
        pytest.param(
            ["check", "Gạo " * 600], {}, 1, "too long for one sentence", id="no sentence but an article"
        ),
        pytest.param(
            ["check", "Gạo.", "--as-of", "hôm qua"], {}, 1, "expected a date such as", id="no such day"
        ),
        pytest.param(["check", "Riz.", "--language", "fr"], {}, 1, "vi or en", id="a language not read"),
        pytest.param(
            ["check", "Gạo."],
            {"DINHCHINH_WEIGHTS": "{tmp}"},
            2,
            "manifest.json",
            id="weights that are none",
        ),
        pytest.param(["crawl"], {}, 1, "crawl --once", id="crawl without once"),
        pytest.param(["key", "add", "nobody@x.vn"], {}, 1, "no account", id="unknown account"),
        pytest.param(["user", "add", "x", "X"], {}, 1, "e-mail", id="not an address"),
        pytest.param(["desk", "add", "Bộ Y tế", "Bộ Y tế"], {}, 1, "slug", id="a slug with spaces"),
        pytest.param(["evaluate", "verify", "{tmp}/none.jsonl"], {}, 1, "No such file", id="no such rows"),
        pytest.param(
            ["evaluate", "claims", "{tmp}/page.html"], {}, 1, "not JSON", id="rows that are no JSON"
        ),
        pytest.param(
            ["evaluate", "claims", "{tmp}/rows.jsonl"], {}, 1, "line 1: no 'label'", id="rows without labels"
        ),
        pytest.param(
            ["sources", "list"],
            {"DINHCHINH_DATABASE_URL": "mysql://x/y"},
            2,
            "sqlite:",
            id="unknown database",
        ),
        pytest.param(
            ["sources", "list"],
            {"DINHCHINH_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
            2,
            "database cannot be used",
            id="no server there",
        ),
        pytest.param(
            ["sources", "list"],
            {"DINHCHINH_DATABASE_URL": "sqlite:////no/such/folder/x.db"},
            2,
            "database cannot be used",
            id="no folder there",
        ),
        pytest.param(["init"], {"DINHCHINH_PORT": "eighty"}, 2, "DINHCHINH_PORT", id="wrong setting"),
    ],
)
def test_what_a_person_can_mend_is_one_line(
    terminal: Terminal,
    tmp_path: Path,
    arguments: list[str],
    environment: dict[str, str],
    code: int,
    said: str,
) -> None:
    (tmp_path / "broken.opml").write_text(OPML[:60])
    (tmp_path / "page.html").write_text("<html><body>Trang chủ</body></html>")
    (tmp_path / "rows.jsonl").write_text('{"text": "Cầu dài 2 km."}')
    here = {name: value.replace("{tmp}", str(tmp_path)) for name, value in environment.items()}
    result = terminal(*(part.replace("{tmp}", str(tmp_path)) for part in arguments), **here)
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("what", "row", "printed"),
    [
        (
            "verify",
            {"claim": "Cầu dài 2 km.", "evidence": "Cầu dài 3 km.", "label": "REFUTED"},
            {"macro_f1", "accuracy", "per_label", "ece", "recall_at_precision_95", "threshold", "n"},
        ),
        ("encoder", {"en": "The bridge is long.", "vi": "Cây cầu dài."}, {"en_to_vi", "vi_to_en"}),
        ("claims", {"text": "Cầu dài 2 km.", "label": 1}, {"macro_f1", "leakage", "recall"}),
    ],
)
def test_evaluating_prints_one_object_with_every_figure(
    tmp_path: Path, terminal: Terminal, what: str, row: dict[str, object], printed: set[str]
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    result = terminal("evaluate", what, str(tmp_path / "rows.jsonl"))
    figures = json.loads(result.stdout)
    assert printed <= set(figures)
    if what == "encoder":
        assert all({"recall@1", "recall@10"} == set(figures[way]) for way in printed)


def test_a_broken_list_loses_nothing_that_was_stored(terminal: Terminal, tmp_path: Path) -> None:
    good, broken = tmp_path / "good.opml", tmp_path / "broken.opml"
    good.write_text(OPML)
    broken.write_text(OPML.replace("/role/monitored", "/role/suspect"))
    assert terminal("sources", "import", str(good)).stdout == "1 sources added, 0 already known\n"
    before = terminal("sources", "export").stdout
    assert terminal("sources", "import", str(broken)).returncode == 1
    assert terminal("sources", "export").stdout == before


def test_a_mistyped_variable_is_said_aloud(terminal: Terminal) -> None:
    result = terminal("desk", "list", DINHCHINH_PROT="9000")
    assert result.returncode == 0
    assert "DINHCHINH_PROT is not a setting" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        ("--help", {"sqlalchemy", "numpy", "fastapi"}),
        ("desk list", {"fastapi", "sklearn", "torch", "trafilatura"}),
        ("sources list", {"fastapi", "sklearn", "torch"}),
        ("crawl --help", {"fastapi", "sentence_transformers"}),
    ],
)
def test_a_command_imports_no_room_that_it_does_not_need(
    tmp_path: Path, arguments: str, spared: set[str]
) -> None:
    watched = f"import atexit, sys; atexit.register(lambda: print(sorted({spared!r} & sys.modules.keys())));"
    code = f"{watched} sys.argv = {['dinhchinh', *arguments.split()]!r}; from dinhchinh.cli import run; run()"
    home = {"DINHCHINH_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=home, capture_output=True, text=True, check=False
    )
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_port_that_is_taken_is_one_line_before_anything_is_opened(terminal: Terminal, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = terminal(command, DINHCHINH_PORT=str(port))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"error: cannot listen at 127.0.0.1:{port} (Address already in use); DINHCHINH_HOST and DINHCHINH_PORT say "
        "where\n"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    help_ = load_command(name).help
    assert COMMANDS[name].help == help_.split("\n\n")[0].replace("\n", " ").strip()


def test_a_database_that_was_never_set_up_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = dinhchinh(tmp_path / "empty", "desk", "list")
    assert (result.returncode, result.stderr.count("dinhchinh init")) == (1, 1)


def test_people_desks_and_keys_leave_a_whole_log(terminal: Terminal) -> None:
    assert terminal("desk", "add", "bo-y-te", "Bộ Y tế").returncode == 0
    added = terminal("user", "add", "chi@desk.example", "Chi", "--role", "approver", "--desk", "bo-y-te")
    assert added.returncode == 0
    key = terminal("key", "add", "chi@desk.example").stdout.strip()
    assert key.startswith("dc_")
    narrowed = terminal("key", "narrow", key.split("_")[1], "--scope", "read_queue")
    assert narrowed.stdout.endswith("is for read_queue\n")
    fresh = terminal("key", "rotate", key.split("_")[1]).stdout.strip()
    assert fresh.startswith("dc_")
    assert terminal("key", "rotate", key.split("_")[1]).returncode == 1
    assert terminal("key", "revoke", fresh.split("_")[1]).returncode == 0
    # The first desk was made by init.
    assert terminal("audit", "verify").stdout.startswith("whole: 8 entries, head ")
    actions = [json.loads(line)["action"] for line in terminal("audit", "export").stdout.splitlines()]
    exported = terminal("audit", "export").stdout
    (terminal.home / "log.jsonl").write_text(exported, encoding="utf-8")
    elsewhere = terminal("audit", "verify", "--file", str(terminal.home / "log.jsonl"))
    assert elsewhere.stdout == terminal("audit", "verify").stdout
    assert "\twould go\t" in terminal("prune", "--dry-run").stdout
    assert terminal("prune", "--days", "5").returncode == 2
    changed = exported.replace("user.created", "user.changed", 1)
    (terminal.home / "log.jsonl").write_text(changed, encoding="utf-8")
    broken = terminal("audit", "verify", "--file", str(terminal.home / "log.jsonl"))
    number = 1 + actions.index("user.created")
    assert broken.returncode == 1
    assert broken.stdout == f"broken at entry {number}: its content is not what was hashed\n"
    assert actions[-7:] == [
        "desk.created",
        "user.created",
        "key.created",
        "key.narrowed",
        "key.created",
        "key.rotated",
        "key.revoked",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("prune", "--days", "800000"),
        ("key", "add", "chi@desk.example", "--days", "99999999"),
        ("key", "rotate", "abcdefghjk", "--days", "99999999"),
        ("desk", "duty", "trung-uong", "chi@desk.example", "--hours", "99999999"),
    ],
)
def test_a_time_that_no_calendar_reaches_is_a_wrong_option(
    terminal: Terminal, arguments: tuple[str, ...]
) -> None:
    terminal("init")
    terminal("user", "add", "chi@desk.example", "Chi")
    refused = terminal(*arguments)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_crawling_once_reads_judges_and_stops(tmp_path: Path) -> None:
    home = tmp_path / "home"
    dinhchinh(home, "init")
    with Newsroom() as newsroom:
        (tmp_path / "sources.opml").write_text(newsroom.opml())
        dinhchinh(home, "sources", "import", str(tmp_path / "sources.opml"))
        crawled = dinhchinh(home, "crawl", "--once", DINHCHINH_ALLOW_NETWORKS=NETWORK)
    assert crawled.returncode == 0, crawled.stderr
    assert "alerts raised" in crawled.stdout
    assessments = [json.loads(line) for line in dinhchinh(home, "export", "assessments").stdout.splitlines()]
    assert {"article_url", "claim", "label", "probability", "evidence", "alert"} == set(assessments[0])
    assert any(row["alert"] is not None for row in assessments)
    articles = [json.loads(line) for line in dinhchinh(home, "export", "articles").stdout.splitlines()]
    assert {"url", "title", "published_at", "language", "text", "story"} == set(articles[0])
