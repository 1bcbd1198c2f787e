"""/alerts/bulk: one act on many alerts, counted first. What changed after the count is named and left alone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    BULK_OUTCOMES,
    LONGEST_SNOOZE,
    MOST_AT_ONCE,
    BulkDone,
    Invalid,
    decide_many,
    find_obstacle,
    needs_note,
    snooze_many,
    take_turn,
)
from alerts.permissions import Act
from api.permissions import Actor, allowed, within_reach
from api.previews import VALID_FOR, Preview, find_done, keep_done, seal, unseal
from api.problems import document
from api.routers.alerts import QueueFilter, find_alert, select_alerts
from api.services import InServices, Services
from api.views.base import Id, Moment, Out, Sent, SentMoment, Text
from models import Alert, Outcome, writing

router = APIRouter(prefix="/alerts/bulk", tags=["alerts"])

Decider = Annotated[Actor, Depends(allowed(Act.DECIDE))]


class BulkIn(Sent):
    """Alerts by number or by filter, and either an outcome or a moment to snooze until."""

    ids: list[Id] | None = Field(default=None, min_length=1, max_length=MOST_AT_ONCE, examples=[[7, 8, 9]])
    matching: QueueFilter | None = None
    outcome: Outcome | None = Field(default=None, examples=["not_about_us"])
    until: SentMoment | None = None
    note: Text = Field(default="", examples=["All of one press release."])
    duplicate_of: Id | None = None


class LeftOut(Out):
    """An alert that is left as it is, and why."""

    alert_id: int
    reason: str


class PreviewOut(Out):
    """How many would be acted on, which not, and the token that does it within ten minutes."""

    count: int
    ids: list[int]
    left: list[LeftOut]
    token: str
    expires_at: Moment


class BulkTokenIn(Sent):
    """The token of the preview."""

    token: str = Field(max_length=100_000, examples=["gAAAAABn…"])


class BulkDoneOut(Out):
    """What was done, and what was left because it had changed since it was counted."""

    done: list[int]
    left: list[LeftOut]


@router.post("/preview", responses=document(404))
def preview(services: InServices, actor: Decider, sent: BulkIn) -> PreviewOut:
    """Count what an act on many would touch; nothing is changed."""
    with services.sessions() as session:
        return count(session, services, actor, sent)


@router.post("", responses=document(404, 409))
def act(services: InServices, actor: Decider, sent: BulkTokenIn) -> BulkDoneOut:
    """Do what was previewed to exactly what was counted, each alert only if it is as it was.

    Sent again, the token gets the first answer and nothing is done.
    """
    return BulkDoneOut.model_validate(do(services, actor, sent.token))


def count(session: Session, services: Services, actor: Actor, sent: BulkIn) -> PreviewOut:
    """The preview. Raises Invalid for an act that cannot be, or for more alerts than one act may touch."""
    now = services.clock()
    _check(session, actor, sent, services)
    query = select_alerts(actor, sent.matching or QueueFilter(), now=now)
    if sent.ids is not None:
        query = select(Alert).where(within_reach(Alert.desk_id, actor), Alert.id.in_(sent.ids))
    chosen = session.scalars(query.order_by(Alert.id).limit(MOST_AT_ONCE + 1)).all()
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid("matching", f"matches more than {MOST_AT_ONCE} alerts; narrow it")
    left = [LeftOut(alert_id=one, reason="there is no such alert") for one in _missing(sent.ids, chosen)]
    able: list[Alert] = []
    for alert in chosen:
        obstacle = find_obstacle(alert, actor.user, now)
        if alert.id == sent.duplicate_of:
            obstacle = "it is the one that the others repeat"
        if obstacle is None:
            able.append(alert)
        else:
            left.append(LeftOut(alert_id=alert.id, reason=obstacle))
    counted = Preview(
        actor_id=actor.user.id,
        made_at=now,
        seen=[(alert.id, alert.version) for alert in able],
        note=sent.note.strip(),
        outcome=sent.outcome,
        duplicate_of=sent.duplicate_of,
        until=sent.until,
    )
    return PreviewOut(
        count=len(able),
        ids=[alert.id for alert in able],
        left=left,
        token=seal(counted, services.cipher),
        expires_at=now + VALID_FOR,
    )


def do(services: Services, actor: Actor, token: str) -> BulkDone:
    """What the token's preview counted, acted on where nothing has changed since; sent again, what it did then."""
    now = services.clock()
    counted = unseal(token, services.cipher, actor_id=actor.user.id, now=now)
    with writing(services.sessions) as session:
        take_turn(session)
        done = find_done(session, token, services.cipher, actor_id=actor.user.id)
        if done is None:
            done = _act(session, actor, counted, now)
            keep_done(session, token, counted, done, services.cipher)
    return done


def _act(session: Session, actor: Actor, counted: Preview, now: datetime) -> BulkDone:
    if counted.outcome is None:
        if counted.until is None:
            raise Invalid("token", "is not one that a preview gave")
        return snooze_many(
            session, counted.seen, actor=actor.user, until=counted.until, note=counted.note, now=now
        )
    return decide_many(
        session,
        counted.seen,
        actor=actor.user,
        outcome=counted.outcome,
        note=counted.note,
        duplicate_of=counted.duplicate_of,
        now=now,
    )


def _check(session: Session, actor: Actor, sent: BulkIn, services: Services) -> None:
    if (sent.ids is None) == (sent.matching is None):
        raise Invalid("ids", "name the alerts either by number or by `matching`")
    if (sent.outcome is None) == (sent.until is None):
        raise Invalid("outcome", "say either an outcome or `until` when to snooze")
    if sent.outcome is not None and sent.outcome not in BULK_OUTCOMES:
        raise Invalid("outcome", "an answer is decided for one alert at a time")
    if (sent.outcome is Outcome.DUPLICATE_OF) != (sent.duplicate_of is not None):
        raise Invalid("duplicate_of", f"belongs to the outcome {Outcome.DUPLICATE_OF}, which needs it")
    if not sent.note.strip() and (sent.outcome is None or needs_note(sent.outcome)):
        raise Invalid("note", "must not be empty")
    now = services.clock()
    if sent.until is not None and not now < sent.until <= now + LONGEST_SNOOZE:
        raise Invalid("until", "must lie ahead, by thirty days at most")
    if sent.duplicate_of is not None:
        find_alert(session, sent.duplicate_of, actor)


def _missing(ids: Collection[int] | None, found: Iterable[Alert]) -> list[int]:
    return sorted(set(ids or ()) - {alert.id for alert in found})
