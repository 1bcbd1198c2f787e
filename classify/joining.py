"""Claims to claim groups: by their words, by what people split off, and by what says the same in other words."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from classify.due import Progress, batches, ignore_progress
from classify.encoder import Encoder
from classify.grouping import GroupMatch, explain_match, group_key, match_wording
from classify.precedents import Precedents
from models import (
    BY_HAND,
    Article,
    Claim,
    ClaimGroup,
    Sessions,
    describe_groups,
    file_alerts_again,
    insert_into,
    writing,
)

CLAIMS_AT_ONCE = 200
WINDOW = timedelta(days=14)
"""How far from a group's first sighting another wording may be and still join it. Later ones are shown as similar, with
what was decided then: "last week" means another week."""
REPRINT_OF_SPLIT = "a reprint of what was split by hand"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What group_claims_due did; `restated` claims joined a group whose words are others, `failed` ones are due."""

    claims: int
    restated: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A claim without a group."""

    id: int
    article_id: int
    text: str
    language: str | None
    key: str
    seen_at: datetime


Restated: TypeAlias = Mapping[str, tuple[str, GroupMatch]]
"""By key of a new wording: the key of the group that it joins, and why."""
Near: TypeAlias = list[tuple[str, str]]
"""Key and text of groups that may say the same, the nearest first."""


def group_claims_due(
    sessions: Sessions, *, precedents: Precedents, progress: Progress = ignore_progress
) -> Grouped:
    """Give every claim that has none its group, in the order of (publication, address, place)."""
    done: Counter[str] = Counter()
    with sessions() as session:
        due = list(session.scalars(_due()))
    for batch in batches(due, CLAIMS_AT_ONCE):
        with sessions() as session:
            claims = _read(session, batch)
            restated, failed = _find_restated(session, claims, precedents)
        with writing(sessions) as session:
            still = _still_due(session, [claim for claim in claims if claim.key not in failed])
            done.update(_place(session, still, restated))
        done.update(failed=sum(claim.key in failed for claim in claims))
        progress(done["claims"] + done["failed"], len(due))
    return Grouped(claims=done["claims"], restated=done["restated"], failed=done["failed"])


def _due() -> Select[int]:
    return (
        select(Claim.id)
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.group_id.is_(None))
        .order_by(func.coalesce(Article.published_at, Claim.found_at), Article.url, Claim.start, Claim.id)
    )


def _read(session: Session, ids: Sequence[int]) -> list[_Due]:
    query = select(Claim, func.coalesce(Article.published_at, Claim.found_at)).join(
        Article, Article.id == Claim.article_id
    )
    found = {
        claim.id: _Due(
            id=claim.id,
            article_id=claim.article_id,
            text=claim.text,
            language=claim.language,
            key=claim.key or group_key(claim.text),
            seen_at=seen_at,
        )
        for claim, seen_at in session.execute(query.where(Claim.id.in_(ids)))
    }
    return [found[i] for i in ids if i in found]


def _still_due(session: Session, claims: Sequence[_Due]) -> list[_Due]:
    """Those that no other process has placed meanwhile or is placing now."""
    query = select(Claim.id).where(Claim.id.in_([claim.id for claim in claims]), Claim.group_id.is_(None))
    due = set(session.scalars(query.with_for_update(skip_locked=True)))
    return [claim for claim in claims if claim.id in due]


def _find_restated(
    session: Session, claims: Sequence[_Due], precedents: Precedents
) -> tuple[Restated, set[str]]:
    """Which new wordings join which group, and the keys of those that could not be thought about."""
    known = _groups_of_keys(session, {claim.key for claim in claims})
    first_of = {claim.key: claim for claim in reversed(claims) if claim.key not in known}
    new = sorted(first_of.values(), key=claims.index)
    near = _find_near(session, new, precedents)
    restated: dict[str, tuple[str, GroupMatch]] = {}
    failed: set[str] = set()
    leads: list[_Due] = []
    for claim, found in zip(new, near, strict=True):
        since = [(lead.key, lead.text) for lead in leads if abs(claim.seen_at - lead.seen_at) <= WINDOW]
        try:
            # One by one where they could not be looked for together.
            options = _ask_near(session, [claim], precedents)[0] if found is None else found
            match = _choose(claim.text, [*options, *since], precedents.encoder)
        except Exception:
            log.exception("claim %d could not be grouped", claim.id)
            failed.add(claim.key)
            continue
        if match is None:
            leads.append(claim)
        else:
            restated[claim.key] = match
    return restated, failed


def _ask_near(session: Session, claims: Sequence[_Due], precedents: Precedents) -> list[Near]:
    return precedents.nearest(session, [(claim.text, claim.seen_at) for claim in claims], within=WINDOW)


def _find_near(session: Session, claims: Sequence[_Due], precedents: Precedents) -> Sequence[Near | None]:
    try:
        return _ask_near(session, claims, precedents)
    except Exception:
        log.exception("claims %d to %d could not be looked for together", claims[0].id, claims[-1].id)
        return [None] * len(claims)


def _choose(text: str, options: Sequence[tuple[str, str]], encoder: Encoder) -> tuple[str, GroupMatch] | None:
    """The group that says the same and shares most with the text, the first of equal ones.

    None, too, where a group that a person split off says it: nobody has said to which of the two a third belongs.
    """
    matches = [
        (key, match)
        for key, other in options
        for match in [match_wording(text, other, encoder)]
        if match is not None
    ]
    if not matches or any(key.startswith(BY_HAND) for key, _ in matches):
        return None
    return max(matches, key=lambda one: one[1].score or 0.0)


def _groups_of_keys(session: Session, keys: set[str]) -> dict[str, tuple[int, GroupMatch | None]]:
    """By key, the group that its claims are in. The match is None where the group has that key itself.

    A wording that joined a group, or led one, stays where its claims are now: with the group, or where a person put all
    of them.
    """
    own = dict(session.execute(select(ClaimGroup.key, ClaimGroup.id).where(ClaimGroup.key.in_(keys))).all())
    emptied = _left_by_their_wording(session, own)
    found: dict[str, tuple[int, GroupMatch | None]] = {
        key: (group_id, None) for key, group_id in own.items() if key not in emptied
    }
    placed = (
        select(Claim.key, ClaimGroup.id, ClaimGroup.key, Claim.group_reason, Claim.group_score)
        .join(ClaimGroup, ClaimGroup.id == Claim.group_id)
        .where(Claim.key.in_(keys - found.keys()))
        # What a person split off comes first, of that the latest, so that the last word is of a group that texts may
        # join, or of the one from which the others were taken.
        .order_by(ClaimGroup.key.startswith(BY_HAND).desc(), ClaimGroup.id.desc(), Claim.id)
    )
    for key, group_id, its_key, reason, score in session.execute(placed):
        by_hand = its_key.startswith(BY_HAND)
        match = GroupMatch(REPRINT_OF_SPLIT, None) if by_hand else GroupMatch(reason or "", score)
        found[key or ""] = (group_id, match)
    return {key: (own[key], None) for key in emptied} | found


def _left_by_their_wording(session: Session, own: Mapping[str, int]) -> set[str]:
    """Keys of groups in which no claim has the group's own words, since a person put all that had elsewhere."""
    query = (
        select(ClaimGroup.key)
        .join(Claim, (Claim.group_id == ClaimGroup.id) & (Claim.key == ClaimGroup.key))
        .where(ClaimGroup.id.in_(own.values()))
        .distinct()
    )
    return own.keys() - set(session.scalars(query))


def _place(session: Session, claims: Sequence[_Due], restated: Restated) -> Counter[str]:
    """Write the groups of the claims; counts them, and those that joined one whose words are others.

    A claim stays due whose group was to be led by a claim that another process placed elsewhere meanwhile.
    """
    if not claims:
        return Counter()
    known = _groups_of_keys(session, {claim.key for claim in claims})
    lead_keys = {claim.key: restated.get(claim.key, (claim.key, None)) for claim in claims}
    groups = _make_groups(session, [claim for claim in claims if claim.key not in known], lead_keys)
    by_hand = _groups_by_hand(session, claims)
    claims = [claim for claim in claims if claim.key in known or lead_keys[claim.key][0] in groups]
    rows: list[dict[str, Any]] = []
    for claim in claims:
        lead, match = lead_keys[claim.key]
        if (claim.article_id, claim.key) in by_hand:
            group_id, match = by_hand[claim.article_id, claim.key]
        elif claim.key in known:
            group_id, match = known[claim.key]
        else:
            group_id = groups[lead]
        rows.append({"id": claim.id, "key": claim.key, "group_id": group_id, "match": match})
    texts = _texts(session, {row["group_id"] for row in rows})
    for row, claim in zip(rows, claims, strict=True):
        match = row.pop("match") or explain_match(claim.text, texts[row["group_id"]])
        row |= {"group_reason": match.reason, "group_score": match.score}
    if rows:
        session.execute(update(Claim), rows)
    describe_groups(session, {row["group_id"] for row in rows})
    reworded = [
        row["group_id"]
        for row, claim in zip(rows, claims, strict=True)
        if claim.key not in known and claim.key in restated
    ]
    file_alerts_again(session, set(reworded))
    return Counter(claims=len(rows), restated=len(reworded))


def _make_groups(
    session: Session, claims: Sequence[_Due], lead_keys: Mapping[str, tuple[str, GroupMatch | None]]
) -> dict[str, int]:
    """Ids of the groups that new wordings lead or join, by key; made where there was none."""
    new: dict[str, dict[str, Any]] = {}
    for claim in claims:
        if lead_keys[claim.key][0] == claim.key:
            seen = {"first_seen_at": claim.seen_at, "last_seen_at": claim.seen_at}
            new.setdefault(claim.key, {"text": claim.text, "language": claim.language, **seen})
    if new:
        # Another process may make the same group at the same moment.
        statement = insert_into(session, ClaimGroup).on_conflict_do_nothing(index_elements=["key"])
        # In one order, or the two would wait for each other.
        session.execute(statement, [{"key": key, **new[key]} for key in sorted(new)])
    wanted = {lead_keys[claim.key][0] for claim in claims}
    return dict(
        session.execute(select(ClaimGroup.key, ClaimGroup.id).where(ClaimGroup.key.in_(wanted))).all()
    )


def _texts(session: Session, ids: set[int]) -> dict[int, str]:
    query = select(ClaimGroup.id, ClaimGroup.text).where(ClaimGroup.id.in_(ids))
    return dict(session.execute(query).all())


def _groups_by_hand(
    session: Session, claims: Sequence[_Due]
) -> dict[tuple[int, str], tuple[int, GroupMatch]]:
    """By article and key of a claim's words: the group in which a person put what it said before, or its reprints say.

    Where the reprints of one story are in several groups, nobody has said to which a further one belongs.
    """
    articles = {claim.article_id for claim in claims}
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
