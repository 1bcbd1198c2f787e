"""What is thrown away when it is old enough, and how much of it there is. What people did is never thrown away.

The audit log, alerts, decisions, briefs, passages and every text that a claim or a passage rests on stay for good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts import Invalid, record, take_turn
from models import (
    ApiKey,
    Article,
    ArticleVersion,
    Base,
    Claim,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    KeptAnswer,
    Notice,
    NoticeState,
    Passage,
    Sessions,
    SignIn,
    User,
    writing,
)

SHORTEST_DAYS = 30
LONGEST_DAYS = 36_500
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of row that may go: its name, why it may, and which rows these are by a moment and by now."""

    name: str
    meaning: str
    table: type[Base]
    key: InstrumentedAttribute[Any]
    find: Callable[[datetime, datetime], Select[Any]]


def _old_versions(before: datetime, now: datetime) -> Select[Any]:
    """Earlier texts of articles on which nothing rests."""
    del now
    return (
        select(ArticleVersion.id)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(
            ArticleVersion.fetched_at < before,
            ArticleVersion.number < Article.versions,
            ~select(Claim.id).where(Claim.version_id == ArticleVersion.id).exists(),
            ~select(Passage.id).where(Passage.version_id == ArticleVersion.id).exists(),
        )
    )


def _old_attempts(before: datetime, now: datetime) -> Select[Any]:
    del now
    finished = select(Delivery.id).where(Delivery.state != DeliveryState.PENDING)
    return select(DeliveryAttempt.id).where(
        DeliveryAttempt.at < before, DeliveryAttempt.delivery_id.in_(finished)
    )


def _old_notices(before: datetime, now: datetime) -> Select[Any]:
    """Word that has gone out, or never will: what it told of stays where it happened."""
    del now
    return select(Notice.id).where(Notice.created_at < before, Notice.state != NoticeState.PENDING)


def _dead_keys(before: datetime, now: datetime) -> Select[Any]:
    del now
    return select(ApiKey.id).where(or_(ApiKey.revoked_at < before, ApiKey.expires_at < before))


RULES: tuple[Rule, ...] = (
    Rule(
        "article_versions",
        "earlier texts of articles on which no claim and no passage rests",
        ArticleVersion,
        ArticleVersion.id,
        _old_versions,
    ),
    Rule(
        "delivery_attempts",
        "requests to endpoints, with what came back, of deliveries that have ended",
        DeliveryAttempt,
        DeliveryAttempt.id,
        _old_attempts,
    ),
    Rule(
        "notices",
        "e-mails and chat messages, with their text, that were sent or given up",
        Notice,
        Notice.id,
        _old_notices,
    ),
    Rule("keys", "keys that ended before", ApiKey, ApiKey.id, _dead_keys),
    Rule(
        "sign_ins",
        "browser sessions that have run out",
        SignIn,
        SignIn.token_sha256,
        lambda before, now: select(SignIn.token_sha256).where(SignIn.expires_at <= now),
    ),
    Rule(
        "kept_answers",
        "answers kept for requests that are sent again, after their day",
        KeptAnswer,
        KeptAnswer.key,
        lambda before, now: select(KeptAnswer.key).where(KeptAnswer.expires_at <= now),
    ),
)


def count_prunable(session: Session, *, days: int, now: datetime) -> dict[str, int]:
    """How many rows of each kind would go. Raises Invalid for fewer than thirty days or too many."""
    before = _before(days, now)
    return {
        rule.name: session.scalar(select(func.count()).select_from(rule.find(before, now).subquery())) or 0
        for rule in RULES
    }


def prune(sessions: Sessions, *, days: int, now: datetime, actor: User | str = "command") -> dict[str, int]:
    """Throw away what is older, a thousand rows at a time, and log how much it was. Safe to kill and to repeat."""
    before, gone = _before(days, now), dict.fromkeys((rule.name for rule in RULES), 0)
    for rule in RULES:
        while True:
            with writing(sessions) as session:
                some = session.scalars(rule.find(before, now).limit(_AT_ONCE)).all()
                old_answers = [KeptAnswer.expires_at <= now] if rule.table is KeptAnswer else []
                # Two people may have named their requests alike, so that more goes than was chosen.
                went = session.scalars(
                    delete(rule.table).where(rule.key.in_(some), *old_answers).returning(rule.key),
                    execution_options={"synchronize_session": False},
                ).all()
            gone[rule.name] += len(went)
            if len(some) < _AT_ONCE:
                break
    with writing(sessions) as session:
        take_turn(session)
        record(
            session,
            actor=actor,
            action="rows.pruned",
            object_type="retention",
            object_id=days,
            details=dict(gone),
            now=now,
        )
    return gone


def _before(days: int, now: datetime) -> datetime:
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise Invalid("days", f"must be {SHORTEST_DAYS} to {LONGEST_DAYS}")
    return now - timedelta(days=days)
