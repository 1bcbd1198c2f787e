"""/briefs: made public at once or at a set time, corrected by grades, withdrawn."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from alerts import (
    cancel_publication,
    correct_brief,
    publish_brief,
    schedule_publication,
    withdraw_brief,
)
from alerts.permissions import Act
from api.addresses import published_url
from api.once import OnceRoute
from api.permissions import Actor, allowed
from api.problems import document
from api.routers.briefs import (
    BriefId,
    Drafter,
    LanguageIn,
    ReasonIn,
    TextIn,
    drafted,
    find_brief,
    show_brief,
)
from api.services import InServices
from api.versions import SeenVersions, match
from api.views.base import Id, Line, Text
from api.views.briefs import BriefDetailOut
from models import ChangeGrade, writing

router = APIRouter(prefix="/briefs", tags=["briefs"], route_class=OnceRoute)

Publisher = Annotated[Actor, Depends(allowed(Act.PUBLISH))]


class CorrectionIn(TextIn):
    """A later text of a published brief. The note tells readers what was wrong."""

    grade: Literal[ChangeGrade.TYPO, ChangeGrade.CLARIFICATION, ChangeGrade.CORRECTION] = Field(
        examples=["correction"]
    )
    change_note: Text = Field(examples=["The first version gave the figure of 2023."])
    report_ids: list[Id] = Field(
        default=[],
        max_length=100,
        examples=[[3]],
        description="Accepted reports of readers that led to it, which the page will say",
    )
    dispute_ids: list[Id] = Field(
        default=[], max_length=100, description="Upheld disputes that led to it, which the page will say"
    )


class WithdrawalIn(ReasonIn):
    """Why readers can no longer rely on it; the banner says so."""

    report_ids: list[Id] = Field(
        default=[], max_length=100, description="Accepted reports of readers that led to it"
    )
    dispute_ids: list[Id] = Field(default=[], max_length=100, description="Upheld disputes that led to it")


class ScheduleIn(LanguageIn):
    """A time by the clocks of a zone, such as `2026-12-01T08:00`, or with its own offset."""

    at: datetime = Field(examples=["2026-12-01T08:00"])
    time_zone: Line = Field(default="Asia/Ho_Chi_Minh", examples=["Asia/Ho_Chi_Minh"])


@router.post("/{brief_id}/publish", responses=document(404, 409, 412, 428))
def publish(
    services: InServices,
    response: Response,
    actor: Publisher,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: LanguageIn,
) -> BriefDetailOut:
    """Publish the approved text of a language under the office's name; subscribers are told."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        publish_brief(
            session,
            brief_id,
            language=sent.language,
            actor=actor.user,
            version=version,
            now=now,
            url=published_url(services.public_url, brief_id, sent.language),
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/correct", status_code=201, responses=document(404, 409, 412, 428))
def correct(
    services: InServices,
    response: Response,
    actor: Drafter,
    brief_id: BriefId,
    seen: SeenVersions,
    sent: CorrectionIn,
) -> BriefDetailOut:
    """A graded later text; like any other it is submitted, approved by a second person and published."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        correct_brief(
            session,
            brief_id,
            language=sent.language,
            grade=sent.grade,
            change_note=sent.change_note,
            title=sent.title,
            blocks=drafted(sent.blocks),
            actor=actor.user,
            version=version,
            now=now,
            report_ids=sent.report_ids,
            dispute_ids=sent.dispute_ids,
        )
        return show_brief(session, response, brief_id)


@router.post("/{brief_id}/withdraw", status_code=201, responses=document(404, 409, 412, 428))
def withdraw(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.WITHDRAW))],
    brief_id: BriefId,
    seen: SeenVersions,
    sent: WithdrawalIn,
) -> BriefDetailOut:
    """Propose to withdraw; a second person approves it, and publishing it withdraws the brief."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_brief(session, brief_id, actor), seen)
        withdraw_brief(
            session,
            brief_id,
            reason=sent.reason,
            actor=actor.user,
            version=version,
            now=now,
            report_ids=sent.report_ids,
            dispute_ids=sent.dispute_ids,
        )
        return show_brief(session, response, brief_id)


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
