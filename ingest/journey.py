"""One fetch on its way: where it stands after each redirect, and what comes of it in the end."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx

from ingest.errors import Failure, FetchError
from ingest.values import Fetched, Request, RobotsCopy
from models.network import AddressRefused

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
# The others make a GET of a POST, and so would drop its form.
KEEPING_METHOD = frozenset({307, 308})


class Journey:
    """A request followed through its redirects; `elapsed` seconds do not include waiting for a host's turn."""

    __slots__ = ("elapsed", "is_permanent", "request", "robots", "url")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.url = request.url
        self.elapsed = 0.0
        self.is_permanent = True
        self.robots: list[RobotsCopy] = []
        check_address(request.url)

    @property
    def followed(self) -> frozenset[int]:
        """The redirects that lead on."""
        return REDIRECTS if self.request.form is None else KEEPING_METHOD

    @property
    def has_moved(self) -> bool:
        return self.url != self.request.url

    def move(self, status: int, location: str) -> None:
        """On to the next hop. Raises FetchError when it is not an address of the web."""
        self.is_permanent = self.is_permanent and status in PERMANENT
        try:
            url = urljoin(self.url, location.strip())
            check_address(url)
            # As it will be sent, because robots.txt is asked about it: "/open/../private" is not below /open.
            self.url = str(httpx.URL(url))
        except (ValueError, httpx.InvalidURL) as error:
            raise FetchError(Failure.UNEXPECTED_STATUS, f"redirects to {location[:200]!r}") from error

    def arrive(self, status: int, headers: dict[str, str], body: bytes) -> Fetched:
        """The answer of the last hop."""
        return Fetched(
            request=self.request,
            url=self.url,
            status=status,
            headers=headers,
            body=body,
            permanent_redirect_to=self.url if self.has_moved and self.is_permanent else None,
            elapsed=timedelta(seconds=self.elapsed),
            robots=tuple(self.robots),
        )

    def fail(self, failure: Failure, reason: str) -> Fetched:
        """No answer, and why; the reason names the address when it is not the one asked for."""
        return Fetched(
            request=self.request,
            url=self.url,
            status=0,
            elapsed=timedelta(seconds=self.elapsed),
            failure=failure,
            reason=f"{reason} (redirected to {self.url})" if self.has_moved else reason,
            robots=tuple(self.robots),
        )


def check_address(url: str) -> None:
    """Raises FetchError for anything but a plain http or https address."""
    try:
        parts = urlsplit(url)
        usable = (
            parts.scheme in ("http", "https")
            and _is_name(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
        has_user = parts.username is not None or parts.password is not None
    except ValueError:
        usable, has_user = False, False
    if not usable or has_user:
        raise FetchError(Failure.ADDRESS_REFUSED, f"not a web address that can be fetched: {url[:200]}")


def _is_name(host: str | None) -> bool:
    return bool(host) and not any(
        character.isspace() or character in '"<>^`{|}\\' for character in host or ""
    )


def explain(error: httpx.RequestError) -> FetchError:
    """What a transport's error means to us."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AddressRefused):
            return FetchError(Failure.ADDRESS_REFUSED, str(cause))
        cause = cause.__cause__
    if isinstance(error, httpx.ConnectError):
        return FetchError(Failure.UNREACHABLE, f"cannot connect: {str(error) or type(error).__name__}")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.DecodingError):
        return FetchError(Failure.BROKEN_BODY, f"the answer broke off: {str(error) or type(error).__name__}")
    return FetchError(Failure.UNREACHABLE, str(error) or type(error).__name__)
