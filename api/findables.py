"""The stage that files texts for the search over everything: alerts, articles, passages and briefs.

A row is due while nothing is filed under its number. Only the newest of an article's versions and of a brief's texts
count, and filing one takes its elders out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from api.words import file_words
from models import (
    Alert,
    Article,
    ArticleVersion,
    BriefBlock,
    BriefVersion,
    Claim,
    ClaimGroup,
    Findable,
    FindableKind,
    Passage,
    Sessions,
    writing,
)

AT_ONCE = 200
MOST_WORDINGS = 20
"""Of a claim that an alert is found by, the first met first."""
# Numbers are given out before their transactions end, so one that is smaller can appear after one that was filed.
_OVERLAP = 1_000


@dataclass(frozen=True, slots=True)
class _Text:
    row_id: int
    revision: int
    language: str | None
    at: datetime | None
    texts: tuple[str, ...]


# Alerts, however old, whose claim groups were given another wording: what is filed of them has no alert's number.
_REWORDED = (
    select(Alert.id)
    .join(Findable, (Findable.kind == FindableKind.ALERT) & (Findable.row_id == Alert.id))
    .where(Findable.revision < 0)
    .limit(AT_ONCE)
)


def file_findables_due(sessions: Sessions) -> int:
    """File everything that is due; the number of texts. Safe to repeat and to kill."""
    filed = 0
    for kind in FindableKind:
        while due := _file_some(sessions, kind):
            filed += due
    return filed


def _file_some(sessions: Sessions, kind: FindableKind) -> int:
    with sessions() as session:
        due = session.scalars(_due(session, kind)).all()
        if kind is FindableKind.ALERT and not due:
            due = session.scalars(_REWORDED).all()
    if not due:
        return 0
    with writing(sessions) as session:
        # Read here, because what joins an alert's group from now on marks the row that is filed here.
        texts = list(_READERS[kind](session, due))
        for one in texts:
            _file(session, kind, one)
    return len(texts)


def _file(session: Session, kind: FindableKind, one: _Text) -> None:
    elders = delete(Findable).where(Findable.kind == kind, Findable.row_id == one.row_id)
    if kind is FindableKind.BRIEF:
        elders = elders.where(Findable.language == one.language)
    session.execute(elders)
    row = Findable(kind=kind, row_id=one.row_id, revision=one.revision, language=one.language, at=one.at)
    session.add(row)
    session.flush()
    file_words(session, row, one.texts)


def _due(session: Session, kind: FindableKind) -> Select[int]:
    revisions = _REVISIONS[kind]
    highest = session.scalar(select(func.max(Findable.revision)).where(Findable.kind == kind)) or 0
    query = (
        select(revisions)
        .outerjoin(Findable, (Findable.kind == kind) & (Findable.revision == revisions))
        .where(revisions > highest - _OVERLAP, Findable.id.is_(None))
    )
    if kind is FindableKind.ARTICLE:
        query = query.join(Article, Article.id == ArticleVersion.article_id)
        query = query.where(ArticleVersion.number == Article.versions)
    if kind is FindableKind.BRIEF:
        later = aliased(BriefVersion)
        query = query.where(
            ~select(later.id)
            .where(
                later.brief_id == BriefVersion.brief_id,
                later.language == BriefVersion.language,
                later.number > BriefVersion.number,
            )
            .exists()
        )
    return query.order_by(revisions).limit(AT_ONCE)


def _read_alerts(session: Session, ids: Sequence[int]) -> Iterator[_Text]:
    rows = session.execute(
        select(Alert, ClaimGroup).join(ClaimGroup, ClaimGroup.id == Alert.group_id).where(Alert.id.in_(ids))
    )
    for alert, group in rows.all():
        wordings = select(func.min(Claim.text)).where(Claim.group_id == group.id).group_by(Claim.key)
        texts = session.scalars(wordings.order_by(func.min(Claim.id)).limit(MOST_WORDINGS))
        yield _Text(alert.id, alert.id, group.language, alert.raised_at, (group.text, *texts))


def _read_articles(session: Session, ids: Sequence[int]) -> Iterator[_Text]:
    for version in session.scalars(select(ArticleVersion).where(ArticleVersion.id.in_(ids))):
        at = version.published_at or version.fetched_at
        yield _Text(version.article_id, version.id, version.language, at, (version.title, version.text))


def _read_passages(session: Session, ids: Sequence[int]) -> Iterator[_Text]:
    for one in session.scalars(select(Passage).where(Passage.id.in_(ids))):
        yield _Text(one.id, one.id, one.language, one.published_at or one.filed_at, (one.text,))


def _read_briefs(session: Session, ids: Sequence[int]) -> Iterator[_Text]:
    for one in session.scalars(select(BriefVersion).where(BriefVersion.id.in_(ids))):
        in_order = (
            select(BriefBlock.text).where(BriefBlock.version_id == one.id).order_by(BriefBlock.position)
        )
        blocks = tuple(session.scalars(in_order))
        yield _Text(one.brief_id, one.id, one.language, one.drafted_at, (one.title, *blocks))


_READERS = {
    FindableKind.ALERT: _read_alerts,
    FindableKind.ARTICLE: _read_articles,
    FindableKind.PASSAGE: _read_passages,
    FindableKind.BRIEF: _read_briefs,
}
_REVISIONS: dict[FindableKind, InstrumentedAttribute[Any]] = {
    FindableKind.ALERT: Alert.id,
    FindableKind.ARTICLE: ArticleVersion.id,
    FindableKind.PASSAGE: Passage.id,
    FindableKind.BRIEF: BriefVersion.id,
}
