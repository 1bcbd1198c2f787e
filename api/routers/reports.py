"""/reports: errors that readers reported, acknowledged and decided."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts import NotFound, acknowledge_report, decide_report
from alerts.permissions import Act
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed, is_within_reach, within_reach
from api.problems import document
from api.services import InServices
from api.versions import SeenVersions, match, tag
from api.views.base import Sent, Text
from api.views.reports import ReportOut, describe_report, describe_reports
from models import Brief, ErrorReport, ReportState, writing

router = APIRouter(prefix="/reports", tags=["reports"])

ReportId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Answerer = Annotated[Actor, Depends(allowed(Act.ANSWER_REPORTS))]


class DecisionIn(Sent):
    """Whether there is an error, and what the sender is told."""

    accepted: bool = Field(examples=[True])
    answer: Text = Field(examples=["You are right: the figure is of 2023. It has been corrected."])


@router.get("", responses=document())
def list_reports(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    state: Annotated[list[ReportState] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[ReportOut]:
    """Reports of errors, newest first."""
    with services.sessions() as session:
        page = read_page(session, select_reports(actor, state), ErrorReport.id, limit=limit, after=after)
        link(request, response, page)
        return describe_reports(session, page.rows, services.clock())


@router.get("/{report_id}", responses=document(404))
def read_report(services: InServices, response: Response, actor: Reader, report_id: ReportId) -> ReportOut:
    """One report."""
    with services.sessions() as session:
        return _shown(session, response, find_report(session, report_id, actor), services)


@router.post("/{report_id}/acknowledge", responses=document(404, 409, 412, 428))
def acknowledge(
    services: InServices, response: Response, actor: Answerer, report_id: ReportId, seen: SeenVersions
) -> ReportOut:
    """Tell the sender that the office has seen it."""
    with writing(services.sessions) as session:
        version = match(find_report(session, report_id, actor), seen)
        now = services.clock()
        report = acknowledge_report(session, report_id, actor=actor.user, version=version, now=now)
        return _shown(session, response, report, services)


@router.post("/{report_id}/decide", responses=document(404, 409, 412, 428))
def decide(
    services: InServices,
    response: Response,
    actor: Answerer,
    report_id: ReportId,
    seen: SeenVersions,
    sent: DecisionIn,
) -> ReportOut:
    """Accept or decline it, with an answer; whoever wrote the text may not."""
    with writing(services.sessions) as session:
        version = match(find_report(session, report_id, actor), seen)
        report = decide_report(
            session,
            report_id,
            accepted=sent.accepted,
            answer=sent.answer,
            actor=actor.user,
            version=version,
            now=services.clock(),
        )
        return _shown(session, response, report, services)


def select_reports(actor: Actor, states: list[ReportState] | None = None) -> Select[ErrorReport]:
    """The reports that an actor may see: those about briefs within reach, and those about none."""
    query = (
        select(ErrorReport)
        .outerjoin(Brief, Brief.id == ErrorReport.brief_id)
        .where(within_reach(Brief.desk_id, actor))
    )
    return query.where(ErrorReport.state.in_(states)) if states else query


def find_report(session: Session, report_id: int, actor: Actor) -> ErrorReport:
    """One report. Raises NotFound, for those of other desks too."""
    report = session.get(ErrorReport, report_id)
    brief = session.get(Brief, report.brief_id) if report and report.brief_id else None
    if report is None or not is_within_reach(brief.desk_id if brief else None, actor):
        raise NotFound("report", report_id)
    return report


def _shown(session: Session, response: Response, report: ErrorReport, services: InServices) -> ReportOut:
    tag(response, report)
    return describe_report(session, report, services.clock())
