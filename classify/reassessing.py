"""Claims held again against evidence that has changed since: those that nothing settled, for some days, and those of
alerts that wait for an answer, whatever was found of them, for as long as they wait.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select, update
from sqlalchemy.orm import Session, aliased

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
from classify.due import Progress, batches, ignore_progress
from classify.library import Library
from models import (
    UNANSWERED,
    Alert,
    Article,
    ArticleVersion,
    Assessment,
    AssessmentPassage,
    Claim,
    Passage,
    Sessions,
    is_said_last,
    writing,
)

LOST_LATELY = timedelta(days=2)
"""Lost evidence is looked for among what was superseded so lately. What a stopped program missed is seen with the next
passage that is filed, when every claim that waits is looked at. With 10,000 waiting alerts a pass that finds nothing
takes 40 ms; to go from each to its evidence had taken 50 more."""

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
    """Look again at claims for which the library has changed, `limit` at most.

    Of undecided claims those found within `window`, once the library has grown: the search alone is repeated for all of
    them, and only where a passage that was not there before is now among those it would be held against is a claim
    judged again. Of an unanswered alert likewise all claims, and those that rest on a passage that is no longer part of
    the record in any case. The new assessment counts from then on, the earlier ones stay. What rests on lost evidence
    comes first, then what waited longest.
    """
    done: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    _let_go(sessions, found_before=now - window)
    _take_up(sessions)

    def look_at(due: Mapping[int, _Due], newest: int, total: int) -> None:
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
        done.update(seen=len(due), failed=failed)
        progress(done["seen"], total)

    with sessions() as session:
        newest = newest_passage(session)
        # By the record of a past day nothing that a claim rests on is lost.
        lost = {} if as_published else _find_lost(session, now - LOST_LATELY, limit)
    for at_once in batches(list(lost), CLAIMS_AT_ONCE):
        look_at({claim_id: lost[claim_id] for claim_id in at_once}, newest, len(lost))
    with sessions() as session:
        query = select(func.count()).select_from(_due_again(newest_passage(session)).subquery())
        total = len(lost) + (session.scalar(query) or 0)
    total = total if limit is None else min(total, limit)
    while done["seen"] < total:
        with sessions() as session:
            newest = newest_passage(session)
            most = min(CLAIMS_AT_ONCE, total - done["seen"])
            rows = session.execute(_due_again(newest).limit(most))
            seen = {row.id: row.evidence_seen for row in rows}
            lost_too = set() if as_published else _rest_on_lost(session, seen)
            due = {claim_id: _Due(seen[claim_id], claim_id in lost_too) for claim_id in seen}
        if not due:
            break
        look_at(due, newest, total)
    return Assessed(
        claims=done["claims"], labels=labels, alert_worthy=done["alert_worthy"], failed=done["failed"]
    )


@dataclass(frozen=True, slots=True)
class _Due:
    """A claim's `evidence_seen`, and whether it rests on what the record does not say any more."""

    evidence_seen: int | None
    has_lost: bool = False


def _waits_for_answer() -> ColumnElement[bool]:
    """Claims in groups with an unanswered alert, or one that people found to repeat such an alert."""
    alert = select(Alert.id, Alert.group_id).where(Alert.state.in_(UNANSWERED)).cte(recursive=True)
    repeat = aliased(Alert)
    alert = alert.union(select(repeat.id, repeat.group_id).join(alert, repeat.duplicate_of_id == alert.c.id))
    return Claim.group_id.in_(select(alert.c.group_id)) & is_said_last()


def _latest_assessment() -> ScalarSelect[int]:
    return (
        select(func.max(Assessment.id))
        .where(Assessment.claim_id == Claim.id)
        .correlate(Claim)
        .scalar_subquery()
    )


def _find_lost(session: Session, since: datetime, limit: int | None) -> dict[int, _Due]:
    """Of unanswered alerts the claims that were last held against a passage that has been superseded since then."""
    lost = (
        select(AssessmentPassage.assessment_id)
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .where(Passage.superseded_at > since)
    )
    rows = session.execute(
        select(Claim.id, Claim.evidence_seen)
        .join(Assessment, Assessment.claim_id == Claim.id)
        .where(Assessment.id.in_(lost), Assessment.id == _latest_assessment(), _waits_for_answer())
        .order_by(Claim.id)
        .limit(limit)
    )
    return {row.id: _Due(row.evidence_seen, has_lost=True) for row in rows}


def _rest_on_lost(session: Session, claim_ids: Collection[int]) -> set[int]:
    """Of these claims those of unanswered alerts that were last held against what is superseded, whenever that was."""
    query = (
        select(Claim.id)
        .join(AssessmentPassage, AssessmentPassage.assessment_id == _latest_assessment())
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .where(Claim.id.in_(claim_ids), Passage.superseded_at.is_not(None), _waits_for_answer())
    )
    return set(session.scalars(query))


def _due_again(newest: int) -> Select[int, int | None]:
    return (
        select(Claim.id, Claim.evidence_seen)
        .join(ArticleVersion, ArticleVersion.id == Claim.version_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            Claim.evidence_seen < newest,
            # An alert stands when its page does not say it any more, and so must what is found of it.
            or_(ArticleVersion.number == Article.versions, _waits_for_answer()),
        )
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
    due: Mapping[int, _Due],
    library: Library,
    verifier: Judge,
    as_published: bool,
) -> tuple[list[JudgedClaim], int]:
    """The claims for which the evidence has changed, judged; and how many failed."""
    try:
        return _judge_changed(sessions, due, library, verifier, as_published), 0
    except Exception:
        log.exception("claims %d to %d could not be assessed again together; one by one", min(due), max(due))
    judged, failed = [], 0
    for claim_id, one in due.items():
        try:
            judged += _judge_changed(sessions, {claim_id: one}, library, verifier, as_published)
        except Exception:
            log.exception("claim %d could not be assessed again", claim_id)
            failed += 1
    return judged, failed


def _judge_changed(
    sessions: Sessions,
    due: Mapping[int, _Due],
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
            for (claim_id, one), query, passages in zip(due.items(), queries, held, strict=True)
            if one.has_lost or any(hit.passage_id > (one.evidence_seen or 0) for hit, _ in passages)
        ]
        results = verify_held([query for _, query, _ in changed], [p for _, _, p in changed], verifier)
        return [
            JudgedClaim(claim_id, *result, newest)
            for (claim_id, _, _), result in zip(changed, results, strict=True)
        ]


def _still_due(session: Session, due: Mapping[int, _Due]) -> set[int]:
    """Those of the claims that no other process has looked at meanwhile or is writing now."""
    query = select(Claim.id, Claim.evidence_seen).where(Claim.id.in_(due)).with_for_update(skip_locked=True)
    return {row.id for row in session.execute(query) if row.evidence_seen == due[row.id].evidence_seen}


def _let_go(sessions: Sessions, *, found_before: datetime) -> None:
    """Stop waiting for evidence on claims that are too old and have no alert that waits for an answer."""
    # As a range: SQLite takes an index for that, and reads the whole table for what is not empty.
    is_old = (Claim.evidence_seen >= 0) & (Claim.found_at <= found_before)
    old = select(Claim.id).where(is_old, or_(Claim.group_id.is_(None), ~_waits_for_answer())).correlate(None)
    with sessions() as session:
        if session.scalar(old.limit(1)) is None:
            return
    with writing(sessions) as session:
        let_go = update(Claim).where(Claim.id.in_(old)).values(evidence_seen=None)
        session.execute(let_go, execution_options={"synchronize_session": False})


def _take_up(sessions: Sessions) -> None:
    """Wait for evidence on all claims of unanswered alerts: for what is newer than any passage that was found for them
    last. Nothing older is missed by that: what the library had then was searched then.
    """
    held = (
        select(func.max(AssessmentPassage.passage_id))
        .where(AssessmentPassage.assessment_id == _latest_assessment())
        .correlate(Claim)
        .scalar_subquery()
    )
    with sessions() as session:
        seen = session.execute(
            select(Claim.id, func.coalesce(held, 0).label("seen")).where(
                # For nearly all claims it is empty, so that its index is the long way round.
                (Claim.evidence_seen + 0).is_(None),
                Claim.assessed_at.is_not(None),
                _waits_for_answer(),
            )
        ).all()
    if seen:
        with writing(sessions) as session:
            session.execute(update(Claim), [{"id": row.id, "evidence_seen": row.seen} for row in seen])
