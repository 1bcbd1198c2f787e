"""`dinhchinh audit`: is the log whole, and what does it hold?"""

from pathlib import Path

import typer

from alerts.audit import export_entries, verify_chain, verify_export
from dinhchinh.cli.state import opened

app = typer.Typer(help="The append-only log of what people did.", no_args_is_help=True)


@app.command("verify")
def verify(
    known_hash: str | None = typer.Option(
        None, help="Hash of an entry kept elsewhere; it must still be there."
    ),
    file: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="An exported log to verify instead of the database."
    ),
) -> None:
    """Recompute the hash chain; exit 1 when it is broken."""
    if file is not None:
        with file.open(encoding="utf-8") as lines:
            report = verify_export(lines, known_hash=known_hash)
    else:
        with opened() as (_, database), database.sessions() as session:
            report = verify_chain(session, known_hash=known_hash)
    if not report.ok:
        place = "" if report.first_bad is None else f" at entry {report.first_bad}"
        typer.echo(f"broken{place}: {report.reason}")
        raise typer.Exit(1)
    typer.echo(f"whole: {report.entries} entries, head {report.head}")


@app.command("export")
def export() -> None:
    """Print every entry as a JSON line, oldest first."""
    with opened() as (_, database), database.sessions() as session:
        for line in export_entries(session):
            typer.echo(line)
