"""Reading in processes of their own, each job under limits of processor time and memory.

Small files can hang any parser (428 KB of attributes cost feedparser 17 s), and a thread cannot be stopped.
A worker that exceeds its limits is killed by the system, its job fails with WorkerStopped, and another
worker takes its place. The processes are started as plain interpreters and import nothing but this room's
readers: multiprocessing would import the calling program, models and all, into each.
"""

import os
import queue
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, Self, TypeVar

from ingest.errors import WorkerStopped

Value = TypeVar("Value")

# After so many jobs a worker is replaced, whatever memory its parsers may have lost by then.
JOBS_PER_WORKER = 2_000
_STARTED = "from ingest.workers import serve; serve({descriptor}, {cpu_seconds}, {memory})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """Limits on one job. `patience` is wall time, the net below the processor limit.

    The system counts whole seconds, so a job may have up to one more than `cpu_seconds`.
    """

    cpu_seconds: int = 4
    memory: int = 1_500_000_000
    patience: timedelta = timedelta(seconds=60)


class Workers:
    """A fixed number of reading processes, for any number of threads. Use as a context manager."""

    def __init__(self, count: int = 2, limits: WorkerLimits | None = None) -> None:
        self._limits = limits or WorkerLimits()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run_one, name=f"read-{n}", daemon=True) for n in range(count)
        ]
        self._count = count

    @property
    def count(self) -> int:
        """How many jobs run at once."""
        return self._count

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, job: Callable[..., Value], *arguments: Any) -> Future[Value]:
        """Runs a module-level function of this room in a worker.

        The future raises what the function raised, or WorkerStopped.
        """
        future: Future[Value] = Future()
        self._jobs.put(_Job(future, job, arguments))
        return future

    def _run_one(self) -> None:
        worker: _Worker | None = None
        while (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                if worker is None:
                    worker = _Worker(self._limits)
                job.settle(worker.run(job))
            except WorkerStopped as stopped:
                job.future.set_exception(stopped)
                worker = None
            except BaseException as error:
                job.future.set_exception(error)
            if worker is not None and worker.jobs >= JOBS_PER_WORKER:
                worker.stop()
                worker = None
        if worker is not None:
            worker.stop()


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def settle(self, outcome: tuple[bool, Any]) -> None:
        succeeded, value = outcome
        if succeeded:
            self.future.set_result(value)
        else:
            self.future.set_exception(value)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, limits: WorkerLimits) -> None:
        self.jobs = 0
        self._limits = limits
        self._pipe, theirs = Pipe()
        code = _STARTED.format(
            descriptor=theirs.fileno(), cpu_seconds=limits.cpu_seconds, memory=limits.memory
        )
        # Nothing from outside is in the command: it is this interpreter with a fixed line of code. Of the environment,
        # where keys and passwords stand, it gets nothing: it parses what strangers send.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", code],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env={
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                "OMP_NUM_THREADS": "1",
            },
        )
        theirs.close()

    def run(self, job: _Job) -> tuple[bool, Any]:
        self.jobs += 1
        try:
            self._pipe.send((job.function, job.arguments))
            if not self._pipe.poll(self._limits.patience.total_seconds()):
                self.kill()
                raise WorkerStopped(
                    reason=f"reading took more than {self._limits.patience.total_seconds():g} s and was stopped"
                )
            outcome: tuple[bool, Any] = self._pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise WorkerStopped(reason=_why(self.kill(), self._limits)) from error
        return outcome

    def stop(self) -> None:
        """Ends the process, which has nothing to lose."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def kill(self) -> int:
        """Ends the process; how it had ended, as subprocess tells it."""
        self._pipe.close()
        try:
            return self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _why(code: int, limits: WorkerLimits) -> str:
    if code == -signal.SIGXCPU:
        return f"reading took more than {limits.cpu_seconds} s of processor time and was stopped"
    return f"reading was stopped (the worker ended with {code})"


def serve(descriptor: int, cpu_seconds: int, memory: int) -> None:
    """The worker's side: takes jobs from the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe: Connection[Any, Any] = Connection(descriptor)
    warm_up()
    _limit(resource.RLIMIT_AS, memory)
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        _allow_processor_time(cpu_seconds)
        pipe.send(_outcome(function, arguments))


def warm_up() -> None:
    """Imports the readers before the first job is timed."""
    import ingest.feed
    import ingest.page  # noqa: F401  # both are imported for their effect on sys.modules


def _outcome(function: Callable[..., Any], arguments: Iterable[Any]) -> tuple[bool, Any]:
    try:
        return True, function(*arguments)
    except MemoryError:
        return False, WorkerStopped(reason="reading took more memory than is allowed and was stopped")
    except Exception as error:
        return False, error


def _allow_processor_time(seconds: int) -> None:
    # The soft limit counts from the start of the process, so it moves with every job. Its signal kills, also
    # inside C code where no Python handler would run.
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
