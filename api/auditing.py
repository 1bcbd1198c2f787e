"""Which entries of the audit log somebody may read: those about what is within their reach."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, not_, or_, select, true
from sqlalchemy.orm import aliased

from api.permissions import Actor, sees_every_desk, within_reach
from models import MOVES, Alert, AuditEntry, Brief, Desk, Dispute, ErrorReport, FactSheet, RecordTask

_OF_A_DESK: dict[str, tuple[Any, Select[Any]]] = {
    "alert": (Alert.desk_id, select(Alert.id)),
    "brief": (Brief.desk_id, select(Brief.id)),
    "desk": (Desk.id, select(Desk.id)),
    "record_task": (RecordTask.desk_id, select(RecordTask.id)),
    "fact_sheet": (FactSheet.desk_id, select(FactSheet.id)),
    "dispute": (Brief.desk_id, select(Dispute.id).join(Brief, Brief.id == Dispute.brief_id)),
    "report": (Brief.desk_id, select(ErrorReport.id).outerjoin(Brief, Brief.id == ErrorReport.brief_id)),
}
"""By what an entry is about: the desk that it belongs to, and the rows."""


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Everything for admins and people without a desk; else what was done at one's own desk, to its alerts, briefs etc.

    An alert's entries stay with the desk that had it when they were made; the act by which it went on is of both.
    Accounts, keys, routing and whatever else is of no desk is for those who see all.
    """
    if sees_every_desk(actor):
        return true()
    others = (_is_about(kind, actor) for kind in _OF_A_DESK if kind != "alert")
    return or_(and_(AuditEntry.object_type == "alert", _was_at_desk(actor)), *others)


def _was_at_desk(actor: Actor) -> ColumnElement[bool]:
    """Of an alert: what brought it to the desk, and what was done to it while it was there."""
    moved = aliased(AuditEntry)
    moves = select(moved.id).where(MOVES, moved.object_id == AuditEntry.object_id, moved.id >= AuditEntry.id)
    next_left = moves.with_only_columns(_read_desk(moved, "from_desk")).order_by(moved.id).limit(1)
    moves_on = moves.correlate(AuditEntry).exists()
    return or_(
        and_(MOVES, within_reach(_read_desk(AuditEntry, "desk"), actor)),
        and_(moves_on, within_reach(next_left.correlate(AuditEntry).scalar_subquery(), actor)),
        and_(not_(moves_on), _is_about("alert", actor)),
    )


def _read_desk(entry: type[AuditEntry], name: str) -> ColumnElement[int | None]:
    # Other acts say a desk's slug there: only CASE says for certain what is read first.
    return case((MOVES, entry.details[name].as_integer()))


def _is_about(kind: str, actor: Actor) -> ColumnElement[bool]:
    desk_id, rows = _OF_A_DESK[kind]
    # Other kinds have ids that are no numbers.
    is_number = and_(AuditEntry.object_type == kind, AuditEntry.object_id != "all")
    row_id = case((is_number, cast(AuditEntry.object_id, Integer)))
    (noun_id,) = rows.selected_columns
    return rows.where(noun_id == row_id, within_reach(desk_id, actor)).correlate(AuditEntry).exists()
