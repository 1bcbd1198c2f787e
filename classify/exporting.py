"""Rows for other programs: assessments as the scoring of the field reads them, and articles with their stories.

The order and content depend on what was published alone, never on row ids or on when a page was read, so two
crawls of the same news export the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import (
    Alert,
    Article,
    ArticleVersion,
    Assessment,
    AssessmentPassage,
    Claim,
    Passage,
    Story,
    unpack_text,
)

ROWS_AT_ONCE = 500


def export_assessments(session: Session) -> Iterator[dict[str, Any]]:
    """The latest assessment of every claim in the latest version of its article, by (article, speaker, place).

    Keys: article_url, claim, label, probability (that the evidence contradicts it), evidence (url, passage and
    score, best first), alert (the id of its group's alert, or null).
    """
    latest = (
        select(Assessment.claim_id, func.max(Assessment.id).label("id"))
        .group_by(Assessment.claim_id)
        .subquery()
    )
    query = (
        select(
            Assessment.id,
            Assessment.label,
            Assessment.probability,
            Claim.text,
            Article.url,
            Alert.id.label("alert"),
        )
        .join(latest, latest.c.id == Assessment.id)
        .join(Claim, Claim.id == Assessment.claim_id)
        .join(ArticleVersion, ArticleVersion.id == Claim.version_id)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Alert, Alert.group_id == Claim.group_id)
        .where(ArticleVersion.number == Article.versions)
        .order_by(_by_bytes(session, Article.url), Claim.asserted_by, Claim.start)
    )
    for rows in session.execute(query).partitions(ROWS_AT_ONCE):
        evidence = _evidence(session, [row.id for row in rows])
        for row in rows:
            yield {
                "article_url": row.url,
                "claim": row.text,
                "label": str(row.label),
                "probability": round(row.probability, 6),
                "evidence": evidence.get(row.id, []),
                "alert": row.alert,
            }


def export_articles(session: Session) -> Iterator[dict[str, Any]]:
    """Every article that has been read, by address: url, title, published_at, language, text, story (its key)."""
    query = (
        select(Article.url, Article.published_at, ArticleVersion, Story.key)
        .join(
            ArticleVersion,
            (ArticleVersion.article_id == Article.id) & (ArticleVersion.number == Article.versions),
        )
        .outerjoin(Story, Story.id == Article.story_id)
        .order_by(_by_bytes(session, Article.url))
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for url, published_at, version, story in session.execute(query):
        yield {
            "url": url,
            "title": version.title,
            "published_at": published_at.isoformat() if published_at else None,
            "language": version.language,
            "text": unpack_text(version.text_zstd),
            "story": story,
        }


def _evidence(session: Session, assessments: list[int]) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(AssessmentPassage.assessment_id, Article.url, Passage.text, AssessmentPassage.score)
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .join(Article, Article.id == Passage.article_id)
        .where(AssessmentPassage.assessment_id.in_(assessments))
        .order_by(AssessmentPassage.assessment_id, AssessmentPassage.rank)
    )
    evidence: dict[int, list[dict[str, Any]]] = {}
    for assessment_id, url, text, score in session.execute(query):
        evidence.setdefault(assessment_id, []).append({"url": url, "passage": text, "score": round(score, 6)})
    return evidence


def _by_bytes(session: Session, column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The column ordered by its bytes, as SQLite does; PostgreSQL would follow the server's language."""
    return column.collate("C") if session.get_bind().dialect.name == "postgresql" else column.expression
