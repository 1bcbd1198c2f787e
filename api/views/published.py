"""What readers see: published texts, their sources, every correction. Staff are not named; the office signs."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts.briefs import read_blocks
from api.views.base import Moment, Out
from api.views.briefs import BlockOut, describe_blocks
from models import Brief, BriefState, BriefVersion, ChangeGrade


class EditionOut(Out):
    """One published version, as the list of corrections names it."""

    number: int
    language: str
    grade: ChangeGrade
    change_note: str
    published_at: Moment


class PublishedOut(Out):
    """A published text. `withdrawn_at` and the reason are set once the brief has been taken back."""

    id: int
    language: str
    number: int
    newest_number: int
    languages: list[str]
    state: BriefState
    subject: str | None
    title: str
    blocks: list[BlockOut]
    published_at: Moment
    first_published_at: Moment
    withdrawn_at: Moment | None
    withdrawal_reason: str | None
    editions: list[EditionOut]
    """Newest first, of this language, a withdrawal included."""


class HeadlineOut(Out):
    """A published text in the list of all."""

    id: int
    language: str
    title: str
    subject: str | None
    state: BriefState
    grade: ChangeGrade
    number: int
    published_at: Moment
    first_published_at: Moment


def newest_texts(*, language: str | None = None) -> Select[BriefVersion]:
    """The text that readers see of each brief in each language; a withdrawal is no text."""
    newest = (
        select(func.max(BriefVersion.id))
        .where(BriefVersion.published_at.is_not(None), BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .group_by(BriefVersion.brief_id, BriefVersion.language)
    )
    query = select(BriefVersion).where(BriefVersion.id.in_(newest))
    return query if language is None else query.where(BriefVersion.language == language)


def describe_headlines(session: Session, texts: Sequence[BriefVersion]) -> list[HeadlineOut]:
    """A page of published texts."""
    briefs = {
        brief.id: brief
        for brief in session.scalars(select(Brief).where(Brief.id.in_({text.brief_id for text in texts})))
    }
    return [
        HeadlineOut(
            id=text.brief_id,
            language=text.language,
            title=text.title,
            subject=briefs[text.brief_id].subject,
            state=briefs[text.brief_id].state,
            grade=text.grade,
            number=text.number,
            published_at=text.published_at,
            first_published_at=briefs[text.brief_id].published_at or text.published_at,
        )
        for text in texts
        if text.published_at is not None
    ]


def find_published(
    session: Session, brief_id: int, language: str | None = None, number: int | None = None
) -> PublishedOut | None:
    """A brief as readers see it: in a language, or Vietnamese if there is a choice; as of a version, or the newest."""
    brief = session.get(Brief, brief_id)
    published = session.scalars(
        select(BriefVersion)
        .where(BriefVersion.brief_id == brief_id, BriefVersion.published_at.is_not(None))
        .order_by(BriefVersion.id.desc())
    ).all()
    texts = [text for text in published if text.grade is not ChangeGrade.WITHDRAWAL]
    languages = sorted({text.language for text in texts}, reverse=True)
    if brief is None or not texts:
        return None
    own = [text for text in texts if text.language == (language or languages[0])]
    chosen = next((text for text in own if number in (None, text.number)), None)
    if chosen is None or chosen.published_at is None:
        return None
    withdrawal = next((text for text in published if text.grade is ChangeGrade.WITHDRAWAL), None)
    return PublishedOut(
        id=brief.id,
        language=chosen.language,
        number=chosen.number,
        newest_number=own[0].number,
        languages=languages,
        state=brief.state,
        subject=brief.subject,
        title=chosen.title,
        blocks=describe_blocks(session, read_blocks(session, chosen.id)),
        published_at=chosen.published_at,
        first_published_at=brief.published_at or chosen.published_at,
        withdrawn_at=withdrawal.published_at if withdrawal else None,
        withdrawal_reason=withdrawal.change_note if withdrawal else None,
        editions=[
            EditionOut.model_validate(text)
            for text in published
            if text.language == chosen.language or text.grade is ChangeGrade.WITHDRAWAL
        ],
    )
