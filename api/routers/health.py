"""/livez, /readyz, /metrics and /openapi.json: is it up, can it work, how much waits, what can be asked."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from api.errors import NotAvailable
from api.metrics import Metrics
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Out
from migrations.schema import schema_is_current

router = APIRouter(tags=["health"])


class HealthOut(Out):
    """All is well."""

    status: str


@router.get("/livez")
def live() -> HealthOut:
    """The process answers."""
    return HealthOut(status="ok")


@router.get("/readyz", responses=document(503))
def ready(services: InServices) -> HealthOut:
    """The database answers and has the schema of this program; 503 otherwise."""
    try:
        with services.sessions() as session:
            current = schema_is_current(session.connection())
    except SQLAlchemyError:
        raise NotAvailable("the database does not answer") from None
    if not current:
        raise NotAvailable("the database has another schema than this program: run `dinhchinh init`")
    return HealthOut(status="ok")


@router.get(
    "/metrics", responses=document() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
def read_metrics(
    request: Request, actor: Annotated[Actor, Depends(allowed(Permission.READ_METRICS))]
) -> Response:
    """Metrics as Prometheus reads them."""
    metrics: Metrics = request.app.state.metrics
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", include_in_schema=False)
def read_description(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_OWN_KEYS))],
) -> dict[str, Any]:
    """The whole API as OpenAPI 3.1, and where it is."""
    description: dict[str, Any] = request.app.openapi()
    return description | {"servers": [{"url": services.public_url}]}
