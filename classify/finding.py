"""Monitored articles to claims in groups, with counts of what the gates stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from classify.claims import find_claims
from classify.due import (
    VERSIONS_AT_ONCE,
    DueVersion,
    Progress,
    batches,
    due_versions,
    ignore_progress,
    mark_analysed,
    read_versions,
    still_due,
    try_each,
)
from classify.facts import ClaimModel
from classify.grouping import GroupMatch, explain_match, group_key
from classify.values import FoundClaim, FoundClaims
from models import BY_HAND, Article, AssertedBy, Claim, ClaimGroup, GateCount, Sessions, writing

REPRINT_OF_SPLIT = "a reprint of what was split by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What find_claims_due did; `stopped` counts sentences by the gate that stopped them."""

    versions: int
    claims: int
    stopped: Counter[str]
    failed: int


class FindingModels(Protocol):
    """What find_claims_due needs of the loaded models; `version` is written on every claim."""

    @property
    def claims(self) -> ClaimModel: ...

    @property
    def version(self) -> str: ...


def find_claims_due(
    sessions: Sessions, *, models: FindingModels, now: datetime, progress: Progress = ignore_progress
) -> Found:
    """Find the claims of every monitored version that is due. Of a superseded version none are looked for."""
    done: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    due = due_versions(sessions, evidence=False)
    for batch in batches(due, VERSIONS_AT_ONCE):
        versions = read_versions(sessions, batch)
        found = dict(try_each(versions, lambda version: _find(version, models)))
        with writing(sessions) as session:
            claims = [(version, found[version]) for version in still_due(session, list(found))]
            done["claims"] += _record_claims(session, claims, model=models.version, now=now)
            for version, result in claims:
                mark_analysed(session, version, now)
                stopped.update(result.stopped)
        done.update(versions=len(claims), failed=len(versions) - len(found))
        progress(done["versions"] + done["failed"], len(due))
    return Found(versions=done["versions"], claims=done["claims"], stopped=stopped, failed=done["failed"])


def _find(version: DueVersion, models: FindingModels) -> FoundClaims:
    if version.superseded_at is not None:
        return FoundClaims(())
    language = version.language or "vi"
    return find_claims(version.text, version.title, language=language, scope=version.scope, models=models)


def _record_claims(
    session: Session, found: Sequence[tuple[DueVersion, FoundClaims]], *, model: str, now: datetime
) -> int:
    """Add the claims with their groups, and the counts of what the gates stopped; returns how many claims."""
    claims = [(version, claim) for version, result in found for claim in _distinct(result.claims)]
    groups = _groups_for(session, claims, now)
    by_hand = _groups_by_hand(session, {version.article_id for version, _ in claims})
    rows = []
    for version, claim in claims:
        key = group_key(claim.text)
        group_id, group_text = groups[key]
        match = explain_match(claim.text, group_text)
        if (version.article_id, key) in by_hand:
            group_id, match = by_hand[version.article_id, key]
        rows.append(
            {
                "version_id": version.id,
                "article_id": version.article_id,
                "start": claim.start,
                "end": claim.end,
                "text": claim.text,
                "language": version.language,
                "asserted_by": AssertedBy(claim.asserted_by),
                "quoted_party": claim.quoted_party,
                "probability": claim.probability,
                "model": model,
                "found_at": now,
                "group_id": group_id,
                "group_reason": match.reason,
                "group_score": match.score,
            }
        )
    if rows:
        session.execute(insert(Claim), rows)
        _describe_groups(session, {row["group_id"] for row in rows})
    _count_stopped(session, sum((result.stopped for _, result in found), Counter()), now)
    return len(rows)


def _distinct(claims: Sequence[FoundClaim]) -> list[FoundClaim]:
    return list({(claim.asserted_by, claim.start, claim.end): claim for claim in claims}.values())


def _groups_for(
    session: Session, claims: Sequence[tuple[DueVersion, FoundClaim]], now: datetime
) -> dict[str, tuple[int, str]]:
    """Id and text of the group of every key among the claims, made where there was none."""
    new: dict[str, dict[str, Any]] = {}
    for version, claim in claims:
        seen_at = version.published_at or now
        new.setdefault(
            group_key(claim.text),
            {
                "text": claim.text,
                "language": version.language,
                "first_seen_at": seen_at,
                "last_seen_at": seen_at,
            },
        )
    if not new:
        return {}
    # Another process may make the same group at the same moment.
    statement = _insert(session, ClaimGroup).on_conflict_do_nothing(index_elements=["key"])
    session.execute(statement, [{"key": key, **values} for key, values in new.items()])
    query = select(ClaimGroup.key, ClaimGroup.id, ClaimGroup.text).where(ClaimGroup.key.in_(new))
    return {key: (group_id, text) for key, group_id, text in session.execute(query)}


def _groups_by_hand(session: Session, articles: set[int]) -> dict[tuple[int, str], tuple[int, GroupMatch]]:
    """By article and key of a claim's words: the group in which a person put what it said before, or its reprints say.

    Where the reprints of one story are in several groups, nobody has said to which a further one belongs.
    """
    query = select(Article.id, Article.story_id).where(
        Article.id.in_(articles), Article.story_id.is_not(None)
    )
    stories = {
        article_id: story_id for article_id, story_id in session.execute(query) if story_id is not None
    }
    put = _claims_in_groups().where(ClaimGroup.key.startswith(BY_HAND))
    told: dict[tuple[int | None, str], set[int]] = defaultdict(set)
    for _, story_id, text, group_id, _ in session.execute(put.where(Article.story_id.in_(stories.values()))):
        told[story_id, group_key(text)].add(group_id)
    elsewhere = _claims_in_groups().where(~ClaimGroup.key.startswith(BY_HAND))
    for _, story_id, text, group_id, _ in session.execute(
        elsewhere.where(Article.story_id.in_({story_id for story_id, _ in told}))
    ):
        if (story_id, group_key(text)) in told:
            told[story_id, group_key(text)].add(group_id)
    found = {
        (article_id, key): (next(iter(groups)), GroupMatch(REPRINT_OF_SPLIT, None))
        for article_id, story_id in stories.items()
        for (told_of, key), groups in told.items()
        if told_of == story_id and len(groups) == 1
    }
    for article_id, _, text, group_id, reason in session.execute(put.where(Claim.article_id.in_(articles))):
        found[article_id, group_key(text)] = group_id, GroupMatch(reason or "", None)
    return found


def _claims_in_groups() -> Select[int, int | None, str, int, str | None]:
    return (
        select(Claim.article_id, Article.story_id, Claim.text, ClaimGroup.id, Claim.group_reason)
        .join(Article, Article.id == Claim.article_id)
        .join(ClaimGroup, ClaimGroup.id == Claim.group_id)
        .order_by(Claim.id)
    )


def _describe_groups(session: Session, ids: set[Any]) -> None:
    """Give groups the text of their earliest claim by (published_at, url, start), and their span of time."""
    seen_at = func.coalesce(Article.published_at, Claim.found_at)
    for group_id in sorted(ids):
        members = (
            select(Claim.text, Claim.language, seen_at.label("seen_at"))
            .join(Article, Article.id == Claim.article_id)
            .where(Claim.group_id == group_id)
        )
        first = session.execute(members.order_by(seen_at, Article.url, Claim.start).limit(1)).one()
        last = session.execute(members.order_by(seen_at.desc()).limit(1)).one()
        session.execute(
            update(ClaimGroup)
            .where(ClaimGroup.id == group_id)
            .values(
                text=first.text,
                language=first.language,
                first_seen_at=first.seen_at,
                last_seen_at=last.seen_at,
            )
        )


def _count_stopped(session: Session, stopped: Counter[str], now: datetime) -> None:
    """Add to the day's counts, by gate alone: a reason could repeat words of the sentence."""
    gates: Counter[str] = Counter()
    for name, sentences in stopped.items():
        gates[name.partition("/")[0]] += sentences
    for gate, sentences in sorted(gates.items()):
        statement = _insert(session, GateCount).values(day=now.date(), gate=gate, sentences=sentences)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "gate"], set_={"sentences": GateCount.sentences + sentences}
            )
        )


def _insert(session: Session, table: type[Any]) -> Any:
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
