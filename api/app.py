"""The application: routers, pages, errors, and the envelope around them."""

import gc
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi

from api import pages, problems
from api.counting import PublicCounts
from api.metrics import Metrics
from api.middleware import Envelope
from api.once import RequestsUnderWay
from api.pace import Allowance, SignInPace
from api.pages.handout import Printer
from api.problems import Problem
from api.routers import ROUTERS
from api.services import Services

TITLE = "Đính Chính"
VERSION = "0.1.0"
_ABOUT = """\
A fact desk: alerts about published claims that the record contradicts, briefs that answer them with sources, and
signed webhooks that tell of both. Send an API key as `Authorization: Bearer dc_…`. What people contend for carries an
`ETag` and wants it back in `If-Match`. Lists are paged by `Link` headers. Every error is a problem (RFC 9457).
"""


def create_app(services: Services) -> FastAPI:
    """The service, ready for an ASGI server."""
    app = _assemble()
    metrics = Metrics()
    metrics.watch(services)
    app.state.services = services
    app.state.metrics = metrics
    app.state.pace = SignInPace()
    app.state.under_way = RequestsUnderWay()
    app.state.printer = Printer()
    app.state.counts = PublicCounts()
    app.state.reports = Allowance(each=5, all_=200)
    pages.install(app)
    problems.install(app, pages.show_error)
    if services.cors_origins:
        # Reading alone, and never with the cookie of whoever happens to be signed in.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=services.cors_origins,
            allow_methods=["GET"],
            allow_headers=["Authorization", "Last-Event-ID"],
            expose_headers=["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
            max_age=600,
        )
    app.add_middleware(Envelope, metrics=metrics, services=services)
    return app


def keep_loaded() -> None:
    """Call once before serving: what has been loaded stays, and is never again searched for garbage.

    300,000 objects are alive by then. Every full collection went through them, and made one request in some fifty
    wait 80 ms.
    """
    gc.collect()
    gc.freeze()


def describe_api() -> dict[str, Any]:
    """The OpenAPI document, which needs no database."""
    return _assemble().openapi()


def _assemble() -> FastAPI:
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # Starlette would send on to whatever host the request named.
        redirect_slashes=False,
        # Names of operations become names of functions in generated clients.
        generate_unique_id_function=lambda route: f"{route.tags[0] if route.tags else 'pages'}_{route.name}",
    )
    for router in ROUTERS:
        app.include_router(router)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to add to the document
    return app


def _describe(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=app.routes)
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document
