"""What anybody may count of the desk's work, the cases it lost included."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import Label as SQLLabel

from api.views.base import Out
from api.views.changes import is_said_last
from models import (
    Alert,
    Article,
    ArticleState,
    Assessment,
    Brief,
    BriefState,
    Claim,
    ClaimGroup,
    Label,
    Outcome,
    Role,
    Source,
)


class TallyOut(Out):
    """Counts of one row of the table."""

    claims: int
    supported: int
    contradicted: int
    missing_context: int
    not_enough_evidence: int


class PublicStatisticsOut(Out):
    """Articles read, claims assessed by label, alerts decided by outcome, briefs published."""

    articles: int
    claims: int
    assessed: dict[str, int]
    alerts: int
    decided: dict[str, int]
    briefs: dict[str, int]
    by_subject: dict[str, TallyOut]
    by_origin: dict[str, TallyOut]


def count_for_the_public(session: Session) -> PublicStatisticsOut:
    """The counts as they are now. Each claim counts once, however many versions say it, by its latest assessment.

    What is labelled contradicted below the alert threshold counts as not enough evidence: it is no finding.
    """
    monitored = select(Source.id).where(Source.role == Role.MONITORED)
    articles = session.scalar(
        select(func.count()).where(Article.source_id.in_(monitored), Article.state == ArticleState.READ)
    )
    by_label = _count(session, _public_label(), Assessment.id.in_(_latest()))
    decided = _count(session, Alert.outcome, Alert.outcome.is_not(None))
    briefs = _count(session, Brief.state, Brief.published_at.is_not(None))
    return PublicStatisticsOut(
        articles=articles or 0,
        claims=session.scalar(select(func.count()).select_from(Claim).where(is_said_last())) or 0,
        assessed={label: by_label.get(label, 0) for label in Label},
        alerts=session.scalar(select(func.count()).select_from(Alert)) or 0,
        decided={outcome: decided.get(outcome, 0) for outcome in Outcome},
        briefs={
            state: briefs.get(state, 0)
            for state in (BriefState.PUBLISHED, BriefState.CORRECTED, BriefState.WITHDRAWN)
        },
        by_subject=_tally(session, func.coalesce(ClaimGroup.subject, "other")),
        by_origin=_tally(session, case((func.lower(Source.country) == "vn", "domestic"), else_="foreign")),
    )


def _public_label() -> ColumnElement[Label]:
    hint = (Assessment.label == Label.CONTRADICTED) & ~Assessment.alert_worthy
    undecided = literal(Label.NOT_ENOUGH_EVIDENCE, Assessment.label.type)
    return case((hint, undecided), else_=Assessment.label)


def _latest() -> Select[int]:
    said = select(Claim.id).where(is_said_last())
    return select(func.max(Assessment.id)).where(Assessment.claim_id.in_(said)).group_by(Assessment.claim_id)


def _count(
    session: Session, column: SQLColumnExpression[Any], condition: ColumnElement[bool]
) -> dict[str, int]:
    value: SQLLabel[Any] = column.label("value")
    rows = session.execute(select(value, func.count()).where(condition).group_by(value))
    return {str(value): count for value, count in rows}


def _tally(session: Session, key: ColumnElement[str]) -> dict[str, TallyOut]:
    named = key.label("key")
    stands = _public_label().label("public_label")
    rows = session.execute(
        select(named, stands, func.count(Claim.id))
        .select_from(Claim)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(ClaimGroup, ClaimGroup.id == Claim.group_id)
        .outerjoin(Assessment, (Assessment.claim_id == Claim.id) & Assessment.id.in_(_latest()))
        .where(is_said_last())
        .group_by(named, stands)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, label, count in rows:
        counts[name][str(label) if label else "waiting"] = count
    return {
        name: TallyOut(claims=sum(row.values()), **{label: row.get(label, 0) for label in Label})
        for name, row in sorted(counts.items())
    }
