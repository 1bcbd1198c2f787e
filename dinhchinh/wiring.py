"""Opens what the stages need, in the order they need it, and closes it again."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from alerts import HttpSender
from alerts.keys import find_unreadable
from alerts.mail import Postbox, SmtpPostbox
from api.outside import OpenIdProvider
from api.passwords import LeakedPasswords
from api.services import Services
from classify.checking import CheckResult, check_sentence
from classify.weighing import Weighed, weigh_statements
from dinhchinh.judging import JudgingInUse
from dinhchinh.pipeline import House
from dinhchinh.settings import Settings, SettingsError
from ingest.documents import read_document
from ingest.fetch import Fetcher, FetchLimits
from ingest.rereading import Rereading
from ingest.stages import ReadingRules
from ingest.workers import Workers
from migrations.schema import schema_is_current
from models import Sessions, open_engine, open_sessions
from models.network import NetworkPolicy

READERS = 2


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


def open_postbox(settings: Settings) -> Postbox | None:
    """What e-mails are handed to; nothing when no mail server is set."""
    if settings.smtp_url is None:
        return None
    return SmtpPostbox(url=settings.smtp_url, sender=settings.mail_from, office=settings.office)


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


@contextmanager
def open_reading(settings: Settings) -> Iterator[tuple[Fetcher, Workers]]:
    """What fetches and reads, under the settings' manners: all that a command needs that judges nothing."""
    policy = NetworkPolicy(allowed_networks=settings.allow_networks)
    limits = FetchLimits(delay=settings.host_delay)
    with (
        Fetcher(user_agent=settings.user_agent, policy=policy, limits=limits) as fetcher,
        Workers(count=READERS) as workers,
    ):
        yield fetcher, workers


@contextmanager
def open_house(settings: Settings, database: Database) -> Iterator[House]:
    """Everything the stages work with, opened and at the end closed."""
    cipher = open_cipher(settings)
    check_cipher(settings, database, cipher)
    judging = JudgingInUse(settings, database.sessions)
    sender = HttpSender(allowed_networks=settings.allow_networks, user_agent=settings.user_agent)
    with open_reading(settings) as (fetcher, workers):
        try:
            yield House(
                sessions=database.sessions,
                clock=now,
                fetcher=fetcher,
                workers=workers,
                judging=judging,
                sender=sender,
                cipher=cipher,
                callback_url=settings.callback_url,
                public_url=settings.public_url,
                postbox=open_postbox(settings),
                reading=ReadingRules(rereading=Rereading(younger_than=settings.reread_days)),
                undecided_for=settings.reassess_days,
                policy=settings.policy,
            )
        finally:
            # What was embedded is kept, so that the next start need not do it again.
            judging.current.library.save()
            judging.current.precedents.save()


def offer_services(settings: Settings, house: House) -> Services:
    """What the HTTP face is given to work with."""
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


def open_leaked(settings: Settings) -> LeakedPasswords | None:
    """The list of stolen passwords, where the settings name one."""
    return LeakedPasswords(settings.leaked_passwords) if settings.leaked_passwords else None


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
