"""Monitored articles to claims, with counts of what the gates stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import insert
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
from classify.grouping import group_key
from classify.values import FoundClaim, FoundClaims
from models import AssertedBy, Claim, GateCount, Sessions, insert_into, writing


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
    """Add the claims and the counts of what the gates stopped; returns how many claims."""
    rows = [
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
            "key": group_key(claim.text),
        }
        for version, result in found
        for claim in _distinct(result.claims)
    ]
    if rows:
        session.execute(insert(Claim), rows)
    _count_stopped(session, sum((result.stopped for _, result in found), Counter()), now)
    return len(rows)


def _distinct(claims: Sequence[FoundClaim]) -> list[FoundClaim]:
    return list({(claim.asserted_by, claim.start, claim.end): claim for claim in claims}.values())


def _count_stopped(session: Session, stopped: Counter[str], now: datetime) -> None:
    """Add to the day's counts, by gate alone: a reason could repeat words of the sentence."""
    gates: Counter[str] = Counter()
    for name, sentences in stopped.items():
        gates[name.partition("/")[0]] += sentences
    for gate, sentences in sorted(gates.items()):
        statement = insert_into(session, GateCount).values(day=now.date(), gate=gate, sentences=sentences)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "gate"], set_={"sentences": GateCount.sentences + sentences}
            )
        )
