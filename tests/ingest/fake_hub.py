"""A scripted WebSub hub on loopback: it answers requests as told, and asks back and delivers when told to."""

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import httpx

Form = Mapping[str, str]
HOST = "127.30.0.9"


@dataclass(frozen=True, slots=True)
class HubReply:
    """What a request is answered."""

    status: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class FakeHub:
    """The hub: `answer` says what a request is answered, `asked` is what was asked for, path and form."""

    url: str = ""
    answer: Callable[[str, Form], HubReply] = field(default=lambda path, form: HubReply())
    asked: list[tuple[str, Form]] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)

    @property
    def forms(self) -> list[Form]:
        """The forms that were sent, in order."""
        return [form for _, form in self.asked]

    def ask_back(self, form: Form, *, lease: str | None = "600000", **changed: str) -> httpx.Response:
        """Asks the callback of a request whether it was meant; `changed` parts are named without their `hub.`."""
        said = {"mode": form["hub.mode"], "topic": form["hub.topic"], "challenge": "wyz 42 &"}
        said |= {} if lease is None else {"lease_seconds": lease}
        return self.get(form, **said | changed)

    def deny(self, form: Form, reason: str, **changed: str) -> httpx.Response:
        """Tells the callback that there will be nothing."""
        return self.get(form, **{"mode": "denied", "topic": form["hub.topic"], "reason": reason} | changed)

    def get(self, form: Form, **said: str) -> httpx.Response:
        """A GET of the callback."""
        parameters = {f"hub.{name}": value for name, value in said.items()}
        return httpx.get(form["hub.callback"], params=parameters, trust_env=False, timeout=60)

    def push(self, form: Form, body: bytes = b"<rss/>", *, method: str = "sha256", secret: str = "") -> int:
        """Delivers to the callback, signed with the secret of the request unless told otherwise; the status."""
        key = (secret or form["hub.secret"]).encode()
        digest = hmac.new(key, body, getattr(hashlib, method)).hexdigest()
        return self.post(form, body, {"X-Hub-Signature": f"{method}={digest}"})

    def post(self, form: Form, body: bytes, headers: Mapping[str, str]) -> int:
        """A POST to the callback; the status."""
        return httpx.post(
            form["hub.callback"],
            content=body,
            headers={"Content-Type": "application/json", **headers},
            trust_env=False,
            timeout=60,
        ).status_code


@contextmanager
def open_hub() -> Iterator[FakeHub]:
    """A hub that listens until the block ends."""
    hub = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            hub.asked.append((self.path, form))
            hub.content_types.append(self.headers["content-type"])
            reply = hub.answer(self.path, form)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class names it
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://{HOST}:{server.server_port}/"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
