"""`dinhchinh sources`: which sources are read, and how reading them goes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from dinhchinh.cli import doctor
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from dinhchinh.reading import open_reading
from ingest.discover import Discovery, Found, Wanted, describe_found, discover
from ingest.errors import IngestError
from ingest.fetch import Fetcher
from ingest.opml import SourceLine, read_opml, write_opml
from ingest.sources import add_sources, export_sources, import_sources, pause_source
from ingest.urls import NotAnAddress
from ingest.workers import Workers
from models import PublisherKind, Role, Scope, Source

app = typer.Typer(help="What is read.", no_args_is_help=True)
app.command("doctor")(doctor.doctor)


@app.command("add")
def add(
    address: str = typer.Argument(..., help="An outlet's page, or a feed or sitemap of it."),
    role: Role = typer.Option(Role.MONITORED, help="What it is read for."),
    scope: Scope = typer.Option(Scope.ALL, help="All it prints, or only what is about the country."),
    publisher: PublisherKind | None = typer.Option(
        None, help="Who stands behind it; official for an official source when not given."
    ),
    title: str | None = typer.Option(None, help="Its name; as its page says when not given."),
    language: str | None = typer.Option(None, help="Such as vi; as its page or feed says when not given."),
    country: str | None = typer.Option(None, help="Such as vn; vn for hosts under .vn when not given."),
    time_zone: str | None = typer.Option(
        None, help="Zone of dates that give none, such as Asia/Ho_Chi_Minh; that for Vietnamese ones."
    ),
    link_pattern: str | None = typer.Option(
        None, help="Follow the page itself, by the links whose address matches this regular expression."
    ),
    every: bool = typer.Option(False, "--all", help="Follow everything found, not only the best."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what was found."),
) -> None:
    """Find what can be followed at an outlet (feeds, sitemaps, or its page as a list of links) and follow the best."""
    wanted = Wanted(
        role=role,
        scope=scope,
        publisher_kind=publisher,
        title=title,
        language=_language(language),
        country=country.strip().lower() if country else None,
        time_zone=_zone(time_zone),
        link_pattern=link_pattern,
    )
    with opened() as (settings, database):
        with open_reading(settings) as (fetcher, workers):
            discovery = _look(fetcher, workers, address, link_pattern)
        for one in discovery.found:
            typer.echo(f"found     {_say_found(one)}")
        chosen = discovery.found if every else discovery.found[:1]
        lines = [describe_found(discovery, one, wanted) for one in chosen]
        if dry_run:
            for line in lines:
                typer.echo(f"would add {_say_line(line)}")
            return
        stored = add_sources(database.sessions, lines, now=now())
    _say_stored(lines, {source.url: source.role for source in stored.known})
    if len(discovery.found) > len(chosen):
        typer.echo(f"left      {len(discovery.found) - len(chosen)} more were found; --all follows them too")


@app.command("import")
def import_(file: Path = typer.Argument(..., help="An OPML file.")) -> None:
    """Take over a source list; known sources keep what was learned of them."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from None
    lines = read_opml(content)
    with opened() as (_, database):
        imported = import_sources(database.sessions, lines, now=now())
    typer.echo(f"{imported.added} sources added, {imported.updated} already known")


@app.command("export")
def export() -> None:
    """Print all sources as OPML."""
    with opened() as (_, database):
        typer.echo(write_opml(export_sources(database.sessions), title="Đính Chính").decode())


@app.command("pause")
def pause(address: str = typer.Argument(..., help="The address of the source, as `list` shows it.")) -> None:
    """Poll a source no more and keep all that was read of it; `add` with the same address takes it up again."""
    with opened() as (_, database):
        if not pause_source(database.sessions, address):
            raise CommandError(f"no source has the address {address}; `dinhchinh sources list` shows them")
    typer.echo(f"paused    {address}")


@app.command("list")
def list_(
    wide: bool = typer.Option(False, "--wide", help="Do not shorten reasons to the terminal's width."),
    state: str | None = typer.Option(None, help="Only sources in this state, such as failing."),
) -> None:
    """Every source with its state and the reason in words."""
    with opened() as (_, database), database.sessions() as session:
        rows = session.scalars(select(Source).order_by(Source.role, Source.title, Source.id)).all()
        reasons = doctor.explain_states(database.sessions, rows)
    known = {row.state.value for row in rows}
    if state is not None and rows and state not in known:
        raise CommandError(f"no source is {state!r}; there are {', '.join(sorted(known))}")
    console = Console(width=None if not wide else 400)
    table = Table("title", "role", "scope", "state", "reason", "address", box=None, pad_edge=False)
    for row in rows:
        if state is None or row.state.value == state:
            table.add_row(row.title, row.role, row.scope, row.state, reasons[row.id], row.url)
    if console.is_terminal or wide:
        console.print(table)
        return
    # Through a pipe nothing is cut short: tabs, one source a line.
    for row in rows:
        if state is None or row.state.value == state:
            typer.echo("\t".join((row.title, row.role, row.scope, row.state, reasons[row.id], row.url)))


def _language(name: str | None) -> str | None:
    if name is None:
        return None
    if not (name.isascii() and name.isalpha() and 2 <= len(name) <= 3):
        raise CommandError(f"--language {name!r}: expected a code such as vi or en")
    return name.lower()


def _zone(name: str | None) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (ValueError, OSError, KeyError):
        raise CommandError(f"--time-zone {name!r}: expected a name such as Asia/Ho_Chi_Minh") from None


def _look(fetcher: Fetcher, workers: Workers, address: str, link_pattern: str | None) -> Discovery:
    """What is found at an address, or one line on why nothing was."""
    try:
        discovery = discover(fetcher, workers, address, now=now(), link_pattern=link_pattern)
    except NotAnAddress as problem:
        raise CommandError(f"{problem}; write it whole, such as https://outlet.example/") from None
    except IngestError as problem:
        raise CommandError(f"{address}: {problem.reason}") from None
    if not discovery.found:
        raise CommandError(
            f"{address}: nothing to follow: no feed, no sitemap, and no link that looks like an article's; "
            "try the page of its news, or say with --link-pattern which links are articles"
        )
    return discovery


def _say_found(one: Found) -> str:
    many = f"index of {one.sitemaps} sitemaps" if one.sitemaps else f"{one.entries} entries"
    newest = f", newest {one.newest:%Y-%m-%d}" if one.newest else ""
    return f"{one.url} ({one.kind}, {one.how}; {many}{newest})"


def _say_line(line: SourceLine) -> str:
    told = [line.role, line.scope, line.language, line.country]
    return f"{line.url} “{line.title}” ({', '.join(part for part in told if part)})"


def _say_stored(lines: Sequence[SourceLine], known: Mapping[str, Role]) -> None:
    for line in lines:
        if line.url in known:
            typer.echo(f"known     {line.url} is already followed as {known[line.url]} and stays as it is")
        else:
            typer.echo(f"added     {_say_line(line)}")
