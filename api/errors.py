"""What a request can be refused for besides the errors of `alerts`, and what its sender can do about it."""

from http import HTTPStatus


class RequestRefused(Exception):
    """Base of this folder's errors: an HTTP status, a name for programs and a sentence for people."""

    status = HTTPStatus.BAD_REQUEST
    name = "bad-request"

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}


class NotSignedIn(RequestRefused):
    """No key or session, or one that does not hold any more: sign in, or use another key."""

    status = HTTPStatus.UNAUTHORIZED
    name = "not-signed-in"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="dinhchinh"'})


class Forbidden(RequestRefused):
    """This account may not do that: somebody else can."""

    status = HTTPStatus.FORBIDDEN
    name = "not-allowed"


class Gone(RequestRefused):
    """What was here has ended: do not come again."""

    status = HTTPStatus.GONE
    name = "gone"


class VersionMissing(RequestRefused):
    """People contend for this: say with If-Match which version you have seen."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    name = "version-required"


class TooManyAttempts(RequestRefused):
    """Wait as long as Retry-After says."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    name = "too-many-attempts"


class NotAvailable(RequestRefused):
    """This part of the service is not there at the moment: try again later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    name = "not-available"


class VersionStale(RequestRefused):
    """What was seen is not there any more: read it again."""

    status = HTTPStatus.PRECONDITION_FAILED
    name = "version-stale"


class KeyReused(RequestRefused):
    """An Idempotency-Key names one request and no other: choose another key."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name = "key-reused"


class UnderWay(RequestRefused):
    """The same request is being carried out: wait for its answer, or ask again in a moment."""

    status = HTTPStatus.CONFLICT
    name = "under-way"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "1"})
