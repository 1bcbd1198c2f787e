"""`dinhchinh train` and `dinhchinh evaluate`: learn the weights from open data, and try any labelled file."""

import enum
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from classify.errors import TrainingDataError
from dinhchinh.cli.state import current_settings
from dinhchinh.wiring import open_models

Rows = list[dict[str, Any]]


class Teacher(Protocol):
    """Learns one set of weights from the data folder into the output folder; returns its figures."""

    def __call__(
        self, data: Path, output: Path, *, seed: int, progress: Callable[[str, float], None]
    ) -> dict[str, object]: ...


class Lesson(enum.StrEnum):
    """What to learn."""

    ALL = "all"
    ENCODER = "encoder"
    CLAIMS = "claims"
    VERIFY = "verify"


def train(
    lesson: Lesson = typer.Argument(Lesson.ALL, help="What to learn; the later ones build on the earlier."),
    data: Path = typer.Option(..., help="Folder with the training data."),
    output: Path | None = typer.Option(None, help="Folder for the weights; the shipped ones when not given."),
    seed: int = typer.Option(7, help="The same seed and data give the same weights."),
) -> None:
    """Learn the weights from DATA and write them with their model card."""
    from classify.training.claims import train_claims
    from classify.training.encoder import train_encoder
    from classify.training.verify import train_verify

    lessons: dict[Lesson, Teacher] = {
        Lesson.ENCODER: train_encoder,
        Lesson.CLAIMS: train_claims,
        Lesson.VERIFY: train_verify,
    }
    chosen = list(lessons) if lesson is Lesson.ALL else [lesson]
    folder = output or current_settings().weights or _shipped_weights()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn()) as bar:
        for name in chosen:
            task = bar.add_task(name.value, total=1.0)
            figures = lessons[name](data, folder, seed=seed, progress=_follow(bar, task))
            bar.update(task, completed=1.0)
            bar.console.print_json(json.dumps({name.value: figures}, default=str, ensure_ascii=False))


evaluate_app = typer.Typer(
    help="Hold the weights against a labelled file of JSON lines.", no_args_is_help=True
)


@evaluate_app.command("verify")
def evaluate_verify(file: Path = typer.Argument(..., help="Rows with claim, evidence, label.")) -> None:
    """Claims against their evidence: macro F1, calibration, recall at a precision of 0.95."""
    from classify.evaluation import evaluate_verify

    rows = read_rows(file)
    _print(evaluate_verify(rows, open_models(current_settings()).verifier))


@evaluate_app.command("encoder")
def evaluate_encoder(file: Path = typer.Argument(..., help="Rows with en, vi.")) -> None:
    """Does a sentence find its translation among all those in the file?"""
    from classify.evaluation import evaluate_encoder

    rows = read_rows(file)
    _print(evaluate_encoder(rows, open_models(current_settings()).encoder))


@evaluate_app.command("claims")
def evaluate_claims(file: Path = typer.Argument(..., help="Rows with text and label, 0 or 1.")) -> None:
    """Is a sentence a checkable claim? `leakage` is the share of label 0 that was taken for one."""
    from classify.evaluation import evaluate_claims

    rows = read_rows(file)
    _print(evaluate_claims(rows, open_models(current_settings()).claims))


def _print(figures: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False))


def read_rows(file: Path) -> Rows:
    """The JSON lines of a file; raises TrainingDataError naming the line that is none."""
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
        rows.append(row)
    if not rows:
        raise TrainingDataError(f"{file}: no rows")
    return rows


def _follow(bar: Progress, task: TaskID) -> Callable[[str, float], None]:
    return lambda step, share: bar.update(task, description=step, completed=share)


def _shipped_weights() -> Path:
    from classify.encoder import WEIGHTS

    return WEIGHTS
