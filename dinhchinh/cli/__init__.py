"""The command line. Every error a person can mend is one line on standard error and a non-zero exit."""

import os
import sys

import typer
from sqlalchemy.exc import DatabaseError, OperationalError

from dinhchinh.cli import (
    audit,
    backfill,
    briefs,
    demo,
    duty,
    evidence,
    export,
    learning,
    models,
    people,
    retention,
    service,
    sources,
    webhooks,
)
from dinhchinh.cli.state import expected_errors, setup_errors
from dinhchinh.settings import unknown_variables

app = typer.Typer(
    help="A fact desk: finds claims about Vietnam that the record contradicts, and answers openly with cited briefs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("init")(service.init)
app.command("run")(service.run)
app.command("crawl")(service.crawl)
app.command("demo")(demo.demo)
app.command("check")(evidence.check)
app.command("prune")(retention.prune)
app.command("reindex")(evidence.reindex)
app.command("train")(learning.train)
app.add_typer(learning.evaluate_app, name="evaluate")
app.add_typer(models.app, name="models")
app.add_typer(sources.app, name="sources")
app.add_typer(backfill.app, name="ingest")
app.add_typer(export.app, name="export")
people.desk_app.command("coverage")(duty.coverage)
people.desk_app.command("duty")(duty.duty)
people.desk_app.command("hours")(duty.set_hours)
people.desk_app.command("day")(duty.set_day)
app.add_typer(people.desk_app, name="desk")
app.add_typer(people.user_app, name="user")
app.add_typer(people.key_app, name="key")
app.add_typer(briefs.app, name="brief")
app.add_typer(audit.app, name="audit")
app.add_typer(webhooks.app, name="webhooks")


def run() -> None:
    """Run the command line and turn what a person can mend into one line."""
    for name in unknown_variables(os.environ):
        _say(f"warning: {name} is not a setting and is ignored")
    try:
        app()
    except setup_errors() as problem:
        _say(f"error: {problem}")
        sys.exit(2)
    except (OperationalError, DatabaseError) as problem:
        reason = str(problem.orig).strip().splitlines()[0] if problem.orig else str(problem)
        _say(f"error: the database cannot be used: {reason}")
        sys.exit(2)
    except expected_errors() as problem:
        _say(f"error: {problem}")
        sys.exit(1)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
