"""`dinhchinh prune`: throw away what is old and on which nothing rests."""

import typer

from api.retention import LONGEST_DAYS, RULES, SHORTEST_DAYS, count_prunable
from api.retention import prune as throw_away
from dinhchinh.cli.state import opened
from dinhchinh.home import now


def prune(
    days: int = typer.Option(365, min=SHORTEST_DAYS, max=LONGEST_DAYS, help="How old is old enough."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Count only."),
) -> None:
    """Throw away what is older and on which nothing rests; the audit log and what people did stay for good."""
    with opened() as (_, database):
        if dry_run:
            with database.sessions() as session:
                counts = count_prunable(session, days=days, now=now())
        else:
            counts = throw_away(database.sessions, days=days, now=now())
    done = "would go" if dry_run else "gone"
    for rule in RULES:
        typer.echo(f"{counts[rule.name]}\t{done}\t{rule.meaning}")
