"""The home folder, its key and the database: what every command opens first, and all that most of them need."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine

from alerts.keys import find_unreadable
from dinhchinh.settings import Settings, SettingsError
from migrations.schema import schema_is_current
from models import Sessions, open_engine, open_sessions


class NotInitialised(RuntimeError):
    """The database has no schema, or an older one. Run `dinhchinh init`."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database with the newest schema."""

    engine: Engine
    sessions: Sessions


def now() -> datetime:
    """The clock of everything that runs for real."""
    return datetime.now(UTC)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The settings' database. Raises NotInitialised when it lacks the newest schema."""
    engine = open_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            if not schema_is_current(connection):
                raise NotInitialised(
                    "the database is not set up or is older than this program: run `dinhchinh init`"
                )
        yield Database(engine, open_sessions(engine))
    finally:
        engine.dispose()


def prepare_home(settings: Settings) -> None:
    """Make the home folder; raises SettingsError when that cannot be done."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"DINHCHINH_HOME={str(settings.home)!r}: {problem.strerror}") from None


def open_cipher(settings: Settings) -> MultiFernet:
    """What webhook secrets are encrypted with: the setting's keys, or one kept in the home folder."""
    written = settings.secret_key or _kept_key(settings.home / "secret.key")
    try:
        return MultiFernet([Fernet(key.strip()) for key in written.split(",") if key.strip()])
    except ValueError:
        raise SettingsError(
            "DINHCHINH_SECRET_KEY: expected Fernet keys (32 bytes, URL-safe base64)"
        ) from None


def check_cipher(settings: Settings, database: Database, cipher: MultiFernet) -> None:
    """Raise SettingsError when webhook secrets in the database were encrypted with keys that are not there."""
    with database.sessions() as session:
        unreadable = len(find_unreadable(session, cipher))
    if unreadable:
        where = "DINHCHINH_SECRET_KEY" if settings.secret_key else str(settings.home / "secret.key")
        raise SettingsError(
            f"{where}: opens not all webhook secrets; {unreadable} were encrypted with a key that is missing. Put it "
            "back (after a comma in DINHCHINH_SECRET_KEY), or give these up: `dinhchinh webhooks give-up-secrets`"
        )


def _kept_key(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as writer:
            writer.write(Fernet.generate_key())
    return file.read_text(encoding="ascii")
