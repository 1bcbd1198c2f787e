"""`dinhchinh check` and `reindex`: ask the evidence library from the terminal."""

import typer
from rich.console import Console
from rich.text import Text

from classify.checking import CheckResult, check_sentence
from classify.values import Difference, Span
from dinhchinh.cli.state import opened
from dinhchinh.wiring import open_library, open_models

SHOWN = 5
_GATES = {"fact": "statement of fact", "about_vietnam": "about Vietnam", "checkable": "checkable"}


def check(
    sentence: str = typer.Argument(..., help="One sentence, Vietnamese or English."),
    language: str | None = typer.Option(None, help="vi or en; told by the text when not given."),
) -> None:
    """Hold one sentence against the evidence library: gates, passages, verdict, what differs. Nothing is stored."""
    with opened() as (settings, database):
        models = open_models(settings)
        library = open_library(settings, models)
        with database.sessions() as session:
            result = check_sentence(session, sentence, library=library, models=models, language=language)
    show_check(Console(highlight=False), result)


def show_check(console: Console, result: CheckResult) -> None:
    """Print a result for an analyst: the words that differ stand out on both sides."""
    gates = result.gates
    if not gates.passed:
        console.print(f'stopped at the gate "{_GATES[gates.gate or "fact"]}": {gates.reason}')
        console.print("nothing was compared with the evidence", style="dim")
        return
    console.print(f"gates       passed ({gates.reason}, probability of a fact {gates.probability:.2f})")
    verdict = result.verdict
    if verdict is None or not result.passages:
        console.print("verdict     not_enough_evidence: the library holds nothing on this")
        return
    alert = "would raise an alert" if verdict.alert_worthy else "would raise no alert"
    console.print(f"verdict     {verdict.label} ({alert})", style="bold")
    console.print(
        f"probability {verdict.probability:.3f} that the evidence contradicts it; "
        f"an alert needs {verdict.threshold:.3f}; model {verdict.model}"
    )
    differs = verdict.differences
    console.print("claim       ", _marked(result.sentence, [one.claim for one in differs]), sep="")
    for number, one in enumerate(result.passages[:SHOWN], 1):
        hit = one.passage
        dated = f"{hit.published_at:%Y-%m-%d}" if hit.published_at else "undated"
        console.print()
        console.print(
            f"{number}. {hit.publisher} ({hit.publisher_kind}), {dated}, score {one.score:.2f}", style="cyan"
        )
        console.print(f"   {hit.url}", style="dim")
        console.print("   ", _marked(hit.text, [d.passage for d in differs] if number == 1 else []), sep="")
    for difference in differs:
        console.print(f"differs     {_describe(difference, result)}")


def _marked(text: str, spans: list[Span | None]) -> Text:
    marked = Text(text)
    for span in spans:
        if span is not None:
            marked.stylize("bold reverse", span.start, span.end)
    return marked


def _describe(difference: Difference, result: CheckResult) -> str:
    claim = difference.claim.of(result.sentence) if difference.claim else "nothing"
    passage = difference.passage.of(result.passages[0].passage.text) if difference.passage else "nothing"
    return f"{difference.kind}: the claim says \u201c{claim}\u201d, the passage \u201c{passage}\u201d"


def reindex() -> None:
    """Embed every passage again, after another encoder was chosen."""
    with opened() as (settings, database):
        library = open_library(settings, open_models(settings))
        with database.sessions() as session:
            count = library.rebuild(session)
    typer.echo(f"{count} passages embedded")
