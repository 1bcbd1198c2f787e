"""/desk/reports: errors that readers reported, the most urgent first, and the forms that answer them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from alerts import AlertsError, NotFound, acknowledge_report, decide_report
from alerts.permissions import Act
from alerts.reports import OPEN, find_barred
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import explain
from api.routers.reports import find_report, select_reports
from api.services import InServices, Services
from api.versions import match
from api.views.reports import describe_reports
from models import ErrorReport, ReportState, writing

router = APIRouter(prefix="/desk/reports")

ReportId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Seen = Annotated[int, Form(ge=1)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Answerer = Annotated[Actor, Depends(allowed_form(Act.ANSWER_REPORTS))]

MOST_SHOWN = 50
_VIEWS = {"open": list(OPEN), "decided": [ReportState.ACCEPTED, ReportState.DECLINED]}


@router.get("")
def show_reports(request: Request, services: InServices, actor: Reader, view: str = "open") -> Response:
    """The reports that wait, or those decided."""
    return _show(request, services, actor, view=view)


@router.post("/{report_id}/acknowledge")
def acknowledge(
    request: Request, services: InServices, actor: Answerer, report_id: ReportId, version: Seen
) -> Response:
    """Tell the sender that the office has seen it."""

    def act(session: Session, seen: int) -> None:
        acknowledge_report(session, report_id, actor=actor.user, version=seen, now=services.clock())

    return _act(request, services, actor, report_id, version, act)


@router.post("/{report_id}/decide")
def decide(
    request: Request,
    services: InServices,
    actor: Answerer,
    report_id: ReportId,
    version: Seen,
    accepted: Annotated[bool, Form()],
    answer: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Accept or decline it. What was written is kept when that cannot be done."""

    def act(session: Session, seen: int) -> None:
        decide_report(
            session,
            report_id,
            accepted=accepted,
            answer=answer,
            actor=actor.user,
            version=seen,
            now=services.clock(),
        )

    return _act(request, services, actor, report_id, version, act, answer=answer)


def _act(
    request: Request,
    services: Services,
    actor: Actor,
    report_id: int,
    seen: int,
    act: Callable[[Session, int], None],
    *,
    answer: str = "",
) -> Response:
    try:
        with writing(services.sessions) as session:
            act(session, match(find_report(session, report_id, actor), {seen}))
    except NotFound:
        raise
    except AlertsError as problem:
        status = explain(problem, request).status
        return _show(
            request, services, actor, problem=str(problem), status=status, written={report_id: answer}
        )
    return RedirectResponse("/desk/reports", 303)


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    view: str = "open",
    problem: str = "",
    status: int = 200,
    written: dict[int, str] | None = None,
) -> Response:
    view = view if view in _VIEWS else "open"
    urgent_first = (ErrorReport.decide_by, ErrorReport.id)
    newest_first = (ErrorReport.decided_at.desc(), ErrorReport.id.desc())
    query = select_reports(actor, _VIEWS[view]).order_by(*(urgent_first if view == "open" else newest_first))
    with services.sessions() as session:
        rows = session.scalars(query.limit(MOST_SHOWN)).all()
        reports = describe_reports(session, rows, services.clock())
        barred = find_barred(session, rows, actor.user)
    return show(
        request,
        "reports.html",
        status=status,
        actor=actor,
        reports=reports,
        barred=barred,
        view=view,
        views=list(_VIEWS),
        problem=problem,
        written=written or {},
        may_answer=actor.may(Act.ANSWER_REPORTS),
    )
