"""Loading rows by their ids, in the order of the ids."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Article, Source

Row = TypeVar("Row", Article, Source)

# SQLite takes 32,766 parameters in a statement, but its planner is quicker with fewer.
CHUNK = 500


def load_by_id(session: Session, table: type[Row], ids: Sequence[int]) -> list[Row]:
    """The rows with these ids, in this order; ids without a row are left out."""
    found: dict[int, Row] = {}
    for start in range(0, len(ids), CHUNK):
        for row in session.scalars(select(table).where(table.id.in_(ids[start : start + CHUNK]))):
            found[row.id] = row
    return [found[row_id] for row_id in ids if row_id in found]
