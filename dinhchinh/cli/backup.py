"""`dinhchinh backup`: a copy of all that a desk cannot make again."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import typer
from sqlalchemy import Engine

from dinhchinh.cli.state import CommandError, opened


def backup(
    folder: Path = typer.Argument(..., help="The folder to make; its parent is there already."),
) -> None:
    """Copy the database, the secret key and the desk's own weights into a new folder, while everything goes on.

    To restore, let DINHCHINH_HOME name a copy of the folder. The index is not copied: it is made again from the
    passages. Whoever has the folder can read every webhook secret.
    """
    with opened() as (settings, database):
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        try:
            if folder.exists():
                raise CommandError(f"{folder} is there already")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o700)
            copied = _copy_database(database.engine, unfinished / "dinhchinh.db")
            # After the database, so that the weights which it says are in use are among them.
            copied += [_copy(settings.home / name, unfinished / name) for name in ("secret.key", "models")]
            unfinished.rename(folder)
        except OSError as problem:
            raise CommandError(f"{problem.filename or folder}: {problem.strerror}") from None
    for line in copied:
        typer.echo(line)


def _copy_database(engine: Engine, file: Path) -> list[str]:
    if engine.dialect.name != "sqlite":
        return ["database\tnot copied: it is PostgreSQL, take it with pg_dump"]
    with (
        closing(sqlite3.connect(str(engine.url.database))) as ours,
        closing(sqlite3.connect(file)) as copy,
    ):
        # Consistent in itself, whoever writes meanwhile.
        ours.backup(copy)
    return ["database\tcopied"]


def _copy(kept: Path, copy: Path) -> str:
    if not kept.exists():
        return f"{kept.name}\tnone here"
    if kept.is_dir():
        shutil.copytree(kept, copy)
    else:
        shutil.copy2(kept, copy)
    return f"{kept.name}\tcopied"
