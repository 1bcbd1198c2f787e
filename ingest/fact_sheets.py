"""Fact sheets into the evidence library when they become valid, and out of it when they no longer are."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models import (
    PAGE_CAME_FIRST,
    RAN_OUT,
    SHEETS,
    Article,
    ArticleState,
    ArticleVersion,
    Desk,
    FactSheet,
    Passage,
    PublisherKind,
    Role,
    Sessions,
    Source,
    SourceState,
    writing,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """What shelve_due did; `refused` could not be put in and are retired with the reason."""

    put_in: int
    taken_out: int
    failed: int
    refused: int = 0


def shelve_due(sessions: Sessions, *, now: datetime) -> Shelved:
    """Put valid sheets in, as articles of a source that is their desk; take those out whose time is over.

    Passages are filed from them like from any official article, and superseded when they are taken out.
    """
    with sessions() as session:
        valid = session.scalars(
            select(FactSheet.id)
            .where(
                FactSheet.article_id.is_(None), FactSheet.retired_at.is_(None), FactSheet.valid_from <= now
            )
            .order_by(FactSheet.id)
        ).all()
        # A sheet whose passages are not filed yet is taken out by a later pass, once they are.
        over = session.scalars(
            select(FactSheet.id)
            .where(FactSheet.retired_at.is_(None), FactSheet.valid_until <= now)
            .where(~_waits_for_its_passages())
            .order_by(FactSheet.id)
        ).all()
    put_in = taken_out = failed = refused = 0
    for sheet_id in (*valid, *(one for one in over if one not in valid)):
        try:
            with writing(sessions) as session:
                sheet = session.get_one(FactSheet, sheet_id, populate_existing=True)
                if sheet.valid_until is not None and sheet.valid_until <= now:
                    taken_out += _take_out(session, sheet, sheet.valid_until, now)
                elif sheet.article_id is None and _page_came_first(session, sheet):
                    sheet.retired_at, sheet.retired_reason = now, PAGE_CAME_FIRST
                    refused += 1
                elif sheet.article_id is None:
                    put_in += _put_in(session, sheet, now)
        except Exception:
            log.exception("fact sheet %d could not be shelved", sheet_id)
            failed += 1
    return Shelved(put_in=put_in, taken_out=taken_out, failed=failed, refused=refused)


def _waits_for_its_passages() -> ColumnElement[bool]:
    return (
        select(ArticleVersion.id)
        .where(ArticleVersion.article_id == FactSheet.article_id, ArticleVersion.analysed_at.is_(None))
        .exists()
    )


def _page_came_first(session: Session, sheet: FactSheet) -> bool:
    """Whether the page where a sheet is published was read, or seen in a feed, since the sheet was filed."""
    older = _older(session, sheet)
    if sheet.address is None or (older is not None and older.article_id is not None):
        return False
    return session.scalar(select(Article.id).where(Article.url == sheet.address)) is not None


def _older(session: Session, sheet: FactSheet) -> FactSheet | None:
    return session.get(FactSheet, sheet.replaces_id) if sheet.replaces_id else None


def _put_in(session: Session, sheet: FactSheet, now: datetime) -> int:
    older = _older(session, sheet)
    article = session.get(Article, older.article_id) if older and older.article_id else None
    if article is None:
        url = sheet.address or f"{SHEETS}{sheet.id}"
        article = Article(
            url=url,
            link=url,
            source_id=_source(session, sheet.desk_id, now).id,
            first_seen_at=now,
            state=ArticleState.READ,
            state_reason="filed by hand",
            published_at=sheet.valid_from,
        )
        session.add(article)
        session.flush()
    article.title, article.language = sheet.title, sheet.language
    article.versions += 1
    session.add(
        ArticleVersion(
            article_id=article.id,
            number=article.versions,
            title=sheet.title,
            text_zstd=sheet.text_zstd,
            text_sha256=sheet.text_sha256,
            language=sheet.language,
            fetched_at=now,
            published_at=sheet.valid_from,
            # A sheet is no dispatch that others reprint.
            grouped_at=now,
        )
    )
    sheet.article_id = article.id
    if older is not None and older.retired_at is None:
        older.retired_at, older.retired_reason = now, f"replaced by {sheet.id}"
    return 1


def _take_out(session: Session, sheet: FactSheet, ended_at: datetime, now: datetime) -> int:
    if sheet.article_id is not None:
        session.execute(
            update(Passage)
            .where(Passage.article_id == sheet.article_id, Passage.superseded_at.is_(None))
            .values(superseded_at=ended_at)
        )
    sheet.retired_at = now
    sheet.retired_reason = sheet.retired_reason or RAN_OUT
    return 1


def _source(session: Session, desk_id: int, now: datetime) -> Source:
    """The source that stands for a desk; it is never polled."""
    desk = session.get_one(Desk, desk_id)
    url = f"{SHEETS}{desk.slug}"
    source = session.scalar(select(Source).where(Source.url == url))
    if source is None:
        source = Source(
            url=url,
            title=desk.name,
            role=Role.OFFICIAL,
            publisher_kind=PublisherKind.OFFICIAL,
            created_at=now,
            is_active=False,
            state=SourceState.WORKING,
            state_reason="fact sheets filed by hand",
        )
        session.add(source)
        session.flush()
    return source
