"""What the other benchmarks of ingest stand on: lags from rows, bombs that are bombs, processes that are counted."""

import os
import sys
import zlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.ingest.bombs import GIGABYTE, make_bombs
from benchmarks.ingest.polls import add_sources, make_due, open_sources
from benchmarks.ingest.processes import CommandFailed, cpu_seconds, memory, run_whole
from benchmarks.ingest.scale import ROUND, measure_lags, spread_out
from models import Source, writing


def test_sources_are_spread_evenly_over_ten_minutes(tmp_path: Path) -> None:
    with open_sources(tmp_path / "x.db") as sessions:
        add_sources(sessions, 80, hosts=5, feeds=20)
        make_due(sessions)
        due = sorted(spread_out(sessions).values())
        with sessions() as session:
            rows = sorted(at for at in session.scalars(select(Source.next_poll_at)) if at)
    assert rows == due
    gaps = {round((later - earlier) / timedelta(seconds=1)) for earlier, later in pairwise(due)}
    assert gaps == {round(ROUND.total_seconds() / 20)}


def test_a_lag_is_from_due_to_written_and_a_poll_that_never_came_is_infinite(tmp_path: Path) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    with open_sources(tmp_path / "x.db") as sessions:
        add_sources(sessions, 80, hosts=1, feeds=3)
        with writing(sessions) as session:
            first, second, third = session.scalars(select(Source).order_by(Source.id))
            first.last_polled_at = now + timedelta(seconds=3)
            third.last_polled_at = now + timedelta(seconds=3)
            due = {first.id: now, second.id: now, third.id: now + timedelta(hours=1)}
        assert measure_lags(sessions, due, until=now + timedelta(minutes=1)) == [3.0, float("inf")]


def test_a_bomb_is_small_on_the_wire_and_a_gigabyte_behind_it() -> None:
    bomb = make_bombs()["gzip, 1 GiB"]()
    assert len(bomb.body) < 2_000_000
    unpacker, size = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    rest = bomb.body
    while rest:
        size += len(unpacker.decompress(rest, 1 << 24))
        rest = unpacker.unconsumed_tail
    assert size == GIGABYTE


@pytest.mark.parametrize("name", [name for name in make_bombs() if "1 GiB" not in name])
def test_every_bomb_can_be_made(name: str) -> None:
    bomb = make_bombs()[name]()
    assert bomb.body or bomb.status == 302


def test_a_command_is_counted_with_its_output() -> None:
    ran = run_whole((sys.executable, "-c", "print(sum(range(3_000_000)))"))
    assert ran.output.strip() == "4499998500000"
    assert 0 < ran.cpu < 60
    assert ran.seconds > 0


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(CommandFailed, match="no such luck"):
        run_whole((sys.executable, "-c", "raise SystemExit('no such luck')"))


def test_a_process_that_is_gone_uses_nothing() -> None:
    assert memory(os.getpid())[0] > 1
    gone = run_whole((sys.executable, "-c", "import os; print(os.getpid())"))
    assert (cpu_seconds(int(gone.output)), memory(int(gone.output))) == (0.0, (0.0, 0.0))
