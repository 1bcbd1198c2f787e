"""The log: a line of text or a JSON object for each record, with its request's id and without anybody's secrets."""

import json
import logging
import re
from datetime import UTC, datetime

from api.middleware import current_request_id

_HIDDEN = "…"
# What a record could carry by mistake: in a message, in an address, in a traceback.
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(dc_[a-z0-9]{10}_)[A-Za-z0-9_-]+"), rf"\1{_HIDDEN}"),
    (re.compile(r"\b(whsec_|whsk_)[A-Za-z0-9+/=_-]+"), rf"\1{_HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"(\w://[^\s:/@]+:)[^\s@/]+(@)"), rf"\1{_HIDDEN}\2"),
    (re.compile(r"\b(dinhchinh_(?:session|outside)=)[^;\s'\"]+"), rf"\1{_HIDDEN}"),
    (
        re.compile(
            r"(?i)\b(password|passwd|secret|client_secret|token|form_token|id_token|access_token|code|code_verifier)"
            r"(['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&,;'\"})]+)"
        ),
        rf"\1\2{_HIDDEN}",
    ),
)
_EXTRA = ("method", "route", "status", "milliseconds")


def redact(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class TextFormatter(logging.Formatter):
    """A line for a person."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, redacted."""
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """An object for a program: when, how bad, where, what, in which request, and what broke."""

    def format(self, record: logging.LogRecord) -> str:
        """The object on one line, redacted."""
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if request_id := current_request_id():
            fields["request_id"] = request_id
        fields |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            fields["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)


def start_logging(form: str) -> None:
    """Everything from INFO up to standard error, as `text` or as `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # APScheduler tells of every wake-up, Alembic of every look at the schema; they would bury what matters.
    for name in ("alembic", "apscheduler", "httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
