"""`dinhchinh init`, `run` and `crawl`: set up, serve, or work until nothing is due."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from api.accounts import create_desk
from api.app import create_app
from dinhchinh import pipeline
from dinhchinh.cli.state import CommandError, current_settings, opened
from dinhchinh.logs import start_logging
from dinhchinh.pipeline import House, Summary
from dinhchinh.schedule import awake
from dinhchinh.settings import Settings
from dinhchinh.wiring import now, offer_services, open_cipher, open_house, prepare_home
from migrations.schema import upgrade_schema
from models import Desk, Sessions, Source, open_engine, open_sessions, writing


def init() -> None:
    """Make the home folder, the secret key and the database's newest schema; running it again does no harm."""
    settings = current_settings()
    initialise(settings)
    typer.echo(f"ready: {settings.database_url.split('@')[-1]}, home {settings.home}")


def run() -> None:
    """Serve the console, the API and the public pages, and keep reading: one process."""
    with opened() as (settings, database):
        start_logging(settings.log_format)
        with open_house(settings, database) as house:
            serve(settings, house)


def serve(settings: Settings, house: House) -> None:
    """Serve and keep working until the process is told to stop."""
    config = uvicorn.Config(
        create_app(offer_services(settings, house)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=5,
    )
    with awake(house):
        uvicorn.Server(config).run()


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


def initialise(settings: Settings) -> None:
    """What `init` does, for any settings."""
    prepare_home(settings)
    open_cipher(settings)
    engine = open_engine(settings.database_url)
    try:
        upgrade_schema(engine)
        with writing(open_sessions(engine)) as session:
            if session.scalar(select(func.count()).select_from(Desk)) == 0:
                create_desk(session, slug="trung-uong", name=settings.office, now=now())
    finally:
        engine.dispose()


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
    again = f"; {judged.again.claims} held against new evidence" if judged.again.claims else ""
    typer.echo(f"assessed  {judged.assessed.claims} claims: {labels or 'none'}{again}")
    typer.echo(f"queue     {judged.raised.raised} alerts raised, {judged.raised.joined} sightings joined one")
    typer.echo(f"told      {told.delivered} of {told.attempted} deliveries arrived")
