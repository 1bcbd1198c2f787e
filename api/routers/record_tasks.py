"""/record-tasks: what a desk's record was found to say wrongly, and what the desk made of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import NotFound
from alerts.permissions import Act
from alerts.record_tasks import resolve_record_task
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed, is_within_reach, within_reach
from api.problems import document
from api.services import InServices
from api.views.base import Sent, Text
from api.views.record_tasks import RecordTaskOut, describe_record_tasks
from models import RecordTask, TaskResolution, writing

router = APIRouter(prefix="/record-tasks", tags=["record_tasks"])

TaskId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class ResolutionIn(Sent):
    """Whether the record was corrected or stands, and why."""

    resolution: TaskResolution = Field(examples=["corrected"])
    note: Text = Field(examples=["Table 4 had the figure of 2023; it was replaced on 25 November."])


@router.get("", responses=document())
def list_tasks(
    request: Request,
    response: Response,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))],
    is_open: bool | None = None,
    limit: Limit = 50,
    after: After = None,
) -> list[RecordTaskOut]:
    """Tasks of the own desk, newest first."""
    query = select(RecordTask).where(within_reach(RecordTask.desk_id, actor))
    if is_open is not None:
        query = query.where(RecordTask.resolved_at.is_(None) == is_open)
    with services.sessions() as session:
        page = read_page(session, query, RecordTask.id, limit=limit, after=after)
        link(request, response, page)
        return describe_record_tasks(session, page.rows)


@router.post("/{task_id}/resolve", responses=document(404, 409))
def resolve(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Act.RESOLVE))],
    task_id: TaskId,
    sent: ResolutionIn,
) -> RecordTaskOut:
    """Settle a task: the record was corrected, or it stands."""
    with writing(services.sessions) as session:
        find_task(session, task_id, actor)
        task = resolve_record_task(
            session,
            task_id,
            resolution=sent.resolution,
            note=sent.note,
            actor=actor.user,
            now=services.clock(),
        )
        (shown,) = describe_record_tasks(session, [task])
        return shown


def find_task(session: Session, task_id: int, actor: Actor) -> RecordTask:
    """The task, if the actor may see it. Raises NotFound; another desk's is as good as not there."""
    task = session.get(RecordTask, task_id)
    if task is None or not is_within_reach(task.desk_id, actor):
        raise NotFound("record task", task_id)
    return task
