"""Other processes, and what they and this one use: processor time and memory, as the system counts them."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished process with all its children: seconds by the clock and of processors, its own peak in MB."""

    seconds: float
    cpu: float
    peak: float
    output: str


class CommandFailed(RuntimeError):
    """A command ended badly; its last words are in the message."""


def run_whole(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Ran:
    """Runs a command to its end. Raises CommandFailed."""
    with tempfile.TemporaryFile() as words:
        began = time.perf_counter()
        # Commands are this package's own.
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, env=env
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        words.seek(0)
        output = words.read().decode("utf-8", "replace")
    if process.returncode:
        raise CommandFailed(f"{command[0]} ended with {process.returncode}: {output[-2_000:]}")
    return Ran(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    found: list[int] = []
    for task in _tasks(pid):
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children that have ended; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK


def memory(pid: int) -> tuple[float, float]:
    """Resident memory of a process in MB, now and at its peak; zeros when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    values = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    now, peak = (int(values.get(name, "0 kB").split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def forget_peak(pid: int) -> None:
    """Makes a process's peak what it uses now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []
