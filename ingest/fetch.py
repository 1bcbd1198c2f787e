"""Fetching, politely and guarded: the one place that is asynchronous. It hands back plain values.

One transport per host, because a single httpx pool rescans all its connections for every request (1.1 ms
of processor time at 10 in flight, 9-14 ms at 200; per host it stays at 0.6 ms). Transports are spoken to
without a client: cookies, automatic redirects and proxies from the environment are just what is not wanted.
"""

import asyncio
import itertools
import queue
import ssl
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from ingest.cadence import host_delay
from ingest.decoders import ACCEPT_ENCODING, decode_body
from ingest.errors import Failure, FetchError
from ingest.guard import GuardedAsyncBackend, open_transport
from ingest.journey import REDIRECTS, Journey, explain
from ingest.robots import RobotsRules, read_robots
from ingest.stream import FetchStream
from ingest.urls import host_key
from ingest.values import Fetched, Purpose, Request, RobotsCopy
from models.network import NetworkPolicy, Resolver, resolve

_ACCEPT = {
    Purpose.FEED: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    Purpose.SITEMAP: "application/xml, text/xml;q=0.9, */*;q=0.5",
    Purpose.PAGE: "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    Purpose.ROBOTS: "text/plain, */*;q=0.5",
    Purpose.HUB: "*/*",
}
_CAPS = {
    Purpose.FEED: 10_000_000,
    Purpose.PAGE: 5_000_000,
    Purpose.SITEMAP: 50_000_000,
    Purpose.ROBOTS: 5_000_000,
    Purpose.HUB: 512_000,
}
# RFC 9309 asks for 500 KiB to be read; what a longer robots.txt says after that is left out.
_ROBOTS_READ = 512_000
# Hosts refuse a request whose headers are longer than some 8,000 bytes, also where they sent that themselves.
_LONGEST_VALIDATOR = 1_000
# A new connection costs more than this many bytes of a redirect's page.
_WORTH_PASSING_OVER = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Caps on one fetch (decoded bytes; `deadline` over all hops) and manners between fetches.

    A host rests for `delay`, or `delay_times` what it took to answer if that is longer.
    """

    caps: Mapping[Purpose, int] = field(default_factory=lambda: dict(_CAPS))
    ratio: int = 200
    deadline: timedelta = timedelta(seconds=30)
    redirects: int = 5
    delay: timedelta = timedelta(seconds=1)
    delay_times: float = 5.0
    at_once: int = 200
    open_hosts: int = 512
    remembered_hosts: int = 4_000


class _Slot:
    """One host's turn: never two requests at once, and a pause after each."""

    __slots__ = ("free_at", "latency", "lock", "robots", "robots_lock", "transport")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.robots_lock = asyncio.Lock()
        self.free_at = 0.0
        self.latency: float | None = None
        self.robots: RobotsRules | None = None
        self.transport: httpx.AsyncHTTPTransport | None = None

    def is_idle(self, now: float) -> bool:
        return not self.lock.locked() and not self.robots_lock.locked() and self.free_at <= now


class Fetcher:
    """Fetches for any number of threads at once; requests to one host go out one after another, with pauses.

    Use as a context manager. `user_agent` begins with the product token that robots.txt is asked about.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        policy: NetworkPolicy | None = None,
        limits: FetchLimits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: Resolver = resolve,
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits or FetchLimits()
        self._clock = clock
        self._tls = ssl.create_default_context()
        self._backend = GuardedAsyncBackend(policy or NetworkPolicy(), resolver)
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._open: OrderedDict[str, _Slot] = OrderedDict()
        self._in_flight = asyncio.Semaphore(self._limits.at_once)
        self._closing: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(32, thread_name_prefix="resolve"))
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def knows_robots(self, host: str) -> bool:
        """Whether a copy of the host's robots.txt is at hand; `host` is an `urls.host_key`."""
        slot = self._slots.get(host)
        return slot is not None and slot.robots is not None

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """The addresses of sitemaps in the host's robots.txt, as far as that is at hand."""
        slot = self._slots.get(host)
        return slot.robots.sitemaps if slot is not None and slot.robots is not None else ()

    def learn_robots(self, copies: Sequence[RobotsCopy]) -> None:
        """Takes over copies fetched in an earlier run, so that they are not asked for again before they age."""
        self._loop.call_soon_threadsafe(self._learn, copies)

    def stream(self, arrived: "queue.SimpleQueue[Any] | None" = None) -> FetchStream:
        """A stream of requests and answers for one thread; answers go to `arrived` if it is given."""
        return FetchStream(self._loop, self._answer, arrived)

    def fetch_all(self, requests: Iterable[Request]) -> Generator[Fetched, None, None]:
        """Answers as they come in, those of one host in the order asked. A failed fetch is an answer too."""
        waiting = iter(requests)
        stream = self.stream()
        try:
            stream.submit(itertools.islice(waiting, 2 * self._limits.at_once))
            while stream.outstanding:
                for answer in stream.take():
                    yield answer
                    stream.submit(itertools.islice(waiting, 1))
        finally:
            stream.close()

    def fetch(self, request: Request) -> Fetched:
        """One answer."""
        (answer,) = self.fetch_all([request])
        return answer

    async def _answer(self, request: Request) -> Fetched:
        try:
            journey = Journey(request)
        except FetchError as error:
            return Fetched(
                request=request, url=request.url, status=0, failure=error.failure, reason=error.reason
            )
        try:
            return await self._follow(journey)
        except FetchError as error:
            return journey.fail(error.failure, error.reason)

    async def _follow(self, journey: Journey) -> Fetched:
        for _ in range(self._limits.redirects + 1):
            # A hub is there to be spoken to by programs; robots.txt is about reading pages.
            if journey.request.purpose is not Purpose.HUB:
                permission = (await self._rules(journey)).may_fetch(journey.url)
                if not permission.allowed:
                    failure = Failure.SERVER_ERROR if permission.for_now else Failure.ROBOTS_DENIED
                    raise FetchError(failure, permission.reason)
            status, headers, body = await self._send(journey)
            if status not in journey.followed or "location" not in headers:
                return journey.arrive(status, headers, body)
            journey.move(status, headers["location"])
        raise FetchError(Failure.REDIRECT_LOOP, f"more than {self._limits.redirects} redirects")

    async def _rules(self, journey: Journey) -> RobotsRules:
        host = host_key(journey.url)
        slot = self._slot(host)
        async with slot.robots_lock:
            if slot.robots is None or slot.robots.is_stale(self._clock()):
                copy = await self._fetch_robots(journey.url, host)
                # While the host answers with errors, the rules it last gave still hold.
                if copy.status < 500 or slot.robots is None:
                    slot.robots = read_robots(copy, self._user_agent)
                    journey.robots.append(copy)
                    # The pause it asks for was not known yet when it had been fetched.
                    self._rest(slot)
                else:
                    slot.robots.keep(self._clock())
            return slot.robots

    async def _fetch_robots(self, url: str, host: str) -> RobotsCopy:
        parts = urlsplit(url)
        journey = Journey(
            Request(key=0, url=f"{parts.scheme}://{parts.netloc}/robots.txt", purpose=Purpose.ROBOTS)
        )
        for _ in range(self._limits.redirects + 1):
            status, headers, body = await self._send(journey)
            if status not in REDIRECTS or "location" not in headers:
                text = _robots_text(body) if status == 200 else ""
                return RobotsCopy(host=host, status=status, text=text, fetched_at=self._clock())
            journey.move(status, headers["location"])
        return RobotsCopy(host=host, status=404, text="", fetched_at=self._clock())

    async def _send(self, journey: Journey) -> tuple[int, dict[str, str], bytes]:
        """One request in its host's turn. Raises FetchError when no whole answer comes in time."""
        deadline = self._limits.deadline.total_seconds()
        async with self._turn(journey.url) as slot:
            began = self._loop.time()
            try:
                async with asyncio.timeout(deadline - journey.elapsed):
                    return await self._exchange(slot, journey)
            except (TimeoutError, httpx.TimeoutException) as error:
                raise FetchError(Failure.TIMEOUT, f"no whole answer within {deadline:g} s") from error
            except httpx.RequestError as error:
                raise explain(error) from error
            finally:
                journey.elapsed += self._loop.time() - began

    async def _exchange(self, slot: _Slot, journey: Journey) -> tuple[int, dict[str, str], bytes]:
        began = self._loop.time()
        try:
            form = journey.request.form
            method = "GET" if form is None else "POST"
            # A validator goes back as it came, and some come with letters beyond ASCII.
            sent = httpx.Headers(self._headers(journey), encoding="utf-8")
            request = httpx.Request(method, journey.url, headers=sent, data=form)
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchError(
                Failure.ADDRESS_REFUSED, f"not an address that can be fetched ({error})"
            ) from error
        response = await self._transport(slot, journey.url).handle_async_request(request)
        try:
            latency = self._loop.time() - began
            slot.latency = latency if slot.latency is None else 0.75 * slot.latency + 0.25 * latency
            headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status_code in REDIRECTS or response.status_code == 304:
                await _pass_over(response)
                return response.status_code, headers, b""
            raw = await self._read(response, self._limits.caps[journey.request.purpose])
        finally:
            await response.aclose()
        return response.status_code, headers, await self._decode(raw, headers, journey.request.purpose)

    async def _read(self, response: httpx.Response, cap: int) -> bytes:
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > cap:
            raise FetchError(Failure.TOO_LARGE, f"the body is {int(announced):,} bytes, more than {cap:,}")
        raw = bytearray()
        async for piece in response.aiter_raw():
            raw += piece
            if len(raw) > cap:
                raise FetchError(Failure.TOO_LARGE, f"the body is larger than {cap:,} bytes")
        return bytes(raw)

    async def _decode(self, raw: bytes, headers: Mapping[str, str], purpose: Purpose) -> bytes:
        def decode() -> bytes:
            encoding = headers.get("content-encoding", "")
            return decode_body(raw, encoding, cap=self._limits.caps[purpose], ratio=self._limits.ratio)

        # Inflating megabytes would hold up every other host.
        return await asyncio.to_thread(decode) if len(raw) > 65_536 else decode()

    def _headers(self, journey: Journey) -> dict[str, str]:
        request = journey.request
        headers = {
            "User-Agent": self._user_agent,
            "Accept": _ACCEPT[request.purpose],
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        # Validators belong to the address they were received from.
        validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        if not journey.has_moved:
            headers |= {
                name: value
                for name, value in validators.items()
                if value and len(value) <= _LONGEST_VALIDATOR
            }
        return headers

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[_Slot]:
        slot = self._slot(host_key(url))
        async with slot.lock:
            await asyncio.sleep(max(0.0, slot.free_at - self._loop.time()))
            try:
                async with self._in_flight:
                    yield slot
            finally:
                self._rest(slot)

    def _rest(self, slot: _Slot) -> None:
        pause = host_delay(
            latency=slot.latency,
            crawl_delay=slot.robots.crawl_delay if slot.robots else timedelta(0),
            least=self._limits.delay,
            times=self._limits.delay_times,
        )
        slot.free_at = self._loop.time() + pause.total_seconds()

    def _slot(self, host: str) -> _Slot:
        slot = self._slots.get(host)
        if slot is None:
            slot = self._slots[host] = _Slot()
            if len(self._slots) > self._limits.remembered_hosts:
                oldest = next(iter(self._slots))
                if self._slots[oldest].transport is None and self._slots[oldest].is_idle(self._loop.time()):
                    del self._slots[oldest]
        self._slots.move_to_end(host)
        return slot

    def _transport(self, slot: _Slot, url: str) -> httpx.AsyncHTTPTransport:
        host = host_key(url)
        if slot.transport is None:
            slot.transport = open_transport(self._tls, self._backend)
            self._open[host] = slot
            self._close_oldest()
        self._open.move_to_end(host)
        return slot.transport

    def _close_oldest(self) -> None:
        while len(self._open) > self._limits.open_hosts:
            host, slot = next(iter(self._open.items()))
            if slot.lock.locked():
                return
            del self._open[host]
            if slot.transport is not None:
                closing = self._loop.create_task(slot.transport.aclose())
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
                slot.transport = None

    def _learn(self, copies: Sequence[RobotsCopy]) -> None:
        for copy in copies:
            slot = self._slot(copy.host)
            if slot.robots is None or slot.robots.fetched_at < copy.fetched_at:
                slot.robots = read_robots(copy, self._user_agent)

    async def _close(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for slot in self._open.values():
            if slot.transport is not None:
                await slot.transport.aclose()
        await self._loop.shutdown_default_executor()


def _robots_text(body: bytes) -> str:
    if len(body) > _ROBOTS_READ:
        # Half a line may allow or deny more than the whole.
        body = body[:_ROBOTS_READ].rpartition(b"\n")[0]
    return body.decode("utf-8", "replace").replace("\x00", "")


async def _pass_over(response: httpx.Response) -> None:
    """Reads the little that a body nobody wants may hold: only a connection that was read to the end is kept."""
    passed = 0
    async for piece in response.aiter_raw():
        passed += len(piece)
        if passed > _WORTH_PASSING_OVER:
            return
