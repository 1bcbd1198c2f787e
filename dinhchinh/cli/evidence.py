"""`dinhchinh check` and `reindex`: ask the evidence library from the terminal."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

import typer
from rich.console import Console
from rich.text import Text

from api.checking import ZONE, describe_check, end_of_day
from api.pages.wording import name_value
from classify.checking import CheckResult, GateStep, check_sentence, tidy_sentence
from classify.values import Difference, Span, Verdict
from dinhchinh.cli.crawling import shown_progress
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.judging import open_library, open_models, open_precedents

SHOWN = 5
LANGUAGES = ("vi", "en")
_GATES = {"fact": "statement of fact", "about_vietnam": "about Vietnam", "checkable": "checkable"}
_MARKS = ("⟦", "⟧")


def check(
    sentence: str = typer.Argument(..., help="One sentence, Vietnamese or English."),
    language: str | None = typer.Option(None, help="vi or en; told by the text when not given."),
    as_of: str | None = typer.Option(
        None, metavar="DATE", help="By the record as it stood at the end of that day, such as 2024-06-30."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print what POST /check answers."),
) -> None:
    """Hold one sentence against the evidence library: gates, passages, verdict, what differs. Nothing is stored."""
    if language is not None and language not in LANGUAGES:
        raise CommandError(f"--language {language}: expected {' or '.join(LANGUAGES)}")
    moment = None if as_of is None else read_day(as_of)
    sentence = tidy_sentence(sentence)
    with opened() as (settings, database), database.sessions() as session:
        models = open_models(settings, session)
        library = open_library(settings, models)
        result = check_sentence(
            session, sentence, library=library, models=models, language=language, as_of=moment
        )
        if as_json:
            typer.echo(describe_check(session, result).model_dump_json())
            return
    show_check(Console(highlight=False, soft_wrap=True), result)


def read_day(text: str) -> datetime:
    """The end of a day that was written as 2024-06-30. Raises CommandError."""
    try:
        return end_of_day(date.fromisoformat(text))
    except ValueError:
        raise CommandError(f"--as-of {text}: expected a date such as 2024-06-30") from None


def show_check(console: Console, result: CheckResult) -> None:
    """Print a result for an analyst. What differs stands out on both sides, in a pipe between ⟦ and ⟧."""
    for step in result.steps:
        console.print(f"gate        {_describe_step(step, result)}")
    if not result.gates.passed:
        console.print(f"verdict     none: nothing was compared with the evidence; model {result.model}")
        return
    if result.as_of is not None:
        console.print(f"as of       {result.as_of.astimezone(ZONE):%Y-%m-%d}, as the record stood then")
    verdict = result.verdict
    if verdict is None or not result.passages:
        console.print("verdict     not_enough_evidence: the library holds nothing on this")
        console.print(f"model       {result.model}")
        return
    console.print(f"verdict     {verdict.label} ({_weigh(verdict)})", style="bold")
    if verdict.set_aside is not None:
        console.print(
            f"set aside   {name_value('set_aside', verdict.set_aside, 'en')}; the model alone reads otherwise"
        )
    console.print(f"probability {verdict.probability:.3f} that the evidence contradicts it")
    console.print(
        f"thresholds  labelled from {verdict.label_threshold:.3f}, an alert from {verdict.threshold:.3f}"
    )
    console.print(f"model       {verdict.model}")
    differs = verdict.differences
    console.print("claim       ", _marked(console, result.sentence, [one.claim for one in differs]), sep="")
    for number, one in enumerate(result.passages[:SHOWN], 1):
        hit = one.passage
        dated = f"{hit.published_at.astimezone(ZONE):%Y-%m-%d}" if hit.published_at else "undated"
        console.print()
        console.print(
            f"{number}. {hit.publisher} ({hit.publisher_kind}), {dated}, score {one.score:.2f}", style="cyan"
        )
        console.print(f"   {hit.url}", style="dim")
        spans = [difference.passage for difference in differs] if number == 1 else []
        # A passage is a few lines; as one it keeps its offsets and stays apart from the next.
        console.print("   ", _marked(console, hit.text.replace("\n", " "), spans), sep="")
    for difference in differs:
        console.print(f"differs     {_describe(difference, result)}", markup=False)


def _describe_step(step: GateStep, result: CheckResult) -> str:
    if step.passed is None:
        return f"{_GATES[step.gate]}: not asked"
    probability = result.gates.probability
    sure = f", probability {probability:.2f}" if step.gate == "fact" and probability > 0.0 else ""
    return f"{_GATES[step.gate]}: {'passed' if step.passed else 'STOPPED'} ({step.reason}{sure})"


def _weigh(verdict: Verdict) -> str:
    if verdict.alert_worthy:
        return "would raise an alert"
    if verdict.label == "contradicted":
        return "below the alert threshold: a hint, no finding"
    return "would raise no alert"


def _marked(console: Console, text: str, spans: Sequence[Span | None]) -> Text:
    places = sorted({span for span in spans if span is not None and len(span)})
    if console.is_terminal:
        marked = Text(text)
        for span in places:
            marked.stylize("bold reverse", span.start, span.end)
        return marked
    opened, at = "", 0
    for span in places:
        if span.start >= at:
            opened += text[at : span.start] + _MARKS[0] + span.of(text) + _MARKS[1]
            at = span.end
    return Text(opened + text[at:])


def _describe(difference: Difference, result: CheckResult) -> str:
    claim = difference.claim.of(result.sentence) if difference.claim else None
    passage = difference.passage.of(result.passages[0].passage.text) if difference.passage else None
    return f"{difference.kind}: the claim says {_quote(claim)}, the passage {_quote(passage)}"


def _quote(words: str | None) -> str:
    return "nothing" if words is None else f"“{words}”"


def reindex() -> None:
    """Embed every passage and every claim seen before again, after another encoder was chosen."""
    with opened() as (settings, database), database.sessions() as session, shown_progress() as progress:
        progress("opening the model", 0, None)
        models = open_models(settings, session)
        library, precedents = open_library(settings, models), open_precedents(settings, models)
        passages = library.rebuild(session, progress=partial(progress, "embedding passages"))
        claims = precedents.rebuild(session, progress=partial(progress, "embedding claims"))
    typer.echo(f"{passages} passages and {claims} claims embedded")
