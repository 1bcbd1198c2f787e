"""What the HTTP face is given to work with."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from api.outside import OpenIdProvider
from api.services import Services
from classify.checking import CheckResult, check_sentence
from classify.weighing import Weighed, weigh_statements
from dinhchinh.judging import JudgingInUse
from dinhchinh.leaked import open_leaked
from dinhchinh.pipeline import House
from dinhchinh.settings import Settings
from ingest.documents import read_document


def offer_services(settings: Settings, house: House) -> Services:
    """The open house, as routes and pages see it."""
    return Services(
        sessions=house.sessions,
        clock=house.clock,
        cipher=house.cipher,
        library=lambda: house.judging.current.library,
        precedents=lambda: house.judging.current.precedents,
        check=partial(_check, house.judging),
        weigh=partial(_weigh, house.judging),
        read_document=lambda body: house.workers.submit(read_document, body).result(),
        public_url=settings.public_url,
        office=settings.office,
        contact=settings.contact,
        allowed_networks=settings.allow_networks,
        secure_cookies=settings.secure_cookies,
        policy=settings.policy,
        outside=open_provider(settings),
        leaked=open_leaked(settings),
        requests_a_minute=settings.requests_a_minute or None,
        cors_origins=settings.cors_origins,
    )


def open_provider(settings: Settings) -> OpenIdProvider | None:
    """The OpenID provider that the settings name; nothing is asked of it yet."""
    if settings.oidc_issuer is None:
        return None
    return OpenIdProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret or "",
        redirect_uri=f"{settings.public_url}/desk/sign-in/outside/back",
        name=settings.oidc_name,
    )


def _weigh(judging: JudgingInUse, session: Session, texts: Sequence[str]) -> list[list[Weighed]]:
    now = judging.current
    return weigh_statements(session, texts, library=now.library, verifier=now.models.verifier)


def _check(
    judging: JudgingInUse, session: Session, sentence: str, language: str | None, as_of: datetime | None
) -> CheckResult:
    now = judging.current
    return check_sentence(
        session, sentence, library=now.library, models=now.models, language=language, as_of=as_of
    )
