"""/briefs: opened for an alert or a subject, and written in versions that stay as they were."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    BlockDraft,
    NotFound,
    change_subject,
    draft_version,
    open_brief,
    write_version,
)
from alerts.permissions import Act
from alerts.subjects import Subject
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed, is_within_reach, within_reach
from api.problems import document
from api.services import InServices
from api.versions import SeenVersions, match, tag
from api.views.base import Id, Line, Sent, Text
from api.views.briefs import (
    BriefDetailOut,
    BriefOut,
    VersionDetailOut,
    describe_brief,
    describe_briefs,
    describe_version,
)
from api.weighing import look_for_undermining
from classify.quoting import quote_best
from models import Alert, BlockKind, Brief, BriefState, BriefVersion, Desk, writing

router = APIRouter(prefix="/briefs", tags=["briefs"], route_class=OnceRoute)

BriefId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
VersionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Language = Literal["vi", "en"]

Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Drafter = Annotated[Actor, Depends(allowed(Act.WRITE))]


class BlockIn(Sent):
    """A block: what it says and the passages it rests on, or the mark of an office statement. A claim needs neither."""

    kind: BlockKind = Field(examples=["fact"])
    text: Text = Field(examples=["Năm 2024 cả nước xuất khẩu 9,18 triệu tấn gạo."])
    is_statement: bool = Field(
        default=False, description="The office's own word; says nothing on a claim, which is somebody else's"
    )
    passage_ids: list[Id] = Field(default=[], max_length=50, examples=[[12]])

    def drafted(self) -> BlockDraft:
        """The block as `alerts` takes it."""
        return BlockDraft(
            kind=self.kind,
            text=self.text,
            is_statement=self.is_statement,
            passage_ids=tuple(self.passage_ids),
        )


class OpenIn(Sent):
    """The alert to answer, or the subject of a fact sheet."""

    alert_id: Id | None = Field(default=None, examples=[7])
    subject: Subject | None = None
    desk: Line | None = Field(
        default=None, description="Slug of the desk it is for; the alert's when not given"
    )


class SubjectIn(Sent):
    """What the brief is about."""

    subject: Subject = Field(examples=["health"])


class TextIn(Sent):
    """A text in one language; every one is kept as a version."""

    language: Language = Field(examples=["vi"])
    title: Line = Field(examples=["Xuất khẩu gạo năm 2024 đạt 9,18 triệu tấn"])
    blocks: list[BlockIn] = Field(max_length=100)


class LanguageIn(Sent):
    """Which text."""

    language: Language = Field(examples=["vi"])


class ReasonIn(Sent):
    """Why, in words that stay on record."""

    reason: Text = Field(examples=["The second block cites a figure of another year."])


class DraftIn(LanguageIn):
    """Which text, and what to quote: the passages that the alert's assessment rests on when none are named."""

    passage_ids: list[Id] = Field(default=[], max_length=20, examples=[[12, 15]])
    question: Line = Field(
        default="", description="What a fact sheet answers; its sentences are chosen by it"
    )


@router.get("", responses=document())
def list_briefs(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    state: Annotated[list[BriefState] | None, Query()] = None,
    subject: Subject | None = None,
    alert_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[BriefOut]:
    """Briefs in the making and published ones, newest first."""
    query = select(Brief).where(within_reach(Brief.desk_id, actor))
    if state:
        query = query.where(Brief.state.in_(state))
    if subject is not None:
        query = query.where(Brief.subject == subject)
    if alert_id is not None:
        query = query.where(Brief.alert_id == alert_id)
    with services.sessions() as session:
        page = read_page(session, query, Brief.id, limit=limit, after=after)
        link(request, response, page)
        return describe_briefs(session, page.rows)


@router.post("", status_code=201, responses=document(404, 409))
def open_one(services: InServices, response: Response, actor: Drafter, sent: OpenIn) -> BriefDetailOut:
    """Open a brief: the answer to an alert decided as respond, or a fact sheet on a subject."""
    now = services.clock()
    with writing(services.sessions) as session:
        desk_id = find_desk_id(session, sent.desk) if sent.desk is not None else None
        alert = session.get(Alert, sent.alert_id) if sent.alert_id is not None else None
        if alert is not None and not is_within_reach(alert.desk_id, actor):
            raise NotFound("alert", alert.id)
        brief = open_brief(
            session, actor=actor.user, now=now, alert_id=sent.alert_id, subject=sent.subject, desk_id=desk_id
        )
        response.headers["Location"] = f"/briefs/{brief.id}"
        return show_brief(session, response, brief.id)


@router.get("/{brief_id}", responses=document(404))
def read_brief(services: InServices, response: Response, actor: Reader, brief_id: BriefId) -> BriefDetailOut:
    """One brief with the newest text of each language, and what stands in the way of approving it."""
    with services.sessions() as session:
        find_brief(session, brief_id, actor)
        return show_brief(session, response, brief_id)


@router.get("/{brief_id}/versions/{version_id}", responses=document(404))
def read_version(
    services: InServices, response: Response, actor: Reader, brief_id: BriefId, version_id: VersionId
) -> VersionDetailOut:
    """One version, as it was written."""
    with services.sessions() as session:
        brief = find_brief(session, brief_id, actor)
        tag(response, brief)
        return describe_version(session, find_version(session, brief, version_id))


@router.post("/{brief_id}/subject", responses=document(404, 409, 412, 428))
def change_its_subject(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: SubjectIn,
) -> BriefDetailOut:
    """Put a brief that was never published under another subject."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        change_subject(session, brief_id, subject=sent.subject, actor=actor.user, version=version, now=now)
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/versions", status_code=201, responses=document(404, 409, 412, 428))
def write(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: TextIn,
) -> BriefDetailOut:
    """A new version of the text in one language; earlier ones stay as they were."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        write_version(
            session,
            brief_id,
            language=sent.language,
            title=sent.title,
            blocks=drafted(sent.blocks),
            actor=actor.user,
            version=version,
            now=now,
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/draft", status_code=201, responses=document(404, 409, 412, 428))
def draft(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: DraftIn,
) -> BriefDetailOut:
    """A version made of quotations alone: passages named, or those that the alert's assessment rests on."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        draft_version(
            session,
            brief_id,
            language=sent.language,
            actor=actor.user,
            version=version,
            now=now,
            passage_ids=sent.passage_ids,
            question=sent.question,
            quote=quote_best,
        )
    look_for_undermining(services, brief_id)
    with services.sessions() as session:
        return show_brief(session, response, brief_id)


def find_brief(session: Session, brief_id: int, actor: Actor) -> Brief:
    """The brief, if the actor may see it. Raises NotFound; another desk's is as good as not there."""
    brief = session.get(Brief, brief_id)
    if brief is None or not is_within_reach(brief.desk_id, actor):
        raise NotFound("brief", brief_id)
    return brief


def find_version(session: Session, brief: Brief, version_id: int) -> BriefVersion:
    """One version of a brief. Raises NotFound."""
    version = session.get(BriefVersion, version_id)
    if version is None or version.brief_id != brief.id:
        raise NotFound("brief version", version_id)
    return version


def find_desk_id(session: Session, slug: str) -> int:
    """The id of the desk with this slug. Raises NotFound."""
    desk_id = session.scalar(select(Desk.id).where(Desk.slug == slug))
    if desk_id is None:
        raise NotFound("desk", slug)
    return desk_id


def drafted(blocks: Sequence[BlockIn]) -> list[BlockDraft]:
    """Blocks as `alerts` takes them."""
    return [block.drafted() for block in blocks]


def show_brief(session: Session, response: Response, brief_id: int) -> BriefDetailOut:
    """The brief with its newest texts, and its version on the response."""
    brief = session.get_one(Brief, brief_id)
    tag(response, brief)
    return describe_brief(session, brief)
