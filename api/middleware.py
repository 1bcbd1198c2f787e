"""Around every request: an id, a limit to its body, its time, security headers, and no stack trace ever.

Written against ASGI itself because a response must be wrapped as it streams; this is the one asynchronous
place of the folder, and nothing here waits for the database.
"""

import json
import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from ingest.documents import LARGEST_DOCUMENT

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
# What a hub pushes is a whole feed; as much is accepted as when it is fetched.
LARGEST_PUSH = 10_000_000
PUSHED_TO = "/websub/"
# A document in Base64 is a third larger than itself, and comes with its form.
LARGEST_FILING = LARGEST_DOCUMENT * 4 // 3 + LARGEST_BODY
FILED_TO = ("/fact-sheets", "/desk/sheets")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")

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


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, public_url: str, https_only: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._public_url = public_url
        self._headers = dict(_HEADERS)
        if https_only:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _take_request_id(headers.get("x-request-id"))
        scope["request_id"] = request_id
        started, status, answered = time.perf_counter(), 500, False

        async def send_wrapped(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                self._dress(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, _limited(receive, headers, _largest(scope["path"])), send_wrapped)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if not answered:
                await self._send_failure(send_wrapped, request_id)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            labels = (scope["method"] if route != "unknown" else "other", route, str(status))
            self._metrics.requests.labels(*labels).observe(time.perf_counter() - started)

    def _dress(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        headers["X-Request-ID"] = request_id
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        # What is behind the door is nobody's but the reader's; public pages and static files say so themselves.
        headers.setdefault("Cache-Control", "no-store")

    async def _send_failure(self, send: Send, request_id: str) -> None:
        problem = {
            "type": f"{self._public_url}/problems#failed",
            "title": "The service failed.",
            "status": 500,
            "detail": "the log has the reason under this request's id",
            "request_id": request_id,
        }
        body = json.dumps(problem).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 500, "headers": headers})
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
