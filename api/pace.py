"""Slowing down guesses: after a few failures each further attempt has to wait, twice as long as the last."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(hours=1)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Failures:
    """How often something failed in a row, and when last."""

    count: int
    last_at: datetime


def wait_left(failures: Failures | None, now: datetime) -> timedelta:
    """How long the next attempt has to wait: nothing at first, then 1, 2, 4 … seconds, at most a quarter hour."""
    if failures is None or failures.count < FREE_FAILURES:
        return timedelta()
    doublings = min(failures.count - FREE_FAILURES, 16)
    wait = min(timedelta(seconds=2**doublings), LONGEST_WAIT)
    return max(failures.last_at + wait - now, timedelta())


class SignInPace:
    """Failures by account and by client address, of this process, the latest ten thousand."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, Failures] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._failures)

    def wait_left(self, names: tuple[str, ...], now: datetime) -> timedelta:
        """The longest wait of any of the names."""
        with self._lock:
            return max(wait_left(self._failures.get(name), now) for name in names)

    def note_failure(self, names: tuple[str, ...], now: datetime) -> None:
        """One more failure of each name."""
        with self._lock:
            for name in names:
                before = self._failures.pop(name, None)
                if before is not None and now - before.last_at > _FORGOTTEN_AFTER:
                    before = None
                self._failures[name] = Failures(before.count + 1 if before else 1, now)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def forget(self, names: tuple[str, ...]) -> None:
        """The failures of these names, after a success."""
        with self._lock:
            for name in names:
                self._failures.pop(name, None)
