"""What an outlet changed in an article: version by version, and what became of a claim's sentence."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from api.views.base import Moment, Out, Place
from api.views.evidence import describe_place
from classify.differences import (
    Change,
    ChangeKind,
    compare_headlines,
    compare_texts,
    follow_sentence,
    still_says,
)
from classify.values import Span
from models import Article, ArticleVersion, AssertedBy, Claim, is_said_last, wording

TEXTS_AT_ONCE = 100


class ChangeOut(Out):
    """A sentence that one of two versions has and the other has not, or has in other words.

    Places are `[start, end)`: `before_at` and `after_at` in the texts of the versions, `removed` and `added` (the
    words that differ) in the sentences as given here.
    """

    kind: ChangeKind
    before: str | None
    after: str | None
    before_at: Place | None
    after_at: Place | None
    removed: list[Place]
    added: list[Place]


class SentenceChangeOut(ChangeOut):
    """What became of a claim's sentence, and in which version of its article that was first seen."""

    at: Moment
    version: int


class ReadingOut(Out):
    """The page at one reading that found it changed."""

    number: int
    title: str
    fetched_at: Moment
    text_sha256: str


class VersionOut(ReadingOut):
    """One version of an article, and what it changed against the one before; nothing for the first."""

    language: str | None
    text: str
    previous: int | None
    headline: ChangeOut | None
    changes: list[ChangeOut]


def describe_version(session: Session, version: ArticleVersion) -> VersionOut:
    """One version of an article."""
    earlier = session.scalar(
        select(ArticleVersion).where(
            ArticleVersion.article_id == version.article_id, ArticleVersion.number == version.number - 1
        )
    )
    headline: ChangeOut | None = None
    changes: list[ChangeOut] = []
    text = version.text
    if earlier is not None:
        before = earlier.text
        changes = [describe_change(change, before, text) for change in compare_texts(before, text)]
        retitled = compare_headlines(earlier.title, version.title)
        headline = describe_change(retitled, earlier.title, version.title) if retitled else None
    return VersionOut(
        **ReadingOut.model_validate(version).model_dump(),
        language=version.language,
        text=text,
        previous=earlier.number if earlier else None,
        headline=headline,
        changes=changes,
    )


def find_changes(session: Session, claims: Sequence[Claim]) -> dict[int, SentenceChangeOut]:
    """By claim id, what became of the sentences that later versions of their articles do not say any more.

    What a later version says in other words, so that it joined the same group, it still says.
    """
    if not claims:
        return {}
    rows = session.execute(
        select(Claim, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.id == Claim.version_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            Claim.id.in_([claim.id for claim in claims]),
            ArticleVersion.number < Article.versions,
            is_said_last(),
        )
    )
    found = ((claim, _follow(session, claim, version)) for claim, version in rows)
    return {claim.id: change for claim, change in found if change is not None}


def is_still_said(session: Session, groups: Collection[int]) -> bool:
    """Whether any article still says a claim of these groups, as far as its newest text tells."""
    newest = aliased(ArticleVersion)
    said_last = (
        select(Claim, ArticleVersion.title, newest)
        .join(ArticleVersion, ArticleVersion.id == Claim.version_id)
        .join(Article, Article.id == Claim.article_id)
        .join(newest, (newest.article_id == Article.id) & (newest.number == Article.versions))
        .where(Claim.group_id.in_(groups), is_said_last())
    )
    # Mostly there is one in a newest version, and then no text needs to be read.
    if session.execute(said_last.where(newest.id == ArticleVersion.id).limit(1)).first() is not None:
        return True
    rows = session.execute(said_last.execution_options(yield_per=TEXTS_AT_ONCE))
    return any(
        compare_headlines(title, version.title) is None
        if claim.asserted_by is AssertedBy.HEADLINE
        else still_says(version.text, claim.text)
        for claim, title, version in rows
    )


def _follow(session: Session, claim: Claim, version: ArticleVersion) -> SentenceChangeOut | None:
    later = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == version.article_id, ArticleVersion.number > version.number)
        .order_by(ArticleVersion.number)
    ).all()
    newest, is_headline = later[-1], claim.asserted_by is AssertedBy.HEADLINE
    if is_headline:
        before, after = version.title, newest.title
        change = compare_headlines(before, after)
    else:
        before, after = version.text, newest.text
        change = follow_sentence(Span(claim.start, claim.end), before, after)
    if change is None:
        return None
    since = newest
    for other in reversed(later[:-1]):
        says = wording(other.title) == wording(before) if is_headline else still_says(other.text, claim.text)
        if says:
            break
        since = other
    shown = describe_change(change, before, after).model_dump()
    return SentenceChangeOut(**shown, at=since.fetched_at, version=since.number)


def describe_change(change: Change, before: str, after: str) -> ChangeOut:
    """A change with the words it covers in either text."""
    return ChangeOut(
        kind=change.kind,
        before=change.before.of(before) if change.before else None,
        after=change.after.of(after) if change.after else None,
        before_at=describe_place(change.before),
        after_at=describe_place(change.after),
        removed=[(span.start, span.end) for span in change.removed],
        added=[(span.start, span.end) for span in change.added],
    )
