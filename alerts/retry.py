"""When to try a delivery again, when to leave its endpoint alone, and when to stop. Pure.

Messages follow the Standard Webhooks schedule. Endpoints have a circuit breaker: after some failures in a row nothing
is sent for a while, then one message tries whether it is over.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Standard Webhooks 1.0, "Deliverability and reliability": the wait before each attempt, about 76 hours in all.
WAITS = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
LONGEST_WAIT = timedelta(hours=24)
# An endpoint that is overloaded or hangs is not helped by a second request five seconds later.
_PAUSE_WHEN_BUSY = timedelta(seconds=60)
_BUSY = frozenset({429, 502, 503, 504})
PATIENCE = timedelta(days=5)
# The breaker: from so many failures in a row the endpoint rests, twice as long each time.
TRIPS_AT = 5
_FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)


class Fate(enum.StrEnum):
    """What becomes of a delivery after an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    GIVE_UP = "give_up"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class Next:
    """A delivery's fate, why, when to try again (for a retry only), and how long its endpoint is left alone."""

    fate: Fate
    reason: str
    at: datetime | None = None
    rest: timedelta = timedelta()


def judge_response(
    status: int | None,
    headers: Mapping[str, str],
    *,
    attempt: int,
    now: datetime,
    jitter: float = 0.0,
    error: str = "",
    permanent: bool = False,
) -> Next:
    """What an answer means. `attempt` counts from 1; `jitter` is in -1..1 and spreads a wait by up to 20 %.

    `status` is None when no answer came, with `error` saying why; `permanent` errors (an address that may
    not be reached) are not tried again. Header names are lower case.
    """
    if status is None:
        if permanent:
            return Next(Fate.GIVE_UP, error)
        return _again(attempt, now, jitter, f"no answer: {error}", at_least=_PAUSE_WHEN_BUSY)
    if 200 <= status < 300:
        return Next(Fate.DELIVERED, f"answered {status}")
    if status == 410:
        return Next(Fate.DISABLE, "the endpoint answered 410 Gone")
    if 300 <= status < 400:
        return _again(attempt, now, jitter, f"answered {status}, a redirect; redirects are not followed")
    asked = (
        parse_retry_after(headers.get("retry-after"), now) if status == 429 or status >= 500 else timedelta()
    )
    pause = _PAUSE_WHEN_BUSY if status in _BUSY else timedelta()
    return _again(attempt, now, jitter, f"answered {status}", at_least=max(asked, pause))


def parse_retry_after(value: str | None, now: datetime) -> timedelta:
    """How long the endpoint asks to be left alone: seconds or a date, at most a day; nothing when unreadable."""
    if value is None:
        return timedelta()
    text = value.strip()
    if text.isascii() and text.isdigit():
        # Nine digits are 31 years: longer numbers only serve to overflow.
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max(moment - now, timedelta()), LONGEST_WAIT)


def rest_after(failures: int, asked: timedelta = timedelta()) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row, having asked for a rest itself or not.

    While that lasts its messages wait, and their attempts are not used up.
    """
    if failures < TRIPS_AT:
        return asked
    doublings = min(failures - TRIPS_AT, 10)
    return max(asked, min(_FIRST_REST * (1 << doublings), LONGEST_REST))


def has_failed_too_long(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint has answered with nothing but failures for so long that it is switched off."""
    return failing_since is not None and now - failing_since >= PATIENCE


def _again(
    attempt: int, now: datetime, jitter: float, reason: str, *, at_least: timedelta = timedelta()
) -> Next:
    if attempt >= len(WAITS):
        return Next(Fate.GIVE_UP, f"{reason}; that was attempt {attempt} of {len(WAITS)}", rest=at_least)
    # A wait that was asked for is never shortened by the jitter.
    wait = max(WAITS[attempt] * (1 + JITTER * jitter), at_least)
    return Next(Fate.RETRY, reason, now + wait, at_least)
