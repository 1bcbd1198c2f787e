"""Claims: the span as published, who asserts it, and its latest assessment."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.evidence import DifferenceOut, EvidenceOut, read_differences, read_evidence
from models import Article, AssertedBy, Assessment, Claim, Label, Source


class ClaimOut(Out):
    """A claim and how it stands to the evidence; without a label it has not been assessed yet.

    A label `contradicted` that is not alert-worthy lies below the threshold that the stated precision holds for: a
    hint for somebody who searches, no finding.
    """

    id: int
    text: str
    language: str | None
    asserted_by: AssertedBy
    quoted_party: str | None
    article_id: int
    url: str
    outlet: str
    published_at: Moment | None
    found_at: Moment
    group_id: int | None
    group_reason: str | None
    group_score: float | None
    label: Label | None
    is_alert_worthy: bool | None
    probability: float | None
    threshold: float | None
    model: str | None
    assessed_at: Moment | None


class ClaimDetailOut(ClaimOut):
    """A claim with the passages it was held against."""

    start: int
    end: int
    evidence: list[EvidenceOut]
    differences: list[DifferenceOut]


def describe_claims(session: Session, claims: Sequence[Claim]) -> list[ClaimOut]:
    """A page of claims."""
    wanted = [claim.id for claim in claims]
    places = {
        article.id: (article, source.title)
        for article, source in session.execute(
            select(Article, Source)
            .join(Source, Source.id == Article.source_id)
            .where(Article.id.in_([claim.article_id for claim in claims]))
        )
    }
    latest = (
        select(func.max(Assessment.id)).where(Assessment.claim_id.in_(wanted)).group_by(Assessment.claim_id)
    )
    assessments = {
        row.claim_id: row for row in session.scalars(select(Assessment).where(Assessment.id.in_(latest)))
    }
    return [_claim(claim, *places[claim.article_id], assessments.get(claim.id)) for claim in claims]


def describe_claim(session: Session, claim: Claim) -> ClaimDetailOut:
    """One claim with its evidence."""
    (shown,) = describe_claims(session, [claim])
    assessment = session.scalar(
        select(Assessment).where(Assessment.claim_id == claim.id).order_by(Assessment.id.desc()).limit(1)
    )
    evidence = read_evidence(session, {assessment.id}).get(assessment.id, []) if assessment else []
    leading = evidence[0].passage.text if evidence else ""
    return ClaimDetailOut(
        **shown.model_dump(),
        start=claim.start,
        end=claim.end,
        evidence=evidence,
        differences=read_differences(assessment.differences, claim.text, leading) if assessment else [],
    )


def _claim(claim: Claim, article: Article, outlet: str, assessment: Assessment | None) -> ClaimOut:
    return ClaimOut(
        id=claim.id,
        text=claim.text,
        language=claim.language,
        asserted_by=claim.asserted_by,
        quoted_party=claim.quoted_party,
        article_id=article.id,
        url=article.url,
        outlet=outlet,
        published_at=article.published_at,
        found_at=claim.found_at,
        group_id=claim.group_id,
        group_reason=claim.group_reason,
        group_score=claim.group_score,
        label=assessment.label if assessment else None,
        is_alert_worthy=assessment.alert_worthy if assessment else None,
        probability=assessment.probability if assessment else None,
        threshold=assessment.threshold if assessment else None,
        model=assessment.model if assessment else None,
        assessed_at=claim.assessed_at,
    )
