"""The search over everything: what has all the words, texts with the very marks that were typed before all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from alerts import Invalid
from api.paging import pack_cursor, unpack_cursor
from api.permissions import Actor, Permission, within_reach
from api.words import Asked, Wanted, ask, prepare_search, read_latest
from models import Alert, Brief, Findable, FindableKind, Passage

MAY_FIND: dict[FindableKind, Permission] = {
    FindableKind.ALERT: Permission.READ_QUEUE,
    FindableKind.ARTICLE: Permission.READ_NEWS,
    FindableKind.PASSAGE: Permission.READ_EVIDENCE,
    FindableKind.BRIEF: Permission.READ_QUEUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to leave out; `since` and `before` are moments of publication, or of drafting and raising."""

    kinds: Sequence[FindableKind] = ()
    language: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page: each row with whether it has the very marks that were typed, and the cursor of the next page."""

    asked: Asked
    rows: list[tuple[Findable, bool]]
    cursor: str | None


def find(
    session: Session, question: str, filters: Filters, actor: Actor, *, limit: int, after: str | None
) -> Found:
    """What the actor may see that has all the words. Raises Invalid for a question without words."""
    asked = ask(question)
    if not asked.written:
        raise Invalid("q", "has no word in it")
    kinds = [kind for kind in filters.kinds or FindableKind if actor.may(MAY_FIND[kind])]
    # Exact ones are tier 1, all others tier 0: a cursor says in which tier and after which row the last page ended.
    tier, last = unpack_cursor(after, 2) if after is not None else (1, None)
    rows: list[tuple[Findable, bool]] = []
    prepare_search(session)
    query = _visible(select(Findable), filters, actor)
    for exact in (True, False):
        if not kinds or exact > tier or (not exact and not asked.is_marked) or len(rows) > limit:
            continue
        words, but = (asked.written, ()) if exact else (asked.folded, asked.written)
        before = int(last) if last is not None and exact == tier else None
        found = read_latest(
            session, query, Wanted(words, kinds, but), most=limit + 1 - len(rows), before=before
        )
        rows += [(row, exact) for row in found]
    cursor = None
    if len(rows) > limit:
        row, exact = rows[limit - 1]
        cursor = pack_cursor([int(exact), row.id])
    return Found(asked, rows[:limit], cursor)


def _visible(query: Select[Findable], filters: Filters, actor: Actor) -> Select[Findable]:
    """Another desk's alerts and briefs are not there, nor is a passage that the record has replaced."""
    of_desk = (FindableKind.ALERT, FindableKind.BRIEF)
    query = (
        query.outerjoin(Alert, and_(Findable.kind == FindableKind.ALERT, Alert.id == Findable.row_id))
        .outerjoin(Brief, and_(Findable.kind == FindableKind.BRIEF, Brief.id == Findable.row_id))
        .outerjoin(Passage, and_(Findable.kind == FindableKind.PASSAGE, Passage.id == Findable.row_id))
        .where(
            or_(
                Findable.kind.not_in(of_desk),
                within_reach(func.coalesce(Alert.desk_id, Brief.desk_id), actor),
            ),
            Passage.superseded_at.is_(None),
        )
    )
    if filters.language is not None:
        query = query.where(Findable.language == filters.language)
    if filters.since is not None:
        query = query.where(Findable.at >= filters.since)
    if filters.before is not None:
        query = query.where(Findable.at < filters.before)
    return query
