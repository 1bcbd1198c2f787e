"""The real service on a free port of loopback, over a database."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from cryptography.fernet import Fernet, MultiFernet

from api.app import create_app
from api.services import Services
from classify.checking import CheckResult
from classify.library import Library
from classify.precedents import Precedents
from classify.weighing import Weighed
from ingest.documents import read_document
from models import Sessions


def now() -> datetime:
    """The time, for everything that is served and filled here."""
    return datetime.now(UTC)


@contextmanager
def served(sessions: Sessions) -> Iterator[str]:
    """The service's address for as long as the block runs. The desk needs no weights, so there are none."""
    services = Services(
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
    )
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=0, log_level="error"))
    listening = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dinhchinh-bench-") as folder:
        yield Path(folder)


def _no_library() -> Library:
    raise NotImplementedError


def _no_precedents() -> Precedents:
    raise NotImplementedError


def _no_check(*_: object) -> CheckResult:
    raise NotImplementedError


def _no_weighing(*_: object) -> list[list[Weighed]]:
    raise NotImplementedError
