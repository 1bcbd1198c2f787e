"""`dinhchinh crawl`: work until nothing is due."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from dinhchinh import pipeline
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.pipeline import Summary
from dinhchinh.wiring import open_house
from models import Sessions, Source


def crawl(
    once: bool = typer.Option(False, "--once", help="Stop when nothing is due any more."),
) -> None:
    """Poll, read, judge and deliver until nothing is due, then print a summary."""
    if not once:
        raise CommandError("say `crawl --once`; `dinhchinh run` is what keeps crawling")
    with opened() as (settings, database):
        if count_sources(database.sessions) == 0:
            raise CommandError("there are no sources: run `dinhchinh sources import FILE` first")
        with open_house(settings, database) as house, shown_progress() as progress:
            summary = pipeline.work_until_idle(house, progress=progress)
    print_summary(summary)


def count_sources(sessions: Sessions) -> int:
    """How many sources there are to read."""
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Source).where(Source.is_active)) or 0


@contextmanager
def shown_progress() -> Iterator[pipeline.Progress]:
    """A progress bar on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield pipeline.show_nothing
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[counted]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("polling", total=None, counted="")

        def show(stage: str, done: int, total: int | None) -> None:
            bar.update(task, description=stage, counted=str(done) if total is None else f"{done} of {total}")

        yield show


def print_summary(summary: Summary) -> None:
    """What a run did, a line a stage."""
    gathered, judged, told = summary.gathered, summary.judged, summary.told
    stopped = sum(judged.found.stopped.values())
    labels = ", ".join(f"{count} {label}" for label, count in sorted(judged.assessed.labels.items()))
    typer.echo(
        f"read      {gathered.new_articles} new articles, {gathered.new_versions} versions stored, "
        f"{gathered.failed} fetches failed"
    )
    typer.echo(f"evidence  {judged.filed.passages} passages filed from {judged.filed.versions} versions")
    typer.echo(
        f"claims    {judged.found.claims} found in {judged.found.versions} versions; {stopped} sentences are none"
    )
    if judged.grouped.restated:
        typer.echo(f"grouped   {judged.grouped.restated} claims say in other words what another says")
    again = f"; {judged.again.claims} held against new evidence" if judged.again.claims else ""
    typer.echo(f"assessed  {judged.assessed.claims} claims: {labels or 'none'}{again}")
    typer.echo(f"queue     {judged.raised.raised} alerts raised, {judged.raised.joined} sightings joined one")
    typer.echo(f"told      {told.delivered} of {told.attempted} deliveries arrived")
