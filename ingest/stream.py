"""Requests in, answers out: the queue of each host between a working thread and the event loop that fetches."""

import asyncio
import queue
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ingest.errors import Failure
from ingest.urls import host_key
from ingest.values import Fetched, Request

_NOT_ANSWERING = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})
_LIMITED_STATUS = frozenset({429, 503})
_TRIES_BEFORE_GIVING_A_HOST_UP = 2


class FetchStream:
    """Requests in, answers out, for one thread; requests to one host are served in the order given.

    A host that twice in a row did not answer, or asked for rest, is left alone for what is still queued for
    it: eighty pages of a dead host would otherwise take forty minutes to fail.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        answer: Callable[[Request], Awaitable[Fetched]],
        arrived: "queue.SimpleQueue[Any] | None" = None,
    ) -> None:
        self.outstanding = 0
        self._loop = loop
        self._answer = answer
        self._arrived: queue.SimpleQueue[Fetched | BaseException] = (
            queue.SimpleQueue() if arrived is None else arrived
        )
        self._queued: dict[str, deque[Request]] = {}
        self._serving: set[asyncio.Task[None]] = set()

    def submit(self, requests: Iterable[Request]) -> None:
        """Queues requests; their answers come from `take`."""
        submitted = list(requests)
        if submitted:
            self.outstanding += len(submitted)
            self._loop.call_soon_threadsafe(self._enqueue, submitted)

    def take(self, timeout: timedelta | None = None) -> list[Fetched]:
        """All answers that have come, waiting for the first if there is none; empty after `timeout`."""
        answers: list[Fetched] = []
        try:
            answer = self._arrived.get(timeout=timeout.total_seconds() if timeout is not None else None)
            while True:
                self.outstanding -= 1
                if isinstance(answer, BaseException):
                    raise answer
                answers.append(answer)
                answer = self._arrived.get_nowait()
        except queue.Empty:
            return answers

    def close(self) -> None:
        """Drops what is still queued and under way."""
        self._loop.call_soon_threadsafe(self._cancel)

    def _enqueue(self, requests: Sequence[Request]) -> None:
        for request in requests:
            host = host_key(request.url)
            if host in self._queued:
                self._queued[host].append(request)
                continue
            self._queued[host] = deque([request])
            task = self._loop.create_task(self._serve(host))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, host: str) -> None:
        refusals: list[Fetched] = []
        while queued := self._queued[host]:
            request = queued.popleft()
            try:
                if len(refusals) < _TRIES_BEFORE_GIVING_A_HOST_UP:
                    answer = await self._answer(request)
                    refusals = [*refusals, answer] if _asks_for_rest(answer) else []
                else:
                    answer = _not_asked(request, refusals[-1])
            except Exception as error:
                self._arrived.put(error)
            else:
                self._arrived.put(answer)
        del self._queued[host]

    def _cancel(self) -> None:
        for task in self._serving:
            task.cancel()


def _asks_for_rest(answer: Fetched) -> bool:
    return answer.failure in _NOT_ANSWERING or answer.status in _LIMITED_STATUS


def _not_asked(request: Request, refusal: Fetched) -> Fetched:
    """An answer for what was left alone because the host had just refused, or not answered, several times."""
    return replace(
        refusal,
        request=request,
        url=request.url,
        body=b"",
        asked=False,
        permanent_redirect_to=None,
        elapsed=timedelta(0),
        failure=refusal.failure or Failure.LIMITED,
        reason=f"not asked: {refusal.reason or f'the host answered {refusal.status}'} for the pages before",
        robots=(),
    )
