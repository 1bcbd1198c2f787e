"""The present state of a row that somebody contended for, as a refusal shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

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


def show_current(sessions: Sessions, row: Base, now: datetime) -> Current:
    """The row read anew: what the refused transaction had loaded went with its rollback."""
    identity = inspect(row).identity
    with sessions() as session:
        found = session.get(type(row), identity) if identity else None
        if isinstance(found, Alert | Brief | Dispute | ErrorReport | Subscription):
            return Current(_describe(session, found, now).model_dump(mode="json"), found.version)
    return Current({"id": identity[0] if identity else None})


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
