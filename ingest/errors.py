"""What can go wrong between a source's address and a stored text, in the words the rows show.

All of these are expected: they become state on the source's or article's row, and the next row goes on.
"""

import enum


class Failure(enum.StrEnum):
    """Why nothing usable arrived. The cadence and the health of a source are decided on this word."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ADDRESS_REFUSED = "address_refused"
    ROBOTS_DENIED = "robots_denied"
    REDIRECT_LOOP = "redirect_loop"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    BROKEN_BODY = "broken_body"
    LIMITED = "limited"
    GONE = "gone"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server_error"
    UNEXPECTED_STATUS = "unexpected_status"
    CHALLENGE = "challenge"
    NOT_A_FEED = "not_a_feed"
    PARSER_STOPPED = "parser_stopped"


class IngestError(Exception):
    """Something outside did not do as expected; `failure` says what, the message says it in words."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
        self.reason = reason

    def __reduce__(self) -> tuple[type["IngestError"], tuple[Failure, str]]:
        return type(self), (self.failure, self.reason)


class FetchError(IngestError):
    """No whole answer arrived. Record it on the row; the cadence says when to ask again."""


class NotAFeed(IngestError):
    """The answer cannot be read as a feed, sitemap or listing. Record it; look for the feed's new address."""

    def __init__(self, failure: Failure = Failure.NOT_A_FEED, reason: str = "not a feed") -> None:
        super().__init__(failure, reason)


class WorkerStopped(IngestError):
    """Reading took more processor time or memory than is allowed and was stopped. Do not read it again soon."""

    def __init__(
        self, failure: Failure = Failure.PARSER_STOPPED, reason: str = "reading was stopped"
    ) -> None:
        super().__init__(failure, reason)


class BrokenOpml(ValueError):
    """The file is not a list of sources. Nothing of it was stored; mend the file."""


class BrokenArchive(ValueError):
    """The file is no WARC, or breaks off. What was read before that stays; give the whole file to go on."""
