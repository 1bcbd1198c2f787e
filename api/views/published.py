"""What readers see: published texts, their sources, every correction. Staff are not named; the office signs."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from alerts.briefs import CitedBlock, read_blocks
from api.views.answered import AnsweredOut, describe_answered
from api.views.base import Moment, Out
from api.views.blocks import BlockOut, describe_blocks
from api.views.passages import PassageOut, describe_passages
from models import Brief, BriefState, BriefVersion, ChangeGrade, CorrectionCause, PublisherKind


class EditionOut(Out):
    """One published version, as the list of corrections names it."""

    number: int
    language: str
    grade: ChangeGrade
    change_note: str
    published_at: Moment
    was_reported: bool
    """Whether a reader's report led to it."""
    was_disputed: bool
    """Whether an editor's dispute that was upheld led to it."""


class CitationOut(PassageOut):
    """A passage in the list of sources, under the number that the text refers to it by."""

    number: int


class CorrectionOut(Out):
    """One change to a published text, in the list of all."""

    brief_id: int
    language: str
    title: str
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
    answers: AnsweredOut | None
    """The claim it answers; nothing for a fact sheet."""
    blocks: list[BlockOut]
    citations: list[CitationOut]
    official_only: bool
    """Whether every passage cited was published by an official body."""
    published_at: Moment
    first_published_at: Moment
    withdrawn_at: Moment | None
    withdrawal_reason: str | None
    editions: list[EditionOut]
    """Newest first, of this language, a withdrawal included."""

    @property
    def put_right(self) -> list[EditionOut]:
        """What was changed after this version, in this language, newest first; nothing of the newest."""
        return [
            one
            for one in self.editions
            if one.language == self.language
            and one.number > self.number
            and one.grade is not ChangeGrade.WITHDRAWAL
        ]


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
    changed_at: Moment
    """When readers last saw something new: this text, or the withdrawal of its brief."""


def newest_texts(
    *, language: str | None = None, subject: str | None = None, state: BriefState | None = None
) -> Select[BriefVersion]:
    """The text that readers see of each brief in each language; a withdrawal is no text."""
    newest = (
        select(func.max(BriefVersion.id))
        .where(BriefVersion.published_at.is_not(None), BriefVersion.grade != ChangeGrade.WITHDRAWAL)
        .group_by(BriefVersion.brief_id, BriefVersion.language)
    )
    query = select(BriefVersion).where(BriefVersion.id.in_(newest))
    if language is not None:
        query = query.where(BriefVersion.language == language)
    if subject is not None or state is not None:
        query = query.join(Brief, Brief.id == BriefVersion.brief_id)
    if subject is not None:
        query = query.where(Brief.subject == subject)
    return query if state is None else query.where(Brief.state == state)


def count_texts(session: Session, query: Select[BriefVersion]) -> int:
    """How many texts a query of `newest_texts` finds."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def newest_changes(*, language: str, subject: str | None = None) -> Select[BriefVersion]:
    """The same, whatever changed last first: a withdrawal takes no new text, and is news all the same."""
    latest = (
        select(BriefVersion.brief_id, func.max(BriefVersion.id).label("id"))
        .where(
            BriefVersion.published_at.is_not(None),
            or_(BriefVersion.language == language, BriefVersion.grade == ChangeGrade.WITHDRAWAL),
        )
        .group_by(BriefVersion.brief_id)
        .subquery()
    )
    return (
        newest_texts(language=language, subject=subject)
        .join(latest, latest.c.brief_id == BriefVersion.brief_id)
        .order_by(latest.c.id.desc())
    )


def describe_headlines(session: Session, texts: Sequence[BriefVersion]) -> list[HeadlineOut]:
    """A page of published texts."""
    briefs = {
        brief.id: brief
        for brief in session.scalars(select(Brief).where(Brief.id.in_({text.brief_id for text in texts})))
    }
    beginnings = session.execute(
        select(BriefVersion.brief_id, BriefVersion.language, func.min(BriefVersion.published_at))
        .where(BriefVersion.brief_id.in_(briefs), BriefVersion.published_at.is_not(None))
        .group_by(BriefVersion.brief_id, BriefVersion.language)
    )
    first = {(brief_id, language): at for brief_id, language, at in beginnings if at is not None}
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
            first_published_at=first[text.brief_id, text.language],
            changed_at=briefs[text.brief_id].updated_at
            if briefs[text.brief_id].state is BriefState.WITHDRAWN
            else text.published_at,
        )
        for text in texts
        if text.published_at is not None
    ]


def newest_corrections(session: Session, *, language: str, limit: int) -> list[CorrectionOut]:
    """The latest changes to texts in a language, and the latest withdrawals of briefs that have one in it."""
    own = select(BriefVersion.brief_id).where(
        BriefVersion.language == language,
        BriefVersion.published_at.is_not(None),
        BriefVersion.grade != ChangeGrade.WITHDRAWAL,
    )
    changes = session.scalars(
        select(BriefVersion)
        .where(
            BriefVersion.published_at.is_not(None),
            BriefVersion.grade != ChangeGrade.FIRST,
            or_(
                BriefVersion.language == language,
                (BriefVersion.grade == ChangeGrade.WITHDRAWAL) & BriefVersion.brief_id.in_(own),
            ),
        )
        .order_by(BriefVersion.id.desc())
        .limit(limit)
    )
    return [CorrectionOut.model_validate(text) for text in changes]


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
    blocks = read_blocks(session, chosen.id)
    citations = _cite(session, blocks)
    causes = session.scalars(
        select(CorrectionCause).where(CorrectionCause.version_id.in_([text.id for text in published]))
    ).all()
    reported = {one.version_id for one in causes if one.report_id is not None}
    disputed = {one.version_id for one in causes if one.dispute_id is not None}
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
        # Nobody is named in public by what the machine put beside a text after a second person had approved it.
        answers=describe_answered(session, brief.alert_id, up_to=chosen.approved_at or chosen.published_at),
        blocks=describe_blocks(session, blocks),
        citations=citations,
        official_only=bool(citations)
        and all(one.publisher_kind is PublisherKind.OFFICIAL for one in citations),
        published_at=chosen.published_at,
        # Each language has its own beginning: a translation is no change to what was there before.
        first_published_at=own[-1].published_at or chosen.published_at,
        withdrawn_at=withdrawal.published_at if withdrawal else None,
        withdrawal_reason=withdrawal.change_note if withdrawal else None,
        editions=[
            EditionOut(
                number=text.number,
                language=text.language,
                grade=text.grade,
                change_note=text.change_note,
                published_at=text.published_at,
                was_reported=text.id in reported,
                was_disputed=text.id in disputed,
            )
            for text in published
            if text.published_at is not None
            and (text.language == chosen.language or text.grade is ChangeGrade.WITHDRAWAL)
        ],
    )


def _cite(session: Session, blocks: Sequence[CitedBlock]) -> list[CitationOut]:
    """The passages of a text in the order they are first referred to."""
    numbers: dict[int, int] = {}
    for block in blocks:
        for source in block.sources:
            numbers.setdefault(source.passage.id, len(numbers) + 1)
    passages = describe_passages(session, numbers)
    return [
        CitationOut(**passages[passage_id].model_dump(), number=number)
        for passage_id, number in numbers.items()
    ]
