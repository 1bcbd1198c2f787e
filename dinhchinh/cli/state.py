"""What every command opens first, and the errors that are one line for a person."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError

from dinhchinh.home import Database, NotInitialised, open_database
from dinhchinh.settings import Settings, SettingsError, load_settings


class CommandError(Exception):
    """Something the person at the terminal can mend; the message says how."""


def current_settings() -> Settings:
    """The settings of this process."""
    return load_settings(os.environ)


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and their database."""
    settings = current_settings()
    with open_database(settings) as database:
        yield settings, database


def explain(problem: Exception) -> tuple[int, str] | None:
    """The exit code and the line for the person at the terminal; None for what nobody there can mend.

    2 is an error of how the program is set up: a setting, weights, an encoder or a database that cannot be used.
    """
    from alerts.errors import AlertsError
    from classify.errors import ClassifyError, EncoderError, WeightsError
    from ingest.errors import BrokenOpml, IngestError

    match problem:
        case SettingsError() | EncoderError() | WeightsError():
            return 2, str(problem)
        case DatabaseError():
            reason = str(problem.orig).strip().splitlines()[0] if problem.orig else str(problem)
            return 2, f"the database cannot be used: {reason}"
        case (
            CommandError() | NotInitialised() | AlertsError() | ClassifyError() | IngestError() | BrokenOpml()
        ):
            return 1, str(problem)
    return None
