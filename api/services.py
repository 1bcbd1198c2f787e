"""What the service is given to work with: plain values and open doors, nothing read from the environment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cryptography.fernet import MultiFernet
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from alerts import STANDARD, Policy
from api.outside import OpenIdProvider
from api.passwords import LeakedPasswords
from classify.checking import CheckResult
from classify.library import Library
from classify.precedents import Precedents
from classify.weighing import Weighed
from ingest.documents import Document
from models import Sessions
from models.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a request may use.

    `library()`, `precedents()`, `check(session, sentence, language, as_of)` and `weigh(session, texts)` answer by the
    weights that are in use when they are called, which may be others than a moment ago. `read_document(body)` reads in
    a worker; it raises UnreadableDocument or WorkerStopped.
    """

    sessions: Sessions
    clock: Callable[[], datetime]
    cipher: MultiFernet
    library: Callable[[], Library]
    precedents: Callable[[], Precedents]
    check: Callable[[Session, str, str | None, datetime | None], CheckResult]
    weigh: Callable[[Session, Sequence[str]], list[list[Weighed]]]
    read_document: Callable[[bytes], Document]
    public_url: str
    office: str
    contact: str
    allowed_networks: tuple[Network, ...] = ()
    secure_cookies: bool = False
    policy: Policy = STANDARD
    outside: OpenIdProvider | None = None
    leaked: LeakedPasswords | None = None
    requests_a_minute: int | None = None
    cors_origins: tuple[str, ...] = ()


SERVICES = "dinhchinh_services"
"""Where a request's scope carries services of its own, if it has any (`once`)."""


def services_of(request: Request) -> Services:
    """The services of the application that a request came to."""
    services: Services = request.scope.get(SERVICES) or request.app.state.services
    return services


async def _hand_services(request: Request) -> Services:
    # It waits for nothing; a plain function would be sent to a thread and back with every request.
    return services_of(request)


InServices = Annotated[Services, Depends(_hand_services)]
