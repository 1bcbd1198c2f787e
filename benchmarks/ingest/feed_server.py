"""A bare feed server in a process of its own: every address of 127.0.0.0/8 is a host, and every path a feed.

It answers before it has parsed much, so that what is measured is who asks. Conditional requests get 304, others
the same small feed; nobody's robots.txt exists. Also the bare client that tells how fast the server can be.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

ITEMS = 20
_ITEM = (
    "<item><title>Tin vắn số {n}</title><link>http://127.0.0.1{path}/tin-van-so-{n}-100000.html</link>"
    "<guid>{path}-{n}</guid><pubDate>Mon, 05 Jan 2026 08:00:00 +0700</pubDate></item>"
)
_FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{path}</title>'
    "<link>http://127.0.0.1/</link><description>Tin</description>{items}</channel></rss>"
)
ETAG = '"a"'
_NOT_MODIFIED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_END = b"\r\n\r\n"


def host(number: int) -> str:
    """The address of the host with a number, 250 to each third octet."""
    return f"127.{40 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"


def feed_url(port: int, hosts: int, number: int) -> str:
    """The address of a feed; feeds go round the hosts."""
    return f"http://{host(number % hosts)}:{port}/{number}.rss"


@contextmanager
def serve_feeds() -> Iterator[int]:
    """The server's port, for as long as the block runs."""
    command = [sys.executable, "-m", "benchmarks.ingest.feed_server"]
    # The command is this interpreter with a module of ours.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def measure_ceiling(port: int, *, hosts: int, requests: int) -> float:
    """Conditional requests a second that a client without any work of its own gets answered, one a host at once."""
    return asyncio.run(_drive(port, hosts, requests))


class _Answer(asyncio.Protocol):
    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(_END)
        for request in requests:
            if request.startswith(b"GET /robots.txt"):
                self._transport.write(_NOTHING)
            elif b"\r\nif-none-match:" in request.lower():
                self._transport.write(_NOT_MODIFIED)
            else:
                self._transport.write(_whole(request))


def _whole(request: bytes) -> bytes:
    path = request.split(b" ", 2)[1].decode()
    body = _FEED.format(path=path, items="".join(_ITEM.format(path=path, n=n) for n in range(ITEMS))).encode()
    head = f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Type: application/rss+xml\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Ask(asyncio.Protocol):
    def __init__(self, request: bytes, turns: Iterator[int], done: asyncio.Future[None]) -> None:
        self._request, self._turns, self._done = request, turns, done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._ask()

    def _ask(self) -> None:
        if next(self._turns, None) is not None:
            self._transport.write(self._request)
        elif not self._done.done():
            self._done.set_result(None)
            self._transport.close()


async def _drive(port: int, hosts: int, requests: int) -> float:
    loop = asyncio.get_running_loop()
    turns = iter(range(requests))
    done = [loop.create_future() for _ in range(hosts)]
    began = time.perf_counter()
    for number in range(hosts):
        request = (
            f"GET /{number}.rss HTTP/1.1\r\nHost: {host(number)}:{port}\r\nIf-None-Match: {ETAG}\r\n\r\n"
        )
        ask = partial(_Ask, request.encode(), turns, done[number])
        await loop.create_connection(ask, host(number), port)
    await asyncio.gather(*done)
    return requests / (time.perf_counter() - began)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Answer, "0.0.0.0", 0, backlog=2048)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
