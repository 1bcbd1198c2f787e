"""The present state of a row that somebody contended for, as a refusal shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from alerts import NotFound, is_undoable, last_reroute
from api.permissions import Actor, is_within_reach
from api.versions import etag
from api.views.alerts import describe_alert
from api.views.base import Out
from api.views.briefs import describe_brief
from api.views.disputes import describe_dispute
from api.views.reports import describe_report
from api.views.subscriptions import describe_subscription
from models import Alert, Base, Brief, Dispute, ErrorReport, Sessions, Subscription


@dataclass(frozen=True, slots=True)
class Current:
    """A row as it is now; the version and its tag are empty for what nobody contends for."""

    body: dict[str, Any]
    version: int | None = None

    @property
    def etag(self) -> str:
        """The version as an entity tag."""
        return "" if self.version is None else etag(self.version)


def show_current(sessions: Sessions, row: Base, actor: Actor, now: datetime) -> Current:
    """The row read anew: what the refused transaction had loaded went with its rollback.

    Raises NotFound for an alert that has gone to another desk since, unless the actor gave it away and nobody there has
    acted yet.
    """
    identity = inspect(row).identity
    with sessions() as session:
        found = session.get(type(row), identity) if identity else None
        if isinstance(found, Alert) and not _is_shown_to(session, found, actor, now):
            raise NotFound("alert", found.id)
        if isinstance(found, Alert | Brief | Dispute | ErrorReport | Subscription):
            return Current(_describe(session, found, now).model_dump(mode="json"), found.version)
    return Current({"id": identity[0] if identity else None})


def _is_shown_to(session: Session, alert: Alert, actor: Actor, now: datetime) -> bool:
    if is_within_reach(alert.desk_id, actor):
        return True
    given = last_reroute(session, alert.id)
    return given is not None and given.rerouted_by_id == actor.user.id and is_undoable(alert, given, now=now)


def _describe(
    session: Session, row: Alert | Brief | Dispute | ErrorReport | Subscription, now: datetime
) -> Out:
    if isinstance(row, Alert):
        return describe_alert(session, row, now)
    if isinstance(row, Brief):
        return describe_brief(session, row)
    if isinstance(row, ErrorReport):
        return describe_report(session, row, now)
    if isinstance(row, Dispute):
        return describe_dispute(session, row, now)
    return describe_subscription(row)
