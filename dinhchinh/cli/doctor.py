"""`dinhchinh sources doctor`: how reading each source goes, why, and what one can do about it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import select

from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from ingest.diagnosis import LEGEND, Diagnosis, diagnose
from ingest.fetch_log import load_fetches
from ingest.websub import describe
from models import HubSubscription, Sessions, Source, SourceState, fold

AT_ONCE = 500
NEVER = "never polled"


def doctor(
    source: str | None = typer.Argument(None, help="Its number, or a part of its name or address."),
    state: str | None = typer.Option(None, help="Only sources in this state, such as failing."),
) -> None:
    """How reading each source goes: its latest polls, why, and what one can do. Tab-separated when piped."""
    if state is not None and state not in set(SourceState):
        raise CommandError(f"there is no state {state!r}; there are {', '.join(SourceState)}")
    console = Console(highlight=False, soft_wrap=True)
    with opened() as (_, database):
        chosen = [row for row in find_sources(database.sessions, source) if state in (None, row.state.value)]
        at = now()
        shown: set[str] = set()
        # Hosts that only files brought pages of can be many, and there is nothing to say of each.
        told_of = chosen if source is not None else [row for row in chosen if row.is_active]
        reasons = explain_states(database.sessions, told_of)
        for row, found in _diagnosed(database.sessions, told_of, at):
            if console.is_terminal:
                console.print(*_block(row, found, reasons[row.id], at), sep="\n")
                shown |= set(found.strip)
            else:
                typer.echo("\t".join(_columns(row, found, reasons[row.id])))
    if shown:
        meanings = " · ".join(f"{one} {LEGEND[one]}" for one in LEGEND if one in shown)
        console.print(f"one character a poll, oldest first: {meanings}")
    counts = Counter(row.state.value if row.is_active else NEVER for row in chosen)
    said = [f"{counts[one]} {one}" for one in (*SourceState, NEVER) if counts[one]]
    typer.echo(f"{len(chosen)} sources: {', '.join(said) or 'none'}")


def find_sources(sessions: Sessions, wanted: str | None) -> list[Source]:
    """All sources by name, or those with a number, or with a part of name or address, marks or none.

    Raises CommandError when there is none like it.
    """
    with sessions() as session:
        rows = session.scalars(select(Source).order_by(Source.title, Source.id)).all()
    if wanted is None:
        return list(rows)
    exact = [row for row in rows if wanted in (str(row.id), row.url)]
    found = exact or [row for row in rows if fold(wanted) in fold(f"{row.title} {row.url}")]
    if not found:
        raise CommandError(f"no source is called {wanted!r}; `dinhchinh sources list` shows them")
    return found


def explain_states(sessions: Sessions, rows: Iterable[Source]) -> dict[int, str]:
    """Why sources are in their states, and what there is to say of the hubs that tell of their news."""
    with sessions() as session:
        hubs = session.scalars(select(HubSubscription).order_by(HubSubscription.id)).all()
    pushed = {hub.source_id: words for hub in hubs if (words := describe(hub, now()))}
    return {row.id: "; ".join(filter(None, (row.state_reason, pushed.get(row.id)))) for row in rows}


def _diagnosed(
    sessions: Sessions, rows: Sequence[Source], at: datetime
) -> Iterator[tuple[Source, Diagnosis]]:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        with sessions() as session:
            fetches = load_fetches(session, [row.id for row in some])
        for row in some:
            yield row, diagnose(row, fetches[row.id], at)


def _block(row: Source, found: Diagnosis, reason: str, at: datetime) -> list[Text]:
    """What a person reads of one source, a line each."""
    watched = f" in {_span(at - found.watched_since)}" if found.watched_since else ""
    expected = (
        ", what to expect is not known yet"
        if found.expected_items is None
        else f", expected about {found.expected_items:g}"
    )
    lines = [
        ("polls", found.strip or "none yet"),
        ("items", f"saw {found.seen_items}{watched}{expected}"),
        (
            "times",
            f"last success {_moment(row.last_success_at)}; usually every "
            f"{_span(timedelta(seconds=row.interval_seconds))}; next {_moment(row.next_poll_at)}",
        ),
        ("validators", found.validators),
        ("to do", found.advice),
    ]
    head = Text.assemble((row.title, "bold"), f"  {row.role}, no. {row.id}  ", (row.url, "dim"))
    state = Text.assemble("  ", (f"{row.state:11}", "bold"), reason)
    return [head, state, *(Text(f"  {name:11}{said}") for name, said in lines)]


def _columns(row: Source, found: Diagnosis, reason: str) -> list[str]:
    """The same for a program: one line, nothing left out."""
    cells = (
        row.id,
        row.title,
        row.role,
        row.url,
        row.state,
        reason,
        found.strip,
        row.last_success_at,
        found.expected_items,
        found.seen_items,
        found.watched_since,
        row.interval_seconds,
        row.next_poll_at,
        found.validators,
        found.advice,
    )
    return [_cell(cell) for cell in cells]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return " ".join(str(value).split())


def _moment(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.0f} s"
