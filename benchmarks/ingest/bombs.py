"""Answers made to exhaust a poller, one after another through the product's poll stage, a healthy feed beside each.

Memory is the growth of the polling process's peak and of its readers' together; processor time is theirs together,
with any reader that had to be started anew. A reader that was killed is counted up to its last sighting.
"""

import io
import json
import os
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import brotli
import zstandard
from sqlalchemy import select

from benchmarks.ingest.polls import LOOPBACK, open_sources
from benchmarks.ingest.processes import children_of, cpu_seconds, forget_peak, memory, run_whole
from benchmarks.tables import Table, within
from ingest.fetch import Fetcher, FetchLimits
from ingest.stages import poll_due
from ingest.workers import Workers
from models import Role, Sessions, Source, SourceFetch, open_engine, open_sessions, writing

HEALTHY = "healthy"
GIGABYTE = 1 << 30
DEADLINE = timedelta(seconds=5)
_RSS = (
    b'<?xml version="1.0"?>%s<rss version="2.0"><channel><title>t</title><link>http://127.0.0.1/</link>'
    b"<description>d</description>%s</channel></rss>"
)
_ITEM = b"<item><title>%s</title><link>http://127.0.0.1/a-long-slug-%d</link><guid>%d</guid>%s</item>"


@dataclass(frozen=True, slots=True)
class Bomb:
    """What a host answers. `drips` sends the body a byte at a time and never ends."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    drips: bool = False


@dataclass(frozen=True, slots=True)
class Blast:
    """What one bomb did: MB grown, seconds of processor time and by the clock, and what the poller made of it."""

    name: str
    grown: float
    cpu: float
    seconds: float
    outcome: str
    reason: str
    healthy: bool


def make_bombs() -> dict[str, Callable[[], Bomb]]:
    """Each bomb by name, made when it is asked for: some are large."""
    return {
        "gzip, 1 GiB": partial(_packed, "gzip"),
        "brotli, 1 GiB": partial(_packed, "br"),
        "zstd, 1 GiB": partial(_packed, "zstd"),
        "XML entities, nested": _laughs,
        "XML entities, one long": _quadratic,
        "40,000 attributes": _attributes,
        "author of 32 KB": _author,
        "200,000 nested tags": _nested,
        "400,000 items, 8 MB": partial(_items, small=True),
        "400,000 items, 40 MB": partial(_items, small=False),
        "endless drip": partial(Bomb, b"<rss><channel>", drips=True),
        "redirect loop": partial(_redirect, "redirect loop"),
        "redirect to a metadata address": partial(
            Bomb, headers={"Location": "http://169.254.169.254/latest/"}, status=302
        ),
    }


def run(data: Path, *, small: bool) -> Table:
    """At most 64 MB and five seconds of processor time each, and the poller goes on."""
    names = list(make_bombs())[::3] if small else list(make_bombs())
    blasts = []
    with serve_bombs() as port, tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "bombs.db"
        with open_sources(database) as sessions:
            _follow(sessions, port, [HEALTHY, *names])
        child = run_whole((sys.executable, "-m", "benchmarks.ingest.bombs", str(database), *names))
        blasts = [Blast(**fields) for fields in json.loads(child.output.splitlines()[-1])]
    return Table(
        title="Bombs",
        question="Feeds made to exhaust whoever reads them, through the poll stage, a healthy feed beside each.",
        columns=("bomb", "memory grown, MB", "CPU s", "seconds", "outcome", "in words"),
        rows=tuple(
            (
                blast.name,
                f"{blast.grown:.0f}",
                f"{blast.cpu:.1f}",
                f"{blast.seconds:.1f}",
                blast.outcome,
                blast.reason[:70],
            )
            for blast in blasts
        ),
        bounds=(
            within("most memory grown, MB", max(blast.grown for blast in blasts), at_most=64),
            within("most processor time, s", max(blast.cpu for blast in blasts), at_most=5),
            within(
                "bombs beside which the healthy feed was polled / all",
                sum(blast.healthy for blast in blasts) / len(blasts),
                at_least=1,
            ),
        ),
        notes=(
            f"Overall deadline of a fetch {DEADLINE.total_seconds():g} s here (30 s in use); two reading processes.",
        ),
    )


def explode(database: Path, names: list[str]) -> list[Blast]:
    """Polls each bomb in turn, in this process."""
    engine = open_engine(f"sqlite:///{database}")
    sessions = open_sessions(engine)
    limits = FetchLimits(delay=timedelta(0), deadline=DEADLINE)
    blasts = []
    with (
        Fetcher(user_agent="dinhchinh-benchmark", policy=LOOPBACK, limits=limits) as fetcher,
        Workers() as workers,
    ):

        def poll(*due: str) -> None:
            _make_due(sessions, due)
            poll_due(sessions, fetcher, workers, clock=lambda: datetime.now(UTC))

        for _ in range(4):
            poll(HEALTHY)
        for name in names:
            before = _polls(sessions, HEALTHY)
            with _watched() as seen:
                poll(name, HEALTHY)
            outcome, reason = _last(sessions, name)
            healthy = _polls(sessions, HEALTHY) == before + 1 and _last(sessions, HEALTHY)[0] in (
                "read",
                "unchanged",
            )
            blasts.append(Blast(name, seen.grown, seen.cpu, seen.seconds, outcome, reason, healthy))
    engine.dispose()
    return blasts


@dataclass(slots=True)
class _Use:
    grown: float = 0.0
    cpu: float = 0.0
    seconds: float = 0.0


@contextmanager
def _watched() -> Iterator[_Use]:
    """What this process and its children use while the block runs."""
    use, own = _Use(), os.getpid()
    known = [own, *children_of(own)]
    for pid in known:
        forget_peak(pid)
    base = {pid: memory(pid)[0] for pid in known}
    spent = sum(map(cpu_seconds, known))
    peaks: dict[int, float] = {}
    over = threading.Event()

    def look() -> None:
        for pid in [own, *children_of(own)]:
            peaks[pid] = max(peaks.get(pid, 0.0), memory(pid)[1])

    def keep_looking() -> None:
        while not over.wait(0.02):
            look()

    watcher = threading.Thread(target=keep_looking)
    began = time.monotonic()
    watcher.start()
    try:
        yield use
    finally:
        over.set()
        watcher.join()
    look()
    use.seconds = time.monotonic() - began
    # A new reader's growth is what it has beyond those that were there.
    usual = max((base[pid] for pid in known if pid != own), default=0.0)
    use.grown = sum(max(0.0, peak - base.get(pid, usual)) for pid, peak in peaks.items())
    # Our own figure takes in the children that have ended.
    use.cpu = sum(map(cpu_seconds, [own, *children_of(own)])) - spent


@contextmanager
def serve_bombs() -> Iterator[int]:
    """A server's port; every bomb is a path of its own host, the healthy feed another's."""
    bombs = make_bombs()
    made: dict[str, Bomb] = {HEALTHY: _healthy()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            name = _names()[int(self.path[1:])] if self.path[1:].isdecimal() else ""
            if name and name not in made:
                made[name] = bombs[name]()
            try:
                self._send(made.get(name, Bomb(status=404)))
            except OSError:
                self.close_connection = True

        def _send(self, bomb: Bomb) -> None:
            self.send_response(bomb.status)
            for key, value in bomb.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(bomb.body) + (1_000_000 if bomb.drips else 0)))
            self.end_headers()
            self.wfile.write(bomb.body)
            while bomb.drips and not over.wait(0.02):
                self.wfile.write(b" ")

    over = threading.Event()
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _names() -> list[str]:
    return [HEALTHY, *make_bombs()]


def _follow(sessions: Sessions, port: int, names: list[str]) -> None:
    with writing(sessions) as session:
        for name in names:
            number = _names().index(name)
            session.add(
                Source(
                    url=f"http://127.50.0.{number + 1}:{port}/{number}",
                    title=name,
                    role=Role.MONITORED,
                    created_at=datetime.now(UTC),
                )
            )


def _make_due(sessions: Sessions, names: tuple[str, ...]) -> None:
    with writing(sessions) as session:
        for source in session.scalars(select(Source)):
            source.next_poll_at = datetime.now(UTC) if source.title in names else None
            # So that a body that has not changed is read again.
            source.body_sha256 = None


def _polls(sessions: Sessions, name: str) -> int:
    with sessions() as session:
        return session.scalars(select(Source.polls).where(Source.title == name)).one()


def _last(sessions: Sessions, name: str) -> tuple[str, str]:
    with sessions() as session:
        line = session.scalars(
            select(SourceFetch)
            .join(Source, Source.id == SourceFetch.source_id)
            .where(Source.title == name)
            .order_by(SourceFetch.id.desc())
            .limit(1)
        ).one()
        return line.outcome, line.reason


def _feed(items: bytes, *, doctype: bytes = b"") -> Bomb:
    return Bomb(_RSS % (doctype, items), {"Content-Type": "application/rss+xml"})


def _healthy() -> Bomb:
    return _feed(b"".join(_ITEM % (b"t", number, number, b"") for number in range(30)))


def _packed(coding: str) -> Bomb:
    """A gigabyte of zeros, made piece by piece."""
    piece, pieces = bytes(1 << 20), GIGABYTE >> 20
    if coding == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        body = b"".join(packer.compress(piece) for _ in range(pieces)) + packer.flush()
    elif coding == "br":
        brotlier = brotli.Compressor(quality=5, lgwin=24)
        body = b"".join(brotlier.process(piece) for _ in range(pieces)) + brotlier.finish()
    else:
        out = io.BytesIO()
        with zstandard.ZstdCompressor(3).stream_writer(out, closefd=False) as writer:
            for _ in range(pieces):
                writer.write(piece)
        body = out.getvalue()
    return Bomb(body, {"Content-Encoding": coding, "Content-Type": "application/rss+xml"})


def _laughs() -> Bomb:
    names = "abcdefghij"
    inner = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    return _feed(
        _ITEM % (b"&j;", 1, 1, b""), doctype=f'<!DOCTYPE rss [<!ENTITY a "{"ha" * 50}">{inner}]>'.encode()
    )


def _quadratic() -> Bomb:
    entity = b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
    return _feed(_ITEM % (b"&a;" * 20_000, 1, 1, b""), doctype=entity)


def _attributes() -> Bomb:
    attributes = b" ".join(b'a%d="%d"' % (number, number) for number in range(40_000))
    return _feed(_ITEM % (b"t", 1, 1, b"<description " + attributes + b">x</description>"))


def _author() -> Bomb:
    return _feed(_ITEM % (b"t", 1, 1, b"<author>" + b"a" * 32_768 + b"</author>"))


def _nested() -> Bomb:
    return _feed(_ITEM % (b"t", 1, 1, b"<a>" * 200_000 + b"</a>" * 200_000))


def _items(*, small: bool) -> Bomb:
    if small:
        return _feed(b"<item><guid/></item>" * 400_000)
    return _feed(b"".join(_ITEM % (b"t", number, number, b"") for number in range(400_000)))


def _redirect(name: str) -> Bomb:
    return Bomb(headers={"Location": f"/{_names().index(name)}"}, status=302)


if __name__ == "__main__":
    print(
        json.dumps(
            [
                {name: getattr(blast, name) for name in Blast.__slots__}
                for blast in explode(Path(sys.argv[1]), sys.argv[2:])
            ]
        )
    )
