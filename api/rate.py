"""How often a key or a session may ask: so many requests in each minute, counted in this process."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a minute after one more request; `is_over` when there was nothing left for it."""

    quota: int
    left: int
    resets_in: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        """As the RateLimit header fields (draft of the HTTPAPI group) say it."""
        shown = {
            "RateLimit-Policy": f'"minute";q={self.quota};w={int(WINDOW.total_seconds())}',
            "RateLimit": f'"minute";r={self.left};t={self.resets_in}',
        }
        return shown | ({"Retry-After": str(self.resets_in)} if self.is_over else {})


class Rate:
    """Requests by name, the latest ten thousand names. A name is a digest: no secret is kept here."""

    def __init__(self, quota: int) -> None:
        self._quota = quota
        self._windows: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, name: str, now: datetime) -> Standing:
        """Count one more request."""
        with self._lock:
            began_at, asked = self._windows.pop(name, (now, 0))
            if not timedelta() <= now - began_at < WINDOW:
                began_at, asked = now, 0
            is_over = asked >= self._quota
            asked += not is_over
            self._windows[name] = (began_at, asked)
            while len(self._windows) > _REMEMBERED:
                self._windows.popitem(last=False)
        resets_in = max(1, round((began_at + WINDOW - now).total_seconds()))
        return Standing(self._quota, self._quota - asked, resets_in, is_over)
