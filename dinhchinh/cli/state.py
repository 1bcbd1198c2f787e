"""What every command opens first, and the errors that are one line for a person."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from dinhchinh.settings import Settings, SettingsError, load_settings
from dinhchinh.wiring import Database, NotInitialised, open_database


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


def setup_errors() -> tuple[type[Exception], ...]:
    """Errors of how the program is set up: a setting, weights or an encoder that cannot be used."""
    from classify.errors import EncoderError, WeightsError

    return (SettingsError, EncoderError, WeightsError)


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors whose message is meant for the person at the terminal."""
    from alerts.errors import AlertsError
    from classify.errors import ClassifyError
    from ingest.errors import BrokenOpml, IngestError

    return (CommandError, NotInitialised, AlertsError, ClassifyError, IngestError, BrokenOpml)
