"""Entries of feeds to rows of articles: each page once, and owned by the source that has most to do with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ingest.urls import same_site
from ingest.values import Entry
from models import Article, ArticleState, Role, Source, insert_into

_ROLE_RANK = {Role.OFFICIAL: 0, Role.REFERENCE: 1, Role.MONITORED: 2}


def store_entries(
    session: Session,
    source: Source,
    entries: Sequence[Entry],
    now: datetime,
    *,
    reason: str = "seen in the feed",
) -> int:
    """Stores the entries whose pages are not known yet as wanted articles; how many those were.

    A page listed by several sources belongs to the same one whichever was polled first; a page that changes
    hands is read again, because its date and language may have hung on the source.
    """
    by_url = {entry.link: entry for entry in reversed(entries)}
    owners = _owners(session, list(by_url))
    fresh = [_row(source, entry, now, reason) for url, entry in by_url.items() if url not in owners]
    if fresh:
        session.execute(
            insert_into(session, Article).on_conflict_do_nothing(index_elements=["url"]), fresh[::-1]
        )
    for url, (article_id, owner) in owners.items():
        if owner.id != source.id and owner_rank(source, url) < owner_rank(owner, url):
            entry = by_url[url]
            session.execute(
                update(Article)
                .where(Article.id == article_id)
                .values(
                    source_id=source.id,
                    entry_title=entry.title,
                    entry_published_at=entry.published_at,
                    published_at=None,
                    etag=None,
                    last_modified=None,
                    next_read_at=now,
                )
            )
    return len(fresh)


def owner_rank(source: Source, url: str) -> tuple[bool, int, str]:
    """How little a source has to do with a page; the lowest of all that list it owns it."""
    return not same_site(source.url, url), _ROLE_RANK[source.role], source.url


def _owners(session: Session, urls: list[str]) -> dict[str, tuple[int, Source]]:
    owners: dict[str, tuple[int, Source]] = {}
    for start in range(0, len(urls), 500):
        found = session.execute(
            select(Article.url, Article.id, Source)
            .join(Source, Source.id == Article.source_id)
            .where(Article.url.in_(urls[start : start + 500]))
        )
        owners.update({url: (article_id, source) for url, article_id, source in found})
    return owners


def _row(source: Source, entry: Entry, now: datetime, reason: str) -> dict[str, Any]:
    return {
        "url": entry.link,
        "link": entry.link,
        "source_id": source.id,
        "first_seen_at": now,
        "entry_title": entry.title,
        "entry_published_at": entry.published_at,
        "state": ArticleState.WANTED,
        "state_reason": reason,
        "next_read_at": now,
        "attempts": 0,
        "reads": 0,
        "title": "",
        "versions": 0,
    }
