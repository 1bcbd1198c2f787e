"""A chart of stacked bars, laid out here and drawn as SVG by the template: no script, and readable in print. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.views.statistics import TallyOut

# From the bottom of a bar to its top.
PARTS = ("supported", "contradicted", "missing_context", "not_enough_evidence")
# How dark each part is where no style sheet arrives.
SHADES = dict(zip(PARTS, ("#333", "#777", "#aaa", "#ddd"), strict=True))
MOST_MONTHS = 24
HEIGHT, BAR, GAP, LEFT, TOP, BOTTOM = 180, 22, 8, 44, 10, 22
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar, in the chart's units, y from the top."""

    part: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One month; `label` is empty where the next ones would touch."""

    month: str
    label: str
    x: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart and the number it stands for."""

    count: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    width: int
    height: int
    floor: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def lay_out_chart(by_month: Mapping[str, TallyOut]) -> Chart | None:
    """The latest months, those without claims included; None when there is nothing to draw."""
    months = _fill(sorted(by_month))[-MOST_MONTHS:]
    sums = {month: sum(_parts(by_month.get(month, TallyOut()))) for month in months}
    most = max(sums.values(), default=0)
    if most == 0:
        return None
    step = round_up(most / 4)
    top = step * -(-most // step)
    every = -(-len(months) // _MOST_LABELS)
    bars = []
    for at, month in enumerate(months):
        y, segments = float(TOP + HEIGHT), []
        for part, count in zip(PARTS, _parts(by_month.get(month, TallyOut())), strict=True):
            height = HEIGHT * count / top
            y -= height
            if count:
                segments.append(Segment(part, round(y, 2), round(height, 2)))
        label = f"{month[5:]}/{month[2:4]}" if (len(months) - 1 - at) % every == 0 else ""
        bars.append(Bar(month, label, LEFT + GAP + at * (BAR + GAP), tuple(segments)))
    ticks = [Tick(count, round(TOP + HEIGHT - HEIGHT * count / top, 2)) for count in range(0, top + 1, step)]
    # As wide as a year at least, so that a single month is no wall.
    width = LEFT + GAP + max(len(months), 12) * (BAR + GAP)
    return Chart(width, TOP + HEIGHT + BOTTOM, TOP + HEIGHT, tuple(bars), tuple(ticks))


def round_up(value: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … that is not less."""
    scale = 1
    while True:
        for leading in (1, 2, 5):
            if leading * scale >= value:
                return leading * scale
        scale *= 10


def _parts(tally: TallyOut) -> list[int]:
    return [getattr(tally, part) for part in PARTS]


def _fill(months: Sequence[str]) -> list[str]:
    """Every month from the first to the last."""
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (months[0], months[-1]))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
