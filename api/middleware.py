"""Around every request: an id, limits to its body and its sender's pace, its time, security headers, no stack trace.

Written against ASGI itself because a response must be wrapped as it streams. Asynchronous like `once` and the
dependencies that wait for nothing; nothing here waits for the database.
"""

import hashlib
import json
import logging
import re
import time
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.permissions import read_proof
from api.rate import Rate, Standing
from api.services import Services
from ingest.documents import LARGEST_DOCUMENT

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
# What a hub pushes is a whole feed; as much is accepted as when it is fetched.
LARGEST_PUSH = 10_000_000
PUSHED_TO = "/websub/"
_CURRENT: ContextVar[str] = ContextVar("request_id", default="")
# A document in Base64 is a third larger than itself, and comes with its form.
LARGEST_FILING = LARGEST_DOCUMENT * 4 // 3 + LARGEST_BODY
FILED_TO = ("/fact-sheets", "/desk/sheets")
# Whoever puts a key or a webhook's secret here by mistake would find it in the log.
_REQUEST_ID = re.compile(r"(?!(?:dc|whsec|whsk)_)[A-Za-z0-9_.-]{8,64}")

# Data blocks (JSON-LD) are not scripts, so `script-src 'self'` needs no exception for them.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def current_request_id() -> str:
    """The id of the request that this thread or task works for; empty outside of one."""
    return _CURRENT.get()


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, services: Services) -> None:
        self._app = app
        self._metrics = metrics
        self._public_url = services.public_url
        self._clock = services.clock
        self._rate = Rate(services.requests_a_minute) if services.requests_a_minute else None
        self._headers = dict(_HEADERS)
        if services.secure_cookies:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _take_request_id(headers.get("x-request-id"))
        scope["request_id"] = request_id
        _CURRENT.set(request_id)
        started, status, answered = time.perf_counter(), 500, False
        standing = self._count(scope)

        async def send_wrapped(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                self._dress(MutableHeaders(scope=message), request_id, standing)
            await send(message)

        try:
            if standing is not None and standing.is_over:
                await self._send_refusal(send_wrapped, request_id)
                return
            await self._app(scope, _limited(receive, headers, _largest(scope["path"])), send_wrapped)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if not answered:
                await self._send_failure(send_wrapped, request_id)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            labels = (scope["method"] if route != "unknown" else "other", route, str(status))
            took = time.perf_counter() - started
            self._metrics.requests.labels(*labels).observe(took)
            # The route and not the path: what people search for is nobody's to keep.
            said = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "milliseconds": round(took * 1e3),
            }
            log.info("%(method)s %(route)s %(status)s %(milliseconds)s ms", said, extra=said)

    def _count(self, scope: Scope) -> Standing | None:
        """What is left to the key or session of a request; nothing is counted of who sends neither."""
        if self._rate is None:
            return None
        # As the sender is identified by it: whatever were read otherwise could be varied to count anew.
        key, cookie = read_proof(HTTPConnection(scope))
        secret = key or cookie
        if not secret:
            return None
        return self._rate.spend(hashlib.sha256(secret.encode()).hexdigest(), self._clock())

    def _dress(self, headers: MutableHeaders, request_id: str, standing: Standing | None) -> None:
        headers["X-Request-ID"] = request_id
        if standing is not None:
            headers.update(standing.headers)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        # What is behind the door is nobody's but the reader's; public pages and static files say so themselves.
        headers.setdefault("Cache-Control", "no-store")

    async def _send_failure(self, send: Send, request_id: str) -> None:
        title, detail = "The service failed.", "the log has the reason under this request's id"
        await self._send_problem(send, 500, "failed", title, detail, request_id)

    async def _send_refusal(self, send: Send, request_id: str) -> None:
        title, detail = "This key has asked too often.", "wait as long as Retry-After says"
        await self._send_problem(send, 429, "too-many-requests", title, detail, request_id)

    async def _send_problem(
        self, send: Send, status: int, name: str, title: str, detail: str, request_id: str
    ) -> None:
        problem = {
            "type": f"{self._public_url}/problems#{name}",
            "title": title,
            "status": status,
            "detail": detail,
            "request_id": request_id,
        }
        body = json.dumps(problem).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _take_request_id(sent: str | None) -> str:
    """The sender's own id if it is harmless to log, a fresh one otherwise."""
    return sent if sent is not None and _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex


async def read_body(request: Request) -> bytes:
    """A dependency: the body as it came, whatever it says it is."""
    return await request.body()


def _largest(path: str) -> int:
    if path in FILED_TO:
        return LARGEST_FILING
    return LARGEST_PUSH if path.startswith(PUSHED_TO) else LARGEST_BODY


def _limited(receive: Receive, headers: Headers, largest: int) -> Receive:
    """Refuses a body by its declared length, and again as it arrives, since the length need not be declared."""
    declared = headers.get("content-length", "0")
    read = 0

    async def receive_limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > largest or (declared.isdigit() and int(declared) > largest):
            raise HTTPException(413, f"at most {largest} bytes are accepted")
        return message

    return receive_limited
