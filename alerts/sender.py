"""Posting one message to one endpoint, over connections that only reach addresses that may be reached."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import httpcore
import httpx

from models.network import (
    WEB_PORTS,
    AddressRefused,
    GuardedBackend,
    Network,
    NetworkPolicy,
    Resolver,
    resolve,
)

TIMEOUT_SECONDS = 15.0
BODY_LIMIT = 20_000
PORTS = WEB_PORTS | frozenset(range(1024, 65536))


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


class Sender(Protocol):
    """Whatever can post a signed body; it never raises, it answers. Called from several threads at once."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


class HttpSender:
    """Posts with httpx: no redirects, no proxies from the environment, every address judged when dialled.

    Fifteen seconds are all there is for an exchange, also for an endpoint that sends a byte now and then.
    """

    def __init__(
        self,
        *,
        allowed_networks: tuple[Network, ...] = (),
        user_agent: str = "dinhchinh",
        resolver: Resolver = resolve,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._deadline = _Deadline(timeout_seconds)
        policy = NetworkPolicy(allowed_networks=allowed_networks, ports=PORTS)
        transport = httpx.HTTPTransport(
            trust_env=False, retries=0, limits=httpx.Limits(max_keepalive_connections=64)
        )
        # httpx has no argument for the backend; its own pool is replaced by one that is the same but for that.
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=None,
            max_keepalive_connections=64,
            keepalive_expiry=5.0,
            network_backend=_DeadlineBackend(GuardedBackend(policy, resolver), self._deadline),
        )
        self._client = httpx.Client(
            transport=transport,
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            headers={
                "user-agent": user_agent,
                "content-type": "application/json",
                "accept-encoding": "identity",
            },
        )

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        started = self._deadline.start()
        try:
            with self._client.stream("POST", url, headers=dict(headers), content=body) as response:
                kept, error = _read(response)
                return Answer(
                    status=response.status_code,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=kept,
                    error=error,
                    elapsed_ms=_since(started),
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            refused = isinstance(error.__cause__, AddressRefused)
            permanent = refused or isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL))
            return Answer(error=_describe(error), permanent=permanent, elapsed_ms=_since(started))

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Deadline(threading.local):
    """The moment by which this thread's exchange must be over. httpx only limits each single read and write."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = 0.0

    def start(self) -> float:
        now = time.monotonic()
        self._at = now + self._seconds
        return now

    def limit(self, timeout: float | None) -> float:
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"not answered within {self._seconds:g} seconds")
        return left if timeout is None else min(timeout, left)


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, deadline: _Deadline) -> None:
        self._backend = backend
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.limit(timeout)
        stream = self._backend.connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self._deadline)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.limit(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.limit(timeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _read(response: httpx.Response) -> tuple[str, str]:
    """What is kept of a body, and what broke it off. The status has been given by then, so it counts."""
    kept, error = bytearray(), ""
    try:
        # The bytes as they came: undoing a compression could make a small answer huge.
        for chunk in response.iter_raw():
            kept += chunk
            if len(kept) >= BODY_LIMIT:
                break
    except httpx.HTTPError as problem:
        error = f"the answer's body broke off: {_describe(problem)}"
    return bytes(kept[:BODY_LIMIT]).decode("utf-8", "replace").replace("\0", "\ufffd"), error


def _describe(error: Exception) -> str:
    kind = "no answer in time" if isinstance(error, httpx.TimeoutException) else type(error).__name__
    return f"{kind}: {error}" if str(error) else kind


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
