"""What the record said then and says now: pages that were revised, and what was published since."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.changes import ChangeOut, describe_change
from api.views.passages import PassageOut
from classify.differences import compare_texts
from models import ArticleVersion, Passage


class RevisionOut(Out):
    """What a page says otherwise, in the sentences of a passage, in one version than in another.

    `changes` is empty where the page changed elsewhere only.
    """

    before: int
    before_read_at: Moment
    after: int
    after_read_at: Moment
    changes: list[ChangeOut]


class RevisedOut(PassageOut):
    """A passage, and what has become of its sentences."""

    revision: RevisionOut | None


class SinceOut(Out):
    """Two answers of the library to one question: as the record stood at a moment, and as it stands."""

    since: Moment
    then: list[RevisedOut]
    """The best passages as the record stood, each with what its page says otherwise now."""
    new: list[PassageOut]
    """Of the best passages as the record stands, those that it did not have then."""


def find_revision(session: Session, passage: Passage) -> RevisionOut | None:
    """What the page's newest version says otherwise than the passage; nothing while it is from the newest."""
    own = session.get_one(ArticleVersion, passage.version_id)
    newest = session.scalar(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == passage.article_id, ArticleVersion.number > own.number)
        .order_by(ArticleVersion.number.desc())
        .limit(1)
    )
    if newest is None:
        return None
    before, after = own.text, newest.text
    return RevisionOut(
        before=own.number,
        before_read_at=own.fetched_at,
        after=newest.number,
        after_read_at=newest.fetched_at,
        changes=[
            describe_change(change, before, after)
            for change in compare_texts(before, after)
            if change.before and change.before.start < passage.end and passage.start < change.before.end
        ],
    )


def describe_since(
    session: Session, since: datetime, then: Sequence[PassageOut], now: Sequence[PassageOut]
) -> SinceOut:
    """The two answers side by side."""
    rows = {
        row.id: row
        for row in session.scalars(select(Passage).where(Passage.id.in_([one.id for one in then])))
    }
    known = {one.id for one in then}
    return SinceOut(
        since=since,
        then=[RevisedOut(**one.model_dump(), revision=find_revision(session, rows[one.id])) for one in then],
        new=[one for one in now if one.id not in known and _is_new(one, since)],
    )


def _is_new(passage: PassageOut, since: datetime) -> bool:
    """Published since, or of a version that was read since and replaced what the page had said."""
    is_revision = passage.version > 1 and passage.read_at > since
    return is_revision or (passage.published_at or passage.read_at) > since
