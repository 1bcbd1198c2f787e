"""`dinhchinh desk`: who answers for what."""

import typer
from sqlalchemy import select

from api.accounts import change_desk, create_desk
from dinhchinh.cli import duty
from dinhchinh.cli.finding import find_desk
from dinhchinh.cli.state import opened
from dinhchinh.home import now
from models import Desk, User, writing

app = typer.Typer(help="Desks: ministries, provinces, embassies.", no_args_is_help=True)
app.command("coverage")(duty.coverage)
app.command("duty")(duty.duty)
app.command("hours")(duty.set_hours)
app.command("day")(duty.set_day)


@app.command("add")
def add_desk(
    slug: str = typer.Argument(..., help="Short name in addresses, such as bo-y-te."),
    name: str = typer.Argument(..., help="Name as published."),
) -> None:
    """Add a desk."""
    with opened() as (_, database), writing(database.sessions) as session:
        create_desk(session, slug=slug, name=name, now=now())
    typer.echo(f"desk {slug} added")


@app.command("change")
def alter_desk(
    slug: str,
    name: str | None = typer.Option(None, help="Another name."),
    time_zone: str | None = typer.Option(None, help="Another time zone, such as Europe/Paris."),
) -> None:
    """Change what is given; the short name stays."""
    with opened() as (_, database), writing(database.sessions) as session:
        change_desk(session, find_desk(session, slug), name=name, time_zone=time_zone, now=now())
    typer.echo(f"desk {slug} changed")


@app.command("list")
def list_desks() -> None:
    """Every desk and how many people work for it."""
    with opened() as (_, database), database.sessions() as session:
        people = session.scalars(select(User).where(User.is_active)).all()
        for desk in session.scalars(select(Desk).order_by(Desk.slug)):
            count = sum(person.desk_id == desk.id for person in people)
            typer.echo(f"{desk.slug}\t{desk.name}\t{count} people")
