"""A press that never stops: every feed prints an item each period, and every item has a page of its own.

Like `feed_server`, every address of 127.0.0.0/8 is a host. What a feed shows follows from the time of day alone, so
the server remembers nothing and cannot be what grows.
"""

import asyncio
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate

LISTED = 3
_END = b"\r\n\r\n"
_WORDS = (
    "bến cảng đường đèo gạo giếng hàng kho lúa mía nước núi phà rừng sông sương thuyền trạm trường vụ xưởng"
)


@contextmanager
def serve_press(period: float) -> Iterator[int]:
    """The server's port, for as long as the block runs; every feed prints an item each `period` seconds."""
    command = [sys.executable, "-m", "benchmarks.ingest.live_server", str(period)]
    # The command is this interpreter with a module of ours.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def feed_body(origin: str, feed: int, newest: int, period: float) -> bytes:
    """An RSS document with the latest items; item n was printed at n periods, each feed at its own moment of them."""
    items = "".join(
        f"<item><title>Tin số {n} của nguồn {feed}</title><link>{origin}/{feed}/{n}.html</link>"
        f"<guid>{feed}-{n}</guid><pubDate>{formatdate(n * period + shift(feed, period))}</pubDate></item>"
        for n in range(newest, newest - LISTED, -1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Nguồn {feed}</title>'
        f"<link>{origin}/</link><description>Tin</description>{items}</channel></rss>"
    ).encode()


def page_body(feed: int, item: int) -> bytes:
    """A page whose words are its own, about as long as a short dispatch."""
    draw = random.Random(f"{feed}/{item}")
    paragraphs = "".join(
        f"<p>{' '.join(draw.choices(_WORDS.split(), k=60)).capitalize()} {draw.randrange(10_000)}.</p>"
        for _ in range(6)
    )
    title = f"Tin số {item} của nguồn {feed}"
    return (
        f"<!doctype html><html lang=vi><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><nav><a href=/>Trang chủ</a></nav><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def shift(feed: int, period: float) -> float:
    """Where in a period a feed prints, so that not all print together."""
    return (feed * 7_919 % 10_007) / 10_007 * period


class _Press(asyncio.Protocol):
    def __init__(self, period: float) -> None:
        self._period, self._rest = period, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(_END)
        for request in requests:
            self._transport.write(self._answer(request.decode("latin-1")))

    def _answer(self, request: str) -> bytes:
        path = request.split(" ", 2)[1]
        if found := re.fullmatch(r"/(\d+)\.rss", path):
            feed = int(found.group(1))
            newest = int((time.time() - shift(feed, self._period)) // self._period)
            etag = f'"{newest}"'
            if re.search(rf"(?i)\r\nif-none-match: {etag}", request):
                return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
            origin = re.search(r"(?i)\r\nhost: (\S+)", request)
            assert origin is not None
            body = feed_body(f"http://{origin.group(1)}", feed, newest, self._period)
            return _whole("application/rss+xml", body, f"ETag: {etag}\r\n")
        if found := re.fullmatch(r"/(\d+)/(\d+)\.html", path):
            return _whole("text/html; charset=utf-8", page_body(int(found.group(1)), int(found.group(2))))
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def _whole(content_type: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve(period: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Press(period), "0.0.0.0", 0, backlog=2048)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
