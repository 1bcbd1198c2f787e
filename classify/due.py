"""Article versions that are due for analysis, read once so that no row is held open while they are thought about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from classify.values import Scope
from models import Article, ArticleVersion, PublisherKind, Role, Sessions, Source, unpack_text
from models import Scope as SourceScope

VERSIONS_AT_ONCE = 50

Progress = Callable[[int, int], None]
"""Called with how many rows are done and how many there are."""
Result = TypeVar("Result")

log = logging.getLogger(__name__)


def ignore_progress(done: int, total: int) -> None:
    """The default progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueVersion:
    """An article version with what its article and source say of it, read once so that no row is held open.

    `superseded_at` is when the next version was fetched, None for the latest.
    """

    id: int
    number: int
    article_id: int
    url: str
    title: str
    text: str
    language: str | None
    scope: Scope
    publisher: str
    publisher_kind: PublisherKind
    published_at: datetime | None
    fetched_at: datetime
    superseded_at: datetime | None


def due_versions(sessions: Sessions, *, evidence: bool) -> list[int]:
    """Ids of the versions not analysed yet, of evidence or of monitored sources, by (publication, address)."""
    roles = [role for role in Role if role.is_evidence is evidence]
    query = (
        select(ArticleVersion.id)
        .join(Article, Article.id == ArticleVersion.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(ArticleVersion.analysed_at.is_(None), Source.role.in_(roles))
        .order_by(
            func.coalesce(Article.published_at, Article.first_seen_at), Article.url, ArticleVersion.number
        )
    )
    with sessions() as session:
        return list(session.scalars(query))


def read_versions(sessions: Sessions, ids: Sequence[int]) -> list[DueVersion]:
    """The versions, in the order of `ids`."""
    following = aliased(ArticleVersion)
    query = (
        select(ArticleVersion, Article, Source, following.fetched_at)
        .join(Article, Article.id == ArticleVersion.article_id)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(
            following,
            (following.article_id == ArticleVersion.article_id)
            & (following.number == ArticleVersion.number + 1),
        )
        .where(ArticleVersion.id.in_(ids))
    )
    with sessions() as session:
        found = {
            version.id: DueVersion(
                id=version.id,
                number=version.number,
                article_id=article.id,
                url=article.url,
                title=version.title,
                text=unpack_text(version.text_zstd),
                language=version.language or article.language or source.language,
                scope="all" if source.scope is SourceScope.ALL else "country",
                publisher=source.title,
                publisher_kind=source.publisher_kind,
                published_at=version.published_at or article.published_at,
                fetched_at=version.fetched_at,
                superseded_at=next_fetched_at,
            )
            for version, article, source, next_fetched_at in session.execute(query)
        }
    return [found[i] for i in ids if i in found]


def mark_analysed(session: Session, version: DueVersion, now: datetime) -> None:
    """Note that the version is done."""
    session.execute(update(ArticleVersion).where(ArticleVersion.id == version.id).values(analysed_at=now))


def still_due(session: Session, versions: Sequence[DueVersion]) -> list[DueVersion]:
    """Those of the versions that no other process has done meanwhile or is writing now."""
    query = (
        select(ArticleVersion.id)
        .where(ArticleVersion.id.in_([v.id for v in versions]), ArticleVersion.analysed_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    due = set(session.scalars(query))
    return [version for version in versions if version.id in due]


def batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The ids, `size` at a time."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def try_each(
    versions: Sequence[DueVersion], work: Callable[[DueVersion], Result]
) -> list[tuple[DueVersion, Result]]:
    """What the work made of each version; one that fails is logged and left out, so it stays due."""
    done = []
    for version in versions:
        try:
            done.append((version, work(version)))
        except Exception:
            log.exception("article version %d could not be analysed", version.id)
    return done
