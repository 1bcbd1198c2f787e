"""/alerts: the queue, held by one person at a time, decided with a reason."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from alerts import (
    NotFound,
    accept_correction,
    close_alert,
    decide_alert,
    draft_version,
    extend_hold,
    hold_alert,
    open_brief,
    raise_by_hand,
    release_alert,
    reopen_alert,
    undo_decision,
)
from alerts.permissions import Act
from alerts.subjects import Subject
from api.errors import Forbidden
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, Page, link, read_page_across
from api.permissions import Actor, Permission, allowed, is_within_reach, reaches, within_reach
from api.problems import document
from api.routers.briefs import find_desk_id, show_brief
from api.searching import find_similar
from api.services import InServices
from api.versions import SeenVersions, match, tag
from api.views.alerts import AlertDetailOut, AlertOut, describe_alert, describe_alerts
from api.views.base import Id, Line, Sent, Text
from api.views.briefs import BriefDetailOut
from api.views.similar import SimilarOut
from api.weighing import look_for_undermining
from classify.quoting import quote_best
from models import Alert, AlertClock, AlertState, ClaimGroup, Desk, Ground, Outcome, writing

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=OnceRoute)

AlertId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
OPEN_STATES = (AlertState.NEW, AlertState.HELD)

Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Holder = Annotated[Actor, Depends(allowed(Act.HOLD))]
Decider = Annotated[Actor, Depends(allowed(Act.DECIDE))]


class RaiseIn(Sent):
    """A claim that the queue should have, though no assessment put it there."""

    claim_id: Id = Field(examples=[41])
    note: Text = Field(examples=["Three papers carry it; the ministry asked."])


class HoldIn(Sent):
    """`take_over` takes it from a holder whose lease still runs, for those who may."""

    take_over: bool = False


class DecisionIn(Sent):
    """What the holder makes of an alert. Silence, a right claim and a wrong record of our own need a note."""

    outcome: Outcome = Field(examples=["respond"])
    note: Text = Field(default="", examples=["The figure is last year's; the record has this year's."])
    duplicate_of: Id | None = None
    ground: Ground | None = Field(default=None, description="For no_response: why the office stays silent")
    passage_id: Id | None = Field(
        default=None, description="For claim_is_right: what bears it out; for record_is_wrong: what is wrong"
    )
    owner_desk: Line | None = Field(
        default=None, description="For record_is_wrong: slug of the desk that owns the record and gets a task"
    )


class NoteIn(Sent):
    """Why."""

    note: Text = Field(default="", examples=["The outlet has corrected its page."])


class QueueFilter(Sent):
    """Which part of the queue; `state` is new and held when not given."""

    state: list[AlertState] | None = None
    subject: Subject | None = None
    desk: Line | None = Field(default=None, examples=["trung-uong"])
    least_priority: float | None = Field(default=None, ge=0, le=10)
    late: bool = Field(default=False, description="Only what waits longer than its clock allows")


class DraftIn(Sent):
    """The language of the text to begin with."""

    language: str = Field(default="vi", pattern="^(vi|en)$", examples=["vi"])


@router.get("", responses=document())
def list_alerts(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    state: Annotated[list[AlertState] | None, Query(description="new and held when not given")] = None,
    outcome: Outcome | None = None,
    subject: Subject | None = None,
    desk: Annotated[Line | None, Query(examples=["trung-uong"])] = None,
    held_by_me: bool = False,
    least_priority: Annotated[float | None, Query(ge=0, le=10)] = None,
    late: Annotated[bool, Query(description="Only what waits longer than its clock allows")] = False,
    limit: Limit = 50,
    after: After = None,
) -> list[AlertOut]:
    """The queue, most urgent first."""
    wanted = QueueFilter(state=state, subject=subject, desk=desk, least_priority=least_priority, late=late)
    query = narrow(select(Alert), wanted, now=services.clock())
    if outcome is not None:
        query = query.where(Alert.outcome == outcome)
    if held_by_me:
        query = query.where(Alert.held_by_id == actor.user.id)
    with services.sessions() as session:
        page = read_queue(session, query, actor, states=state or OPEN_STATES, limit=limit, after=after)
        link(request, response, page)
        return describe_alerts(session, page.rows, services.clock())


@router.post("", status_code=201, responses=document(404, 409))
def raise_alert(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.RAISE))],
    sent: RaiseIn,
) -> AlertDetailOut:
    """Put a claim into the queue by hand; 409 when it stands there already, with the alert if it is of one's desk."""
    now = services.clock()
    with writing(services.sessions) as session:
        alert = raise_by_hand(
            session, sent.claim_id, actor=actor.user, note=sent.note, now=now, policy=services.policy
        )
        response.headers["Location"] = f"/alerts/{alert.id}"
        return show_alert(session, response, alert, services)


@router.get("/{alert_id}", responses=document(404))
def read_alert(services: InServices, response: Response, actor: Reader, alert_id: AlertId) -> AlertDetailOut:
    """One alert: the exact sentence, the passages beside it, every sighting and decision."""
    with services.sessions() as session:
        return show_alert(session, response, find_alert(session, alert_id, actor), services)


@router.get("/{alert_id}/similar", responses=document(404))
def read_similar(services: InServices, actor: Reader, alert_id: AlertId) -> SimilarOut:
    """Earlier claims like this one, with what became of them, and published briefs: suggestions, best first."""
    with services.sessions() as session:
        alert = find_alert(session, alert_id, actor)
        group = session.get_one(ClaimGroup, alert.group_id)
        return find_similar(services, session, group.text, group_id=group.id, actor=actor)


@router.post("/{alert_id}/hold", responses=document(404, 409, 412, 428))
def hold(
    services: InServices,
    response: Response,
    actor: Holder,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: HoldIn | None = None,
) -> AlertDetailOut:
    """Hold the alert for a quarter of an hour; a heartbeat prolongs it."""
    take_over = sent is not None and sent.take_over
    if take_over and not actor.is_in_scope(Act.TAKE_OVER):
        raise Forbidden(f"this key was not made to {Act.TAKE_OVER}")
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = hold_alert(session, alert_id, actor=actor.user, version=version, now=now, take_over=take_over)
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/heartbeat", responses=document(404, 409))
def heartbeat(services: InServices, response: Response, actor: Holder, alert_id: AlertId) -> AlertDetailOut:
    """Still at it: the lease runs its full length again. The version stays, so no If-Match is asked for."""
    now = services.clock()
    with writing(services.sessions) as session:
        find_alert(session, alert_id, actor)
        alert = extend_hold(session, alert_id, actor=actor.user, now=now)
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/release", responses=document(404, 409, 412, 428))
def release(
    services: InServices, response: Response, actor: Holder, alert_id: AlertId, seen: SeenVersions
) -> AlertDetailOut:
    """Put the alert back into the queue."""
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = release_alert(session, alert_id, actor=actor.user, version=version, now=services.clock())
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/decide", responses=document(404, 409, 412, 428))
def decide(
    services: InServices,
    response: Response,
    actor: Decider,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: DecisionIn,
) -> AlertDetailOut:
    """Decide an alert that one holds. To respond opens the way to a brief; every other outcome closes it.

    Subscribers are told that there will be an answer after ten minutes, or when the brief is begun. Until it goes into
    review, any other outcome with a note closes it all the same, and whoever was told is told of that.

    Where the record has changed since the alert was raised, `record_change` says what was found then, and whether the
    claim `is_still_contradicted`. An alert of which something else is found than before has another version: who
    decides by what they read earlier is refused with 412. Where that happens after the decision and nothing contradicts
    the claim any more, subscribers are told when the brief is begun and not before.
    """
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        if sent.duplicate_of is not None:
            find_alert(session, sent.duplicate_of, actor)
        alert = decide_alert(
            session,
            alert_id,
            actor=actor.user,
            version=version,
            outcome=sent.outcome,
            now=now,
            note=sent.note,
            duplicate_of=sent.duplicate_of,
            ground=sent.ground,
            passage_id=sent.passage_id,
            owner_desk_id=find_desk_id(session, sent.owner_desk) if sent.owner_desk else None,
        )
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/close", responses=document(404, 409, 412, 428))
def close(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.CLOSE))],
    alert_id: AlertId,
    seen: SeenVersions,
    sent: NoteIn | None = None,
) -> AlertDetailOut:
    """Close an alert whose brief is published."""
    note, now = (sent.note if sent else ""), services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = close_alert(session, alert_id, actor=actor.user, version=version, now=now, note=note)
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/reopen", responses=document(404, 409, 412, 428))
def reopen(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.REOPEN))],
    alert_id: AlertId,
    seen: SeenVersions,
    sent: NoteIn,
) -> AlertDetailOut:
    """Put a settled alert back into the queue; the note says why."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = reopen_alert(session, alert_id, actor=actor.user, version=version, now=now, note=sent.note)
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/undo", responses=document(404, 409, 412, 428))
def undo(
    services: InServices, response: Response, actor: Decider, alert_id: AlertId, seen: SeenVersions
) -> AlertDetailOut:
    """Take one's own last decision back within ten minutes, unless something has left the building."""
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = undo_decision(session, alert_id, actor=actor.user, version=version, now=services.clock())
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/accept-correction", responses=document(404, 409, 412, 428))
def accept(
    services: InServices,
    response: Response,
    actor: Decider,
    alert_id: AlertId,
    seen: SeenVersions,
    sent: NoteIn,
) -> AlertDetailOut:
    """Close the alert without an answer, because the outlet has put its page right; the note says what it did."""
    now = services.clock()
    with writing(services.sessions) as session:
        version = match(find_alert(session, alert_id, actor), seen)
        alert = accept_correction(
            session, alert_id, actor=actor.user, version=version, note=sent.note, now=now
        )
        return show_alert(session, response, alert, services)


@router.post("/{alert_id}/draft", status_code=201, responses=document(404, 409))
def draft(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Act.WRITE))],
    alert_id: AlertId,
    sent: DraftIn | None = None,
) -> BriefDetailOut:
    """Open the alert's brief with a first text made of quotations alone; no sentence is written by machine."""
    language, now = (sent.language if sent else "vi"), services.clock()
    with writing(services.sessions) as session:
        find_alert(session, alert_id, actor)
        brief = open_brief(session, actor=actor.user, now=now, alert_id=alert_id)
        draft_version(
            session,
            brief.id,
            language=language,
            actor=actor.user,
            version=brief.version,
            now=now,
            quote=quote_best,
        )
    look_for_undermining(services, brief.id)
    response.headers["Location"] = f"/briefs/{brief.id}"
    with services.sessions() as session:
        return show_brief(session, response, brief.id)


def select_alerts(actor: Actor, wanted: QueueFilter, *, now: datetime) -> Select[Alert]:
    """The alerts of a filter that the actor may see, in no order yet."""
    query = select(Alert).where(within_reach(Alert.desk_id, actor))
    return narrow(query.where(Alert.state.in_(wanted.state or OPEN_STATES)), wanted, now=now)


def read_queue(
    session: Session,
    query: Select[Alert],
    actor: Actor,
    *,
    states: Collection[AlertState],
    limit: int,
    after: str | None,
) -> Page[Alert]:
    """A page of a query's alerts in some states that the actor may see, most urgent first."""
    branches = [
        and_(Alert.state == state, reach)
        for state in dict.fromkeys(states)
        for reach in reaches(Alert.desk_id, actor)
    ]
    return read_page_across(session, query, branches, Alert.priority, Alert.id, limit=limit, after=after)


def narrow(query: Select[Alert], wanted: QueueFilter, *, now: datetime) -> Select[Alert]:
    """The query with a filter's conditions, but for those of state and reach."""
    if wanted.least_priority is not None:
        query = query.where(Alert.priority >= wanted.least_priority)
    if wanted.desk is not None:
        query = query.join(Desk, Desk.id == Alert.desk_id).where(Desk.slug == wanted.desk)
    if wanted.subject is not None:
        query = query.join(ClaimGroup, ClaimGroup.id == Alert.group_id)
        query = query.where(ClaimGroup.subject == wanted.subject)
    return query.where(is_late(now)) if wanted.late else query


def is_late(now: datetime) -> ColumnElement[bool]:
    """Alerts of which a running clock is past its moment."""
    return Alert.id.in_(select(AlertClock.alert_id).where(AlertClock.due_at <= now))


def find_alert(session: Session, alert_id: int, actor: Actor) -> Alert:
    """The alert, if the actor may see it. Raises NotFound; another desk's is as good as not there."""
    alert = session.get(Alert, alert_id)
    if alert is None or not is_within_reach(alert.desk_id, actor):
        raise NotFound("alert", alert_id)
    return alert


def show_alert(session: Session, response: Response, alert: Alert, services: InServices) -> AlertDetailOut:
    """The alert as it is now, with its version on the response."""
    tag(response, alert)
    return describe_alert(session, alert, services.clock())
