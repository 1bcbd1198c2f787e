"""Disputes as both sides see them."""

from datetime import datetime

from api.views.base import Moment, Out
from models import Dispute, DisputeState

_UNDECIDED = (DisputeState.OPEN, DisputeState.ACKNOWLEDGED)


class DisputeOut(Out):
    """A review of a brief: what is said against it, by when the office answers, and its answer."""

    id: int
    version: int
    brief_id: int
    brief_version_id: int
    raised_by_id: int
    raised_at: Moment
    text: str
    state: DisputeState
    acknowledge_by: Moment
    acknowledged_at: Moment | None
    decide_by: Moment
    decided_at: Moment | None
    answer: str
    is_late: bool


def describe_dispute(row: Dispute, now: datetime) -> DisputeOut:
    """One dispute; `is_late` when a receipt or a decision is overdue."""
    late = (row.state is DisputeState.OPEN and row.acknowledge_by <= now) or (
        row.state in _UNDECIDED and row.decide_by <= now
    )
    return DisputeOut(
        **{name: getattr(row, name) for name in DisputeOut.model_fields if name != "is_late"}, is_late=late
    )
