"""`dinhchinh brief`: a first text made of quotations alone, from the terminal."""

from typing import Annotated

import typer
from sqlalchemy import select

from alerts import draft_version, open_brief, read_blocks
from alerts.subjects import Subject
from classify.quoting import quote_best
from dinhchinh.cli.finding import find_user
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from models import Brief, writing

app = typer.Typer(help="Briefs: sourced answers, written by people.", no_args_is_help=True)


@app.command("draft")
def draft(
    by: Annotated[str, typer.Option(help="The account that opens it, by e-mail address.")],
    alert: Annotated[int | None, typer.Option(help="The alert to answer, decided as respond.")] = None,
    subject: Annotated[Subject | None, typer.Option(help="The subject of a fact sheet.")] = None,
    passage: Annotated[list[int] | None, typer.Option(help="A passage to quote; may be given often.")] = None,
    question: Annotated[str, typer.Option(help="What a fact sheet answers; chooses its sentences.")] = "",
    language: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Open a brief, or take the alert's, and write its first text: the best passages, quoted with their sources."""
    if (alert is None) == (subject is None):
        raise CommandError("give either --alert or --subject")
    with opened() as (_, database), writing(database.sessions) as session:
        actor = find_user(session, by)
        brief = session.scalar(select(Brief).where(Brief.alert_id == alert)) if alert else None
        if brief is None:
            brief = open_brief(session, actor=actor, now=now(), alert_id=alert, subject=subject)
        text = draft_version(
            session,
            brief.id,
            language=language,
            actor=actor,
            version=brief.version,
            now=now(),
            passage_ids=passage or (),
            question=question,
            quote=quote_best,
        )
        blocks = read_blocks(session, text.id)
    typer.echo(f"brief {brief.id}, {language} version {text.number}: {text.title}")
    for block in blocks:
        cited = ", ".join(f"passage {one.passage.id} {one.url}" for one in block.sources)
        typer.echo(f"{block.kind.value:<11} {block.text}" + (f"\n{'':<11} [{cited}]" if cited else ""))
