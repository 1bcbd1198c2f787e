"""The latest polls of each source: how many are kept, and how they are read back."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Source, SourceFetch

KEPT_FETCHES = 30


def load_fetches(session: Session, source_ids: Iterable[int]) -> dict[int, list[SourceFetch]]:
    """The latest polls of some sources, oldest first, thirty at most; every id has a list."""
    ids = list(source_ids)
    found: dict[int, list[SourceFetch]] = {source_id: [] for source_id in ids}
    for start in range(0, len(ids), 500):
        rows = session.scalars(
            select(SourceFetch)
            .where(SourceFetch.source_id.in_(ids[start : start + 500]))
            .order_by(SourceFetch.source_id, SourceFetch.at, SourceFetch.id)
        )
        for row in rows:
            found[row.source_id].append(row)
    return {source_id: rows[-KEPT_FETCHES:] for source_id, rows in found.items()}


def prune_fetches(session: Session, sources: Iterable[Source]) -> None:
    """Drops all but the latest polls of those sources whose turn it is: every tenth poll."""
    for source in sources:
        if source.polls > KEPT_FETCHES and source.polls % 10 == 0:
            kept = (
                select(SourceFetch.id)
                .where(SourceFetch.source_id == source.id)
                .order_by(SourceFetch.id.desc())
                .limit(KEPT_FETCHES)
            )
            old = SourceFetch.id.not_in(kept.scalar_subquery())
            session.execute(delete(SourceFetch).where(SourceFetch.source_id == source.id, old))
