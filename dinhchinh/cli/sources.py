"""`dinhchinh sources`: which sources are read, and how reading them goes."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from dinhchinh.cli.state import CommandError, opened
from dinhchinh.wiring import now
from ingest.opml import read_opml, write_opml
from ingest.sources import export_sources, import_sources
from ingest.websub import describe
from models import HubSubscription, Source

app = typer.Typer(help="What is read.", no_args_is_help=True)


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


@app.command("list")
def list_(
    wide: bool = typer.Option(False, "--wide", help="Do not shorten reasons to the terminal's width."),
    state: str | None = typer.Option(None, help="Only sources in this state, such as failing."),
) -> None:
    """Every source with its state and the reason in words."""
    with opened() as (_, database), database.sessions() as session:
        rows = session.scalars(select(Source).order_by(Source.role, Source.title, Source.id)).all()
        hubs = session.scalars(select(HubSubscription).order_by(HubSubscription.id)).all()
    pushed = {hub.source_id: words for hub in hubs if (words := describe(hub, now()))}
    reasons = {row.id: "; ".join(filter(None, (row.state_reason, pushed.get(row.id)))) for row in rows}
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
