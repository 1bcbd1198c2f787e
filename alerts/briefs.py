"""Writing briefs: opened for one alert or one subject, written in versions that are never changed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.announcements import announce
from alerts.approval import BlockDraft, speaks_for_office
from alerts.drafting import Quoter, find_draft, quote_whole
from alerts.errors import Conflict, Invalid
from alerts.lifecycle import Refusal, next_state, step_brief
from alerts.permissions import Act, require
from alerts.schedules import call_off
from alerts.transitions import clean_text, find, move_alert, swap
from models import (
    Alert,
    AlertState,
    Article,
    BlockKind,
    Brief,
    BriefBlock,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Citation,
    ClaimGroup,
    Passage,
    User,
    nfc,
)

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A cited passage and the address of the page it was read on."""

    passage: Passage
    url: str


@dataclass(frozen=True, slots=True)
class CitedBlock:
    """A block as it reads, with its sources in the order they were cited."""

    kind: BlockKind
    text: str
    is_statement: bool
    sources: tuple[CitedSource, ...]


def open_brief(
    session: Session,
    *,
    actor: User,
    now: datetime,
    alert_id: int | None = None,
    subject: str | None = None,
    desk_id: int | None = None,
) -> Brief:
    """A brief to be written: the answer to an alert that somebody decided to respond to, or a fact sheet.

    Raises Conflict, with the alert, when it is not waiting for an answer; with the brief, when it has one.
    """
    audit.take_turn(session)
    if alert_id is not None:
        alert = find(session, Alert, alert_id)
        # Whoever answers for another desk still answers this desk's alert.
        require(actor, Act.WRITE, desk_id=alert.desk_id)
        desk_id = alert.desk_id if desk_id is None else desk_id
        subject = find(session, ClaimGroup, alert.group_id).subject if subject is None else subject
        existing = session.scalar(select(Brief).where(Brief.alert_id == alert_id).limit(1))
        if existing is not None:
            raise Conflict(f"alert {alert_id} is answered by brief {existing.id}", existing)
        if alert.state is not AlertState.DRAFTING:
            raise Conflict(
                f"alert {alert_id} is {alert.state}; only one decided as respond is answered", alert
            )
    elif subject is None:
        raise Invalid("subject", "a brief answers an alert or has a subject")
    require(actor, Act.WRITE, desk_id=desk_id)
    brief = Brief(
        created_at=now,
        updated_at=now,
        opened_by_id=actor.id,
        alert_id=alert_id,
        desk_id=desk_id,
        subject=subject,
    )
    session.add(brief)
    session.flush()
    note_act(session, brief, "brief.opened", actor=actor, now=now, alert=alert_id)
    if alert_id is not None:
        # Nobody can undo the decision any more.
        announce(session, find(session, Alert, alert_id), actor=actor, now=now)
    return brief


def change_subject(
    session: Session, brief_id: int, *, subject: str, actor: User, version: int, now: datetime
) -> Brief:
    """The brief under another subject. Raises Conflict once it was published: subscribers who chose the subject that it
    had are told of its corrections by that.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    if brief.published_at is not None:
        raise Conflict(
            f"brief {brief_id} is published; its subject stays, subscribers know it by that", brief
        )
    before = brief.subject
    swap(session, brief, version=version, subject=subject, updated_at=now)
    note_act(
        session, brief, "brief.subject_changed", actor=actor, now=now, before=before, subject=brief.subject
    )
    return brief


def write_version(
    session: Session,
    brief_id: int,
    *,
    language: str,
    title: str,
    blocks: Sequence[BlockDraft],
    actor: User,
    version: int,
    now: datetime,
) -> BriefVersion:
    """A new version of the text in one language; earlier ones stay as they were.

    Incomplete texts may be stored; they cannot be approved. Raises Conflict when that language has been
    published (then correct_brief writes it), while it is proposed to withdraw the brief, or where `version` is not the
    brief's; Invalid for a passage that is not there.
    """
    audit.take_turn(session)
    brief = find(session, Brief, brief_id)
    require(actor, Act.WRITE, desk_id=brief.desk_id)
    if published_version(session, brief_id, language) is not None:
        raise Conflict(f"brief {brief_id} is published in {language}; correct it instead", brief)
    written = add_version(
        session, brief, language=language, title=title, blocks=blocks, actor=actor, version=version, now=now
    )
    note_act(session, brief, "brief.written", actor=actor, now=now, language=language, number=written.number)
    return written


def draft_version(
    session: Session,
    brief_id: int,
    *,
    language: str,
    actor: User,
    version: int,
    now: datetime,
    passage_ids: Sequence[int] = (),
    question: str = "",
    quote: Quoter = quote_whole,
) -> BriefVersion:
    """A first version made of quotations alone: the passages named, or those the alert's assessment rests on.

    Raises Invalid when there is nothing to quote.
    """
    brief = find(session, Brief, brief_id)
    alert = None if brief.alert_id is None else find(session, Alert, brief.alert_id)
    draft = find_draft(
        session, alert=alert, language=language, passage_ids=passage_ids, question=question, quote=quote
    )
    return write_version(
        session,
        brief_id,
        language=language,
        title=draft.title,
        blocks=draft.blocks,
        actor=actor,
        version=version,
        now=now,
    )


def add_version(
    session: Session,
    brief: Brief,
    *,
    language: str,
    title: str,
    blocks: Sequence[BlockDraft],
    actor: User,
    version: int,
    now: datetime,
    grade: ChangeGrade = ChangeGrade.FIRST,
    change_note: str = "",
) -> BriefVersion:
    """The version's rows, and the brief moved on: a text in review that is written anew is a draft again."""
    if language not in LANGUAGES:
        raise Invalid("language", f"must be one of {', '.join(LANGUAGES)}")
    if brief.state is BriefState.WITHDRAWN:
        raise Conflict(f"brief {brief.id} has been withdrawn; open another one", brief)
    need_no_withdrawal(session, brief)
    _check_passages(session, blocks)
    number = session.scalar(
        select(func.max(BriefVersion.number)).where(
            BriefVersion.brief_id == brief.id, BriefVersion.language == language
        )
    )
    written = BriefVersion(
        brief_id=brief.id,
        language=language,
        number=(number or 0) + 1,
        title=nfc(clean_text("title", title)),
        drafted_by_id=actor.id,
        drafted_at=now,
        grade=grade,
        change_note=nfc(clean_text("change_note", change_note)),
    )
    call_off(session, written, reason="the text was written anew", now=now)
    session.add(written)
    session.flush()
    for position, block in enumerate(blocks, start=1):
        row = BriefBlock(
            version_id=written.id,
            position=position,
            kind=block.kind,
            text=nfc(clean_text("text", block.text)),
            is_statement=speaks_for_office(block.kind, is_marked=block.is_statement),
        )
        session.add(row)
        session.flush()
        for rank, passage_id in enumerate(dict.fromkeys(block.passage_ids), start=1):
            session.add(Citation(block_id=row.id, position=rank, passage_id=passage_id))
    session.flush()
    move_on(session, brief, version=version, now=now)
    return written


def move_on(
    session: Session, brief: Brief, *, version: int, now: datetime, published: ChangeGrade | None = None
) -> Brief:
    """The brief one version further, and its alert with it; `published` is the grade of a text just published."""
    step = step_brief(brief.state, in_review=_is_in_review(session, brief), published=published)
    published_at = brief.published_at or (now if published else None)
    swap(session, brief, version=version, state=step.state, updated_at=now, published_at=published_at)
    if step.act is not None and brief.alert_id is not None:
        alert = find(session, Alert, brief.alert_id)
        refusal = next_state(alert.state, step.act)
        if isinstance(refusal, Refusal):
            raise Conflict(f"alert {alert.id} does not wait for this brief: {refusal.reason}", brief)
        move_alert(session, alert, step.act, version=alert.version, now=now)
    return brief


def newest_version(session: Session, brief_id: int, language: str) -> BriefVersion | None:
    """The newest text in a language that stands. A refused withdrawal does not: it was submitted as it was written, and
    whoever still wants it proposes another.
    """
    refused_withdrawal = and_(
        BriefVersion.grade == ChangeGrade.WITHDRAWAL, BriefVersion.submitted_at.is_(None)
    )
    return session.scalar(
        _versions(brief_id, language).where(~refused_withdrawal).order_by(BriefVersion.number.desc()).limit(1)
    )


def published_version(session: Session, brief_id: int, language: str) -> BriefVersion | None:
    """The text that readers see in a language."""
    return session.scalar(
        _versions(brief_id, language)
        .where(BriefVersion.published_at.is_not(None), BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .order_by(BriefVersion.number.desc())
        .limit(1)
    )


def withdrawal_in_review(session: Session, brief_id: int) -> BriefVersion | None:
    """The proposal to withdraw a brief that waits for a second person, or has been approved and not carried out."""
    texts = (newest_version(session, brief_id, language) for language in LANGUAGES)
    return next(
        (text for text in texts if text and text.grade is ChangeGrade.WITHDRAWAL and not text.published_at),
        None,
    )


def need_no_withdrawal(session: Session, brief: Brief) -> None:
    """Raise Conflict while it is proposed to withdraw the brief: nothing of it is written or goes out until then, so
    that no text takes the proposal's place unseen.
    """
    if withdrawal_in_review(session, brief.id) is not None:
        raise Conflict(
            f"it is proposed to withdraw brief {brief.id}; carry that out or refuse it first", brief
        )


def read_blocks(session: Session, version_id: int) -> list[CitedBlock]:
    """The blocks of a version in order, each with its sources."""
    blocks = session.scalars(
        select(BriefBlock).where(BriefBlock.version_id == version_id).order_by(BriefBlock.position)
    ).all()
    sources: dict[int, list[CitedSource]] = {block.id: [] for block in blocks}
    cited = session.execute(
        select(Citation.block_id, Passage, Article.url)
        .join(Passage, Passage.id == Citation.passage_id)
        .join(Article, Article.id == Passage.article_id)
        .where(Citation.block_id.in_(sources))
        .order_by(Citation.block_id, Citation.position)
    )
    for block_id, passage, url in cited:
        sources[block_id].append(CitedSource(passage, url))
    # Texts are never changed, and older ones have the mark on the claim.
    return [
        CitedBlock(b.kind, b.text, speaks_for_office(b.kind, is_marked=b.is_statement), tuple(sources[b.id]))
        for b in blocks
    ]


def note_act(
    session: Session, brief: Brief, action: str, *, actor: User, now: datetime, **details: object
) -> None:
    """Put an act on a brief in the audit log."""
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="brief",
        object_id=brief.id,
        details={"version": brief.version, **details},
        now=now,
    )


def _versions(brief_id: int, language: str) -> Select[BriefVersion]:
    return select(BriefVersion).where(BriefVersion.brief_id == brief_id, BriefVersion.language == language)


def _is_in_review(session: Session, brief: Brief) -> bool:
    """Whether the newest text of any language has been submitted."""
    newest = (newest_version(session, brief.id, language) for language in LANGUAGES)
    return any(version is not None and version.submitted_at is not None for version in newest)


def _check_passages(session: Session, blocks: Sequence[BlockDraft]) -> None:
    wanted = {passage_id for block in blocks for passage_id in block.passage_ids}
    known = set(session.scalars(select(Passage.id).where(Passage.id.in_(wanted))))
    if wanted - known:
        missing = ", ".join(str(passage_id) for passage_id in sorted(wanted - known))
        raise Invalid("passage_ids", f"there is no passage {missing}")
