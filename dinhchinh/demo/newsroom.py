"""The newsroom itself: one small HTTP server an outlet, each on a loopback address of its own."""

import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from dinhchinh.demo.contents import Article, Contents, Outlet, read_contents
from dinhchinh.demo.pages import render_feed, render_opml, render_page

# Loopback, and not 127.0.0.1: every outlet is a host of its own, so that politeness per host shows.
NETWORK = "127.30.0.0/16"

# A reply: status, content type, body.
Reply = tuple[int, str, str]


class OutletServer(ThreadingHTTPServer):
    """One outlet's server; a reader who hangs up in the middle is no error."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Newsroom:
    """Invented outlets that print invented news on loopback; see `NETWORK` for what must be allowed.

    Articles can be held back, released and rewritten while it runs. Start it once; a port that is taken
    raises OSError.
    """

    def __init__(self, contents: Contents | None = None, *, now: datetime | None = None) -> None:
        contents = contents or read_contents()
        self.outlets = {outlet.key: outlet for outlet in contents.outlets}
        self._articles = {article.key: article for article in contents.articles}
        self._opened_at = (now or datetime.now(UTC)).replace(microsecond=0)
        self._released_at: dict[str, datetime] = {}
        self._servers: dict[str, OutletServer] = {}

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article as it stands now, the held ones too."""
        return tuple(self._articles.values())

    def start(self) -> None:
        """Begin to serve, each outlet on 127.30.0.n and a free port."""
        for number, outlet in enumerate(self.outlets.values(), start=1):
            handler = make_handler(partial(self._reply, outlet))
            server = OutletServer((f"127.30.0.{number}", 0), handler)
            self._servers[outlet.key] = server
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Stop serving and give the ports back."""
        while self._servers:
            _, server = self._servers.popitem()
            server.shutdown()
            server.server_close()

    def __enter__(self) -> Self:
        try:
            self.start()
        except OSError:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def opml(self) -> str:
        """The source list to import. Addresses are known once the newsroom has started."""
        return render_opml((outlet, self._base(outlet)) for outlet in self.outlets.values())

    def url(self, key: str) -> str:
        """The address of an article's page."""
        return f"{self._base(self.outlets[self._articles[key].outlet])}/{key}.html"

    def hold(self, key: str) -> None:
        """Take an article out of its feed, and its page away, until it is released."""
        self._articles[key] = replace(self._articles[key], held=True)

    def release(self, key: str) -> None:
        """Print an article that was held; it is dated now."""
        self._released_at[key] = datetime.now(UTC).replace(microsecond=0)
        self._articles[key] = replace(self._articles[key], held=False)

    def replace_text(self, key: str, text: str) -> None:
        """Put another text on an article's page; its address and date stay."""
        self._articles[key] = replace(self._articles[key], text=text)

    def correct(self, key: str) -> None:
        """Let the outlet mend its page with the correction it has ready."""
        self.replace_text(key, self._articles[key].correction)

    def _base(self, outlet: Outlet) -> str:
        host, port = self._servers[outlet.key].server_address[:2]
        return f"http://{host!s}:{port}"

    def _published_at(self, article: Article) -> datetime:
        return self._released_at.get(article.key, self._opened_at - timedelta(hours=article.hours_ago))

    def _reply(self, outlet: Outlet, path: str) -> Reply:
        printed = [a for a in self.articles if a.outlet == outlet.key and not a.held]
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nDisallow: /tim-kiem\n"
        if path == "/feed.xml":
            entries = [(a, self.url(a.key), self._published_at(a)) for a in printed]
            return 200, f"application/{outlet.feed}+xml", render_feed(outlet, self._base(outlet), entries)
        for article in printed:
            if path == f"/{article.key}.html":
                more = [(a.title, self.url(a.key)) for a in printed if a is not article]
                return 200, "text/html", render_page(outlet, article, self._published_at(article), more)
        return 404, "text/plain", "not found\n"


def make_handler(reply: Callable[[str], Reply]) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers GET and HEAD from `reply`, with an ETag of the body's digest."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, content_type, text = reply(self.path.partition("?")[0])
            body = text.encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", f"{content_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: the demo's terminal is the pipeline's."""

    return Handler
