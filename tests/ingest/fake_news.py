"""A scripted newsroom on loopback: every 127.30.x.y is a host of its own, and every path says what it is told to."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Reply:
    """What a path answers. `drip` sends the body byte by byte until the client goes away."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: bool = False
    cut: bool = False


@dataclass(slots=True)
class Asked:
    """One request as it arrived and was answered; noted before the answer, so that who has it finds it noted."""

    host: str
    path: str
    headers: Mapping[str, str]
    began_at: float
    ended_at: float
    connection: int


Script: TypeAlias = Reply | Callable[[Mapping[str, str]], Reply]


class FakeNews:
    """The newsroom: `tell` scripts a path, `asked` is what was asked for so far."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []
        self.gone_home = threading.Event()
        self.edition = 0
        self._scripts: dict[tuple[str, str], Script] = {}
        self._lock = threading.Lock()

    def url(self, path: str, host: str = "127.30.0.1") -> str:
        """The address of a path on a host."""
        return f"http://{host}:{self.port}{path}"

    def tell(self, path: str, script: Script, host: str = "127.30.0.1") -> str:
        """Scripts a path; its address."""
        self._scripts[host, path] = script
        return self.url(path, host)

    def paths(self, host: str = "127.30.0.1") -> list[str]:
        """The paths asked of a host, in order."""
        with self._lock:
            return [asked.path for asked in self.asked if asked.host == host]

    def requests_to(self, path: str, host: str = "127.30.0.1") -> list[Asked]:
        """The requests for one path of a host."""
        with self._lock:
            return [asked for asked in self.asked if (asked.host, asked.path) == (host, path)]

    def reply(self, host: str, path: str, headers: Mapping[str, str]) -> Reply:
        script = self._scripts.get((host, path), Reply(b"not here", status=404))
        return script if isinstance(script, Reply) else script(headers)

    def note(self, asked: Asked, edition: int) -> None:
        """Keeps a request, unless it is a leftover of the edition before."""
        with self._lock:
            if edition == self.edition:
                self.asked.append(asked)

    def start_over(self) -> None:
        """Forgets everything that was scripted and asked."""
        with self._lock:
            self.edition += 1
            self.asked.clear()
            self._scripts.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Says nothing: what was asked is kept in the newsroom."""

    def do_GET(self) -> None:
        news, edition = self.server.news, self.server.news.edition
        host = self.connection.getsockname()[0]
        headers = {name.lower(): value for name, value in self.headers.items()}
        now = time.monotonic()
        asked = Asked(host, self.path, headers, began_at=now, ended_at=now, connection=self.client_address[1])
        news.note(asked, edition)
        try:
            self._send(news.reply(host, self.path, headers))
        except OSError:
            self.close_connection = True
        finally:
            asked.ended_at = time.monotonic()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + (1_000 if reply.cut else 0)))
        self.end_headers()
        if reply.drip:
            self._drip(reply.body)
        else:
            self.wfile.write(reply.body)
        self.close_connection = self.close_connection or reply.cut

    def _drip(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.news.gone_home.wait(0.05):
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    news: FakeNews

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the exercise."""


@contextmanager
def open_newsroom() -> Iterator[FakeNews]:
    """A running newsroom on every 127.30.x.y at once."""
    server = _Server(("0.0.0.0", 0), _Handler)  # only loopback addresses are ever asked for
    server.news = FakeNews(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.news
    finally:
        server.news.gone_home.set()
        server.shutdown()
        server.server_close()
        thread.join()


def rss(*items: str, title: str = "Báo thử") -> bytes:
    """An RSS feed of the given item elements."""
    body = "".join(items)
    channel = f"<channel><title>{title}</title>{body}</channel>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'>{channel}</rss>".encode()


def item(link: str, title: str = "Một bài", date: str = "Fri, 03 May 2024 15:47:42 +07") -> str:
    """One RSS item."""
    return (
        f"<item><guid>{link}</guid><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
    )


def article_page(title: str, *paragraphs: str, head: str = "") -> bytes:
    """A page as outlets make them: navigation, the article, a footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    menu = "".join(f"<li><a href='/muc/{n}'>Chuyên mục {n}</a></li>" for n in range(6))
    return (
        f"<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>{title} | Báo thử</title>{head}</head>"
        f"<body><nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>{body}</article></main>"
        f"<footer>© Báo thử. Mọi quyền được bảo lưu.</footer></body></html>"
    ).encode()


def gzipped(body: bytes, **headers: str) -> Reply:
    """A gzip-coded answer."""
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip", **headers})
