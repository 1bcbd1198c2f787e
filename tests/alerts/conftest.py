"""A small office to act in, on an empty database."""

import pytest
from cryptography.fernet import Fernet, MultiFernet

from models import Sessions
from tests.alerts.office import Office


@pytest.fixture
def office(sessions: Sessions) -> Office:
    """A desk with its people, and an evidence library with two passages."""
    return Office.found(sessions)


@pytest.fixture(scope="session")
def cipher() -> MultiFernet:
    """What secrets are encrypted with."""
    return MultiFernet([Fernet(Fernet.generate_key())])
