"""One act on many alerts: each at the version that was seen when they were counted, the rest named and left alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts import audit
from alerts.decisions import decide_alert
from alerts.errors import AlertsError, Invalid
from alerts.holding import hold_if_free, is_held
from alerts.queue import OPEN
from alerts.snoozing import snooze_alert
from alerts.transitions import find
from models import Alert, Outcome, User

MOST_AT_ONCE = 500
BULK_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.RESPOND)
"""An answer is written for one alert, so nobody decides on many answers at once."""

Seen = tuple[int, int]
"""An alert's id and the version that was seen."""


@dataclass(frozen=True, slots=True)
class Left:
    """An alert that was not acted on, and why."""

    alert_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What one act on many did."""

    done: tuple[int, ...]
    left: tuple[Left, ...]


def find_obstacle(alert: Alert, actor: User, now: datetime) -> str | None:
    """Why an alert cannot be part of an act on many; None when it can."""
    if alert.state not in OPEN:
        return f"it is {alert.state}"
    if is_held(alert, now) and alert.held_by_id != actor.id:
        return "somebody else holds it"
    return None


def decide_many(
    session: Session,
    seen: Sequence[Seen],
    *,
    actor: User,
    outcome: Outcome,
    now: datetime,
    note: str = "",
    duplicate_of: int | None = None,
) -> BulkDone:
    """Decide each alike; those that wait are held and decided in one. Raises Invalid for an answer."""
    if outcome not in BULK_OUTCOMES:
        raise Invalid("outcome", "an answer is decided for one alert at a time")

    def decide(alert_id: int, version: int) -> object:
        version = hold_if_free(session, alert_id, actor=actor, version=version, now=now)
        return decide_alert(
            session,
            alert_id,
            actor=actor,
            version=version,
            outcome=outcome,
            note=note,
            duplicate_of=duplicate_of,
            now=now,
        )

    return _act_on_many(session, seen, decide, {"outcome": outcome, "note": note}, actor=actor, now=now)


def snooze_many(
    session: Session, seen: Sequence[Seen], *, actor: User, until: datetime, note: str, now: datetime
) -> BulkDone:
    """Snooze each until the same moment."""

    def snooze(alert_id: int, version: int) -> object:
        return snooze_alert(session, alert_id, actor=actor, version=version, until=until, note=note, now=now)

    details = {"snoozed_until": until.isoformat(), "note": note}
    return _act_on_many(session, seen, snooze, details, actor=actor, now=now)


def _act_on_many(
    session: Session,
    seen: Sequence[Seen],
    act: Callable[[int, int], object],
    details: dict[str, Any],
    *,
    actor: User,
    now: datetime,
) -> BulkDone:
    audit.take_turn(session)
    done: list[int] = []
    left: list[Left] = []
    for alert_id, version in sorted(seen):
        try:
            # In the words of the preview: what is decided or held by now is not asked to be held first.
            obstacle = find_obstacle(find(session, Alert, alert_id), actor, now)
            if obstacle is not None:
                left.append(Left(alert_id, obstacle))
                continue
            with session.begin_nested():
                act(alert_id, version)
            done.append(alert_id)
        except Invalid:
            raise
        except AlertsError as problem:
            left.append(Left(alert_id, str(problem)))
    audit.record(
        session,
        actor=actor,
        action="alerts.acted_on_many",
        object_type="alerts",
        object_id=len(done),
        details=details | {"done": done, "left": [one.alert_id for one in left]},
        now=now,
    )
    return BulkDone(tuple(done), tuple(left))
