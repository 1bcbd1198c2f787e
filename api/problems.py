"""Every error as RFC 9457 problem details: 404, 405 and 422 included, and never a stack trace."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from alerts import Conflict, Invalid, NotAllowed, NotFound, NotReady
from api.errors import NotSignedIn, RequestRefused
from api.permissions import identify_sender
from api.services import services_of
from api.versions import parse_if_match
from api.views.current import show_current

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# One line each for a person; the page /problems shows them, and `type` points there.
KINDS: dict[str, str] = {
    "bad-request": "The request cannot be understood.",
    "not-signed-in": "A key or a session is needed.",
    "not-allowed": "This account may not do that; somebody else can.",
    "not-found": "There is nothing at this address, or nothing that this account may see.",
    "gone": "What was at this address has ended.",
    "method-not-allowed": "The address exists, but not with this method.",
    "conflict": "The act is not possible in the present state, which is shown as `current`.",
    "version-stale": "Somebody was quicker: `current` shows the present state, ETag its version.",
    "version-required": "Say with If-Match which version you have seen.",
    "body-too-large": "The request's body is larger than is accepted.",
    "invalid": "Values cannot be used; `errors` points at each.",
    "key-reused": "An Idempotency-Key was used for another request, or is none.",
    "under-way": "The same request is being carried out; its answer comes to whoever sent it first.",
    "too-many-requests": "This key has asked too often; RateLimit says how much is left, Retry-After how long to wait.",
    "not-ready": "The brief cannot be approved yet; `errors` names what to mend.",
    "too-many-attempts": "Wait as long as Retry-After says.",
    "not-available": "This part of the service is not there at the moment.",
    "failed": "The service failed; the log has the reason under this request's id.",
}
_BY_STATUS = {
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    410: "gone",
    413: "body-too-large",
    503: "not-available",
}


class ProblemDetail(BaseModel):
    """One thing to mend: a JSON Pointer into the body, or the name of a parameter."""

    detail: str
    pointer: str | None = Field(default=None, examples=["#/blocks/0/text"])
    parameter: str | None = Field(default=None, examples=["limit"])


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=["https://facts.example/problems#version-stale"])
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemDetail] = []
    current: dict[str, Any] | None = Field(default=None, description="The row as it is now, for 409 and 412.")


def document(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with these problems; 400, 401, 403, 413, 422 and 429 always can."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 403, 413, 422, 429, *statuses})
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An error as its sender sees it; `name` is one of KINDS."""

    status: int
    name: str
    detail: str
    errors: Sequence[Mapping[str, str]] = ()
    current: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def request_id(request: Request) -> str:
    """The id under which the log knows a request."""
    found: str = request.scope.get("request_id", "")
    return found


def install(app: FastAPI, show_page: Callable[[Request, Explained], Response | None]) -> None:
    """Answer every error of the application; `show_page` may answer a browser, all others get the JSON."""

    def answer(request: Request, error: Exception) -> Response:
        explained = explain(error, request)
        return show_page(request, explained) or as_json(request, explained)

    for kind in explain.registry:
        if kind is not object:
            app.add_exception_handler(kind, answer)


def as_json(request: Request, explained: Explained) -> Response:
    """The problem details."""
    body: dict[str, Any] = {
        "type": f"{services_of(request).public_url}/problems#{explained.name}",
        "title": KINDS[explained.name],
        "status": explained.status,
        "detail": explained.detail,
        "request_id": request_id(request),
    }
    if explained.errors:
        body["errors"] = list(explained.errors)
    if explained.current is not None:
        body["current"] = dict(explained.current)
    return JSONResponse(body, explained.status, dict(explained.headers), media_type=MEDIA_TYPE)


@singledispatch
def explain(error: Exception, request: Request) -> Explained:
    """What an error means for its sender. Errors that nobody registered are failures of ours."""
    del request
    raise error


@explain.register
def _refused(error: RequestRefused, request: Request) -> Explained:
    del request
    return Explained(status=error.status, name=error.name, detail=error.detail, headers=error.headers)


@explain.register
def _http(error: HTTPException, request: Request) -> Explained:
    del request
    name = _BY_STATUS.get(error.status_code, "bad-request")
    return Explained(
        status=error.status_code, name=name, detail=str(error.detail), headers=error.headers or {}
    )


@explain.register
def _validation(error: RequestValidationError, request: Request) -> Explained:
    if any(one["type"] == "json_invalid" for one in error.errors()):
        # A body that is no JSON stops the request before anybody asks who sent it, and strangers learn nothing.
        try:
            identify_sender(request)
        except NotSignedIn as stranger:
            return explain(stranger, request)
    # Neither `input` nor `ctx` is shown: they echo what was sent, passwords included.
    errors = [_explain_value(one) for one in error.errors()]
    detail = "; ".join(f"{one.get('pointer') or one.get('parameter')}: {one['detail']}" for one in errors)
    return Explained(status=422, name="invalid", detail=detail, errors=errors)


@explain.register
def _not_found(error: NotFound, request: Request) -> Explained:
    del request
    return Explained(status=404, name="not-found", detail=str(error))


@explain.register
def _not_allowed(error: NotAllowed, request: Request) -> Explained:
    del request
    return Explained(status=403, name="not-allowed", detail=str(error))


@explain.register
def _conflict(error: Conflict, request: Request) -> Explained:
    """412 when the sender had seen another version than the present one, 409 when the act is not possible.

    What the sender acted on has gone to another desk where there is nothing to show: to them it is not there. Without a
    version it is some other row that is in the way.
    """
    services = services_of(request)
    sent = request.headers.get("if-match")
    try:
        actor = identify_sender(request)
        shown = show_current(services.sessions, error.current, actor, services.clock())
    except NotFound as unseen:
        if sent is not None:
            return explain(unseen, request)
        return Explained(status=409, name="conflict", detail="another desk has this already")
    except NotSignedIn as unknown:
        return explain(unknown, request)
    stale = sent is not None and shown.version is not None and shown.version not in parse_if_match(sent)
    return Explained(
        status=412 if stale else 409,
        name="version-stale" if stale else "conflict",
        detail=str(error),
        current=shown.body,
        headers={"ETag": shown.etag} if shown.etag else {},
    )


@explain.register
def _not_ready(error: NotReady, request: Request) -> Explained:
    del request
    errors = [
        {"detail": str(problem)}
        | ({} if problem.passage_id is None else {"pointer": f"#/undermining/{problem.passage_id}"})
        | ({} if problem.position is None else {"pointer": f"#/blocks/{problem.position - 1}"})
        for problem in error.problems
    ]
    return Explained(status=422, name="not-ready", detail=str(error), errors=errors)


@explain.register
def _invalid(error: Invalid, request: Request) -> Explained:
    del request
    errors = [{"detail": error.reason, "pointer": f"#/{error.field}"}]
    return Explained(status=422, name="invalid", detail=str(error), errors=errors)


@explain.register
def _database_busy(error: OperationalError, request: Request) -> Explained:
    log.warning("request %s: the database does not answer: %s", request_id(request), error.orig)
    detail = "the database is busy; try again"
    return Explained(status=503, name="not-available", detail=detail, headers={"Retry-After": "1"})


def _explain_value(error: Mapping[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":
        # Its place is a count of characters, which points at no value.
        return {"detail": f"is not JSON from character {error['loc'][1] + 1} on", "pointer": "#"}
    return _point(error["loc"], name_fault(error))


def name_fault(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, without Pydantic's words for whose rule it breaks."""
    return str(error["msg"]).removeprefix("Value error, ")


def _point(location: Sequence[str | int], message: str) -> dict[str, str]:
    where, *path = location
    if where == "body":
        tokens = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
        return {"detail": message, "pointer": "#" + "".join(f"/{token}" for token in tokens)}
    return {"detail": message, "parameter": ".".join(map(str, path)) or str(where)}
