"""`dinhchinh desk coverage`, `duty`, `hours` and `day`: who answers for a desk, and when it works."""

from datetime import UTC, date, datetime, timedelta

import typer
from sqlalchemy import select

from alerts import put_on_duty, read_coverage, set_calendar, set_day_off
from dinhchinh.cli.finding import find_desk, find_user
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from models import Desk, writing


def coverage() -> None:
    """Desks without a duty officer, now or within a week. Nothing when every desk is covered."""
    with opened() as (_, database), database.sessions() as session:
        for one in read_coverage(session, at=now()):
            if one.uncovered_from is not None:
                on_duty = ", ".join(user.name for user in one.on_duty) or "nobody"
                since = f"{one.uncovered_from.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
                typer.echo(f"{one.desk.slug}\t{one.desk.name}\ton duty: {on_duty}\tuncovered from {since}")


def duty(
    slug: str = typer.Argument(..., help="The desk's short name."),
    email: str = typer.Argument(..., help="Whose turn it is."),
    hours: int | None = typer.Option(
        None, min=1, max=87_600, help="For how long; until ended when not given."
    ),
) -> None:
    """Put somebody on duty from now on."""
    began = now()
    ends_at: datetime | None = None if hours is None else began + timedelta(hours=hours)
    with opened() as (_, database), writing(database.sessions) as session:
        desk, user = find_desk(session, slug), find_user(session, email)
        put_on_duty(
            session,
            desk.id,
            user_id=user.id,
            starts_at=began,
            ends_at=ends_at,
            actor="command",
            now=began,
        )
    typer.echo(f"{email} is on duty for {slug}")


def set_hours(
    slug: str = typer.Argument(..., help="The desk's short name."),
    hours: str = typer.Argument(..., help="Such as `mon-fri 08:00-11:30 13:30-17:00; sat 08:00-12:00`."),
    time_zone: str | None = typer.Option(None, help="IANA name, such as Europe/Paris."),
    holidays: str | None = typer.Option(
        None, help="Country whose public holidays it keeps; `none` for none."
    ),
) -> None:
    """Set when a desk works."""
    with opened() as (_, database), writing(database.sessions) as session:
        desk = find_desk(session, slug)
        country = desk.holidays if holidays is None else None if holidays == "none" else holidays
        zone = time_zone or desk.time_zone
        set_calendar(
            session, desk.id, time_zone=zone, hours=hours, holidays=country, actor="command", now=now()
        )
    typer.echo(f"{slug} works {hours}, {zone}, holidays of {country or 'no country'}")


def set_day(
    day: str = typer.Argument(..., help="Such as 2027-02-15."),
    name: str = typer.Argument(..., help="Why."),
    desk: str | None = typer.Option(None, help="One desk only; every desk when not given."),
    worked: bool = typer.Option(False, "--worked", help="It is worked, although a holiday or weekend."),
) -> None:
    """Say that a day is not worked, or is: days that the Government swaps, an office's own."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        raise CommandError(f"{day!r} is not a day such as 2027-02-15") from None
    with opened() as (_, database), writing(database.sessions) as session:
        desk_id = None if desk is None else find_desk(session, desk).id
        set_day_off(session, parsed, name=name, desk_id=desk_id, is_worked=worked, actor="command", now=now())
        count = len(session.scalars(select(Desk.id)).all()) if desk is None else 1
    typer.echo(f"{day} is {'worked' if worked else 'not worked'} at {count} desks")
