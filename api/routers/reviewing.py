"""/briefs: submitted by one person and approved by another, and what they go by: evidence against, remarks, changes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    NotFound,
    approve_version,
    comment_on,
    recall_approval,
    refuse_version,
    submit_brief,
)
from alerts.permissions import Act
from alerts.undermining import acknowledge_undermining, name_undermining
from api.errors import Forbidden
from api.once import OnceRoute
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.routers.briefs import (
    BriefId,
    Drafter,
    Language,
    LanguageIn,
    ReasonIn,
    VersionId,
    find_brief,
    find_version,
    show_brief,
)
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.base import Id, Sent, Text
from api.views.brief_changes import BriefChangesOut, describe_brief_changes
from api.views.briefs import BriefDetailOut, VersionDetailOut, describe_version
from api.weighing import look_for_undermining
from models import BriefVersion, writing

router = APIRouter(prefix="/briefs", tags=["briefs"], route_class=OnceRoute)

PassageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]

Approver = Annotated[Actor, Depends(allowed(Act.APPROVE))]


class UnderminingIn(Sent):
    """A passage that speaks against the brief, and how."""

    passage_id: Id = Field(examples=[31])
    note: Text = Field(examples=["The ministry's own table of March has another figure."])


class AcknowledgementIn(ReasonIn):
    """Why the text stands all the same; in one language, or in each whose text it speaks against."""

    language: Language | None = None


class CommentIn(Sent):
    """A remark; `block` counts from 1, and is left out where the whole text is meant."""

    text: Text = Field(examples=["Which month is this?"])
    block: Annotated[int, Field(ge=1, le=100)] | None = None


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
    sent: AcknowledgementIn,
) -> BriefDetailOut:
    """Say why the text stands although this passage speaks against it. A text that cites the passage answers it.

    One that the passage contradicts does not: it quotes the passage in a block on what differs, or is acknowledged.
    """
    with writing(services.sessions) as session:
        find_brief(session, brief_id, actor)
        acknowledge_undermining(
            session,
            brief_id,
            passage_id=passage_id,
            reason=sent.reason,
            language=sent.language,
            actor=actor.user,
            now=services.clock(),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/submit", responses=document(404, 409, 412, 428))
def submit(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: LanguageIn,
) -> BriefDetailOut:
    """Hand the newest text of a language to a second person, beside the evidence that speaks against it."""
    now = services.clock()
    with services.sessions() as session:
        match(find_brief(session, brief_id, actor), seen)
    look_for_undermining(services, brief_id)
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        submit_brief(session, brief_id, language=sent.language, actor=actor.user, version=version, now=now)
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/versions/{version_id}/approve", responses=document(404, 409, 412, 428))
def approve(
    services: InServices,
    response: Response,
    actor: Approver,
    brief_id: BriefId,
    version_id: VersionId,
    seen: SeenVersions,
) -> BriefDetailOut:
    """Approve a submitted text that one has not written on.

    422 names the blocks that lack a source, and the passages that speak against the text and are not answered.
    """
    now = services.clock()
    with services.sessions() as session:
        match(find_brief(session, brief_id, actor), seen)
    look_for_undermining(services, brief_id)
    with writing(services.sessions) as session:
        brief = find_brief(session, brief_id, actor)
        version = match(brief, seen)
        find_version(session, brief, version_id)
        approve_version(session, version_id, actor=actor.user, version=version, now=now)
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/versions/{version_id}/refuse", responses=document(404, 409, 412, 428))
def refuse(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    version_id: VersionId,
    seen: SeenVersions,
    sent: ReasonIn,
) -> BriefDetailOut:
    """Give a submitted text back with a reason. Whoever submitted it may call it back the same way."""
    now = services.clock()
    with writing(services.sessions) as session:
        brief = find_brief(session, brief_id, actor)
        version = match(brief, seen)
        text = find_version(session, brief, version_id)
        is_own = actor.user.id in (text.drafted_by_id, text.submitted_by_id)
        if not is_own and not actor.is_in_scope(Act.APPROVE):
            raise Forbidden(f"this key was not made to {Act.APPROVE}")
        refuse_version(session, version_id, reason=sent.reason, actor=actor.user, version=version, now=now)
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/versions/{version_id}/recall", responses=document(404, 409, 412, 428))
def recall(
    services: InServices,
    response: Response,
    actor: Approver,
    brief_id: BriefId,
    version_id: VersionId,
    seen: SeenVersions,
    sent: ReasonIn,
) -> BriefDetailOut:
    """Take an approval back before anything was published."""
    now = services.clock()
    with writing(services.sessions) as session:
        brief = find_brief(session, brief_id, actor)
        version = match(brief, seen)
        find_version(session, brief, version_id)
        recall_approval(session, version_id, reason=sent.reason, actor=actor.user, version=version, now=now)
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
