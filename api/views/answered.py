"""The claim that a published brief answers: where it was printed, who asserted it, and how it stands to the record."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.findings import finding
from api.views.base import Moment, Out
from models import Alert, Article, AssertedBy, Assessment, Claim, ClaimGroup, Label, Source

MOST_APPEARANCES = 20


class AppearanceOut(Out):
    """One article that prints the claim; `said_by` is the outlet, or the office or body that it quotes."""

    url: str
    title: str
    outlet: str
    published_at: Moment | None
    asserted_by: AssertedBy
    said_by: str | None


class AnsweredOut(Out):
    """The claim, the earliest appearance first. `label` is empty where people alone found what answers it."""

    text: str
    language: str | None
    label: Label | None
    appearances: list[AppearanceOut]


def describe_answered(session: Session, alert_id: int | None, *, up_to: datetime) -> AnsweredOut | None:
    """What the brief of an alert answers, as it was found up to a moment; nothing for a fact sheet."""
    alert = session.get(Alert, alert_id) if alert_id else None
    group = session.get(ClaimGroup, alert.group_id) if alert else None
    if alert is None or group is None:
        return None
    assessment = session.get(Assessment, alert.assessment_id) if alert.assessment_id else None
    return AnsweredOut(
        text=group.text,
        language=group.language,
        label=finding(assessment.label, assessment.alert_worthy) if assessment else None,
        appearances=_appearances(session, group.id, up_to),
    )


def _appearances(session: Session, group_id: int, up_to: datetime) -> list[AppearanceOut]:
    rows = session.execute(
        select(Claim, Article, Source.title)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Claim.group_id == group_id, Claim.found_at <= up_to)
        .order_by(Article.published_at.is_(None), Article.published_at, Article.url, Claim.id)
    )
    seen: dict[int, AppearanceOut] = {}
    for claim, article, outlet in rows:
        if article.id in seen or len(seen) == MOST_APPEARANCES:
            continue
        seen[article.id] = AppearanceOut(
            url=article.url,
            title=article.title,
            outlet=outlet,
            published_at=article.published_at,
            asserted_by=claim.asserted_by,
            said_by=claim.quoted_party if claim.asserted_by is AssertedBy.QUOTED else outlet,
        )
    return list(seen.values())
