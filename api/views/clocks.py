"""An alert's clocks: what is waited for, until when, and who was told that it took too long."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import latest_clocks
from api.views.base import Moment, Out
from models import AlertClock, ClockKind, Escalation, Urgency, User


class EscalationOut(Out):
    """A step of a breach, and whom it was told."""

    step: int
    escalated_at: Moment
    told: list[str]


class ClockOut(Out):
    """A clock in working time: due when, unless it stands still (snoozed, not begun) or has stopped (done)."""

    kind: ClockKind
    urgency: Urgency
    allowed_minutes: int
    is_running: bool
    is_late: bool
    due_at: Moment | None
    stopped_at: Moment | None
    escalations: list[EscalationOut]


def describe_clocks(session: Session, alert_ids: Collection[int], now: datetime) -> dict[int, list[ClockOut]]:
    """By alert id, its clocks in the order of what is waited for."""
    clocks = latest_clocks(session, alert_ids)
    steps = _read_escalations(session, [clock.id for clock in clocks if clock.next_step > 1])
    described: dict[int, list[ClockOut]] = defaultdict(list)
    for clock in clocks:
        described[clock.alert_id].append(
            ClockOut(
                kind=clock.kind,
                urgency=clock.urgency,
                allowed_minutes=clock.allowed_seconds // 60,
                is_running=clock.running_since is not None,
                is_late=_is_late(clock, now),
                due_at=clock.due_at,
                stopped_at=clock.stopped_at,
                escalations=steps.get(clock.id, []),
            )
        )
    return described


def _is_late(clock: AlertClock, now: datetime) -> bool:
    """Whether the allowance is used up, or was when the clock stopped."""
    if clock.due_at is not None:
        return clock.due_at <= now
    return clock.spent_seconds >= clock.allowed_seconds


def _read_escalations(session: Session, clock_ids: Collection[int]) -> dict[int, list[EscalationOut]]:
    if not clock_ids:
        return {}
    rows = session.scalars(
        select(Escalation).where(Escalation.clock_id.in_(clock_ids)).order_by(Escalation.step)
    ).all()
    told = {user_id for row in rows for user_id in row.told}
    names = {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(told)))}
    read: dict[int, list[EscalationOut]] = defaultdict(list)
    for row in rows:
        people = [names[user_id] for user_id in row.told]
        read[row.clock_id].append(EscalationOut(step=row.step, escalated_at=row.escalated_at, told=people))
    return read
