"""What outlets make of a sentence that stands in an alert: noted on it, with the difference; a person decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.decisions import decide_alert
from alerts.holding import hold_if_free
from alerts.transitions import find
from models import (
    Alert,
    AlertState,
    Article,
    ArticleVersion,
    Claim,
    Outcome,
    OutletChange,
    Sessions,
    User,
    writing,
)

One = TypeVar("One", int, Claim)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """What became of a claim's sentence: since which version of its article, and when that was first seen."""

    version: int
    changed_at: datetime
    before: str
    after: str | None


Follow = Callable[[Session, Sequence[Claim]], Mapping[int, SentenceChange]]
"""By claim id, what became of those sentences that their articles do not say any more."""


def note_changes(sessions: Sessions, follow: Follow, *, now: datetime, batch: int = 200) -> int:
    """Follow the claims of watched pages to their newest version; the number of changes that were noted.

    A batch of pages is one transaction with the mark of how far its claims were followed. Safe to repeat and to kill.
    """
    noted = 0
    while True:
        with sessions() as session:
            if session.execute(_due().limit(1)).first() is None:
                return noted
        with writing(sessions) as session:
            audit.take_turn(session)
            newest: dict[int, int] = dict(session.execute(_due().limit(batch)).all())
            claims = session.scalars(
                _left_behind(select(Claim).join(Article, Article.id == Claim.article_id))
                .where(Article.id.in_(newest))
                .order_by(Claim.id)
            ).all()
            changes = follow(session, claims)
            for claim in claims:
                claim.followed_to = newest[claim.article_id]
                change = changes.get(claim.id)
                if change is not None:
                    noted += _note(session, claim, change, now)


def accept_correction(
    session: Session, alert_id: int, *, actor: User, version: int, note: str, now: datetime
) -> Alert:
    """The alert, closed without an answer because the outlet has put it right; held and decided in one act."""
    audit.take_turn(session)
    version = hold_if_free(session, alert_id, actor=actor, version=version, now=now)
    return decide_alert(
        session,
        alert_id,
        actor=actor,
        version=version,
        outcome=Outcome.NO_RESPONSE,
        note=note,
        now=now,
    )


def _due() -> Select[int, int]:
    """Watched articles that have a claim which was not followed to their newest version, with that version's number.

    It is asked every few seconds, so it begins with what is watched: with a join to the claims SQLite would walk all
    that were ever found.
    """
    return (
        select(Article.id, Article.versions)
        .where(Article.watched_since.is_not(None), _left_behind(select(Claim.id)).exists())
        .order_by(Article.watched_since, Article.id)
    )


def _left_behind(claims: Select[One]) -> Select[One]:
    """Of the claims those of an article that were not followed to its newest version."""
    return claims.join(ArticleVersion, ArticleVersion.id == Claim.version_id).where(
        Claim.article_id == Article.id,
        Claim.group_id.is_not(None),
        Article.versions > func.coalesce(Claim.followed_to, ArticleVersion.number),
    )


def _note(session: Session, claim: Claim, change: SentenceChange, now: datetime) -> int:
    alert = session.scalar(select(Alert).where(Alert.group_id == claim.group_id))
    while alert is not None and alert.duplicate_of_id is not None:
        alert = find(session, Alert, alert.duplicate_of_id)
    if alert is None or alert.state is AlertState.CLOSED:
        return 0
    known = select(OutletChange.id).where(
        OutletChange.claim_id == claim.id, OutletChange.version == change.version
    )
    if session.scalar(known) is not None:
        return 0
    session.add(
        OutletChange(
            alert_id=alert.id,
            claim_id=claim.id,
            version=change.version,
            changed_at=change.changed_at,
            noted_at=now,
            before=change.before,
            after=change.after,
        )
    )
    # The version stays: nothing that people contend for has changed, and an open page must not go stale.
    alert.outlet_changed_at = now
    details = {"claim": claim.id, "article_version": change.version, "taken_out": change.after is None}
    audit.record(
        session,
        actor=audit.SYSTEM,
        action="alert.outlet_changed",
        object_type="alert",
        object_id=alert.id,
        details=details,
        now=now,
    )
    return 1
