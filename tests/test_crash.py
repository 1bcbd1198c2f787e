"""Killed at any stage and started again, a crawl ends where an undisturbed one does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dinhchinh.demo import NETWORK, Newsroom
from tests.test_command import ROOT, dinhchinh

# Crawls as the command does, and kills its own process, unasked and uncaught, once a stage has done so much.
KILLED_CRAWL = """
import os, signal, sys
from dinhchinh import pipeline
from dinhchinh.settings import load_settings
from dinhchinh.home import open_database
from dinhchinh.wiring import open_house

stage, enough = sys.argv[1], int(sys.argv[2])

def progress(name, done, total):
    if name == stage and done >= enough:
        os.kill(os.getpid(), signal.SIGKILL)

settings = load_settings(os.environ)
with open_database(settings) as database, open_house(settings, database) as house:
    pipeline.work_until_idle(house, progress=progress)
"""


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def undisturbed(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    home = prepare(newsroom, tmp_path_factory.mktemp("undisturbed"))
    return crawl(home)


def prepare(newsroom: Newsroom, folder: Path, opml: str = "") -> Path:
    assert dinhchinh(folder / "home", "init").returncode == 0
    follow(folder / "home", folder, opml or newsroom.opml())
    return folder / "home"


def follow(home: Path, folder: Path, opml: str) -> None:
    file = folder / "sources.opml"
    file.write_text(opml)
    assert dinhchinh(home, "sources", "import", str(file)).returncode == 0


def kill(home: Path, stage: str, enough: int) -> None:
    environment = {
        "DINHCHINH_HOME": str(home),
        "DINHCHINH_HOST_DELAY": "0",
        "DINHCHINH_ALLOW_NETWORKS": NETWORK,
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_CRAWL, stage, str(enough)], cwd=ROOT, env=environment, check=False
    )
    assert killed.returncode == -9


def crawl(home: Path) -> tuple[str, str]:
    done = dinhchinh(home, "crawl", "--once", DINHCHINH_ALLOW_NETWORKS=NETWORK)
    assert done.returncode == 0, done.stderr
    return dinhchinh(home, "export", "articles").stdout, dinhchinh(home, "export", "assessments").stdout


@pytest.mark.parametrize(
    ("stage", "enough"),
    [
        pytest.param("reading", 1, id="after the first batch of pages"),
        pytest.param("reading", 15, id="in the middle of the pages"),
        pytest.param("filing evidence", 1, id="when evidence is filed"),
        pytest.param("finding claims", 1, id="when claims are found"),
        pytest.param("grouping claims", 1, id="when claims are grouped"),
        pytest.param("assessing", 1, id="when claims are assessed"),
    ],
)
def test_a_killed_crawl_started_again_exports_the_same(
    stage: str, enough: int, newsroom: Newsroom, undisturbed: tuple[str, str], tmp_path: Path
) -> None:
    home = prepare(newsroom, tmp_path)
    kill(home, stage, enough)
    assert crawl(home) == undisturbed


@pytest.fixture(scope="module")
def lists(newsroom: Newsroom) -> tuple[str, str]:
    """The source list without and with those that are evidence."""
    whole = newsroom.opml()
    monitored = "\n".join(
        line for line in whole.splitlines() if "/role/" not in line or "/role/monitored" in line
    )
    return monitored, whole


@pytest.mark.parametrize("enough", [None, 1])
def test_evidence_that_comes_after_the_claims_ends_the_same_killed_or_not(
    enough: int | None,
    newsroom: Newsroom,
    lists: tuple[str, str],
    undisturbed: tuple[str, str],
    tmp_path: Path,
) -> None:
    home = prepare(newsroom, tmp_path, lists[0])
    _, assessments = crawl(home)
    assert "contradicted" not in assessments
    follow(home, tmp_path, lists[1])
    if enough is not None:
        kill(home, "assessing again", enough)
    assert crawl(home) == undisturbed
