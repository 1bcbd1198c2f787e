"""The real service on a free port of loopback, over a database: in a thread of ours, or as a process of its own.

python -m benchmarks.desk.serving desk|bare DATABASE      the process; its first line is its port
"""

import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from cryptography.fernet import Fernet, MultiFernet
from fastapi import FastAPI

from api.app import create_app, keep_loaded
from api.services import Services
from benchmarks.desk.bare import create_bare_app
from classify.checking import CheckResult
from classify.library import Library
from classify.precedents import Precedents
from classify.weighing import Weighed
from ingest.documents import read_document
from models import Sessions, open_engine, open_sessions


@dataclass(frozen=True, slots=True)
class Server:
    """A service that runs as a process of its own."""

    port: int
    pid: int


def now() -> datetime:
    """The time, for everything that is served and filled here."""
    return datetime.now(UTC)


@contextmanager
def served(sessions: Sessions) -> Iterator[str]:
    """The service's address for as long as the block runs."""
    server = uvicorn.Server(uvicorn.Config(_create_desk(sessions), port=0, log_level="error"))
    listening = _bind(server.config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def served_apart(kind: str, sessions: Sessions) -> Iterator[Server]:
    """The desk's service, or the bare one, in a process whose time can be told from ours."""
    database = sessions.kw["bind"].url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.desk.serving", kind, database]
    # This interpreter with this module.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            yield Server(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dinhchinh-bench-") as folder:
        yield Path(folder)


def main(kind: str, database: str) -> None:
    """Serve until told to stop."""
    sessions = open_sessions(open_engine(database))
    app = _create_desk(sessions) if kind == "desk" else create_bare_app(sessions)
    # A client that waits for its turn keeps its connection.
    config = uvicorn.Config(app, port=0, log_level="error", access_log=False, timeout_keep_alive=600)
    listening = _bind(config)
    listening.listen(config.backlog)
    print(listening.getsockname()[1], flush=True)
    keep_loaded()
    uvicorn.Server(config).run(sockets=[listening])


def _bind(config: uvicorn.Config) -> socket.socket:
    """A free port, answered at once: asyncio does not know a socket that uvicorn has bound for TCP, and lets it wait 40 ms."""
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _create_desk(sessions: Sessions) -> FastAPI:
    """The desk needs no weights, so there are none."""
    return create_app(
        Services(
            sessions=sessions,
            clock=now,
            cipher=MultiFernet([Fernet(Fernet.generate_key())]),
            library=_no_library,
            precedents=_no_precedents,
            check=_no_check,
            weigh=_no_weighing,
            read_document=read_document,
            public_url="http://desk.example",
            office="Office",
            contact="mailto:desk@desk.example",
            requests_a_minute=1_000_000,
        )
    )


def _no_library() -> Library:
    raise NotImplementedError


def _no_precedents() -> Precedents:
    raise NotImplementedError


def _no_check(*_: object) -> CheckResult:
    raise NotImplementedError


def _no_weighing(*_: object) -> list[list[Weighed]]:
    raise NotImplementedError


if __name__ == "__main__":
    main(*sys.argv[1:])
