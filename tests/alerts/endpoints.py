"""Scripted endpoints on loopback, which answer as told and remember what they were sent; senders that only pretend."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from alerts import Sender
from alerts.sender import Connections


class PretendingSender(Sender, Connections):
    """A sender that has nothing to open: its `send` is all there is."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Connections]:
        """Every pass posts over the same."""
        yield self


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the script; a `hang` is no answer until the endpoint is closed, `drip` one that never ends."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"ok"
    hang: bool = False
    drip: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived. Header names are lower case."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """The script is played from the front; its last reply is repeated for ever. `answering` takes its place."""

    script: Sequence[Reply] = (Reply(),)
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    answering: Callable[[Request], Reply] | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, request: Request) -> Reply:
        """Remember a request and say how to answer it."""
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
            if self.answering is not None:
                return self.answering(request)
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def has_received(self, count: int) -> bool:
        """Wait until so many requests have arrived; False when they do not within a minute."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.requests) >= count, timeout=60)


@contextmanager
def listening(*script: Reply) -> Iterator[Endpoint]:
    """An endpoint that listens until the block ends."""
    endpoint = Endpoint(script or (Reply(),))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are written apart; with Nagle's algorithm the second waits 40 ms for the first's receipt.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = endpoint.take(Request(headers, body))
            if reply.hang:
                endpoint.closing.wait()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.drip:
                self.end_headers()
                while not endpoint.closing.wait(0.02):
                    try:
                        self.wfile.write(b"x")
                    except OSError:
                        return
                return
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class names it
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield endpoint
    finally:
        endpoint.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
