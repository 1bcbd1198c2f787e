"""Opens what the stages need, in the order they need it, and closes it again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.fernet import MultiFernet

from alerts import HttpSender
from alerts.keys import find_unreadable_factors
from alerts.mail import Postbox, SmtpPostbox
from dinhchinh.home import Database, check_cipher, now, open_cipher
from dinhchinh.judging import JudgingInUse
from dinhchinh.pipeline import House
from dinhchinh.reading import open_reading
from dinhchinh.settings import Settings
from ingest.rereading import Rereading
from ingest.stages import ReadingRules

log = logging.getLogger(__name__)


def open_postbox(settings: Settings) -> Postbox | None:
    """What e-mails are handed to; nothing when no mail server is set."""
    if settings.smtp_url is None:
        return None
    return SmtpPostbox(url=settings.smtp_url, sender=settings.mail_from, office=settings.office)


@contextmanager
def open_house(settings: Settings, database: Database) -> Iterator[House]:
    """Everything the stages work with, opened and at the end closed."""
    cipher = open_cipher(settings)
    check_cipher(settings, database, cipher)
    _warn_of_factors(database, cipher)
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


def _warn_of_factors(database: Database, cipher: MultiFernet) -> None:
    """Not an error, unlike a webhook's secret: whoever it locks out has a recovery code, or an admin."""
    with database.sessions() as session:
        locked_out = find_unreadable_factors(session, cipher)
    if locked_out:
        log.warning(
            "the second factors of %s were encrypted with a key that is missing: put it back, or let them come in with "
            "a recovery code or have the factor taken off (`dinhchinh user change EMAIL --reset-second-factor`)",
            ", ".join(user.email for user in locked_out),
        )
