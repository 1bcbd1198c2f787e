"""Opens what the stages need, in the order they need it, and closes it again."""

from collections.abc import Iterator
from contextlib import contextmanager

from alerts import HttpSender
from alerts.mail import Postbox, SmtpPostbox
from dinhchinh.home import Database, check_cipher, now, open_cipher
from dinhchinh.judging import JudgingInUse
from dinhchinh.pipeline import House
from dinhchinh.reading import open_reading
from dinhchinh.settings import Settings
from ingest.rereading import Rereading
from ingest.stages import ReadingRules


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
