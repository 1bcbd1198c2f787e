"""The values that pass between the parts of this room: what was asked, what arrived, what was read in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ingest.errors import Failure


class Purpose(StrEnum):
    """What an address is fetched for; it sets the size cap and the deadline."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    HUB = "hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One address to fetch. `key` is the caller's name for it (a row id). Validators are sent as received.

    With a `form` it is a POST of these fields instead of a GET.
    """

    key: int
    url: str
    purpose: Purpose
    etag: str | None = None
    last_modified: str | None = None
    form: Mapping[str, str] | None = None

    @property
    def is_unconditional(self) -> bool:
        return self.etag is None and self.last_modified is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """A host's robots.txt as last fetched. `status` 0 means that the host could not be reached."""

    host: str
    status: int
    text: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole answer, whatever its status, or a failure.

    `url` is the address that answered in the end; `permanent_redirect_to` is set only when every hop said
    301 or 308. Header names are lower case. `elapsed` leaves out the time spent waiting for the host's turn.
    `asked` is False when the host was left alone because it had just failed for others.
    """

    request: Request
    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    permanent_redirect_to: str | None = None
    elapsed: timedelta = timedelta(0)
    failure: Failure | None = None
    reason: str = ""
    asked: bool = True
    robots: tuple[RobotsCopy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, sitemap or listing."""

    guid: str
    link: str
    title: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What was read in a feed. `remark` says what was amiss with it although its entries could be read.

    `hub` and `topic` are the WebSub addresses it offers; `interval` the pause between polls it asks for.
    """

    title: str = ""
    entries: tuple[Entry, ...] = ()
    language: str | None = None
    interval: timedelta | None = None
    hub: str | None = None
    topic: str | None = None
    sitemaps: tuple[str, ...] = ()
    is_sitemap: bool = False
    remark: str = ""


class PageKind(StrEnum):
    """What a fetched page turned out to be. Only an article is ever stored as one."""

    ARTICLE = "article"
    CHALLENGE = "challenge"
    CONSENT = "consent"
    PAYWALL = "paywall"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read on a page. `text` is NFC, paragraphs separated by newlines, empty unless an article.

    `canonical_url` is set only when the page names one within its own registered domain.
    """

    kind: PageKind
    reason: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHints:
    """What is already known of a page from its feed and source when it is read."""

    url: str
    title: str = ""
    published_at: datetime | None = None
    language: str | None = None
    time_zone: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a stage did. `due` tells how many rows it took up; the others are subsets or results of those."""

    due: int = 0
    unchanged: int = 0
    new_articles: int = 0
    read: int = 0
    new_versions: int = 0
    grouped: int = 0
    failed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            due=self.due + other.due,
            unchanged=self.unchanged + other.unchanged,
            new_articles=self.new_articles + other.new_articles,
            read=self.read + other.read,
            new_versions=self.new_versions + other.new_versions,
            grouped=self.grouped + other.grouped,
            failed=self.failed + other.failed,
        )
