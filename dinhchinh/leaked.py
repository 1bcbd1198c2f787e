"""Stolen passwords, which nobody may use."""

from api.passwords import LeakedPasswords
from dinhchinh.settings import Settings


def open_leaked(settings: Settings) -> LeakedPasswords | None:
    """The list of stolen passwords, where the settings name one."""
    return LeakedPasswords(settings.leaked_passwords) if settings.leaked_passwords else None
