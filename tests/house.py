"""A whole house on a temporary home: settings, database, pipeline and HTTP face, wired as the command does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient

from api.accounts import create_user
from api.app import create_app
from api.credentials import create_key
from dinhchinh.cli.setup import initialise
from dinhchinh.home import now, open_database
from dinhchinh.pipeline import House
from dinhchinh.serving import offer_services
from dinhchinh.settings import Settings, load_settings
from dinhchinh.wiring import open_house
from ingest.opml import read_opml
from ingest.sources import import_sources
from models import UserRole, writing


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """An initialised house; `as_(role)` is an API client with that role's key."""

    settings: Settings
    house: House

    def as_(self, role: UserRole, name: str = "") -> TestClient:
        """A client of the real application, signed in as a new account of the role."""
        email = f"{name or role.value}@desk.example"
        with writing(self.house.sessions) as session:
            user = create_user(session, email=email, name=name or role.value, role=role, now=now())
            key = create_key(session, user, label="test", now=now()).key
        app = create_app(offer_services(self.settings, self.house))
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    def read(self, opml: str) -> None:
        """Take a source list over."""
        import_sources(self.house.sessions, read_opml(opml.encode()), now=now())


@contextmanager
def opened_house(home: Path, *, networks: str, **more: str) -> Iterator[OpenHouse]:
    """A house whose crawler and webhooks may reach the given networks."""
    settings = load_settings(
        {
            "DINHCHINH_HOME": str(home),
            "DINHCHINH_ALLOW_NETWORKS": networks,
            "DINHCHINH_HOST_DELAY": "0",
        }
        | more
    )
    initialise(settings)
    with open_database(settings) as database, open_house(settings, database) as house:
        yield OpenHouse(settings, house)
