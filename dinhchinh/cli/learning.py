"""`dinhchinh train` and `dinhchinh evaluate`: learn the weights from open data, and try any labelled file."""

import enum
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from classify import evaluation
from classify.errors import TrainingDataError
from classify.manifest import note, read_manifest
from classify.models import Models, load_models
from dinhchinh.cli.state import CommandError, current_settings, opened
from dinhchinh.home import now, open_database
from dinhchinh.judging import open_models, open_store

if TYPE_CHECKING:
    from classify.training.feedback import Feedback

Rows = list[dict[str, Any]]


class Teacher(Protocol):
    """Learns one set of weights from the data folder into the output folder; returns its figures."""

    def __call__(
        self, data: Path, output: Path, *, seed: int, progress: Callable[[str, float], None]
    ) -> dict[str, object]: ...


PARTS = ("encoder", "claims", "verify")


class Lesson(enum.StrEnum):
    """What to learn."""

    ALL = "all"
    ENCODER = "encoder"
    CLAIMS = "claims"
    VERIFY = "verify"


def train(
    lesson: Lesson = typer.Argument(Lesson.ALL, help="What to learn; the later ones build on the earlier."),
    data: Path = typer.Option(..., help="Folder with the training data."),
    output: Path | None = typer.Option(
        None, help="Folder for the weights; the shipped ones when not given, with --feedback the desk's own."
    ),
    seed: int = typer.Option(7, help="The same seed and data give the same weights."),
    feedback: bool = typer.Option(
        False, "--feedback", help="Learn from the desk's decisions too; what is learned stays in its home."
    ),
) -> None:
    """Learn the weights from DATA and write them with their model card."""
    if feedback:
        _train_on_decisions(lesson, data, output, seed)
        return
    folder = output or current_settings().weights or _shipped_weights()
    chosen = [one for one in Lesson if one is not Lesson.ALL] if lesson is Lesson.ALL else [lesson]
    _learn(chosen, data, folder, seed, None)
    _measure(folder)


def _train_on_decisions(lesson: Lesson, data: Path, output: Path | None, seed: int) -> None:
    """Claims and verifier anew, on top of the set in use, from the open data and what was decided here."""
    from classify.store import version_in_use
    from classify.training.feedback import learn_from, read_decided

    if lesson is Lesson.ENCODER:
        raise CommandError("decisions teach claims and verify, not the encoder")
    chosen = [Lesson.CLAIMS, Lesson.VERIFY] if lesson is Lesson.ALL else [lesson]
    with opened() as (settings, database), database.sessions() as session:
        learned = learn_from(read_decided(session))
        used = version_in_use(session)
    lacking = [why for one in chosen if (why := learned.lacks(one.value)) is not None]
    if lacking:
        raise CommandError(f"nothing was learned: {'; '.join(lacking)}")
    store = open_store(settings)
    base = store.find(used)
    origin = {
        "learned_at": now().isoformat(timespec="seconds"),
        "learned_from": base.version,
        "decisions": {one.value: learned.decisions[one.value] for one in chosen},
    }
    if output is not None:
        _learn(chosen, data, output, seed, learned)
        note(output, origin=origin)
        _measure(output)
        return
    with store.draft(base) as draft:
        _learn(chosen, data, draft, seed, learned)
        note(draft, origin=origin)
        _measure(draft)
        version = store.keep(draft).version
    typer.echo(
        f"weights {version} are kept in {store.folder}; `dinhchinh models promote {version}` lets them judge"
    )


def _learn(
    chosen: Sequence[Lesson], data: Path, folder: Path, seed: int, feedback: "Feedback | None"
) -> None:
    from classify.training.claims import train_claims
    from classify.training.encoder import train_encoder
    from classify.training.verify import train_verify

    lessons: dict[Lesson, Teacher] = {
        Lesson.ENCODER: train_encoder,
        Lesson.CLAIMS: partial(train_claims, feedback=feedback),
        Lesson.VERIFY: partial(train_verify, feedback=feedback),
    }
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn()) as bar:
        for name in chosen:
            task = bar.add_task(name.value, total=1.0)
            figures = lessons[name](data, folder, seed=seed, progress=_follow(bar, task))
            bar.update(task, completed=1.0)
            bar.console.print_json(json.dumps({name.value: figures}, default=str, ensure_ascii=False))


def _measure(folder: Path) -> None:
    """Note a whole set's figures on the frozen sets, and show them in its card."""
    from classify.frozen import read_frozen
    from classify.promotion import measure
    from classify.training.card import write_card

    if set(read_manifest(folder).content["parts"]) >= set(PARTS):
        models, frozen = load_models(folder), read_frozen()
        calibrated = evaluation.evaluate_verify(frozen.claims, models.verifier)["reliability"]
        note(folder, frozen={"figures": measure(models, frozen), "reliability": calibrated})
        write_card(folder)


evaluate_app = typer.Typer(
    help="Hold the weights against a labelled file of JSON lines.", no_args_is_help=True
)


@evaluate_app.command("verify")
def evaluate_verify(file: Path = typer.Argument(..., help="Rows with claim, evidence, label.")) -> None:
    """Claims against their evidence: macro F1, calibration, recall at a precision of 0.95."""
    rows = read_rows(file, ("claim", "evidence", "label"))
    _print(evaluation.evaluate_verify(rows, _models_in_use().verifier))


@evaluate_app.command("encoder")
def evaluate_encoder(file: Path = typer.Argument(..., help="Rows with en, vi.")) -> None:
    """Does a sentence find its translation among all those in the file?"""
    rows = read_rows(file, ("en", "vi"))
    _print(evaluation.evaluate_encoder(rows, _models_in_use().encoder))


@evaluate_app.command("claims")
def evaluate_claims(file: Path = typer.Argument(..., help="Rows with text and label, 0 or 1.")) -> None:
    """Is a sentence a checkable claim? `leakage` is the share of label 0 that was taken for one."""
    rows = read_rows(file, ("text", "label"))
    _print(evaluation.evaluate_claims(rows, _models_in_use().claims))


def _models_in_use() -> Models:
    """What judges here; a desk without weights of its own has only the shipped ones, and needs no database."""
    settings = current_settings()
    if settings.weights is not None or not open_store(settings).folder.is_dir():
        return open_models(settings)
    with open_database(settings) as database, database.sessions() as session:
        return open_models(settings, session)


def _print(figures: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False))


def read_rows(file: Path, keys: Sequence[str]) -> Rows:
    """The JSON lines of a file; raises TrainingDataError naming the line that is none or lacks one of `keys`."""
    try:
        lines: Sequence[str] = file.read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise TrainingDataError(f"{file}: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise TrainingDataError(f"{file}: not UTF-8 text") from None
    rows: Rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as problem:
            raise TrainingDataError(f"{file}, line {number}: not JSON: {problem.msg}") from None
        if not isinstance(row, dict):
            raise TrainingDataError(f"{file}, line {number}: not a JSON object")
        if missing := [key for key in keys if key not in row]:
            raise TrainingDataError(f"{file}, line {number}: no {missing[0]!r}")
        rows.append(row)
    if not rows:
        raise TrainingDataError(f"{file}: no rows")
    return rows


def _follow(bar: Progress, task: TaskID) -> Callable[[str, float], None]:
    return lambda step, share: bar.update(task, description=step, completed=share)


def _shipped_weights() -> Path:
    from classify.encoder import WEIGHTS

    return WEIGHTS
