"""When sources publish: an invented fortnight of news that has what makes polling hard.

Rates spread evenly over four orders of magnitude, newsrooms keep hours in their own time zones and rest at
weekends, items come in batches, and now and then something happens that many outlets write about at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

# A Monday, so that weekends fall where they should.
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAY = 86_400.0
LEAST_A_DAY, MOST_A_DAY = 0.03, 300.0
# Share of the day's items by local hour in a newsroom that sleeps.
NEWSROOM = np.array(
    [6, 4, 3, 3, 5, 15, 40, 65, 85, 100, 98, 85, 62, 68, 88, 98, 100, 88, 68, 52, 45, 36, 22, 12], float
)
# Half of the sources are Vietnamese; the others lie where the foreign press that is read sits. Hours from UTC.
ZONES = (7, 7, 7, 7, 7, 0, 1, 8, 9, -5)
ROUND_THE_CLOCK = 0.1
WEEKEND = 0.55
BATCH_MEAN = 1.6
BATCH_SPREAD = 240.0
EVENTS_A_WEEK = 3
EVENT_HOURS = 3.0
EVENT_SHARE = 0.3
EVENT_FACTOR = 4.0
LENGTHS = (20, 30, 50)


@dataclass(frozen=True, slots=True)
class SourceTrace:
    """One source: items a day on average, how many items its feed lists, and when each was published.

    `published` is in seconds since BEGIN, ascending.
    """

    rate: float
    length: int
    published: npt.NDArray[np.float64]


def generate_trace(*, sources: int, days: int, seed: int) -> Sequence[SourceTrace]:
    """The same trace for the same arguments."""
    draw = np.random.default_rng(seed)
    events = draw.uniform(0, days * DAY, size=round(days / 7 * EVENTS_A_WEEK))
    rates = np.geomspace(LEAST_A_DAY, MOST_A_DAY, sources)
    return [
        SourceTrace(float(rate), int(draw.choice(LENGTHS)), _publish(float(rate), days, events, draw))
        for rate in rates
    ]


def _publish(
    rate: float, days: int, events: npt.NDArray[np.float64], draw: np.random.Generator
) -> npt.NDArray[np.float64]:
    hours = np.arange(days * 24)
    weights = _weights(hours, draw)
    for event in events:
        if draw.random() < EVENT_SHARE:
            near = (hours * 3600 >= event) & (hours * 3600 < event + EVENT_HOURS * 3600)
            weights = np.where(near, weights * EVENT_FACTOR, weights)
    batches = draw.poisson(rate / 24 / BATCH_MEAN * weights)
    starts = np.repeat(hours, batches) * 3600.0 + draw.uniform(0, 3600, size=int(batches.sum()))
    sizes = draw.geometric(1 / BATCH_MEAN, size=len(starts))
    items = np.repeat(starts, sizes) + draw.exponential(BATCH_SPREAD, size=int(sizes.sum()))
    return np.sort(items[items < days * DAY])


def _weights(hours: npt.NDArray[np.int_], draw: np.random.Generator) -> npt.NDArray[np.float64]:
    """How busy each hour is, 1 on average over a week."""
    if draw.random() < ROUND_THE_CLOCK:
        return np.ones(len(hours))
    local = hours + int(draw.choice(ZONES))
    # Every newsroom has its own shape of the same day.
    shape = NEWSROOM * draw.uniform(0.6, 1.4, size=24)
    by_hour = shape[local % 24] / shape.mean()
    return np.asarray(by_hour * np.where(local // 24 % 7 >= 5, WEEKEND, 1.0) * 7 / (5 + 2 * WEEKEND))
