"""Handing one e-mail to the office's mail server."""

import smtplib
import ssl
from abc import ABC, abstractmethod
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from models import Notice

TIMEOUT_SECONDS = 20.0
_PERMANENT = 500


class MailError(Exception):
    """The server did not take it. `permanent` says that it never will."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Postbox(ABC):
    """Whatever takes e-mails."""

    @abstractmethod
    def post(self, notice: Notice, *, name: str, address: str) -> None:
        """Hand a notice over, addressed to somebody. Raises MailError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPostbox(Postbox):
    """A mail server: `smtps://` speaks TLS from the start, `smtp://` turns to it when the server offers it.

    A user and password in the address sign in, over TLS alone. `sender` is the address that mails come from, `office`
    the name beside it.
    """

    url: str
    sender: str
    office: str
    timeout_seconds: float = TIMEOUT_SECONDS

    def post(self, notice: Notice, *, name: str, address: str) -> None:
        message = write_mail(notice, office=self.office, sender=self.sender, name=name, address=address)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            raise MailError(_say(code, reason), permanent=code >= _PERMANENT) from None
        except smtplib.SMTPResponseException as refused:
            # A wrong password is ours to mend, so the mail waits for that.
            wrong_password = isinstance(refused, smtplib.SMTPAuthenticationError)
            permanent = refused.smtp_code >= _PERMANENT and not wrong_password
            raise MailError(_say(refused.smtp_code, refused.smtp_error), permanent=permanent) from None
        except (smtplib.SMTPException, OSError) as problem:
            raise MailError(f"{type(problem).__name__}: {problem}") from None

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, tls = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            return self._sign_in(
                smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout_seconds, context=tls), True
            )
        server = smtplib.SMTP(host, parts.port or 587, timeout=self.timeout_seconds)
        server.ehlo()
        secure = server.has_extn("starttls")
        if secure:
            server.starttls(context=tls)
        return self._sign_in(server, secure)

    def _sign_in(self, server: smtplib.SMTP, secure: bool) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if parts.username is not None:
            if not secure:
                server.close()
                raise smtplib.SMTPException("the server offers no TLS, and no password is sent without it")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def write_mail(notice: Notice, *, office: str, sender: str, name: str, address: str) -> EmailMessage:
    """A notice as an e-mail. Its Message-ID stays the same however often it is tried."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(notice.subject.split())
    mail["From"] = Address(display_name=" ".join(office.split()), addr_spec=sender)
    mail["To"] = Address(display_name=" ".join(name.split()), addr_spec=address)
    mail["Date"] = format_datetime(notice.created_at)
    mail["Message-ID"] = (
        f"<notice-{notice.id}-{int(notice.created_at.timestamp())}@{sender.rpartition('@')[2]}>"
    )
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notice.text)
    return mail


def _say(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"the mail server answered {code} {text}"
