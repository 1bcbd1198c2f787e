"""Which entries of the audit log somebody may read: those about what is within their reach."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, or_, select, true

from api.following import LEAVING
from api.permissions import Actor, sees_every_desk, within_reach
from models import Alert, AuditEntry, Brief, Desk, Dispute, ErrorReport, FactSheet, RecordTask

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
    """Everything for admins and people without a desk; else what was done to one's own desk's alerts, briefs and so on.

    An alert that a person gave to another desk left by an act that the desk goes on seeing. Accounts, keys, routing and
    whatever else is of no desk is for those who see all.
    """
    if sees_every_desk(actor):
        return true()
    from_desk = AuditEntry.details["from_desk"].as_integer()
    has_left = and_(AuditEntry.action.in_(LEAVING), from_desk == actor.user.desk_id)
    return or_(has_left, *(_is_about(kind, actor) for kind in _OF_A_DESK))


def _is_about(kind: str, actor: Actor) -> ColumnElement[bool]:
    desk_id, rows = _OF_A_DESK[kind]
    # Other kinds have ids that are no numbers: only CASE says for certain what is read first.
    is_number = and_(AuditEntry.object_type == kind, AuditEntry.object_id != "all")
    row_id = case((is_number, cast(AuditEntry.object_id, Integer)))
    (noun_id,) = rows.selected_columns
    return rows.where(noun_id == row_id, within_reach(desk_id, actor)).correlate(AuditEntry).exists()
