"""How long a published item waits to be found, by four rules for when to poll, with equally many requests.

Each rule polls every source of one trace; the others' one free setting is turned until they have sent as many
requests as ours in the measured days. Items that left a feed before they were seen count as never found.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.ingest.trace import BEGIN, DAY, SourceTrace, generate_trace
from benchmarks.tables import Table, within
from ingest.cadence import Answer, learn_hours, next_after_success
from models import Role, Source

WARM_UP_DAYS, DAYS = 28, 14
SOURCES, FEW_SOURCES = 500, 60
SEED = 7
MINUTE = 60.0
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Seen:
    """What one poll showed: seconds since BEGIN, items listed, and when each new one was published."""

    now: float
    listed: int
    new: Sequence[float]


class Rule(Protocol):
    """Decides when one source is polled next."""

    def wait(self, seen: Seen) -> float:
        """Seconds until the next poll."""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """What a rule achieved: the delay of every item in seconds (infinite if missed), and its requests."""

    delays: npt.NDArray[np.float64]
    requests: int

    @property
    def median(self) -> float:
        return float(np.median(self.delays))


class OurCadence:
    """The product's own decision, `ingest.cadence.next_after_success`, with what it keeps on the row."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._source = Source(url="https://a.example/rss", title="", role=Role.MONITORED, created_at=BEGIN)

    def wait(self, seen: Seen) -> float:
        now, source = BEGIN + timedelta(seconds=seen.now), self._source
        answer = Answer(entries=seen.listed, new=len(seen.new), is_unchanged=not seen.new)
        following = next_after_success(
            source, answer, headers={}, now=now, jitter=self._draw.uniform(-1.0, 1.0)
        )
        if source.polls:
            source.hour_profile = learn_hours(
                source.hour_profile, new=len(seen.new), now=now, last_new_at=source.last_new_item_at
            )
            source.items_per_poll = 0.8 * source.items_per_poll + 0.2 * len(seen.new)
        if seen.new:
            source.last_new_item_at = now
        source.polls += 1
        source.interval_seconds = int(following.interval.total_seconds())
        return (following.at - now).total_seconds()


class FixedInterval:
    """Every source alike."""

    def __init__(self, interval: float) -> None:
        self._interval = interval

    def wait(self, seen: Seen) -> float:
        return self._interval


class EntryFrequency:
    """miniflux: a week divided by the items of the last seven days and by `factor`; 5 minutes to a day."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._known: deque[float] = deque()

    def wait(self, seen: Seen) -> float:
        self._known.extend(seen.new)
        while self._known and self._known[0] <= seen.now - WEEK:
            self._known.popleft()
        if not self._known:
            return DAY
        return min(max(WEEK / (len(self._known) * self._factor), 5 * MINUTE), DAY)


class DuplicateShare:
    """Media Cloud: longer when 67 % of the listed items were known, shorter when fewer than 33 % were.

    Starts at six hours; ten minutes longer while the source has published within a month, else an hour; an hour
    shorter, or back to six hours from above; ten minutes to a day. `scale` multiplies all of these times but
    the month. The first poll decides nothing.
    """

    def __init__(self, scale: float) -> None:
        self._minute = MINUTE * scale
        self._interval = 360 * self._minute
        self._last_new: float | None = None
        self._polls = 0

    def wait(self, seen: Seen) -> float:
        self._polls += 1
        if seen.new or self._last_new is None:
            self._last_new = seen.now
        if self._polls < 2:
            return self._interval
        # An unchanged answer counts as all known.
        known = 1 - len(seen.new) / seen.listed if seen.listed else 1.0
        if known >= 0.67:
            recent = seen.now - self._last_new <= 31 * DAY
            self._interval += (10 if recent else 60) * self._minute
        elif known < 0.33:
            at_start = 360 * self._minute
            self._interval = at_start if self._interval > at_start else self._interval - 60 * self._minute
        self._interval = min(max(self._interval, 10 * self._minute), 1_440 * self._minute)
        return self._interval


def replay(trace: Sequence[SourceTrace], rule_for: Callable[[int], Rule], *, warm_up: float) -> Replay:
    """Polls every source of a trace by a rule of its own; the first `warm_up` seconds do not count."""
    end = warm_up + DAYS * DAY
    delays: list[npt.NDArray[np.float64]] = []
    requests = 0
    for number, source in enumerate(trace):
        rule, draw = rule_for(number), random.Random(number)
        now, known = draw.uniform(0, 1_800.0), 0
        while now < end:
            upto = int(np.searchsorted(source.published, now, side="right"))
            found = max(known, upto - source.length)
            if now >= warm_up and upto > known:
                late = now - source.published[known:upto]
                late[: found - known] = np.inf
                delays.append(late[source.published[known:upto] >= warm_up])
            new = source.published[found:upto].tolist() if upto > found else ()
            requests += now >= warm_up
            now += rule.wait(Seen(now, min(upto, source.length), new))
            known = upto
    return Replay(np.concatenate(delays), requests)


def with_as_many_requests(
    wanted: int, attempt: Callable[[float], Replay], *, low: float, high: float
) -> tuple[Replay, float]:
    """The attempt whose setting brings its requests nearest to `wanted`; more of the setting is more requests."""
    best: tuple[Replay, float] | None = None
    for _ in range(14):
        setting = (low * high) ** 0.5
        tried = attempt(setting)
        if best is None or abs(tried.requests - wanted) < abs(best[0].requests - wanted):
            best = tried, setting
        if abs(tried.requests - wanted) <= 0.002 * wanted:
            break
        low, high = (setting, high) if tried.requests < wanted else (low, setting)
    assert best is not None
    return best


def compare(sources: int, *, warm_up_days: int = WARM_UP_DAYS) -> dict[str, Replay]:
    """The four rules on one trace, ours first."""
    trace = generate_trace(sources=sources, days=warm_up_days + DAYS, seed=SEED)
    warm_up = warm_up_days * DAY
    ours = replay(trace, OurCadence, warm_up=warm_up)
    interval = DAYS * DAY * sources / ours.requests
    frequency, factor = with_as_many_requests(
        ours.requests,
        lambda factor: replay(trace, lambda _: EntryFrequency(factor), warm_up=warm_up),
        low=0.05,
        high=50,
    )
    share, pace = with_as_many_requests(
        ours.requests,
        lambda pace: replay(trace, lambda _: DuplicateShare(1 / pace), warm_up=warm_up),
        low=0.05,
        high=200,
    )
    return {
        "ours": ours,
        f"fixed, {interval / MINUTE:.0f} min": replay(
            trace, lambda _: FixedInterval(interval), warm_up=warm_up
        ),
        f"entry frequency (miniflux), factor {factor:.2f}": frequency,
        f"duplicate share (Media Cloud), times × {1 / pace:.2f}": share,
    }


def run(data: Path, *, small: bool) -> Table:
    """Median delay at most half of a fixed interval's, and below both other rules'."""
    sources = FEW_SOURCES if small else SOURCES
    results = compare(sources)
    ours, fixed, frequency, share = results.values()
    return Table(
        title="Discovery delay",
        question=f"How long does an item wait to be found? {sources} sources over {DAYS} days after {WARM_UP_DAYS} "
        "days of warming up, equally many requests (simulated).",
        columns=("rule", "requests", "median", "mean", "p90", "missed", "median / fixed"),
        rows=tuple(
            (
                name,
                f"{result.requests:,}",
                _minutes(result.median),
                _minutes(float(np.mean(result.delays[np.isfinite(result.delays)]))),
                _minutes(float(np.percentile(result.delays, 90))),
                f"{np.mean(np.isinf(result.delays)):.2%}",
                f"{result.median / fixed.median:.2f}",
            )
            for name, result in results.items()
        ),
        bounds=(
            within("median delay / fixed interval's", ours.median / fixed.median, at_most=0.5),
            within("median delay / entry frequency's", ours.median / frequency.median, at_most=1.0),
            within("median delay / duplicate share's", ours.median / share.median, at_most=1.0),
        ),
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / MINUTE:.1f} min"
