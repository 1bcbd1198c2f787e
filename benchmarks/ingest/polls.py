"""Unchanged feeds polled a second, state written: the product's poll stage against newsboat and sfeed_update.

All three run as whole processes against one feed server, in turn, several times; the ratio is of their medians.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select, update

from benchmarks.ingest.feed_server import ETAG, ITEMS, feed_url, measure_ceiling, serve_feeds
from benchmarks.ingest.processes import Ran, memory, run_whole
from benchmarks.tables import Table, median, within
from ingest.fetch import Fetcher, FetchLimits
from ingest.stages import poll_due
from ingest.workers import Workers
from migrations.schema import upgrade_schema
from models import Role, Sessions, Source, SourceState, Validators, open_engine, open_sessions, writing
from models.network import NetworkPolicy, parse_networks

HOSTS = 200
FEEDS, FEW_FEEDS = 3_000, 600
# A shell script that starts eight processes a feed need not be watched for minutes.
SFEED_SHARE = 6
ROUNDS = 3
AT_ONCE = 200
OURS = "dinhchinh"
LOOPBACK = NetworkPolicy(parse_networks(["127.0.0.0/8"]))


@dataclass(frozen=True, slots=True)
class Contestant:
    """Someone who polls: what to run, how many feeds that polls, and a command that only starts up and ends."""

    name: str
    command: tuple[str, ...]
    feeds: int
    idle: tuple[str, ...]


@contextmanager
def open_sources(database: Path) -> Iterator[Sessions]:
    """Sessions on a database file with the newest schema."""
    engine = open_engine(f"sqlite:///{database}")
    upgrade_schema(engine)
    yield open_sessions(engine)
    engine.dispose()


def add_sources(sessions: Sessions, port: int, *, hosts: int, feeds: int) -> None:
    """Sources that have been polled before and whose validators are trusted."""
    now = datetime.now(UTC)
    with writing(sessions) as session:
        session.add_all(
            Source(
                url=feed_url(port, hosts, number),
                title=f"Feed {number}",
                role=Role.MONITORED,
                created_at=now - timedelta(days=1),
                polls=3,
                etag=ETAG,
                validators=Validators.TRUSTED,
                unconditional_at=now,
                last_new_item_at=now,
                last_success_at=now,
                state=SourceState.WORKING,
                state_reason="",
            )
            for number in range(feeds)
        )


def make_due(sessions: Sessions) -> None:
    """Every source is due now, and asked conditionally."""
    now = datetime.now(UTC)
    with writing(sessions) as session:
        session.execute(
            update(Source).values(next_poll_at=now, unconditional_at=now, polls_since_unconditional=0)
        )


def poll_database(database: Path) -> dict[str, float]:
    """Polls everything that is due, by the product's own stage; how many that were and how long it took."""
    engine = open_engine(f"sqlite:///{database}")
    sessions = open_sessions(engine)
    # With two hundred in flight, what a host took to answer is mostly what our own loop took to notice.
    limits = FetchLimits(delay=timedelta(0), delay_times=0.0, at_once=AT_ONCE)
    with (
        Fetcher(user_agent="dinhchinh-benchmark", policy=LOOPBACK, limits=limits) as fetcher,
        Workers() as workers,
    ):
        began = perf_counter()
        counts = poll_due(sessions, fetcher, workers, clock=lambda: datetime.now(UTC))
        seconds = perf_counter() - began
    engine.dispose()
    return {
        "polls": counts.due,
        "unchanged": counts.unchanged,
        "seconds": seconds,
        "peak": memory(os.getpid())[1],
    }


def run(data: Path, *, small: bool) -> Table:
    """At least 500 polls a second, and three times newsboat's."""
    feeds, rounds = (FEW_FEEDS, 2) if small else (FEEDS, ROUNDS)
    with tempfile.TemporaryDirectory() as scratch, serve_feeds() as port:
        folder = Path(scratch)
        urls = [feed_url(port, HOSTS, number) for number in range(feeds)]
        ceiling = measure_ceiling(port, hosts=HOSTS, requests=10 * feeds)
        with open_sources(folder / "polls.db") as sessions:
            add_sources(sessions, port, hosts=HOSTS, feeds=feeds)
            contestants = [_ours(folder, feeds), *_readers(folder, urls)]
            runs: dict[str, list[tuple[Ran, Ran]]] = {contestant.name: [] for contestant in contestants}
            for _ in range(rounds):
                for contestant in contestants:
                    started = run_whole(contestant.idle)
                    if contestant.name == OURS:
                        make_due(sessions)
                    runs[contestant.name].append((started, run_whole(contestant.command)))
            written = _written(sessions)
    inside = [json.loads(whole.output) for _, whole in runs[OURS]]
    assert all(one["unchanged"] == feeds for one in inside), inside
    assert written == feeds, f"{written} of {feeds} sources have the state of the last round"
    whole = {c.name: median([c.feeds / ran.seconds for _, ran in runs[c.name]]) for c in contestants}
    net = {
        c.name: median([c.feeds / max(ran.seconds - idle.seconds, 0.01) for idle, ran in runs[c.name]])
        for c in contestants
    }
    cpu = {c.name: median([ran.cpu / c.feeds for _, ran in runs[c.name]]) for c in contestants}
    stage = median([feeds / one["seconds"] for one in inside])
    versus = [name for name in whole if name == "newsboat"]
    return Table(
        title="Polls a second",
        question=f"{feeds:,} feeds of {ITEMS} items on {HOSTS} loopback hosts, all unchanged (304), state written; no "
        f"pause between requests to a host; {AT_ONCE} in flight.",
        columns=(
            "poller",
            "whole process, polls/s",
            "less its start, polls/s",
            "CPU ms a poll",
            "ours / theirs",
        ),
        rows=(
            *(
                (
                    c.name,
                    f"{whole[c.name]:,.0f}",
                    f"{net[c.name]:,.0f}",
                    f"{1000 * cpu[c.name]:.2f}",
                    f"{whole[OURS] / whole[c.name]:.1f} whole, {net[OURS] / net[c.name]:.1f} less start",
                )
                for c in contestants
            ),
            ("bare client", "", f"{ceiling:,.0f}", "", "the server's ceiling"),
        ),
        bounds=(
            within("polls a second of the stage", stage, at_least=500),
            *(within("whole process / newsboat's", whole[OURS] / whole[name], at_least=3) for name in versus),
        ),
        notes=(
            f"Medians of {rounds} rounds, taken in turn. {_versions()}",
            f"The poll stage alone: {stage:,.0f} polls/s; peak memory of the process "
            f"{max(one['peak'] for one in inside):.0f} MB.",
            "newsboat: `-x reload`, reload-threads 100, its cache filled. Its start is `-x print-unread`, which loads "
            "the cache as a reload does; ours is the same command with nothing due.",
            f"sfeed_update: 100 jobs, {feeds // SFEED_SHARE:,} of the feeds; it has no conditional requests, so it "
            "gets whole feeds.",
            "newsboat keeps no schedule, health or log, and reads no robots.txt; it loads every item it knows at its start.",
            "Ours also asks each host for robots.txt once, which is not counted as a poll.",
        ),
    )


def _ours(folder: Path, feeds: int) -> Contestant:
    command = (sys.executable, "-m", "benchmarks.ingest.polls", str(folder / "polls.db"))
    return Contestant(OURS, command, feeds, command)


def _readers(folder: Path, urls: list[str]) -> Iterator[Contestant]:
    """The other readers that are installed, each with its cache filled."""
    if newsboat := shutil.which("newsboat"):
        (folder / "urls").write_text("\n".join(urls))
        (folder / "config").write_text("reload-threads 100\n")
        files = ("-u", folder / "urls", "-C", folder / "config", "-c", folder / "cache.db")
        start = (newsboat, *map(str, files), "-x")
        # Its first reload of a feed already in the cache drops the validators again.
        for _ in range(2):
            run_whole((*start, "reload"))
        yield Contestant("newsboat", (*start, "reload"), len(urls), (*start, "print-unread"))
    if sfeed := shutil.which("sfeed_update"):
        some = urls[: len(urls) // SFEED_SHARE]
        feeds = "\n".join(f'feed "{number}" "{url}"' for number, url in enumerate(some))
        (folder / "sfeedrc").write_text(f'sfeedpath="{folder}/sfeed"\nmaxjobs=100\nfeeds() {{\n{feeds}\n}}\n')
        (folder / "empty").write_text(f'sfeedpath="{folder}/sfeed"\nfeeds() {{\n:\n}}\n')
        run_whole((sfeed, str(folder / "sfeedrc")))
        yield Contestant(
            "sfeed_update", (sfeed, str(folder / "sfeedrc")), len(some), (sfeed, str(folder / "empty"))
        )


def _written(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).where(Source.next_poll_at > datetime.now(UTC))) or 0


def _versions() -> str:
    found = []
    if newsboat := shutil.which("newsboat"):
        found.append(run_whole((newsboat, "-v")).output.split(" - ")[0])
    if (shutil.which("sfeed_update")) and (dpkg := shutil.which("dpkg-query")):
        found.append("sfeed " + run_whole((dpkg, "-W", "-f", "${Version}", "sfeed")).output)
    return f"Against {', '.join(found)}." if found else "Neither newsboat nor sfeed_update is installed."


if __name__ == "__main__":
    print(json.dumps(poll_database(Path(sys.argv[1]))))
