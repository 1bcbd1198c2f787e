"""/desk/tasks: what the desk's own record was found to say wrongly."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from alerts import AlertsError, NotFound
from alerts.permissions import Act
from alerts.record_tasks import resolve_record_task
from api.pages.rendering import show
from api.paging import LARGEST_ID, After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form, within_reach
from api.problems import explain
from api.routers.record_tasks import find_task
from api.services import InServices, Services
from api.views.record_tasks import describe_record_tasks
from models import RecordTask, TaskResolution, writing

router = APIRouter(prefix="/desk/tasks")


@router.get("")
def show_tasks(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))],
    after: After = None,
) -> Response:
    """Tasks of the own desk, newest first."""
    return _show(request, services, actor, after=after)


@router.post("/{task_id}/resolve")
def resolve(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.RESOLVE))],
    task_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    resolution: Annotated[TaskResolution, Form()],
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Settle one."""
    try:
        with writing(services.sessions) as session:
            find_task(session, task_id, actor)
            resolve_record_task(
                session,
                task_id,
                resolution=resolution,
                note=note,
                actor=actor.user,
                now=services.clock(),
            )
    except NotFound:
        raise
    except AlertsError as problem:
        return _show(request, services, actor, problem=problem)
    return RedirectResponse("/desk/tasks", 303)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    after: str | None = None,
    problem: AlertsError | None = None,
) -> Response:
    query = select(RecordTask).where(within_reach(RecordTask.desk_id, actor))
    with services.sessions() as session:
        page = read_page(session, query, RecordTask.id, limit=50, after=after)
        tasks = describe_record_tasks(session, page.rows)
    return show(
        request,
        "tasks.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        tasks=tasks,
        following=request.url.include_query_params(after=page.cursor).query if page.cursor else None,
        resolutions=list(TaskResolution),
        problem=problem,
    )
