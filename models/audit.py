"""The append-only, hash-chained log of what people did. Triggers refuse to change or delete a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

MOVES = text("action IN ('alert.rerouted', 'alert.reroute_undone')")
"""Acts by which an alert leaves a desk, for another or back: their entries say `from_desk` and `desk`.

As text, since neither database uses the index of these alone for a condition whose values it is given later.
"""


class AuditEntry(Base):
    """One act: who, what, on which row, with its side effects under `details`.

    `hash` is the SHA-256 of the previous entry's hash and this entry's canonical JSON, both in hexadecimal
    and UTF-8; the first entry's `previous_hash` is 64 zeros.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "object_id", "id", sqlite_where=MOVES, postgresql_where=MOVES),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str]
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
