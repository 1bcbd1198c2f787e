"""Slowing down guesses: after a few failures each further attempt has to wait, twice as long as the last.

And what anybody may send without an account: so much in an hour from one network, and so much from all of them.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

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


def name_network(address: str) -> str:
    """What one sender can hardly have more than one of: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


class Allowance:
    """At most `each` in an hour from one network and `all_` from everywhere, in this process; never written down."""

    def __init__(self, *, each: int, all_: int) -> None:
        self._each, self._all = each, all_
        self._taken: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, network: str, now: datetime) -> timedelta:
        """Take one, or say how long to wait for the next; nothing to wait means that it was taken."""
        with self._lock:
            for name in list(self._taken):
                self._taken[name] = [at for at in self._taken[name] if now - at < _FORGOTTEN_AFTER]
                if not self._taken[name]:
                    del self._taken[name]
            own = self._taken.get(network, [])
            everywhere = sorted(at for taken in self._taken.values() for at in taken)
            waits = [
                taken[-most] + _FORGOTTEN_AFTER - now
                for taken, most in ((own, self._each), (everywhere, self._all))
                if len(taken) >= most
            ]
            if waits:
                return max(waits)
            self._taken.setdefault(network, []).append(now)
            return timedelta()
