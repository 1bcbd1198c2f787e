"""Passages of the evidence library, with all that a citation needs."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from models import Article, Passage, PublisherKind


class PassageOut(Out):
    """A few sentences of the record: who published them, when, where they can be read."""

    id: int
    text: str
    publisher: str
    publisher_kind: PublisherKind
    published_at: Moment | None
    url: str
    title: str
    language: str | None
    superseded_at: Moment | None
    """When a later version of the page replaced this; what the record said until then."""


def describe_passages(session: Session, passage_ids: Iterable[int]) -> dict[int, PassageOut]:
    """By id, the passages that there are."""
    rows = session.execute(
        select(Passage, Article.url, Article.title)
        .join(Article, Article.id == Passage.article_id)
        .where(Passage.id.in_(set(passage_ids)))
    )
    return {
        passage.id: PassageOut(
            id=passage.id,
            text=passage.text,
            publisher=passage.publisher,
            publisher_kind=passage.publisher_kind,
            published_at=passage.published_at,
            url=url,
            title=title,
            language=passage.language,
            superseded_at=passage.superseded_at,
        )
        for passage, url, title in rows
    }


class PassageFoundOut(PassageOut):
    """A passage in a list; `score` (0..1) says how well it answers what was asked, if anything was."""

    score: float | None
