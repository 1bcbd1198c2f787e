"""`dinhchinh export`: what was read and what was judged, as JSON lines."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import typer

from classify.exporting import export_articles, export_assessments
from dinhchinh.cli.state import opened

app = typer.Typer(help="Print rows as JSON lines.", no_args_is_help=True)


@app.command("assessments")
def assessments() -> None:
    """Every claim's latest assessment: article_url, claim, label, probability, evidence, alert."""
    with opened() as (_, database), database.sessions() as session:
        _print(export_assessments(session))


@app.command("articles")
def articles() -> None:
    """Every article as last read: url, title, published_at, language, text, story."""
    with opened() as (_, database), database.sessions() as session:
        _print(export_articles(session))


def _print(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False))
