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
from dinhchinh.wiring import open_database, open_house

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


def prepare(newsroom: Newsroom, folder: Path) -> Path:
    opml = folder / "sources.opml"
    opml.write_text(newsroom.opml())
    assert dinhchinh(folder / "home", "init").returncode == 0
    assert dinhchinh(folder / "home", "sources", "import", str(opml)).returncode == 0
    return folder / "home"


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
        pytest.param("assessing", 1, id="when claims are assessed"),
    ],
)
def test_a_killed_crawl_started_again_exports_the_same(
    stage: str, enough: int, newsroom: Newsroom, undisturbed: tuple[str, str], tmp_path: Path
) -> None:
    home = prepare(newsroom, tmp_path)
    environment = {
        "DINHCHINH_HOME": str(home),
        "DINHCHINH_HOST_DELAY": "0",
        "DINHCHINH_ALLOW_NETWORKS": NETWORK,
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_CRAWL, stage, str(enough)], cwd=ROOT, env=environment, check=False
    )
    assert killed.returncode == -9
    assert crawl(home) == undisturbed
