"""Where a claim was published, by which outlets, and why each counts as the same claim."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.changes import SentenceChangeOut, find_changes
from models import Article, AssertedBy, Claim, Source, is_said_last


class SightingOut(Out):
    """The claim in one article: the sentence as published, where, and what the outlet has made of it since.

    `page_note` says why the page cannot be read any more, if so.
    """

    claim_id: int
    sentence: str
    asserted_by: AssertedBy
    quoted_party: str | None
    article_id: int
    url: str
    title: str
    outlet: str
    country: str | None
    language: str | None
    published_at: Moment | None
    first_seen_at: Moment
    group_reason: str | None
    """Why it counts as the same claim: which words differ, that it is another wording or a translation, or that a
    person put it here."""
    group_score: float | None
    """The share of words it has in common with the claim as shown, or of a translation the cosine of their meanings,
    0 to 1; empty when a person put it here."""
    change: SentenceChangeOut | None
    page_note: str | None


def find_sightings(session: Session, group_id: int, *, limit: int = 100) -> list[SightingOut]:
    """Where a claim group was published, earliest first; of an article's versions, the last that says it."""
    rows = session.execute(
        select(Claim, Article, Source)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.group_id == group_id, is_said_last())
        .order_by(Article.published_at.nulls_last(), Article.url, Claim.start)
        .limit(limit)
    ).all()
    changes = find_changes(session, [claim for claim, _, _ in rows])
    return [describe_sighting(*row, changes.get(row[0].id)) for row in rows]


_ORDER = func.row_number().over(
    partition_by=Claim.group_id,
    order_by=(Article.published_at.nulls_last(), Article.url, Claim.start),
)
_RANKED = (
    select(Claim.id, _ORDER.label("place"))
    .join(Article, Article.id == Claim.article_id)
    .where(Claim.group_id.in_(bindparam("groups", expanding=True)), is_said_last())
    .subquery()
)
_FIRST = (
    select(Claim, Article, Source)
    .join(_RANKED, (_RANKED.c.id == Claim.id) & (_RANKED.c.place == 1))
    .join(Article, Article.id == Claim.article_id)
    .join(Source, Source.id == Article.source_id)
)


def first_sightings(session: Session, group_ids: Collection[int]) -> dict[int, SightingOut]:
    """By group id, where its claim was published first; of an article's versions, the last that says it."""
    if not group_ids:
        return {}
    rows = session.execute(_FIRST, {"groups": list(group_ids)}).all()
    changes = find_changes(session, [claim for claim, _, _ in rows])
    return {
        row[0].group_id: describe_sighting(*row, changes.get(row[0].id))
        for row in rows
        if row[0].group_id is not None
    }


def describe_sighting(
    claim: Claim, article: Article, source: Source, change: SentenceChangeOut | None
) -> SightingOut:
    """One claim where it was published."""
    _, _, page_note = article.state_reason.partition("read; later ")
    return SightingOut(
        claim_id=claim.id,
        sentence=claim.text,
        asserted_by=claim.asserted_by,
        quoted_party=claim.quoted_party,
        article_id=article.id,
        url=article.url,
        title=article.title,
        outlet=source.title,
        country=source.country,
        language=claim.language,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        group_reason=claim.group_reason,
        group_score=claim.group_score,
        change=change,
        page_note=page_note or None,
    )
