"""What a host's robots.txt lets us fetch, and how long we are asked to wait in between."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from ingest.values import RobotsCopy

MAX_AGE = timedelta(hours=24)
# After a failed fetch the host is asked again sooner, but not with every page.
MAX_AGE_AFTER_FAILURE = timedelta(minutes=30)
MAX_CRAWL_DELAY = timedelta(seconds=60)

_DIRECTIVE = re.compile(
    r"^\s*(user-?\s?agent|allow|disallow|crawl-?delay|sitemap|request-rate|visit-time)\s*:?\s*", re.IGNORECASE
)
_NAMES = {"useragent": "User-agent", "crawldelay": "Crawl-delay"}


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether an address may be fetched, and by which rule; `for_now` says that there is no rule, only no answer."""

    allowed: bool
    reason: str
    for_now: bool = False


class RobotsRules:
    """One host's rules for one agent, ready to be asked. Built from a RobotsCopy by `read_robots`."""

    __slots__ = ("_agent", "_parsed", "_verdict", "crawl_delay", "fetched_at", "max_age", "sitemaps")

    def __init__(
        self, copy: RobotsCopy, agent: str, parsed: Protego | None, verdict: Permission | None
    ) -> None:
        self._agent = agent
        self._parsed = parsed
        self._verdict = verdict
        self.fetched_at = copy.fetched_at
        self.max_age = MAX_AGE_AFTER_FAILURE if copy.status == 0 or copy.status >= 500 else MAX_AGE
        delay = parsed.crawl_delay(agent) if parsed else None
        longest = MAX_CRAWL_DELAY.total_seconds()
        self.crawl_delay = timedelta(seconds=min(max(0.0, delay or 0.0), longest))
        self.sitemaps = tuple(parsed.sitemaps) if parsed else ()

    def is_stale(self, now: datetime) -> bool:
        """Whether the copy is old enough to be fetched anew."""
        return now - self.fetched_at > self.max_age

    def keep(self, now: datetime) -> None:
        """Lets the rules hold on while the host fails to repeat them: it is asked again in half an hour."""
        self.fetched_at = now - self.max_age + MAX_AGE_AFTER_FAILURE

    def may_fetch(self, url: str) -> Permission:
        """Whether the rules let the agent fetch the address."""
        if self._verdict is not None:
            return self._verdict
        if self._parsed is None or self._parsed.can_fetch(url, self._agent):
            return Permission(True, "robots.txt allows it")
        return Permission(False, f"robots.txt denies {urlsplit(url).path or '/'}")


def agent_token(user_agent: str) -> str:
    """The product token that robots.txt groups are matched against: letters, `-` and `_` only (RFC 9309)."""
    match = re.match(r"[A-Za-z_-]+", user_agent)
    return match.group().lower() if match else "*"


def _product_token(value: str) -> str:
    """Whom a group is for; one that begins with no letter ("360Spider") is still somebody, not everybody."""
    if not value or value.startswith("*"):
        return "*"
    match = re.match(r"[A-Za-z_-]+", value)
    return match.group().lower() if match else value


def read_robots(copy: RobotsCopy, user_agent: str) -> RobotsRules:
    """The rules of a fetched robots.txt.

    As RFC 9309 has it: an answer of 4xx allows everything, 5xx or no answer denies everything for a while.
    """
    agent = agent_token(user_agent)
    if copy.status == 0 or copy.status >= 500:
        reason = f"robots.txt answers {copy.status}" if copy.status else "robots.txt could not be reached"
        denied = Permission(False, f"{reason}, so nothing is fetched for now", for_now=True)
        return RobotsRules(copy, agent, None, denied)
    if copy.status != 200:
        return RobotsRules(copy, agent, None, None)
    return RobotsRules(copy, agent, Protego.parse(normalise(copy.text)), None)


def normalise(text: str) -> str:
    """robots.txt as protego reads it best.

    Measured against Google's published expectations: a byte-order mark hides the first group, a directive
    without its colon is lost, and agent names keep version numbers that the standard says to drop.
    """
    lines = []
    for line in text.removeprefix("\ufeff").replace("\x00", "").splitlines():
        bare = line.split("#", 1)[0].strip()
        match = _DIRECTIVE.match(bare)
        if not match:
            lines.append(bare)
            continue
        word = re.sub(r"[-\s]", "", match.group(1)).lower()
        value = bare[match.end() :]
        if word == "useragent" and value != "*":
            value = _product_token(value)
        lines.append(f"{_NAMES.get(word, match.group(1))}: {value}")
    return "\n".join(lines)
