"""A request that is sent twice is carried out once: Idempotency-Key, kept in the transaction of its act.

All that the route writes is one outer transaction in which its own are savepoints, so that what it did and the answer
that is kept are committed together, and no route needs to know. It begins with the first of them that writes: what is
read and judged before holds nobody up. What was refused is not kept: nothing happened, and the same request may be
tried again.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from api.errors import KeyReused, UnderWay
from api.permissions import Actor, identify_sender
from api.problems import document
from api.services import SERVICES, Services, services_of
from models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LIFE = timedelta(hours=24)
# A structured string (quoted) as the draft of the header has it, or the bare words that most clients send.
_KEY = re.compile(r'"?([A-Za-z0-9_.:-]{1,100})"?')
_KEPT_HEADERS = ("content-type", "etag", "location", "link")
_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A name of one's own for this request. Sent again with it and the same body within a day, the act"
    " is not repeated and the first answer is given again, marked `Idempotency-Replayed`.",
    "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}


class RequestsUnderWay:
    """The keys whose requests this process is carrying out."""

    def __init__(self) -> None:
        self._names: set[tuple[int, str]] = set()
        self._lock = threading.Lock()

    def begin(self, name: tuple[int, str]) -> None:
        """Note a request. Raises UnderWay when it is being carried out already."""
        with self._lock:
            if name in self._names:
                raise UnderWay(
                    "a request with this Idempotency-Key is being carried out; wait for its answer"
                )
            self._names.add(name)

    def end(self, name: tuple[int, str]) -> None:
        """It is answered, whatever the answer."""
        with self._lock:
            self._names.discard(name)


class OnceRoute(APIRoute):
    """A route whose POST may carry an Idempotency-Key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            options["openapi_extra"] = {"parameters": [_PARAMETER]} | (options.get("openapi_extra") or {})
            options["responses"] = document(409) | (options.get("responses") or {})
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The ordinary handler, or for a request with a key the one that keeps its answer."""
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            key = request.headers.get(HEADER) if request.method == "POST" else None
            if key is None:
                return await handle(request)
            body = await request.body()
            begun = await run_in_threadpool(_begin, request, key, body)
            if isinstance(begun, Response):
                return begun
            try:
                response = await handle(request)
                await run_in_threadpool(begun.keep, response)
            except _AnsweredMeanwhile as found:
                return found.answer
            finally:
                begun.end()
            return response

        return handle_once


class _AnsweredMeanwhile(Exception):
    """Another process carried the request out before this one wrote anything: here is its answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


@dataclass(slots=True)
class _Begun:
    """A request that is being carried out; `transaction` is the one of all that it writes, once it writes."""

    request: Request
    services: Services
    under_way: RequestsUnderWay
    user_id: int
    key: str
    request_sha256: str
    transaction: Connection | None = None

    def join(self) -> Connection:
        """The transaction, begun if need be.

        Raises UnderWay when another process is carrying the request out, _AnsweredMeanwhile when one has.
        """
        if self.transaction is None:
            engine = self.services.sessions.kw["bind"]
            self.transaction = engine.connect().execution_options(writes=True)
            self.transaction.begin()
            _need_alone(self.transaction, self.user_id, self.key)
            with Session(self.transaction, join_transaction_mode="create_savepoint") as session:
                answer = self.find_answer(session)
            if answer is not None:
                raise _AnsweredMeanwhile(answer)
        return self.transaction

    def find_answer(self, session: Session) -> Response | None:
        """The answer that was given before. Raises KeyReused when it was to another request."""
        kept = session.get(KeptAnswer, (self.user_id, self.key))
        if kept is None or kept.expires_at <= self.services.clock():
            return None
        if kept.request_sha256 != self.request_sha256:
            raise KeyReused(f"this {HEADER} was used for another request: {kept.route}")
        body = self.services.cipher.decrypt(kept.body)
        return Response(body, kept.status, kept.headers | {REPLAYED: "true"})

    def keep(self, response: Response) -> None:
        """Commit what was done together with its answer."""
        answer = KeptAnswer(
            user_id=self.user_id,
            key=self.key,
            route=f"{self.request.method} {self.request.url.path}",
            request_sha256=self.request_sha256,
            status=response.status_code,
            headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
            # Answers may hold a secret that is shown once; at rest it is sealed like every other.
            body=self.services.cipher.encrypt(bytes(response.body)),
            expires_at=self.services.clock() + LIFE,
        )
        transaction = self.join()
        with Session(transaction, join_transaction_mode="create_savepoint") as session, session.begin():
            session.execute(delete(KeptAnswer).where(KeptAnswer.expires_at <= self.services.clock()))
            session.add(answer)
        transaction.commit()

    def end(self) -> None:
        """Let go; what was not committed is undone."""
        self.request.scope.pop(SERVICES, None)
        if self.transaction is not None:
            self.transaction.close()
        self.under_way.end((self.user_id, self.key))


class _JoiningSession(Session):
    """A session of a request that is carried out once: any until the request writes, then one of its transaction."""

    def __init__(self, bind: Engine, *, begun: _Begun, **options: Any) -> None:
        super().__init__(begun.transaction or bind, join_transaction_mode="create_savepoint", **options)
        self._begun = begun

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:
        """As any session's; `writing` asks for it first of all, and so joins."""
        if execution_options and execution_options.get("writes"):
            self.bind = self._begun.join()
        return super().connection(bind_arguments, execution_options)


def _begin(request: Request, header: str, body: bytes) -> Response | _Begun:
    """The answer that was given before, or what the request is carried out in."""
    actor, services = identify_sender(request), services_of(request)
    matched = _KEY.fullmatch(header.strip())
    if matched is None:
        raise KeyReused(f"{HEADER} must be 1 to 100 letters, digits and . _ : -")
    under_way: RequestsUnderWay = request.app.state.under_way
    begun = _Begun(request, services, under_way, actor.user.id, matched[1], _digest(request, actor, body))
    under_way.begin((begun.user_id, begun.key))
    try:
        with services.sessions() as session:
            answered = begun.find_answer(session)
    except BaseException:
        begun.end()
        raise
    if answered is not None:
        begun.end()
        return answered
    own = sessionmaker[Session](
        services.sessions.kw["bind"], class_=_JoiningSession, expire_on_commit=False, begun=begun
    )
    request.scope[SERVICES] = replace(services, sessions=own)
    return begun


def _need_alone(connection: Connection, user_id: int, key: str) -> None:
    """Raise UnderWay when another process is carrying it out. SQLite has one writer, who has finished by now."""
    if connection.dialect.name == "postgresql":
        name = int.from_bytes(hashlib.sha256(f"{user_id} {key}".encode()).digest()[:8], "big", signed=True)
        if not connection.scalar(select(func.pg_try_advisory_xact_lock(name))):
            raise UnderWay("a request with this Idempotency-Key is being carried out; wait for its answer")


def _digest(request: Request, actor: Actor, body: bytes) -> str:
    """What makes two requests the same: who sends it, by which key, where to, and what."""
    by = "session" if actor.key is None else f"key:{actor.key.id}"
    head = json.dumps([by, request.method, request.url.path, request.url.query])
    return hashlib.sha256(head.encode() + b"\n" + body).hexdigest()
