"""What a benchmark has to say: a table, and the bounds it was meant to keep."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure, what it had to be (in words), and whether it is."""

    what: str
    value: float
    wanted: str
    is_met: bool


def within(what: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> Bound:
    """A bound on one side or both."""
    wanted = [f"≥ {at_least:g}"] if at_least is not None else []
    wanted += [f"≤ {at_most:g}"] if at_most is not None else []
    is_met = (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    return Bound(what, value, " and ".join(wanted), is_met)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's answer. `rows` hold finished text; `notes` say how it was measured."""

    title: str
    question: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bounds: tuple[Bound, ...] = ()
    notes: tuple[str, ...] = ()


def write_text(table: Table) -> str:
    """A table for the terminal."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(
        [
            table.title.upper(),
            table.question,
            "",
            *(line.rstrip() for line in body),
            "",
            *(_verdict(bound) for bound in table.bounds),
            *(f"  {note}" for note in table.notes),
        ]
    )


def write_markdown(table: Table) -> str:
    """A table for docs/benchmarks.md."""
    rows = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    return "\n".join(
        [
            f"### {table.title}",
            "",
            table.question,
            "",
            *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows),
            "",
            *(f"- {_verdict(bound).strip()}" for bound in table.bounds),
            *(f"- {note}" for note in table.notes),
        ]
    )


def replace_section(document: str, heading: str, body: str) -> str:
    """A Markdown document with the text below a second-level heading replaced, or added at its end."""
    section = f"## {heading}\n\n{body.strip()}\n"
    before, found, after = f"\n{document}".partition(f"\n## {heading}\n")
    _, another, rest = after.partition("\n## ") if found else ("", "", "")
    kept = before.strip("\n")
    tail = f"\n## {rest}" if another else ""
    return f"{kept}\n\n{section}{tail}" if kept else f"{section}{tail}"


def describe_machine() -> str:
    """Cores, processor, system and Python, in one line."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}"
    )


def describe_load() -> str:
    """How busy the machine is, as a reader of the figures should know."""
    one, five, _ = os.getloadavg()
    return f"load average {one:.1f} over one minute, {five:.1f} over five"


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _verdict(bound: Bound) -> str:
    return f"  {'met' if bound.is_met else 'MISSED'}: {bound.what} {bound.value:.3g}, wanted {bound.wanted}"
