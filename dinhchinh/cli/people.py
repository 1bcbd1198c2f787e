"""`dinhchinh desk`, `user` and `key`: who answers for what, and who may act."""

from datetime import timedelta

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts import create_desk, create_user
from api.credentials import create_key, revoke_key
from dinhchinh.cli.state import CommandError, opened
from dinhchinh.wiring import now
from models import ApiKey, Desk, User, UserRole, nfc, writing

desk_app = typer.Typer(help="Desks: ministries, provinces, embassies.", no_args_is_help=True)
user_app = typer.Typer(help="Accounts of staff and of subscribing editors.", no_args_is_help=True)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)


@desk_app.command("add")
def add_desk(
    slug: str = typer.Argument(..., help="Short name in addresses, such as bo-y-te."),
    name: str = typer.Argument(..., help="Name as published."),
) -> None:
    """Add a desk."""
    with opened() as (_, database), writing(database.sessions) as session:
        create_desk(session, slug=slug, name=name, now=now())
    typer.echo(f"desk {slug} added")


@desk_app.command("list")
def list_desks() -> None:
    """Every desk and how many people work for it."""
    with opened() as (_, database), database.sessions() as session:
        people = session.scalars(select(User).where(User.is_active)).all()
        for desk in session.scalars(select(Desk).order_by(Desk.slug)):
            count = sum(person.desk_id == desk.id for person in people)
            typer.echo(f"{desk.slug}\t{desk.name}\t{count} people")


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
    with opened() as (_, database), writing(database.sessions) as session:
        desk_id = None if desk is None else find_desk(session, desk).id
        create_user(session, email=email, name=name, role=role, desk_id=desk_id, password=secret, now=now())
    typer.echo(f"{role} {email} added")


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


@key_app.command("add")
def add_key(
    email: str,
    label: str = typer.Option("command", help="What the key is for."),
    days: int | None = typer.Option(365, min=1, help="How long it lives."),
) -> None:
    """Make a key for an account and print it: it is shown this once."""
    with opened() as (_, database), writing(database.sessions) as session:
        life = None if days is None else timedelta(days=days)
        made = create_key(session, find_user(session, email), label=label, life=life, now=now())
    typer.echo(made.key)


@key_app.command("list")
def list_keys() -> None:
    """Every key's prefix, account, label and when it was last used."""
    with opened() as (_, database), database.sessions() as session:
        rows = session.execute(select(ApiKey, User).join(User, User.id == ApiKey.user_id).order_by(ApiKey.id))
        for key, user in rows.tuples():
            used = "never used" if key.last_used_at is None else f"used {key.last_used_at:%Y-%m-%d %H:%M}"
            standing = "revoked" if key.revoked_at else used
            typer.echo(f"{key.prefix}\t{user.email}\t{key.label}\t{standing}")


@key_app.command("revoke")
def revoke(prefix: str = typer.Argument(..., help="The key's prefix, as `key list` prints it.")) -> None:
    """End a key's life now."""
    with opened() as (_, database), writing(database.sessions) as session:
        row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
        if row is None:
            raise CommandError(f"there is no key {prefix!r}")
        revoke_key(session, row, now=now())
    typer.echo(f"key {prefix} revoked")


def find_desk(session: Session, slug: str) -> Desk:
    """The desk of that short name. Raises CommandError."""
    desk = session.scalar(select(Desk).where(Desk.slug == slug))
    if desk is None:
        raise CommandError(f"there is no desk {slug!r}; `dinhchinh desk list` shows them")
    return desk


def find_user(session: Session, email: str) -> User:
    """The account of that address. Raises CommandError."""
    user = session.scalar(select(User).where(User.email == nfc(email.strip()).casefold()))
    if user is None:
        raise CommandError(f"there is no account {email!r}; `dinhchinh user list` shows them")
    return user
