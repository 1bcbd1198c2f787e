"""Disputes as both sides see them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.corrected import CorrectedOut, read_corrections
from models import CorrectionCause, Dispute, DisputeState

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
    corrections: list[CorrectedOut]
    """The published texts that were written because of it."""
    is_late: bool
    """Whether a receipt or a decision is overdue."""


def describe_dispute(session: Session, row: Dispute, now: datetime) -> DisputeOut:
    """One dispute."""
    (shown,) = describe_disputes(session, [row], now)
    return shown


def describe_disputes(session: Session, rows: Sequence[Dispute], now: datetime) -> list[DisputeOut]:
    """A page of disputes."""
    corrections = read_corrections(session, CorrectionCause.dispute_id, [row.id for row in rows])
    own = set(DisputeOut.model_fields) - {"corrections", "is_late"}
    return [
        DisputeOut(
            **{name: getattr(row, name) for name in own},
            corrections=corrections.get(row.id, []),
            is_late=is_late(row, now),
        )
        for row in rows
    ]


def is_late(row: Dispute, now: datetime) -> bool:
    """Whether a receipt or a decision is overdue."""
    return (row.state is DisputeState.OPEN and row.acknowledge_by <= now) or (
        row.state in _UNDECIDED and row.decide_by <= now
    )
