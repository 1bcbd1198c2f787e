"""/briefs: what a reviewer goes by: evidence against a text, remarks, what changed; and when it is to go out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import NotFound, cancel_publication, comment_on, schedule_publication
from alerts.permissions import Act
from alerts.undermining import acknowledge_undermining, name_undermining
from api.once import OnceRoute
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.routers.briefs import (
    BriefId,
    Drafter,
    LanguageIn,
    Publisher,
    ReasonIn,
    VersionId,
    find_brief,
    find_version,
    show_brief,
)
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.base import Id, Line, Sent, Text
from api.views.brief_changes import BriefChangesOut, describe_brief_changes
from api.views.briefs import BriefDetailOut, VersionDetailOut, describe_version
from api.weighing import look_for_undermining
from models import BriefVersion, writing

router = APIRouter(prefix="/briefs", tags=["briefs"], route_class=OnceRoute)

PassageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class UnderminingIn(Sent):
    """A passage that speaks against the brief, and how."""

    passage_id: Id = Field(examples=[31])
    note: Text = Field(examples=["The ministry's own table of March has another figure."])


class CommentIn(Sent):
    """A remark; `block` counts from 1, and is left out where the whole text is meant."""

    text: Text = Field(examples=["Which month is this?"])
    block: Annotated[int, Field(ge=1, le=100)] | None = None


class ScheduleIn(LanguageIn):
    """A time by the clocks of a zone, such as `2026-12-01T08:00`, or with its own offset."""

    at: datetime = Field(examples=["2026-12-01T08:00"])
    time_zone: Line = Field(default="Asia/Ho_Chi_Minh", examples=["Asia/Ho_Chi_Minh"])


@router.post("/{brief_id}/undermining/look", responses=document(404))
def look(services: InServices, response: Response, actor: Drafter, brief_id: BriefId) -> BriefDetailOut:
    """Hold the claim and the newest texts against the library again, and list what speaks against them."""
    with services.sessions() as session:
        find_brief(session, brief_id, actor)
    look_for_undermining(services, brief_id)
    with services.sessions() as session:
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/undermining", status_code=201, responses=document(404, 409))
def name(
    services: InServices, response: Response, actor: Drafter, brief_id: BriefId, sent: UnderminingIn
) -> BriefDetailOut:
    """List a passage against the brief, which the search did not find."""
    with writing(services.sessions) as session:
        find_brief(session, brief_id, actor)
        name_undermining(
            session,
            brief_id,
            passage_id=sent.passage_id,
            note=sent.note,
            actor=actor.user,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/undermining/{passage_id}/acknowledge", responses=document(404, 409))
def acknowledge(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.WRITE))],
    brief_id: BriefId,
    passage_id: PassageId,
    sent: ReasonIn,
) -> BriefDetailOut:
    """Say why the text stands although this passage speaks against it. A text that cites the passage answers it."""
    with writing(services.sessions) as session:
        find_brief(session, brief_id, actor)
        acknowledge_undermining(
            session,
            brief_id,
            passage_id=passage_id,
            reason=sent.reason,
            actor=actor.user,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/versions/{version_id}/comments", status_code=201, responses=document(404))
def comment(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Act.COMMENT))],
    brief_id: BriefId,
    version_id: VersionId,
    sent: CommentIn,
) -> VersionDetailOut:
    """Remark on a text, or on one block of it; remarks stay as they were made."""
    with writing(services.sessions) as session:
        version = find_version(session, find_brief(session, brief_id, actor), version_id)
        comment_on(
            session, version_id, text=sent.text, block=sent.block, actor=actor.user, now=services.clock()
        )
        return describe_version(session, version)


@router.get("/{brief_id}/versions/{version_id}/changes", responses=document(404))
def read_changes(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))],
    brief_id: BriefId,
    version_id: VersionId,
    since: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="Number of the earlier version")
    ] = None,
) -> BriefChangesOut:
    """What a version says otherwise than an earlier one in its language; than the one before it when not told."""
    with services.sessions() as session:
        later = find_version(session, find_brief(session, brief_id, actor), version_id)
        return describe_brief_changes(session, find_earlier(session, later, since), later)


@router.post("/{brief_id}/schedule", responses=document(404, 409, 412, 428))
def schedule(
    services: InServices,
    response: Response,
    actor: Publisher,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: ScheduleIn,
) -> BriefDetailOut:
    """Have the approved text of a language published at a set time; setting another replaces it."""
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        schedule_publication(
            session,
            brief_id,
            language=sent.language,
            at=sent.at,
            time_zone=sent.time_zone,
            actor=actor.user,
            version=version,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/unschedule", responses=document(404, 409, 412, 428))
def unschedule(
    services: InServices,
    response: Response,
    actor: Publisher,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: LanguageIn,
) -> BriefDetailOut:
    """Call the set time off; the text stays approved."""
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        cancel_publication(
            session,
            brief_id,
            language=sent.language,
            actor=actor.user,
            version=version,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


def find_earlier(session: Session, later: BriefVersion, number: int | None) -> BriefVersion:
    """The version of that number in the same language, or the one before. Raises NotFound."""
    query = select(BriefVersion).where(
        BriefVersion.brief_id == later.brief_id,
        BriefVersion.language == later.language,
        BriefVersion.number < later.number,
    )
    if number is not None:
        query = query.where(BriefVersion.number == number)
    earlier = session.scalar(query.order_by(BriefVersion.number.desc()).limit(1))
    if earlier is None:
        raise NotFound("earlier brief version", later.number if number is None else number)
    return earlier
