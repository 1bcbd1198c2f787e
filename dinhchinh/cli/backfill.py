"""`dinhchinh ingest`: pages from a list of addresses, or from archives that others made."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from dinhchinh.cli.doctor import find_sources
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import Database, now
from dinhchinh.reading import open_reading
from ingest.addresses import Listed, want_addresses
from ingest.backfill import Taken, take_over
from ingest.owners import Owners
from ingest.reading import count_due
from ingest.stages import read_due, tell_stories
from ingest.values import Counts
from ingest.workers import Workers
from models import Role, Scope, Sessions, Source

SHOWN = 5
# Called with what is done, of what, and a word or two on it.
Advance = Callable[[float, float, str], None]

app = typer.Typer(help="Take over pages that no feed lists any more.", no_args_is_help=True)

SourceOption = typer.Option(
    None, "--source", help="Number or name of the source of pages whose site no source is known for."
)
RoleOption = typer.Option(
    None, "--role", help="Make a source, never polled, for each host without one, read for this."
)
ScopeOption = typer.Option(Scope.ALL, "--scope", help="How much of such a source is in scope.")


@app.command("urls")
def urls(
    file: Path = typer.Argument(..., help="A list of addresses, one a line; - for standard input."),
    source: str | None = SourceOption,
    role: Role | None = RoleOption,
    scope: Scope = ScopeOption,
    later: bool = typer.Option(False, "--later", help="Only list them; `dinhchinh run` will read them."),
) -> None:
    """Fetch and read pages by their addresses, as politely as any. Can be stopped and started again."""
    lines = _lines(file)
    with opened() as (settings, database):
        owners = _owners(database, source, role, scope)
        listed = want_addresses(database.sessions, lines, owners, now=now())
        _say_listed(listed)
        if not later:
            with open_reading(settings) as (fetcher, workers), shown_bar("reading") as advance:
                with database.sessions() as session:
                    total = count_due(session, now())

                def report(counts: Counts) -> None:
                    advance(counts.due, max(total, counts.due), f"{counts.read} articles")

                counts = read_due(database.sessions, fetcher, workers, clock=now, on_progress=report)
            tell_stories(database.sessions, clock=now)
            typer.echo(
                f"read      {counts.read} articles, {counts.new_versions} versions stored, {counts.failed} failed"
            )
    if listed.homeless:
        raise CommandError(_left_out(listed.homeless))


@app.command("warc")
def warc(
    files: list[Path] = typer.Argument(..., help="WARC files, plain or gzip'd, oldest first."),
    source: str | None = SourceOption,
    role: Role | None = RoleOption,
    scope: Scope = ScopeOption,
    again: bool = typer.Option(False, "--again", help="Read files from the beginning that were read before."),
) -> None:
    """Take over the pages of archives, without any network. Can be stopped and started again."""
    sizes = {file: _size(file) for file in files}
    homeless: Counter[str] = Counter()
    faults = 0
    with opened() as (_, database), Workers() as workers:
        owners = _owners(database, source, role, scope)
        with shown_bar("taking over") as advance:
            before = 0
            for file, size in sizes.items():
                taken = _take(
                    database.sessions, workers, file, owners, again, advance, before, sum(sizes.values())
                )
                before += size
                homeless += taken.homeless
                faults += int(bool(taken.fault))
                _say_taken(file, taken, size)
        tell_stories(database.sessions, clock=now)
    if homeless:
        typer.echo(f"left out  {_left_out(homeless)}")
    if faults:
        raise typer.Exit(1)


@contextmanager
def shown_bar(what: str) -> Iterator[Advance]:
    """A bar with the time that remains on a terminal, silence elsewhere."""
    # The stream as it is now: warcio's own remarks are kept off it for a moment while a record is read.
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda done, total, remark: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[remark]}"), console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, remark="")
        yield lambda done, total, remark: bar.update(task, completed=done, total=total, remark=remark)


def _take(
    sessions: Sessions,
    workers: Workers,
    file: Path,
    owners: Owners,
    again: bool,
    advance: Advance,
    before: int,
    total: int,
) -> Taken:
    def report(position: int, taken: Taken) -> None:
        advance(before + position, total, f"{file.name}: {taken.new_articles} articles")

    try:
        return take_over(sessions, workers, file, owners, clock=now, again=again, on_progress=report)
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from None


def _owners(database: Database, source: str | None, role: Role | None, scope: Scope) -> Owners:
    otherwise: Source | None = None
    if source is not None:
        found = find_sources(database.sessions, source)
        if len(found) > 1:
            raise CommandError(f"{len(found)} sources are called {source!r}; name one by its number")
        otherwise = found[0]
    return Owners(database.sessions, clock=now, otherwise=otherwise, role=role, scope=scope)


def _lines(file: Path) -> list[str]:
    if str(file) == "-":
        return sys.stdin.read().splitlines()
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from None


def _size(file: Path) -> int:
    try:
        with file.open("rb"):
            return file.stat().st_size
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from None


def _say_listed(listed: Listed) -> None:
    typer.echo(
        f"listed    {listed.new} new addresses, {listed.known} already known, {len(listed.refused)} unusable"
    )
    for number, reason in listed.refused[:SHOWN]:
        typer.echo(f"line {number:<5}{reason}")


def _say_taken(file: Path, taken: Taken, size: int) -> None:
    if not taken.records and not taken.fault and taken.resumed_at >= size:
        typer.echo(f"{file}: read to its end before; --again reads it anew")
        return
    typer.echo(
        f"{file}: {taken.records} records, {taken.pages} pages, {taken.new_articles} new articles, "
        f"{taken.new_versions} versions stored, {taken.known} known, {taken.older} older than what is stored, "
        f"{taken.unreadable} unreadable"
    )
    if taken.fault:
        typer.echo(f"error: {file}: {taken.fault}; what came before is stored", err=True)


def _left_out(homeless: Counter[str]) -> str:
    hosts = ", ".join(host for host, _ in homeless.most_common(SHOWN))
    more = f" and {len(homeless) - SHOWN} more" if len(homeless) > SHOWN else ""
    return (
        f"{sum(homeless.values())} pages of {len(homeless)} hosts without a source were left out ({hosts}{more}); "
        "name one with --source, or have them made with --role"
    )
