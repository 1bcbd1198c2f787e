"""What a request takes: by the clock, and in processor time of every process that works for it.

The clock counts whatever else the machine does meanwhile; processor time hardly does, so that two of them can be compared
on a busy machine too.
"""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.desk.databases import Databases
from benchmarks.desk.serving import Server

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the same kind of request, one after the other."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Client:
    """One client of a service, on one connection."""

    server: Server
    databases: Databases
    key: str
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)

    def get(self, path: str, taken: Taken | None = None) -> bytes:
        """What is answered."""
        return self._ask("GET", path, {}, None, taken)

    def post(self, path: str, version: int, sent: dict[str, str] | None, taken: Taken | None = None) -> bytes:
        """Act on a row at the version that was seen."""
        headers = {"If-Match": f'"{version}"', "Content-Type": "application/json"}
        return self._ask("POST", path, headers, json.dumps(sent) if sent is not None else None, taken)

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None, taken: Taken | None
    ) -> bytes:
        headers = {"Authorization": f"Bearer {self.key}", **headers}

        def ask() -> tuple[int, bytes]:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()

        processes = [self.server.pid, *self.databases.processes()]
        status, answered = measure(ask, processes, taken or Taken())
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {answered[:500]!r}")
        return answered


def measure(act: Callable[[], Answer], processes: Sequence[int], taken: Taken) -> Answer:
    """What an act gives, its seconds noted. What a process used that ended meanwhile is not known."""
    spent, began = read_clocks(processes), time.perf_counter()
    answer = act()
    taken.clock.append(time.perf_counter() - began)
    taken.processor.append(sum(now - spent[process] for process, now in read_clocks(spent).items()))
    return answer


def read_clocks(processes: Iterable[int]) -> dict[int, float]:
    """By process that there still is, the seconds that it has used of processors so far, to the nanosecond."""
    clocks: dict[int, float] = {}
    for process in processes:
        # Linux numbers a process's own clock this way (clock_getcpuclockid in the C library).
        with suppress(OSError):
            clocks[process] = time.clock_gettime((~process << 3) | 2)
    return clocks


def p95(taken: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]
