"""Posting one message to one endpoint, over connections that only reach addresses that may be reached.

Async, with aiohttp: a post costs it a tenth of the processor time that it costs httpx (docs/decisions/sending.md).
"""

import asyncio
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpcore
from aiohttp.abc import AbstractResolver, ResolveResult

from models.network import (
    WEB_PORTS,
    AddressRefused,
    Network,
    NetworkPolicy,
    Resolver,
    judge_addresses,
    resolve,
)

TIMEOUT_SECONDS = 15.0
BODY_LIMIT = 20_000
PORTS = WEB_PORTS | frozenset(range(1024, 65536))
# Idle connections are dropped before most servers close them: a post that meets the closing looks like a failure.
_KEPT_FOR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `status` is None when nothing did; then `error` says why, and `permanent` that it always will.

    Header names are lower case; `body` is what was read of it, as text, at most 20 kB.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""
    permanent: bool = False
    elapsed_ms: int = 0


class Connections(ABC):
    """What one pass posts over; it never raises, it answers."""

    @abstractmethod
    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body with these headers; many may be under way at once."""


class Sender(ABC):
    """Whatever can open connections. Passes that share one run side by side, each in an event loop of its own."""

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[Connections]:
        """Connections for one pass; nothing of them is kept here."""


class HttpSender(Sender):
    """Posts with aiohttp: no redirects, no proxies from the environment, every address judged when dialled.

    Fifteen seconds are all there is for an exchange, also for an endpoint that sends a byte now and then. Connections
    last for one pass.
    """

    def __init__(
        self,
        *,
        allowed_networks: tuple[Network, ...] = (),
        user_agent: str = "dinhchinh",
        resolver: Resolver = resolve,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._policy = NetworkPolicy(allowed_networks=allowed_networks, ports=PORTS)
        self._resolver = resolver
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._headers = {
            "user-agent": user_agent,
            "content-type": "application/json",
            "accept": "*/*",
            "accept-encoding": "identity",
        }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Connections]:
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._policy, self._resolver),
            socket_factory=self._open_socket,
            use_dns_cache=False,
            limit=0,
            keepalive_timeout=_KEPT_FOR,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        ) as session:
            yield _HttpConnections(session)

    def _open_socket(self, found: tuple[Any, ...]) -> socket.socket:
        """The socket for an address that is about to be dialled, which is judged here whoever resolved it."""
        family, kind, protocol, _, target = found
        host, port = str(target[0]), int(target[1])
        judge_addresses(host, port, [host], self._policy)
        return socket.socket(family=family, type=kind, proto=protocol)


class _HttpConnections(Connections):
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        began = time.monotonic()
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                kept, error = await _read(response)
                return Answer(
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=kept,
                    error=error,
                    elapsed_ms=_since(began),
                )
        except (aiohttp.ClientError, httpcore.ConnectError, OSError, ValueError) as error:
            permanent = isinstance(error, (AddressRefused, aiohttp.InvalidURL))
            return Answer(error=_describe(error), permanent=permanent, elapsed_ms=_since(began))


class _GuardedResolver(AbstractResolver):
    """Resolves a name once and judges all it leads to; what it answers is what aiohttp dials."""

    def __init__(self, policy: NetworkPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolve = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(None, self._resolve, host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in judge_addresses(host, port, found, self._policy)
        ]

    async def close(self) -> None:
        """Nothing is kept."""


async def _read(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """What is kept of a body, and what broke it off. The status has been given by then, so it counts."""
    kept, error = bytearray(), ""
    try:
        # The bytes as they came: undoing a compression could make a small answer huge.
        async for chunk in response.content.iter_any():
            kept += chunk
            if len(kept) >= BODY_LIMIT:
                response.close()
                break
    except (aiohttp.ClientError, OSError) as problem:
        error = f"the answer's body broke off: {_describe(problem)}"
    return bytes(kept[:BODY_LIMIT]).decode("utf-8", "replace").replace("\0", "\ufffd"), error


def _describe(error: Exception) -> str:
    kind = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    return f"{kind}: {error}" if str(error) else kind


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
