"""Which client posts small signed messages at the least cost?

The same posts to the same endpoints, each by a bare loop: one shared httpx pool, one httpx transport for each host, aiohttp,
and the standard library's client in threads.
"""

import asyncio
import http.client
import resource
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from alerts import HttpSender
from benchmarks.deliver.desk import LOOPBACK
from benchmarks.deliver.endpoints import serve_endpoints
from benchmarks.tables import Table

SIDE_BY_SIDE = 50
_BODY = b'{"type":"brief.published","data":"' + b"x" * 450 + b'"}'
_HEADERS = {"content-type": "application/json", "webhook-id": "msg_1", "webhook-signature": "v1," + "A" * 44}

Post = Callable[[str], Awaitable[int]]


def run(data: Path, *, small: bool) -> Table:
    """Posts a second and processor time of this process for each."""
    rows = []
    with serve_endpoints(None) as port:
        addresses = [f"http://127.0.0.1:{port}/ok/{number}" for number in range(SIDE_BY_SIDE)]
        for name, use, times in _CLIENTS:
            count = times // 4 if small else times
            cpu, began = _cpu(), time.perf_counter()
            use(addresses, count)
            seconds = time.perf_counter() - began
            rows.append((name, f"{count / seconds:,.0f}", f"{(_cpu() - cpu) * 1000 / count:.2f}"))
    return Table(
        title="Clients",
        question=(__doc__ or "").splitlines()[0],
        columns=("client", "posts a second", "ms of processor each"),
        rows=tuple(rows),
        notes=(
            f"{SIDE_BY_SIDE} side by side, half a kilobyte each, to one server process on the same cores.",
        ),
    )


def _with_shared_httpx(addresses: list[str], count: int) -> None:
    async def go() -> None:
        async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=None)) as client:

            async def post(url: str) -> int:
                return (await client.post(url, content=_BODY, headers=_HEADERS)).status_code

            await _side_by_side(post, addresses, count)

    asyncio.run(go())


def _with_httpx_per_host(addresses: list[str], count: int) -> None:
    async def go() -> None:
        clients = {url: httpx.AsyncClient(trust_env=False) for url in addresses}

        async def post(url: str) -> int:
            return (await clients[url].post(url, content=_BODY, headers=_HEADERS)).status_code

        await _side_by_side(post, addresses, count)
        for client in clients.values():
            await client.aclose()

    asyncio.run(go())


def _with_aiohttp(addresses: list[str], count: int) -> None:
    async def go() -> None:
        async with HttpSender(allowed_networks=LOOPBACK).open() as connections:

            async def post(url: str) -> int:
                return (await connections.send(url, _HEADERS, _BODY)).status or 0

            await _side_by_side(post, addresses, count)

    asyncio.run(go())


def _with_threads(addresses: list[str], count: int) -> None:
    def post_all(url: str) -> None:
        host, _, path = url.removeprefix("http://").partition("/")
        connection = http.client.HTTPConnection(host)
        for _ in range(count // len(addresses)):
            connection.request("POST", f"/{path}", _BODY, _HEADERS)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()

    with ThreadPoolExecutor(len(addresses)) as threads:
        list(threads.map(post_all, addresses))


async def _side_by_side(post: Post, addresses: list[str], count: int) -> None:
    async def post_all(url: str) -> None:
        for _ in range(count // len(addresses)):
            assert await post(url) == 200

    await asyncio.gather(*(post_all(url) for url in addresses))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


_CLIENTS: tuple[tuple[str, Callable[[list[str], int], None], int], ...] = (
    ("httpx, one shared pool", _with_shared_httpx, 1_000),
    ("httpx, a transport for each host", _with_httpx_per_host, 2_000),
    ("http.client, 50 threads", _with_threads, 8_000),
    ("aiohttp, as shipped (every address judged)", _with_aiohttp, 8_000),
)
