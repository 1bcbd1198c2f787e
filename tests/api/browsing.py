"""A browser without scripts, as far as a test needs one: signs in, reads pages, fills in forms."""

import re
from typing import Any

from fastapi.testclient import TestClient

from tests.api.conftest import PASSWORD

HTML = {"Accept": "text/html"}


def sign_in(client: TestClient, email: str, password: str = PASSWORD, **sent: str) -> Any:
    """What the sign-in form answers; the client keeps its cookie."""
    form = {"email": email, "password": password} | sent
    return client.post("/desk/sign-in", data=form, headers=HTML)


def form_token(client: TestClient) -> str:
    """The token that this session's forms carry."""
    found = re.search(r'data-form-token="([^"]+)"', client.get("/desk/account", headers=HTML).text)
    assert found is not None
    return found[1]


def submit(client: TestClient, path: str, **fields: Any) -> Any:
    """A form of this session, sent."""
    return client.post(path, data={"form_token": form_token(client)} | fields, headers=HTML)
