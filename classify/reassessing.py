"""Claims that nothing settled, held again against evidence that arrived after them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from classify.assessing import (
    CLAIMS_AT_ONCE,
    Assessed,
    AssessingModels,
    Judge,
    JudgedClaim,
    build_queries,
    newest_passage,
    rank_found,
    record_assessment,
    verify_held,
)
from classify.due import Progress, ignore_progress
from classify.library import Library
from models import Article, ArticleVersion, Claim, Sessions, writing

log = logging.getLogger(__name__)


def reassess_due(
    sessions: Sessions,
    *,
    library: Library,
    models: AssessingModels,
    now: datetime,
    window: timedelta,
    limit: int | None = None,
    as_published: bool = False,
    progress: Progress = ignore_progress,
) -> Assessed:
    """Look again at undecided claims found within `window`, for which the library has grown, `limit` at most.

    The search alone is repeated for all of them; only where a passage that was not there before is now among those
    it would be held against is a claim judged again. Its new assessment counts from then on, the earlier ones stay.
    Those that waited longest come first.
    """
    done: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    _let_go(sessions, found_before=now - window)
    with sessions() as session:
        waiting = session.scalar(
            select(func.count()).select_from(_due_again(newest_passage(session)).subquery())
        )
    total = min(waiting or 0, limit if limit is not None else waiting or 0)
    while done["seen"] < total:
        with sessions() as session:
            newest = newest_passage(session)
            at_once = min(CLAIMS_AT_ONCE, total - done["seen"])
            due = {row.id: row.evidence_seen for row in session.execute(_due_again(newest).limit(at_once))}
        judged, failed = _judge_again(sessions, due, library, models.verifier, as_published)
        with writing(sessions) as session:
            still_due = _still_due(session, due)
            for claim in judged:
                if claim.claim_id in still_due:
                    record_assessment(session, claim, now)
                    labels[claim.verdict.label] += 1
                    done.update(claims=1, alert_worthy=int(claim.verdict.alert_worthy))
            # Those that failed, too, wait until there is more evidence: they would fail again.
            unmoved = still_due - {claim.claim_id for claim in judged}
            session.execute(update(Claim).where(Claim.id.in_(unmoved)).values(evidence_seen=newest))
        done.update(seen=max(1, len(due)), failed=failed)
        progress(done["seen"], total)
    return Assessed(
        claims=done["claims"], labels=labels, alert_worthy=done["alert_worthy"], failed=done["failed"]
    )


def _due_again(newest: int) -> Select[int, int | None]:
    return (
        select(Claim.id, Claim.evidence_seen)
        .join(ArticleVersion, ArticleVersion.id == Claim.version_id)
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.evidence_seen < newest, ArticleVersion.number == Article.versions)
        .order_by(
            Claim.evidence_seen,
            func.coalesce(Article.published_at, Article.first_seen_at),
            Article.url,
            Claim.asserted_by,
            Claim.start,
        )
    )


def _judge_again(
    sessions: Sessions,
    due: Mapping[int, int | None],
    library: Library,
    verifier: Judge,
    as_published: bool,
) -> tuple[list[JudgedClaim], int]:
    """The claims for which new passages are found, judged; and how many failed."""
    try:
        return _judge_changed(sessions, due, library, verifier, as_published), 0
    except Exception:
        log.exception("claims %d to %d could not be assessed again together; one by one", min(due), max(due))
    judged, failed = [], 0
    for claim_id, seen in due.items():
        try:
            judged += _judge_changed(sessions, {claim_id: seen}, library, verifier, as_published)
        except Exception:
            log.exception("claim %d could not be assessed again", claim_id)
            failed += 1
    return judged, failed


def _judge_changed(
    sessions: Sessions,
    due: Mapping[int, int | None],
    library: Library,
    verifier: Judge,
    as_published: bool,
) -> list[JudgedClaim]:
    with sessions() as session:
        newest = newest_passage(session)
        queries = build_queries(session, list(due), as_published=as_published)
        found = library.search(session, queries)
        held = rank_found(queries, found, verifier)
        changed = [
            (claim_id, query, passages)
            for (claim_id, seen), query, passages in zip(due.items(), queries, held, strict=True)
            if any(hit.passage_id > (seen or 0) for hit, _ in passages)
        ]
        results = verify_held([query for _, query, _ in changed], [p for _, _, p in changed], verifier)
        return [
            JudgedClaim(claim_id, *result, newest)
            for (claim_id, _, _), result in zip(changed, results, strict=True)
        ]


def _still_due(session: Session, due: Mapping[int, int | None]) -> set[int]:
    """Those of the claims that no other process has looked at meanwhile or is writing now."""
    query = select(Claim.id, Claim.evidence_seen).where(Claim.id.in_(due)).with_for_update(skip_locked=True)
    return {row.id for row in session.execute(query) if row.evidence_seen == due[row.id]}


def _let_go(sessions: Sessions, *, found_before: datetime) -> None:
    """Stop waiting for evidence on claims that are too old."""
    is_old = Claim.evidence_seen.is_not(None) & (Claim.found_at <= found_before)
    with sessions() as session:
        if session.scalar(select(Claim.id).where(is_old).limit(1)) is None:
            return
    with writing(sessions) as session:
        session.execute(update(Claim).where(is_old).values(evidence_seen=None))
