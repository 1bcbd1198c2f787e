"""The public counts, kept for a minute: making them takes seconds where there are many claims, and anybody may ask."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy import func, select

from api.services import services_of
from api.views.statistics import CellOut, PublicStatisticsOut, count_cells, count_for_the_public
from models import AuditEntry, Sessions

KEPT_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts, the table behind them, when that was, and the newest entry of the audit log then."""

    statistics: PublicStatisticsOut
    cells: list[CellOut]
    at: datetime
    newest_entry: int | None

    def holds(self, newest_entry: int | None, now: datetime) -> bool:
        """Whether they can still be shown: what people did shows at once, what was found within a minute."""
        return self.newest_entry == newest_entry and timedelta() <= now - self.at < KEPT_FOR


class PublicCounts:
    """Counts by one thread at a time; whoever asks meanwhile is shown the counts before, if there are any."""

    def __init__(self) -> None:
        self._counted: Counted | None = None
        self._counting = threading.Lock()

    def read(self, sessions: Sessions, now: datetime) -> Counted:
        """The counts of now, or of at most a minute ago."""
        with sessions() as session:
            newest_entry = session.scalar(select(func.max(AuditEntry.id)))
        found = self._counted
        if found is not None and found.holds(newest_entry, now):
            return found
        if not self._counting.acquire(blocking=found is None) and found is not None:
            return found
        try:
            found = self._counted
            if found is None or not found.holds(newest_entry, now):
                found = self._counted = _count(sessions, newest_entry, now)
            return found
        finally:
            self._counting.release()


def read_counts(request: Request) -> Counted:
    """The public counts of the application that a request came to."""
    counts: PublicCounts = request.app.state.counts
    services = services_of(request)
    return counts.read(services.sessions, services.clock())


def _count(sessions: Sessions, newest_entry: int | None, now: datetime) -> Counted:
    with sessions() as session:
        cells = count_cells(session)
        return Counted(count_for_the_public(session, cells, now), cells, now, newest_entry)
