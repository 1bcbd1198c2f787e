"""What a search shows of each hit: where it is, and the part of its text that has the words."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import standing
from api.finding import Found
from api.views.base import Moment, Out, Place
from api.words import Asked
from models import (
    Alert,
    AlertState,
    Article,
    ArticleVersion,
    Brief,
    BriefBlock,
    BriefState,
    BriefVersion,
    ClaimGroup,
    Findable,
    FindableKind,
    Passage,
    fold,
)

_AROUND = 110
_WORD = re.compile(r"[^\W_]+")


class HitOut(Out):
    """A hit: `url` is where the API shows it, `marks` where the words stand in the excerpt.

    `has_marks_typed` is true for a text that has the words with the very marks that were typed; these come first.
    `source_url` is the page that an article or a passage was read from.
    """

    kind: FindableKind
    id: int
    url: str
    source_url: str | None
    title: str
    excerpt: str
    marks: list[Place]
    has_marks_typed: bool
    language: str | None
    state: AlertState | BriefState | None
    """Where an alert or a brief's text stands: withdrawn with its brief, else published, in review or draft itself."""
    at: Moment | None


def describe_hits(session: Session, found: Found, now: datetime) -> list[HitOut]:
    """The hits in their order; one whose row has just gone is left out."""
    texts = _read_texts(session, [row for row, _ in found.rows])
    states = _read_states(session, texts, now)
    hits = []
    for row, exact in found.rows:
        # Negative while an alert waits to be filed under another wording (models.regrouping).
        key = (row.kind, row.row_id, abs(row.revision))
        if key in texts:
            title, text, source_url = texts[key]
            excerpt, marks = cut_excerpt(text, found.asked)
            hits.append(
                HitOut(
                    kind=row.kind,
                    id=row.row_id,
                    url=f"/{row.kind}s/{row.row_id}",
                    source_url=source_url,
                    title=title,
                    excerpt=excerpt,
                    marks=marks,
                    has_marks_typed=exact,
                    language=row.language,
                    state=states.get(key),
                    at=row.at,
                )
            )
    return hits


def stand_text(brief: BriefState, text: BriefVersion) -> BriefState:
    """Where a text of a brief stands: a draft of a published brief is a draft."""
    if brief is BriefState.WITHDRAWN:
        return brief
    if text.published_at is not None:
        return brief if brief is BriefState.CORRECTED else BriefState.PUBLISHED
    return BriefState.DRAFT if text.submitted_at is None else BriefState.IN_REVIEW


def cut_excerpt(text: str, asked: Asked) -> tuple[str, list[tuple[int, int]]]:
    """A part of the text around the first of the words that it has, and where they stand in that part."""
    wanted = set(asked.folded)
    places = [found.span() for found in _WORD.finditer(text) if fold(found[0])[:60] in wanted]
    first = places[0][0] if places else 0
    start, end = max(0, first - _AROUND // 2), min(len(text), first + 2 * _AROUND)
    # Whole words only, at both ends.
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = end if end == len(text) else max(text.rfind(" ", start, end), start)
    return text[start:end], [(a - start, b - start) for a, b in places if start <= a and b <= end]


def _read_texts(
    session: Session, rows: Sequence[Findable]
) -> dict[tuple[FindableKind, int, int], tuple[str, str, str | None]]:
    ids = {kind: [abs(row.revision) for row in rows if row.kind is kind] for kind in FindableKind}
    texts: dict[tuple[FindableKind, int, int], tuple[str, str, str | None]] = {}
    alerts = select(Alert.id, ClaimGroup.text).join(ClaimGroup, ClaimGroup.id == Alert.group_id)
    for number, text in session.execute(alerts.where(Alert.id.in_(ids[FindableKind.ALERT]))).all():
        texts[FindableKind.ALERT, number, number] = ("", text, None)
    versions = select(ArticleVersion, Article.url).join(Article, Article.id == ArticleVersion.article_id)
    for version, url in session.execute(
        versions.where(ArticleVersion.id.in_(ids[FindableKind.ARTICLE]))
    ).all():
        texts[FindableKind.ARTICLE, version.article_id, version.id] = (version.title, version.text, url)
    passages = select(Passage, Article.title, Article.url).join(Article, Article.id == Passage.article_id)
    for passage, title, url in session.execute(
        passages.where(Passage.id.in_(ids[FindableKind.PASSAGE]))
    ).all():
        texts[FindableKind.PASSAGE, passage.id, passage.id] = (title, passage.text, url)
    briefs = select(BriefVersion).where(BriefVersion.id.in_(ids[FindableKind.BRIEF]))
    for one in session.scalars(briefs):
        in_order = (
            select(BriefBlock.text).where(BriefBlock.version_id == one.id).order_by(BriefBlock.position)
        )
        texts[FindableKind.BRIEF, one.brief_id, one.id] = (
            one.title,
            "\n".join(session.scalars(in_order)),
            None,
        )
    return texts


_Key = tuple[FindableKind, int, int]


def _read_states(
    session: Session, keys: Iterable[_Key], now: datetime
) -> dict[_Key, AlertState | BriefState]:
    wanted = {kind: [revision for one, _, revision in keys if one is kind] for kind in FindableKind}
    states: dict[_Key, AlertState | BriefState] = {}
    for alert in session.scalars(select(Alert).where(Alert.id.in_(wanted[FindableKind.ALERT]))):
        states[FindableKind.ALERT, alert.id, alert.id] = standing(alert, now)
    texts = select(Brief.state, BriefVersion).join(BriefVersion, BriefVersion.brief_id == Brief.id)
    for state, text in session.execute(texts.where(BriefVersion.id.in_(wanted[FindableKind.BRIEF]))):
        states[FindableKind.BRIEF, text.brief_id, text.id] = stand_text(state, text)
    return states
