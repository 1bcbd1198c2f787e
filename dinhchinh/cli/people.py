"""`dinhchinh user` and `key`: who may act."""

from collections.abc import Iterable
from datetime import timedelta

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts import change_user, create_user
from api.credentials import create_key, narrow_key, revoke_key, rotate_key
from api.permission_table import render_table
from api.permissions import SCOPES
from dinhchinh.cli.finding import find_desk, find_user
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.home import now
from dinhchinh.leaked import open_leaked
from models import ApiKey, Desk, User, UserRole, writing

user_app = typer.Typer(help="Accounts of staff and of subscribing editors.", no_args_is_help=True)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)


@user_app.command("add")
def add_user(
    email: str,
    name: str,
    role: UserRole = typer.Option(UserRole.ANALYST, help="What the account may do."),
    desk: str | None = typer.Option(
        None, help="The desk's short name; without one the account works for all."
    ),
    password: bool = typer.Option(
        False, "--password", help="Ask for a password; without one it signs in by key."
    ),
) -> None:
    """Add an account."""
    secret = typer.prompt("password", hide_input=True, confirmation_prompt=True) if password else None
    with opened() as (settings, database), writing(database.sessions) as session:
        create_user(
            session,
            email=email,
            name=name,
            role=role,
            desk_id=None if desk is None else find_desk(session, desk).id,
            password=secret,
            leaked=open_leaked(settings),
            now=now(),
        )
    typer.echo(f"{role} {email} added")


@user_app.command("change")
def alter_user(
    email: str,
    name: str | None = typer.Option(None, help="Another name."),
    role: UserRole | None = typer.Option(None, help="Another role."),
    desk: str | None = typer.Option(None, help="Another desk, by its short name; `all` for every desk."),
    active: bool | None = typer.Option(None, "--on/--off", help="Switch the account on or off."),
    password: bool = typer.Option(False, "--password", help="Ask for another password."),
    reset_second_factor: bool = typer.Option(
        False, "--reset-second-factor", help="Take the second factor off, for who has lost it."
    ),
) -> None:
    """Change what is given; the account is signed out everywhere."""
    secret = typer.prompt("password", hide_input=True, confirmation_prompt=True) if password else None
    with opened() as (settings, database), writing(database.sessions) as session:
        change_user(
            session,
            find_user(session, email),
            name=name,
            role=role,
            desk_id=None if desk in (None, "all") else find_desk(session, desk or "").id,
            every_desk=desk == "all",
            is_active=active,
            password=secret,
            reset_second_factor=reset_second_factor,
            leaked=open_leaked(settings),
            now=now(),
        )
    typer.echo(f"{email} changed")


@user_app.command("list")
def list_users() -> None:
    """Every account."""
    with opened() as (_, database), database.sessions() as session:
        desks = {desk.id: desk.slug for desk in session.scalars(select(Desk))}
        for user in session.scalars(select(User).order_by(User.email)):
            place = "every desk" if user.desk_id is None else desks[user.desk_id]
            typer.echo(
                f"{user.email}\t{user.name}\t{user.role}\t{place}\t{'active' if user.is_active else 'off'}"
            )


@user_app.command("roles")
def show_roles() -> None:
    """What each role may do, as a table in Markdown."""
    typer.echo(render_table(), nl=False)


@key_app.command("add")
def add_key(
    email: str,
    label: str = typer.Option("command", help="What the key is for."),
    days: int | None = typer.Option(365, min=1, max=36_500, help="How long it lives."),
    scope: list[str] | None = typer.Option(
        None, help="An action that it is for, such as read_queue; several are allowed. All when not given."
    ),
) -> None:
    """Make a key for an account and print it: it is shown this once."""
    check_scopes(scope or ())
    with opened() as (_, database), writing(database.sessions) as session:
        life = None if days is None else timedelta(days=days)
        made = create_key(
            session, find_user(session, email), label=label, life=life, scopes=scope or None, now=now()
        )
    typer.echo(made.key)


@key_app.command("list")
def list_keys() -> None:
    """Every key's prefix, account, label and when it was last used."""
    with opened() as (_, database), database.sessions() as session:
        rows = session.execute(select(ApiKey, User).join(User, User.id == ApiKey.user_id).order_by(ApiKey.id))
        for key, user in rows:
            used = "never used" if key.last_used_at is None else f"used {key.last_used_at:%Y-%m-%d %H:%M}"
            standing = "revoked" if key.revoked_at else used
            scopes = "everything" if key.scopes is None else " ".join(key.scopes)
            typer.echo(f"{key.prefix}\t{user.email}\t{key.label}\t{standing}\t{scopes}")


@key_app.command("revoke")
def revoke(prefix: str = typer.Argument(..., help="The key's prefix, as `key list` prints it.")) -> None:
    """End a key's life now."""
    with opened() as (_, database), writing(database.sessions) as session:
        revoke_key(session, find_key_row(session, prefix), now=now())
    typer.echo(f"key {prefix} revoked")


@key_app.command("narrow")
def narrow(
    prefix: str = typer.Argument(..., help="The key's prefix, as `key list` prints it."),
    scope: list[str] = typer.Option(..., help="An action that it stays good for; several are allowed."),
) -> None:
    """Let a key do less from now on."""
    check_scopes(scope)
    with opened() as (_, database), writing(database.sessions) as session:
        narrow_key(session, find_key_row(session, prefix), scopes=scope, now=now())
    typer.echo(f"key {prefix} is for {' '.join(sorted(scope))}")


@key_app.command("rotate")
def rotate(
    prefix: str = typer.Argument(..., help="The key's prefix, as `key list` prints it."),
    days: int = typer.Option(365, min=1, max=36_500, help="How long the new one lives."),
    overlap_hours: int = typer.Option(0, min=0, max=168, help="How long the old one lives on beside it."),
) -> None:
    """Make a new key in place of one and print it: it is shown this once."""
    with opened() as (_, database), writing(database.sessions) as session:
        made = rotate_key(
            session,
            find_key_row(session, prefix),
            life=timedelta(days=days),
            overlap=timedelta(hours=overlap_hours),
            now=now(),
        )
    typer.echo(made.key)


def check_scopes(names: Iterable[str]) -> None:
    """Raise CommandError for what is not the name of an action."""
    for name in names:
        if name not in SCOPES:
            raise CommandError(
                f"{name!r} is not the name of an action; there are {', '.join(sorted(SCOPES))}"
            )


def find_key_row(session: Session, prefix: str) -> ApiKey:
    """The key of that prefix. Raises CommandError."""
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if row is None:
        raise CommandError(f"there is no key {prefix!r}")
    return row
