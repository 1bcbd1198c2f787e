"""Evidence that speaks against a brief: kept beside what supports it, answered or acknowledged before approval."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.approval import BlockDraft, Opposing, Problem, find_unanswered
from alerts.errors import Conflict, NotFound
from alerts.permissions import Act, require
from alerts.transitions import find, need_text
from models import (
    Alert,
    BlockKind,
    Brief,
    BriefBlock,
    BriefVersion,
    ChangeGrade,
    Citation,
    ClaimGroup,
    Passage,
    Undermining,
    UnderminingAcknowledgement,
    UnderminingPassage,
    User,
)

# What the claim's own block says is somebody else's.
_ASSERTING = (BlockKind.FACT, BlockKind.DIFFERENCE, BlockKind.CONTEXT)


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a text in a language says, as one of its blocks."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Statements:
    """What evidence can speak against: the claim that is answered, if one is, and what the newest texts assert."""

    claim: str | None
    asserted: tuple[Asserted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A passage that was found to speak against a statement, and how surely (0..1); `language` is that of the text that
    makes the statement, empty for the claim.
    """

    passage_id: int
    reason: Undermining
    statement: str
    probability: float
    language: str = ""


def read_statements(session: Session, brief_id: int) -> Statements:
    """What a brief's evidence is looked for by."""
    brief = find(session, Brief, brief_id)
    claim = session.scalar(
        select(ClaimGroup.text).join(Alert, Alert.group_id == ClaimGroup.id).where(Alert.id == brief.alert_id)
    )
    texts = session.execute(
        select(BriefVersion.language, BriefBlock.text)
        .join(BriefVersion, BriefVersion.id == BriefBlock.version_id)
        .where(
            BriefBlock.version_id.in_(_find_newest_texts(session, brief_id).values()),
            BriefBlock.kind.in_(_ASSERTING),
        )
        .order_by(BriefBlock.version_id, BriefBlock.position)
    )
    asserted = (Asserted(language, text) for language, text in texts if text)
    return Statements(claim, tuple(dict.fromkeys(asserted)))


def record_undermining(session: Session, brief_id: int, found: Sequence[Against], *, now: datetime) -> int:
    """Keep what was found, each passage once for the claim and once for each language whose text it contradicts; how
    much is new. What was found earlier and is no longer goes, unless a person named it.
    """
    audit.take_turn(session)
    known = {(row.passage_id, row.language): row for row in _rows(session, brief_id)}
    found_anew: dict[tuple[int, str], list[Against]] = {}
    for one in sorted(found, key=lambda one: -one.probability):
        found_anew.setdefault((one.passage_id, one.language), []).append(one)
    for key, row in known.items():
        if row.named_by_id is not None:
            continue
        if key in found_anew:
            _bring_up_to_date(row, found_anew[key])
        else:
            session.delete(row)
    new = [ones[0] for key, ones in found_anew.items() if key not in known]
    for one in sorted(new, key=lambda one: (one.passage_id, one.language)):
        session.add(
            UnderminingPassage(
                brief_id=brief_id,
                passage_id=one.passage_id,
                reason=one.reason,
                found_at=now,
                statement=one.statement,
                language=one.language,
                probability=one.probability,
            )
        )
    session.flush()
    return len(new)


def _bring_up_to_date(row: UnderminingPassage, found: Sequence[Against]) -> None:
    """What it speaks against most surely now. It stays with its statement while it speaks against that at all, so
    that what was acknowledged of it is not asked again for a surer sentence beside it.
    """
    same = (one for one in found if (one.reason, one.statement) == (row.reason, row.statement))
    now = next(same, found[0])
    row.reason, row.statement, row.probability = now.reason, now.statement, now.probability


def name_undermining(
    session: Session, brief_id: int, *, passage_id: int, note: str, actor: User, now: datetime
) -> UnderminingPassage:
    """A passage that a person says speaks against the brief. Raises Conflict when it is listed already."""
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    find(session, Passage, passage_id)
    if any(row.passage_id == passage_id for row in _rows(session, brief_id)):
        raise Conflict(f"passage {passage_id} is listed against brief {brief_id} already", brief)
    row = UnderminingPassage(
        brief_id=brief_id,
        passage_id=passage_id,
        reason=Undermining.NAMED,
        found_at=now,
        named_by_id=actor.id,
        note=need_text("note", note),
    )
    session.add(row)
    session.flush()
    _note(session, brief, "brief.undermining_named", passage_id, row.note, actor=actor, now=now)
    return row


def acknowledge_undermining(
    session: Session,
    brief_id: int,
    *,
    passage_id: int,
    reason: str,
    actor: User,
    now: datetime,
    language: str | None = None,
) -> None:
    """Keep why the newest texts stand although the passage says otherwise; with a `language`, why that text does.

    What speaks against the claim's answer is acknowledged for every text at once. Raises Conflict when there is no text
    yet, or when that was said already of texts that rest on the same passages.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    rows = [
        row
        for row in _rows(session, brief_id)
        if row.passage_id == passage_id and (not row.language or language in (None, row.language))
    ]
    if not rows:
        raise NotFound("undermining passage", passage_id)
    reason = need_text("reason", reason)
    texts = _find_newest_texts(session, brief_id)
    if not texts:
        raise Conflict(f"brief {brief_id} has no text yet that could stand", brief)
    evidence = read_evidence(session, texts.values())
    said = {
        version_id: read_acknowledgements(session, brief_id, evidence[version_id])
        for version_id in texts.values()
    }
    open_ones = [
        (version_id, row.statement)
        for row in rows
        for text_language, version_id in sorted(texts.items(), key=lambda text: text[1])
        if row.language in ("", text_language) and (passage_id, row.statement) not in said[version_id]
    ]
    if not open_ones:
        raise Conflict(f"passage {passage_id} has been acknowledged already", brief)
    for version_id, statement in open_ones:
        session.add(
            UnderminingAcknowledgement(
                version_id=version_id,
                passage_id=passage_id,
                statement=statement,
                reason=reason,
                acknowledged_at=now,
                acknowledged_by_id=actor.id,
            )
        )
    session.flush()
    _note(session, brief, "brief.undermining_acknowledged", passage_id, reason, actor=actor, now=now)


def find_unanswered_by(
    session: Session, brief_id: int, language: str, blocks: Sequence[BlockDraft]
) -> list[Problem]:
    """What still speaks against a brief when a text in a language has these blocks. What contradicts a sentence of the
    other language's text is that text's to answer.
    """
    opposing = [
        Opposing(passage_id=row.passage_id, text=text, reason=row.reason, statement=row.statement)
        for row, text in session.execute(
            select(UnderminingPassage, Passage.text)
            .join(Passage, Passage.id == UnderminingPassage.passage_id)
            .where(UnderminingPassage.brief_id == brief_id, UnderminingPassage.language.in_(("", language)))
            .order_by(UnderminingPassage.id)
        )
    ]
    if not opposing:
        return []
    cited = {passage_id for block in blocks for passage_id in block.passage_ids}
    return find_unanswered(
        opposing, blocks, acknowledged=read_acknowledgements(session, brief_id, cited).keys()
    )


def read_acknowledgements(
    session: Session, brief_id: int, cited: Collection[int]
) -> dict[tuple[int, str], UnderminingAcknowledgement]:
    """By passage and statement, what holds for a text of the brief that cites these: said of a text that rested on the
    same passages, and of a statement that the passage speaks against now. The latest counts.
    """
    said = session.scalars(
        select(UnderminingAcknowledgement)
        .join(BriefVersion, BriefVersion.id == UnderminingAcknowledgement.version_id)
        .join(
            UnderminingPassage,
            and_(
                UnderminingPassage.brief_id == BriefVersion.brief_id,
                UnderminingPassage.passage_id == UnderminingAcknowledgement.passage_id,
                UnderminingPassage.statement == UnderminingAcknowledgement.statement,
            ),
        )
        .where(BriefVersion.brief_id == brief_id)
        .order_by(UnderminingAcknowledgement.id)
    ).all()
    evidence = read_evidence(session, {one.version_id for one in said})
    return {
        (one.passage_id, one.statement): one for one in said if evidence[one.version_id] == frozenset(cited)
    }


def read_evidence(session: Session, version_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The passages that each version cites."""
    cited: dict[int, set[int]] = {version_id: set() for version_id in version_ids}
    for version_id, passage_id in session.execute(
        select(BriefBlock.version_id, Citation.passage_id)
        .join(Citation, Citation.block_id == BriefBlock.id)
        .where(BriefBlock.version_id.in_(version_ids))
    ):
        cited[version_id].add(passage_id)
    return {version_id: frozenset(passages) for version_id, passages in cited.items()}


def _find_newest_texts(session: Session, brief_id: int) -> dict[str, int]:
    """By language, the version that is the newest in it; a proposal to withdraw is no text."""
    versions = session.execute(
        select(BriefVersion.language, BriefVersion.id)
        .where(BriefVersion.brief_id == brief_id, BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .order_by(BriefVersion.number)
    )
    return {row.language: row.id for row in versions}


def _rows(session: Session, brief_id: int) -> Sequence[UnderminingPassage]:
    return session.scalars(select(UnderminingPassage).where(UnderminingPassage.brief_id == brief_id)).all()


def _note(
    session: Session, brief: Brief, action: str, passage_id: int, words: str, *, actor: User, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="brief",
        object_id=brief.id,
        details={"version": brief.version, "passage": passage_id, "words": words},
        now=now,
    )
