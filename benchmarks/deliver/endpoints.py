"""Endpoints on loopback, in a process of their own, each behaving as its path says: /ok/3, /flapping/1, …

What arrives is a JSON line each in a file: the path, the status it was answered with (0 when it was not), the three
headers of Standard Webhooks, the body, and the moment (seconds since the epoch).

    python -m benchmarks.deliver.endpoints FILE      with - for no file: answer, remember nothing
"""

import asyncio
import json
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# How often each misbehaves, in requests; between times it answers 200.
FLAPS_EVERY = 10
BUSY_EVERY = 12
RESETS_EVERY = 8
GONE_AFTER = 15
SLOW_SECONDS = 0.02

_REASONS = {200: "OK", 302: "Found", 410: "Gone", 429: "Too Many Requests", 500: "Internal Server Error"}
_MORE = {302: b"location: /ok/0\r\n", 429: b"retry-after: 120\r\n"}


@contextmanager
def serve_endpoints(file: Path | None) -> Iterator[int]:
    """The port of a server that listens for as long as the block runs."""
    command = [sys.executable, "-m", "benchmarks.deliver.endpoints", str(file) if file else "-"]
    # The command is this interpreter with a module of ours.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def choose_status(behaviour: str, count: int) -> int:
    """How the count-th request (from 1) is answered; 0 is a reset, -1 never at all."""
    match behaviour:
        case "flapping" if count % FLAPS_EVERY == 0:
            return 500
        case "busy" if count % BUSY_EVERY == 0:
            return 429
        case "resetting" if count % RESETS_EVERY == 0:
            return 0
        case "gone" if count > GONE_AFTER:
            return 410
        case "failing":
            return 500
        case "redirecting":
            return 302
        case "hanging":
            return -1
    return 200


class _Endpoint(asyncio.Protocol):
    def __init__(self, counts: Counter[str], log: IO[str] | None) -> None:
        self._counts, self._log, self._buffer = counts, log, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            start, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
            }
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            self._answer(start.split(" ")[1], headers, rest[:length])

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> None:
        behaviour = path.split("/")[1]
        self._counts[path] += 1
        status = choose_status(behaviour, self._counts[path])
        if self._log is not None:
            line = [path, max(status, 0), _signed(headers), body.decode(), time.time()]
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()
        if status == 0:
            linger = struct.pack("ii", 1, 0)
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._transport.abort()
        elif status > 0:
            answer = (
                f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-length: 2\r\n".encode()
                + _MORE.get(status, b"")
                + b"\r\nok"
            )
            if behaviour == "slow":
                asyncio.get_running_loop().call_later(SLOW_SECONDS, self._write, answer)
            else:
                self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


def _signed(headers: dict[str, str]) -> dict[str, str]:
    return {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}


async def _serve(log: IO[str] | None) -> None:
    counts: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Endpoint(counts, log), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "-":
        asyncio.run(_serve(None))
    else:
        with Path(sys.argv[1]).open("a", encoding="utf-8") as written:
            asyncio.run(_serve(written))
