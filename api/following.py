"""What happens at the desk, as it happens: the audit log read forward, by those who may see each row.

The log is the outbox. Its numbers are given out one act after another and become visible in that order, so a number
says exactly what a follower has seen.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.permissions import Actor, is_within_reach
from models import MOVES, Alert, AuditEntry, Brief, User

MOST_REPLAYED = 10_000
_AT_ONCE = 500

_Desks = dict[tuple[str, str], int | None]
"""By kind and id of a row, the desk that has it now."""
_Moves = defaultdict[tuple[str, str], list[AuditEntry]]
"""By kind and id of a row, the acts that moved it from desk to desk, in order."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One act on an alert or a brief: by whom, the row's version after it where the act gave it one,
    and whether it has left the follower's desk since.
    """

    number: int
    action: str
    kind: str
    row_id: int
    at: datetime
    by_id: int | None
    by: str | None
    version: int | None
    has_left: bool


@dataclass(frozen=True, slots=True)
class News:
    """What happened after a number, as far as the actor may see it, and the number up to which this is all."""

    acts: list[Happened]
    up_to: int


def find_start(session: Session, last_seen: str | None) -> tuple[int, bool]:
    """After which number to begin, and whether the follower has missed something and must read all anew.

    Whoever has seen nothing begins now. A number that is not ours, or too long ago, is as good as none.
    """
    head = session.scalar(select(func.max(AuditEntry.id))) or 0
    if last_seen is None:
        return head, False
    known = last_seen.isascii() and last_seen.isdigit() and len(last_seen) < 19
    if not known or not head - MOST_REPLAYED <= int(last_seen) <= head:
        return head, True
    return int(last_seen), False


def read_news(session: Session, after: int, actor: Actor) -> News:
    """What happened after a number, at most some hundred acts at a time; ask again until `up_to` stays."""
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id).limit(_AT_ONCE)
    ).all()
    desks = _find_desks(session, entries)
    moves = _find_moves(session, entries)
    seen = [entry for entry in entries if _concerns(entry, desks, moves, actor)]
    people: dict[int, str] = dict(
        session.execute(
            select(User.id, User.name).where(User.id.in_({_person(entry) for entry in seen}))
        ).all()
    )
    acts = [
        Happened(
            number=entry.id,
            action=entry.action,
            kind=entry.object_type,
            row_id=int(entry.object_id),
            at=entry.at,
            by_id=_person(entry),
            by=people.get(_person(entry) or 0),
            version=entry.details.get("version"),
            has_left=not is_within_reach(desks[entry.object_type, entry.object_id], actor),
        )
        for entry in seen
    ]
    return News(acts, entries[-1].id if entries else after)


def _concerns(entry: AuditEntry, desks: _Desks, moves: _Moves, actor: Actor) -> bool:
    """Whether the actor may hear of it: it was done at their desk, or brought the alert there."""
    key = (entry.object_type, entry.object_id)
    if key not in desks:
        return False
    own = moves[key]
    place = bisect_left(own, entry.id, key=lambda move: move.id)
    if place == len(own):
        return is_within_reach(desks[key], actor)
    move = own[place]
    brought = move.id == entry.id and is_within_reach(move.details["desk"], actor)
    return brought or is_within_reach(move.details["from_desk"], actor)


def _person(entry: AuditEntry) -> int | None:
    return int(entry.actor.removeprefix("user:")) if entry.actor.startswith("user:") else None


def _find_desks(session: Session, entries: Sequence[AuditEntry]) -> _Desks:
    found: _Desks = {}
    for kind, noun in (("alert", Alert), ("brief", Brief)):
        ids = {int(entry.object_id) for entry in entries if entry.object_type == kind}
        for row_id, desk_id in session.execute(select(noun.id, noun.desk_id).where(noun.id.in_(ids))).all():
            found[kind, str(row_id)] = desk_id
    return found


def _find_moves(session: Session, entries: Sequence[AuditEntry]) -> _Moves:
    """The acts that moved these entries' alerts from desk to desk, since the first of them."""
    found: _Moves = defaultdict(list)
    alerts = {entry.object_id for entry in entries if entry.object_type == "alert"}
    if alerts:
        moves = select(AuditEntry).where(
            MOVES, AuditEntry.object_id.in_(alerts), AuditEntry.id >= entries[0].id
        )
        for move in session.scalars(moves.order_by(AuditEntry.id)):
            found[move.object_type, move.object_id].append(move)
    return found
