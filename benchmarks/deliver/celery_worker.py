"""Celery on Redis with one worker process, run in an environment of its own that `make bench-deliver` sets up."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CELERY = Path(__file__).parent.parent.parent / ".venv-celery" / "bin" / "celery"
POOLS = {"prefork": ("--pool=prefork", "--concurrency=1"), "threads": ("--pool=threads", "--concurrency=20")}
_PATIENCE = 120.0

Post = tuple[str, str, str, str]


def missing() -> str:
    """What is needed and not there; empty when it can be run."""
    if shutil.which("redis-server") is None:
        return "redis-server (apt-get install redis-server)"
    return "" if CELERY.exists() else "Celery (make bench-deliver)"


def measure(posts: Sequence[Post], log: Path, folder: Path, pool: str) -> float:
    """Posts a second from the first arrival to the last: starting up does not count. Enqueued before, not counted either."""
    before = _count(log)
    (folder / "posts.json").write_text(json.dumps(posts), encoding="utf-8")
    with _redis(folder) as broker:
        environment = os.environ | {"BROKER": broker}
        here = Path(__file__).parent
        subprocess.run(  # noqa: S603 - our own module
            [CELERY.parent / "python", "celery_tasks.py", str(folder / "posts.json")],
            cwd=here,
            env=environment,
            check=True,
        )
        worker = subprocess.Popen(  # noqa: S603 - our own module
            [CELERY, "-A", "celery_tasks", "worker", *POOLS[pool], "--loglevel=ERROR"],
            cwd=here,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + _PATIENCE
            while _count(log) < before + len(posts):
                if time.monotonic() > deadline or worker.poll() is not None:
                    raise RuntimeError(f"Celery delivered {_count(log) - before} of {len(posts)}")
                time.sleep(0.1)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    lines = log.read_text(encoding="utf-8").splitlines()[before:]
    moments = [json.loads(line)[4] for line in lines]
    seconds: float = max(moments) - min(moments)
    return (len(moments) - 1) / seconds


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    # Durable as people run it: the log is synced every second.
    durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
    with subprocess.Popen([*command, *durable], stdout=subprocess.DEVNULL) as process:  # noqa: S603 - as above
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("redis-server does not answer")


def _count(log: Path) -> int:
    return log.read_bytes().count(b"\n")
