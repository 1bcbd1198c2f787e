"""Official and reference articles to passages of the evidence library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from classify.due import (
    VERSIONS_AT_ONCE,
    DueVersion,
    Progress,
    batches,
    due_versions,
    ignore_progress,
    mark_analysed,
    read_versions,
    still_due,
    try_each,
)
from classify.library import Library
from classify.passages import cut_passages
from models import ArticleVersion, Passage, Sessions, fold, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What file_passages_due did; `failed` versions are still due."""

    versions: int
    passages: int
    failed: int


def file_passages_due(
    sessions: Sessions, *, library: Library, now: datetime, progress: Progress = ignore_progress
) -> Filed:
    """File the passages of every official or reference version that is due, and embed them."""
    done: Counter[str] = Counter()
    due = due_versions(sessions, evidence=True)
    for batch in batches(due, VERSIONS_AT_ONCE):
        versions = read_versions(sessions, batch)
        cut = try_each(versions, _cut)
        with writing(sessions) as session:
            for version in still_due(session, [version for version, _ in cut]):
                passages = dict(cut)[version]
                _supersede(session, version)
                if passages:
                    session.execute(insert(Passage), [passage | {"filed_at": now} for passage in passages])
                mark_analysed(session, version, now)
                done.update(versions=1, passages=len(passages))
        with sessions() as session:
            library.refresh(session)
        done["failed"] += len(versions) - len(cut)
        progress(done["versions"] + done["failed"], len(due))
    return Filed(versions=done["versions"], passages=done["passages"], failed=done["failed"])


def _cut(version: DueVersion) -> list[dict[str, Any]]:
    passages = []
    for position, span in enumerate(cut_passages(version.text)):
        text = span.of(version.text)
        passages.append(
            {
                "version_id": version.id,
                "article_id": version.article_id,
                "position": position,
                "start": span.start,
                "end": span.end,
                "text": text,
                "folded": fold(text),
                "language": version.language,
                "publisher": version.publisher,
                "publisher_kind": version.publisher_kind,
                "published_at": version.published_at,
                "superseded_at": version.superseded_at,
            }
        )
    return passages


def _supersede(session: Session, version: DueVersion) -> None:
    older = select(ArticleVersion.id).where(
        ArticleVersion.article_id == version.article_id, ArticleVersion.number < version.number
    )
    session.execute(
        update(Passage)
        .where(Passage.version_id.in_(older), Passage.superseded_at.is_(None))
        .values(superseded_at=version.fetched_at)
    )
