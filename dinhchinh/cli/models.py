"""`dinhchinh models`: which trained weights there are, which judges, and putting others in its place."""

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from alerts import record
from classify.encoder import WEIGHTS
from classify.errors import ClassifyError
from classify.models import Models, load_models
from classify.promotion import Comparison, compare, measure, refusals
from classify.store import (
    Store,
    WeightsSet,
    change_weights,
    list_earlier,
    read_history,
    version_in_use,
)
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from dinhchinh.judging import find_weights, open_store
from dinhchinh.settings import Settings
from models import WeightsChange, writing

app = typer.Typer(help="Which trained weights judge.", no_args_is_help=True)

COLUMNS = ("version", "in use", "where", "learned", "learned from", "figures")


@app.command("list")
def list_() -> None:
    """Every set of weights: what it was learned from, its figures on the frozen sets, which one judges."""
    with opened() as (settings, database), database.sessions() as session:
        used, since = version_in_use(session), {row.version: row.since for row in read_history(session)}
    sets, problems = open_store(settings).list_sets()
    rows = [_describe(one, one.key == used and settings.weights is None, since.get(one.key)) for one in sets]
    console = Console()
    if console.is_terminal:
        table = Table(*COLUMNS, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    else:
        for row in rows:
            typer.echo("\t".join(row))
    for problem in problems:
        typer.echo(f"unusable: {problem}", err=True)
    if settings.weights is not None:
        typer.echo(f"DINHCHINH_WEIGHTS is set: {settings.weights} judges", err=True)
    elif used not in {one.key for one in sets}:
        typer.echo(f"weights {used} are in use but not here: nothing can judge", err=True)


@app.command("promote")
def promote(version: str = typer.Argument(..., help="As `models list` names it.")) -> None:
    """Let other weights judge, if they are not worse on the frozen sets; leakage of opinion comes first.

    What was assessed before stays as it was. A running service follows within seconds.
    """
    with opened() as (settings, database):
        _need_choice(settings)
        store = open_store(settings)
        chosen = store.find(version)
        with database.sessions() as session:
            used = version_in_use(session)
        if chosen.key == used:
            typer.echo(f"weights {chosen.version} are in use already")
            return
        before = load_models(find_weights(settings, used))
        after = load_models(chosen.folder)
        comparisons = compare_models(before, after)
        for one in comparisons:
            typer.echo(show_comparison(one))
        refused = refusals(comparisons)
        if refused:
            raise CommandError(f"weights {chosen.version} are not promoted: {'; '.join(refused)}")
        with writing(database.sessions) as session:
            if version_in_use(session) != used:
                raise CommandError("other weights were put in use meanwhile: compare again")
            _change(session, chosen, WeightsChange.PROMOTED, before.version, comparisons)
    typer.echo(f"weights {chosen.version} judge from now on, in the place of {before.version}")


@app.command("rollback")
def rollback() -> None:
    """Let the weights judge again that were in use before the latest promotion; works with broken weights too."""
    with opened() as (settings, database):
        _need_choice(settings)
        store = open_store(settings)
        with database.sessions() as session:
            used, earlier = version_in_use(session), list_earlier(read_history(session))
        if not earlier:
            raise CommandError(
                "the weights that ship with the program are in use: there is nothing to go back to"
            )
        chosen = _first_usable(store, earlier)
        with writing(database.sessions) as session:
            if version_in_use(session) != used:
                raise CommandError("other weights were put in use meanwhile: look at `dinhchinh models list`")
            _change(session, chosen, WeightsChange.ROLLED_BACK, used or "the shipped weights", ())
    typer.echo(f"weights {chosen.version} judge from now on")


def compare_models(before: Models, after: Models) -> list[Comparison]:
    """Both on every frozen set."""
    from classify.frozen import read_frozen

    frozen = read_frozen()
    return compare(measure(before, frozen), measure(after, frozen))


def show_comparison(one: Comparison) -> str:
    """One line: the gate, old → new, and why it is passed or not."""
    return f"{'ok   ' if one.passed else 'WORSE'} {one.name}: {one.old:.4f} → {one.new:.4f} ({one.reason})"


def _need_choice(settings: Settings) -> None:
    if settings.weights is not None:
        raise CommandError(f"DINHCHINH_WEIGHTS names {settings.weights}; unset it to let the desk choose")


def _first_usable(store: Store, earlier: Sequence[str | None]) -> WeightsSet:
    for version in earlier:
        try:
            found = store.find(version)
            load_models(found.folder)
        except ClassifyError as problem:
            typer.echo(f"passed over: {problem}", err=True)
        else:
            return found
    raise CommandError(f"none of the earlier weights can be loaded; restore {WEIGHTS}")


def _change(
    session: Session,
    chosen: WeightsSet,
    change: WeightsChange,
    before: str,
    comparisons: Sequence[Comparison],
) -> None:
    moment = now()
    rows = [one.as_row() for one in comparisons]
    change_weights(session, chosen, change, now=moment, comparisons=rows)
    record(
        session,
        actor="command",
        action=f"weights.{change}",
        object_type="weights",
        object_id=chosen.version,
        details={"before": before, "comparisons": rows},
        now=moment,
    )


def _describe(one: WeightsSet, in_use: bool, since: Any) -> tuple[str, ...]:
    origin, figures = one.manifest.origin, one.manifest.frozen
    return (
        one.version,
        (f"yes, since {since:%Y-%m-%d}" if since else "yes") if in_use else "",
        "shipped" if one.shipped else "local",
        str(origin.get("learned_at", "with the program" if one.shipped else "not noted"))[:16],
        ", ".join(_sources(one)) or "not noted",
        ", ".join(f"{name} {value:.3f}" for name, value in figures.items()) or "not measured",
    )


def _sources(one: WeightsSet) -> Iterator[str]:
    yield "open data"
    for lesson, count in sorted(one.manifest.origin.get("decisions", {}).items()):
        yield f"{count} decisions ({lesson})"
    if base := one.manifest.origin.get("learned_from"):
        yield f"on top of {base}"
