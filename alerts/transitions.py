"""Moving a row from one state to the next: compare-and-set on its version, nothing half done."""

import unicodedata
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts import clocks
from alerts.errors import Conflict, Invalid, NotFound
from alerts.lifecycle import AlertAct, Refusal, next_state
from models import Alert, Base, Brief, Dispute, ErrorReport, Subscription

Row = TypeVar("Row", bound=Base)
Contended = TypeVar("Contended", Alert, Brief, Dispute, ErrorReport, Subscription)


def find(session: Session, table: type[Row], identifier: int) -> Row:
    """The row as it is in the database now. Raises NotFound."""
    row = session.get(table, identifier, populate_existing=True)
    if row is None:
        raise NotFound(table.__tablename__.replace("_", " "), identifier)
    return row


def move_alert(
    session: Session, alert: Alert, act: AlertAct, *, version: int, now: datetime, **changes: Any
) -> Alert:
    """The alert after an act, its clocks with it. Raises Conflict when that is not possible or somebody was quicker."""
    after = next_state(alert.state, act)
    if isinstance(after, Refusal):
        raise Conflict(after.reason, alert)
    swap(session, alert, version=version, state=after, updated_at=now, **changes)
    clocks.follow(session, alert, act, now=now)
    return alert


def swap(session: Session, row: Contended, *, version: int, **changes: Any) -> Contended:
    """The row with the changes, its version one higher. Raises Conflict unless it is still at `version`.

    The state is compared too: what was judged possible in one state must not happen in another.
    """
    table = type(row)
    swapped = session.scalar(
        update(table)
        .where(table.id == row.id, table.version == version, table.state == row.state)
        .values(version=version + 1, **changes)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if swapped is None:
        message = (
            f"{row.__tablename__} {row.id} is at version {row.version}, not {version}: somebody was quicker"
        )
        raise Conflict(message, row)
    return row


# Letters and a symbol that have a width and no shape: Hangul fillers, the empty Braille cell.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def need_text(field: str, text: str) -> str:
    """The text without surrounding space. Raises Invalid when nothing visible is left or it cannot be stored."""
    cleaned = clean_text(field, text)
    # Characters without width are no space to Python, and no reason to anybody.
    if all(unicodedata.category(one)[0] in "CMZ" or one in _BLANK for one in cleaned):
        raise Invalid(field, "must not be empty")
    return cleaned


def clean_text(field: str, text: str) -> str:
    """The text without surrounding space. Raises Invalid for NUL, which PostgreSQL cannot keep."""
    if "\0" in text:
        raise Invalid(field, "must not contain NUL")
    return text.strip()
