"""The shipped weights, loaded once for all tests of this folder."""

import pytest

from classify.models import Models, load_models


@pytest.fixture(scope="session")
def models() -> Models:
    return load_models()
