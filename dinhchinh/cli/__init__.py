"""The command line. Every error a person can mend is one line on standard error and a non-zero exit."""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, as `module:name`, and its line in the list of commands."""

    place: str
    help: str


COMMANDS = {
    "init": Entry(
        "setup:init",
        "Make the home folder, the secret key and the database's newest schema; running it again does no harm.",
    ),
    "run": Entry(
        "service:run", "Serve the console, the API and the public pages, and keep reading: one process."
    ),
    "crawl": Entry(
        "crawling:crawl", "Poll, read, judge and deliver until nothing is due, then print a summary."
    ),
    "demo": Entry(
        "demo:demo",
        "See the whole pipeline at work: invented outlets on loopback, a fresh database, the console.",
    ),
    "check": Entry(
        "evidence:check",
        "Hold one sentence against the evidence library: gates, passages, verdict, what differs. Nothing is stored.",
    ),
    "backup": Entry(
        "backup:backup",
        "Copy the database, the secret key and the desk's own weights into a new folder, while everything goes on.",
    ),
    "prune": Entry(
        "retention:prune",
        "Throw away what is older and on which nothing rests; the audit log and what people did stay for good.",
    ),
    "reindex": Entry(
        "evidence:reindex",
        "Embed every passage and every claim seen before again, after another encoder was chosen.",
    ),
    "train": Entry("learning:train", "Learn the weights from DATA and write them with their model card."),
    "evaluate": Entry("learning:evaluate_app", "Hold the weights against a labelled file of JSON lines."),
    "models": Entry("models:app", "Which trained weights judge."),
    "sources": Entry("sources:app", "What is read."),
    "ingest": Entry("backfill:app", "Take over pages that no feed lists any more."),
    "export": Entry("export:app", "Print rows as JSON lines."),
    "desk": Entry("desks:app", "Desks: ministries, provinces, embassies."),
    "user": Entry("people:user_app", "Accounts of staff and of subscribing editors."),
    "key": Entry("people:key_app", "API keys."),
    "brief": Entry("briefs:app", "Briefs: sourced answers, written by people."),
    "audit": Entry("audit:app", "The append-only log of what people did."),
    "webhooks": Entry("webhooks:app", "Webhooks."),
}


def load_command(name: str) -> Any:
    """The command itself (click's), with the rooms that it needs and no other: all take seconds to import."""
    module, attribute = COMMANDS[name].place.split(":")
    found = getattr(import_module(f"dinhchinh.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


class Commands(TyperGroup):
    """Lists commands by the table and imports the one that is called.

    Types are Any because click is typer's own in newer versions and a package in older ones.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else TyperCommand(cmd_name, help=entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load_command(args[0]), rest


app = typer.Typer(
    cls=Commands,
    help="A fact desk: finds claims about Vietnam that the record contradicts, and answers openly with cited briefs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def warn_of_unknown_settings() -> None:
    """Say aloud which variables are mistyped, before any command does its work."""
    from dinhchinh.settings import unknown_variables

    for name in unknown_variables(os.environ):
        _say(f"warning: {name} is not a setting and is ignored")


def run() -> None:
    """Run the command line and turn what a person can mend into one line."""
    try:
        app()
    except Exception as problem:
        from dinhchinh.cli.state import explain

        explained = explain(problem)
        if explained is None:
            raise
        code, reason = explained
        _say(f"error: {reason}")
        sys.exit(code)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
