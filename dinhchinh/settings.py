"""What can be set, and nothing else reads the environment: DINHCHINH_ variables over one optional TOML file."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from alerts import Allowance, Policy, Weights
from dinhchinh.policies import parse_allowances, parse_parts, parse_subjects
from models import DatabaseAddressError, parse_address
from models.network import NetworkPolicy, judge_address, parse_networks

PREFIX = "DINHCHINH_"
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid")

Network = IPv4Network | IPv6Network


class SettingsError(ValueError):
    """A setting cannot be used; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, checked."""

    home: Path
    database_url: str
    allow_networks: tuple[Network, ...]
    host: str
    port: int
    public_url: str
    office: str
    contact: str
    host_delay: timedelta
    reread_days: timedelta
    reassess_days: timedelta
    encoder: str | None
    weights: Path | None
    secret_key: str | None
    smtp_url: str | None
    mail_from: str
    secure_cookies: bool
    priority_weights: Mapping[str, float]
    subject_weights: Mapping[str, float]
    clocks: tuple[Allowance, ...]

    @property
    def policy(self) -> Policy:
        """What makes an alert urgent."""
        return Policy(
            weights=Weights(**self.priority_weights, subjects=self.subject_weights), allowances=self.clocks
        )

    leaked_passwords: Path | None
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None
    oidc_name: str
    requests_a_minute: int
    cors_origins: tuple[str, ...]
    log_format: str

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves, with where to complain."""
        return f"Dinhchinh/0.1 (+{self.contact})"

    @property
    def callback_url(self) -> str | None:
        """Where hubs can push news to; None unless `public_url` is set and can be reached from outside."""
        if self.public_url == _own_address(self.host, self.port):
            return None
        host = urlsplit(self.public_url).hostname or ""
        try:
            policy = NetworkPolicy(allowed_networks=self.allow_networks)
            reachable = judge_address(host, 443, policy).allowed
        except ValueError:
            reachable = "." in host.rstrip(".") and not host.rstrip(".").endswith(_PRIVATE_NAMES)
        return f"{self.public_url}/websub" if reachable else None


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: how to read it, what it is when unset, what it is for, and whether it may hold a password."""

    name: str
    parse: Callable[[str], Any]
    default: str | None
    meaning: str
    is_secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _database(value: str) -> str:
    try:
        parse_address(value)
    except DatabaseAddressError:
        raise
    except ValueError:
        # SQLAlchemy shows what it took for the port, which may be a password.
        raise ValueError("not a database address: its port is no number") from None
    return value


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return parse_networks(value.replace(",", " ").split())
    except ValueError as problem:
        raise ValueError(f"expected networks such as 127.20.0.0/16: {problem}") from None


def _port(value: str) -> int:
    if not value.isdigit() or not 0 <= int(value) <= 65535:
        raise ValueError("expected a port from 0 to 65535")
    return int(value)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an http(s) address")
    return value.rstrip("/")


def _seconds(value: str) -> timedelta:
    try:
        seconds = float(value)
    except ValueError:
        raise ValueError("expected a number of seconds") from None
    if not 0 <= seconds <= 3600:
        raise ValueError("expected 0 to 3600 seconds")
    return timedelta(seconds=seconds)


def _days(value: str) -> timedelta:
    try:
        days = float(value)
    except ValueError:
        raise ValueError("expected a number of days") from None
    if not 0 <= days <= 365:
        raise ValueError("expected 0 to 365 days")
    return timedelta(days=days)


def _file(value: str) -> Path:
    path = _path(value)
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _issuer(value: str) -> str:
    address, parts = _address(value), urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError("expected an https address")
    return address


def _count(value: str) -> int:
    if not value.isdigit() or int(value) > 1_000_000:
        raise ValueError("expected a number up to a million")
    return int(value)


def _origins(value: str) -> tuple[str, ...]:
    names = tuple(part for part in value.replace(",", " ").split() if part)
    for name in names:
        parts = urlsplit(name)
        if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != name:
            raise ValueError("expected origins such as https://newsroom.example")
    return names


def _log_format(value: str) -> str:
    if value not in {"text", "json"}:
        raise ValueError("expected text or json")
    return value


def _mail_server(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(
            "expected smtp://host:port or smtps://host:port; in a password / is written %2F, @ is %40"
        )
    return value


def _mailbox(value: str) -> str:
    try:
        return Address(addr_spec=value).addr_spec
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError("expected an e-mail address") from None


def _switch(value: str) -> bool:
    if value.lower() not in {"yes", "no", "true", "false", "1", "0"}:
        raise ValueError("expected yes or no")
    return value.lower() in {"yes", "true", "1"}


OPTIONS = (
    Option(
        "home",
        _path,
        "~/.local/share/dinhchinh",
        "folder for the database, the index, the desk's own weights and the secret key",
    ),
    Option(
        "database_url",
        _database,
        None,
        "sqlite: or postgresql: address; SQLite under the home when unset",
        is_secret=True,
    ),
    Option("allow_networks", _networks, "", "networks that may be fetched from although they are not public"),
    Option("host", str, "127.0.0.1", "address the service listens on"),
    Option("port", _port, "8000", "port the service listens on"),
    Option(
        "public_url", _address, None, "where readers and hubs reach the service; http://HOST:PORT when unset"
    ),
    Option("office", str, "Phòng Thông tin", "name of the office that publishes"),
    Option(
        "contact",
        str,
        "https://github.com/dinhchinh",
        "where a webmaster can reach you, sent with every request",
    ),
    Option("host_delay", _seconds, "1", "least seconds between two requests to one host"),
    Option(
        "reread_days", _days, "3", "days for which an article is read again; longer while an alert is open"
    ),
    Option("reassess_days", _days, "7", "days for which an undecided claim is held against new evidence"),
    Option("encoder", str, None, "sentence-transformers model, folder or name; the shipped one when unset"),
    Option("weights", _path, None, "folder of trained weights; those in use (`models list`) when unset"),
    Option(
        "secret_key",
        str,
        None,
        "Fernet key(s) for webhook secrets, newest first; kept in the home when unset",
        is_secret=True,
    ),
    Option(
        "smtp_url",
        _mail_server,
        None,
        "mail server, smtp://user:password@host:587 or smtps://…; no e-mails when unset",
        is_secret=True,
    ),
    Option(
        "mail_from", _mailbox, None, "address that e-mails come from; dinhchinh@ the public host when unset"
    ),
    Option("secure_cookies", _switch, "no", "yes when the service is reached over HTTPS only"),
    Option(
        "priority_weights",
        parse_parts,
        "probability=0.5,outlets=0.2,growth=0.1,subject=0.1,age=0.1",
        "what each part may add to an alert's priority at most",
    ),
    Option(
        "subject_weights",
        parse_subjects,
        "",
        "each subject's share of its part, as in health=1,tourism_and_image=0.3; 0.5 when not named",
    ),
    Option(
        "clocks",
        parse_allowances,
        "urgent>=0.7 15m 1h 8h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h",
        "working time to a first look, a decision and a response, by priority",
    ),
    Option(
        "leaked_passwords",
        _file,
        None,
        "sorted file of SHA-1 digests of stolen passwords (`SHA1:count` lines), which nobody may use",
    ),
    Option(
        "oidc_issuer",
        _issuer,
        None,
        "OpenID provider to sign in with; needs the next two; unless it states mfa, who has a second factor is asked",
    ),
    Option(
        "oidc_client_id", str, None, "our name at the provider; its answers go to /desk/sign-in/outside/back"
    ),
    Option("oidc_client_secret", str, None, "our secret at the provider", is_secret=True),
    Option("oidc_name", str, "OpenID", "what the provider is called on the sign-in page"),
    Option(
        "requests_a_minute",
        _count,
        "1200",
        "requests a minute that a key or session may make; 0 for no limit",
    ),
    Option("cors_origins", _origins, "", "origins whose pages may read the public API from a browser"),
    Option("log_format", _log_format, "text", "text, or json for one object a line"),
)


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings from DINHCHINH_ variables over the TOML file that DINHCHINH_CONFIG names.

    Raises SettingsError, naming the setting.
    """
    written = _read_file(environment.get(PREFIX + "CONFIG"))
    values: dict[str, Any] = {}
    for option in OPTIONS:
        text = environment.get(option.variable) or written.get(option.name) or option.default
        try:
            values[option.name] = None if text is None else option.parse(text)
        except ValueError as problem:
            shown = option.variable if option.is_secret else f"{option.variable}={text!r}"
            raise SettingsError(f"{shown}: {problem}") from None
    values["database_url"] = values["database_url"] or f"sqlite:///{values['home'] / 'dinhchinh.db'}"
    outside = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    if missing := [name for name in outside if values[name] is None and any(values[one] for one in outside)]:
        raise SettingsError(f"{PREFIX}{missing[0].upper()}: signing in with an OpenID provider needs it too")
    values["public_url"] = values["public_url"] or _own_address(values["host"], values["port"])
    values["mail_from"] = values["mail_from"] or f"dinhchinh@{urlsplit(values['public_url']).hostname}"
    return Settings(**values)


def _own_address(host: str, port: int) -> str:
    return f"http://{host}:{port}"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none: most often a typing error."""
    known = {option.variable for option in OPTIONS} | {PREFIX + "CONFIG"}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def _read_file(name: str | None) -> dict[str, str]:
    if not name:
        return {}
    try:
        content = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsError(f"{PREFIX}CONFIG={name!r}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{name}: not a TOML file: {problem}") from None
    unknown = sorted(set(content) - {option.name for option in OPTIONS})
    if unknown:
        raise SettingsError(f"{name}: there is no setting called {unknown[0]!r}")
    return {key: _as_text(value) for key, value in content.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
