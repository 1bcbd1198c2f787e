"""What the queue's first page is measured against: the same rows answered as the same JSON, and nothing else.

FastAPI with the response model, one select over the tables that a page shows and one of the clocks. Nobody signs in and
nothing is limited; nothing can be merged, late or changed by its outlet, so the rows must be as `pouring` makes them.
"""

from collections import defaultdict

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.views.alerts import AlertOut
from api.views.clocks import ClockOut
from api.views.evidence import DifferenceOut, EvidenceOut
from api.views.passages import describe_passage
from api.views.sightings import SightingOut
from models import (
    Alert,
    AlertClock,
    AlertState,
    Article,
    ArticleVersion,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    Desk,
    Passage,
    Sessions,
    Source,
)

_RECORD = aliased(Article)
_ROWS = (
    select(
        Alert,
        ClaimGroup,
        Desk.slug,
        Assessment,
        Claim,
        Article,
        Source.title,
        AssessmentPassage,
        Passage,
        _RECORD.url,
        ArticleVersion,
    )
    .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
    .join(Desk, Desk.id == Alert.desk_id)
    .join(Assessment, Assessment.id == Alert.assessment_id)
    .join(Claim, Claim.id == Assessment.claim_id)
    .join(Article, Article.id == Claim.article_id)
    .join(Source, Source.id == Article.source_id)
    .join(AssessmentPassage, AssessmentPassage.assessment_id == Assessment.id)
    .join(Passage, Passage.id == AssessmentPassage.passage_id)
    .join(_RECORD, _RECORD.id == Passage.article_id)
    .join(ArticleVersion, ArticleVersion.id == Passage.version_id)
    .where(Alert.state == AlertState.NEW)
    .order_by(Alert.priority.desc(), Alert.id.desc())
)


def create_bare_app(sessions: Sessions) -> FastAPI:
    """The service, ready for an ASGI server."""
    app = FastAPI()

    @app.get("/alerts")
    def list_alerts(limit: int = 50) -> list[AlertOut]:
        with sessions() as session:
            rows = session.execute(_ROWS.limit(limit)).all()
            clocks: dict[int, list[ClockOut]] = defaultdict(list)
            ids = [row[0].id for row in rows]
            for clock in session.scalars(
                select(AlertClock).where(AlertClock.alert_id.in_(ids)).order_by(AlertClock.id)
            ):
                clocks[clock.alert_id].append(_clock(clock))
        return [_show(*row, clocks[row[0].id]) for row in rows]

    return app


def _clock(clock: AlertClock) -> ClockOut:
    return ClockOut(
        kind=clock.kind,
        urgency=clock.urgency,
        allowed_minutes=clock.allowed_seconds // 60,
        is_running=clock.running_since is not None,
        is_late=False,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        escalations=[],
    )


def _show(
    alert: Alert,
    group: ClaimGroup,
    desk: str,
    assessment: Assessment,
    claim: Claim,
    article: Article,
    outlet: str,
    looked_at: AssessmentPassage,
    passage: Passage,
    url: str,
    version: ArticleVersion,
    clocks: list[ClockOut],
) -> AlertOut:
    return AlertOut(
        id=alert.id,
        version=alert.version,
        state=alert.state,
        outcome=alert.outcome,
        duplicate_of=alert.duplicate_of_id,
        claim=group.text,
        subject=group.subject,
        desk=desk,
        sighting=SightingOut(
            claim_id=claim.id,
            sentence=claim.text,
            asserted_by=claim.asserted_by,
            quoted_party=claim.quoted_party,
            article_id=article.id,
            url=article.url,
            title=article.title,
            outlet=outlet,
            country=None,
            language=claim.language,
            published_at=article.published_at,
            first_seen_at=article.first_seen_at,
            group_reason=claim.group_reason,
            group_score=claim.group_score,
            change=None,
            page_note=None,
        ),
        outlets=[outlet],
        outlet_count=1,
        outlets_lately=0,
        first_seen_at=group.first_seen_at,
        last_seen_at=group.last_seen_at,
        label=assessment.label,
        is_alert_worthy=assessment.alert_worthy,
        probability=assessment.probability,
        threshold=assessment.threshold,
        model=assessment.model,
        differences=[
            DifferenceOut(
                kind=one["kind"],
                claim=claim.text[slice(*one["claim"])],
                passage=passage.text[slice(*one["passage"])],
                claim_at=one["claim"],
                passage_at=one["passage"],
            )
            for one in assessment.differences
        ],
        evidence=[
            EvidenceOut(
                rank=looked_at.rank,
                score=looked_at.score,
                passage=describe_passage(passage, url, version, None),
            )
        ],
        official_only=True,
        record_change=None,
        priority=alert.priority,
        priority_parts=alert.priority_parts,
        raised_at=alert.raised_at,
        updated_at=alert.updated_at,
        raised_by=None,
        held_by_id=None,
        held_by=None,
        held_until=None,
        snoozed_until=None,
        outlet_changed_at=None,
        viewers=[],
        clocks=clocks,
        brief_id=None,
    )
