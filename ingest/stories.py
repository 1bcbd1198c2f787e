"""Articles to stories: reprints and rewrites of one dispatch under one key.

Two articles belong together when any of their versions are alike and were published within the window;
stories are the connected groups of that relation, so they come out the same in whatever order pages arrive.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ingest.near_duplicates import Text, find_pairs, shingles, sign
from ingest.rows import CHUNK, load_by_id
from models import Article, ArticleVersion, Story, unpack_text

# Undated articles stand after all dated ones, so that a page whose date could not be read never gives a key
# to a story that has a better one.
_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Member:
    """An article as far as its story is concerned."""

    id: int
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    story_id: int | None
    story_score: float | None

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.published_at or _UNDATED, self.url)


def group_new_versions(
    session: Session, now: datetime, *, window: timedelta, threshold: float, limit: int
) -> int:
    """Puts the articles of up to `limit` ungrouped versions into stories; how many versions those were."""
    new = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.grouped_at.is_(None))
        .order_by(ArticleVersion.id)
        .limit(limit)
    ).all()
    if not new:
        return 0
    articles = {version.id: version.article_id for version in new}
    for version in new:
        version.signature, version.grouped_at = sign(shingles(version.text)), now
    session.flush()
    texts = _texts_around(session, new, window)
    pairs = find_pairs(
        [text for text, _ in texts],
        is_new=articles.__contains__,
        load=lambda version_id: _load(session, version_id),
        window=window,
        threshold=threshold,
    )
    articles |= {text.key: article_id for text, article_id in texts}
    found = ((articles[pair.one], articles[pair.other], pair.score) for pair in pairs)
    links = [(one, other, score) for one, other, score in found if one != other]
    _store(session, {version.article_id for version in new}, links)
    return len(new)


def _texts_around(
    session: Session, new: Sequence[ArticleVersion], window: timedelta
) -> list[tuple[Text, int]]:
    """The new versions and all grouped ones that could be near enough in time, with their articles."""
    texts = []
    for earliest, latest in spans_around(
        [version.published_at or version.fetched_at for version in new], window
    ):
        # coalesce would hide the index on both moments from both databases.
        found = session.execute(
            select(
                ArticleVersion.id,
                ArticleVersion.article_id,
                ArticleVersion.published_at,
                ArticleVersion.fetched_at,
                ArticleVersion.signature,
            ).where(
                ArticleVersion.signature.is_not(None),
                ArticleVersion.published_at.between(earliest, latest)
                | (
                    ArticleVersion.published_at.is_(None)
                    & ArticleVersion.fetched_at.between(earliest, latest)
                ),
            )
        )
        texts += [
            (Text(key=version_id, at=published or fetched, signature=signature or b""), article_id)
            for version_id, article_id, published, fetched, signature in found
        ]
    return texts


def spans_around(moments: Iterable[datetime], window: timedelta) -> list[tuple[datetime, datetime]]:
    """What lies within the window of any moment, as spans apart: an old page among new ones must not ask for a year."""
    spans: list[tuple[datetime, datetime]] = []
    for moment in sorted(moments):
        begins, ends = moment - window, moment + window
        if spans and begins <= spans[-1][1]:
            begins, _ = spans.pop()
        spans.append((begins, ends))
    return spans


def _load(session: Session, version_id: int) -> str:
    packed = session.scalar(select(ArticleVersion.text_zstd).where(ArticleVersion.id == version_id))
    return unpack_text(packed) if packed is not None else ""


def _store(session: Session, article_ids: set[int], links: Sequence[tuple[int, int, float]]) -> None:
    members = _members(
        session, article_ids | {article_id for one, other, _ in links for article_id in (one, other)}
    )
    groups = connect(
        members, [(one, other) for one, other, _ in links], {m.id: m.story_id for m in members.values()}
    )
    grouped = [[members[article_id] for article_id in group] for group in groups]
    _tell(session, grouped)
    best: dict[int, tuple[float, str]] = {}
    for one, other, score in links:
        for mine, theirs in ((one, other), (other, one)):
            best[mine] = max(best.get(mine, (0.0, "")), (score, members[theirs].url))
    better = [
        {
            "id": article_id,
            "story_score": score,
            "story_reason": f"{score:.0%} of the four-word sequences are those of {url}",
        }
        for article_id, (score, url) in best.items()
        if score > (members[article_id].story_score or 0.0)
    ]
    if better:
        session.execute(update(Article), better)


def connect(
    ids: Iterable[int], links: Iterable[tuple[int, int]], stories: dict[int, int | None]
) -> list[list[int]]:
    """The connected groups of articles, by links among them and by the stories they are already in."""
    parent = {article_id: article_id for article_id in ids}

    def root(article_id: int) -> int:
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    first_in_story: dict[int, int] = {}
    joined = list(links)
    for article_id, story_id in stories.items():
        if story_id is not None:
            joined.append((article_id, first_in_story.setdefault(story_id, article_id)))
    for one, other in joined:
        parent[root(one)] = root(other)
    groups: dict[int, list[int]] = {}
    for article_id in parent:
        groups.setdefault(root(article_id), []).append(article_id)
    return [sorted(group) for group in groups.values()]


def _tell(session: Session, groups: Sequence[Sequence[_Member]]) -> None:
    """Gives every group one story: the oldest that any of it is in, or a new one.

    Most articles are alone in theirs, so all are read and written together.
    """
    stories = _stories_of(session, [member for group in groups for member in group])
    # A story's other articles may lie outside the window; its key stands for the earliest of them.
    heads = _heads(session, [story.key for story in stories.values()])
    told: list[tuple[Story, Sequence[_Member]]] = []
    for group in groups:
        story_ids = sorted({member.story_id for member in group if member.story_id is not None})
        known = [stories[story_id] for story_id in story_ids]
        first = min(
            [*group, *(heads[story.key] for story in known if story.key in heads)],
            key=lambda member: member.order,
        )
        began = first.published_at or first.first_seen_at
        for extra in known[1:]:
            session.execute(update(Article).where(Article.story_id == extra.id).values(story_id=known[0].id))
            session.execute(delete(Story).where(Story.id == extra.id))
        if known:
            known[0].key, known[0].first_published_at = first.url, began
            told.append((known[0], group))
        else:
            told.append((Story(key=first.url, first_published_at=began), group))
    session.add_all(story for story, _ in told)
    session.flush()
    moved = [
        {"id": member.id, "story_id": story.id}
        for story, group in told
        for member in group
        if member.story_id != story.id
    ]
    if moved:
        session.execute(update(Article), moved)


def _stories_of(session: Session, members: Sequence[_Member]) -> dict[int, Story]:
    ids = sorted({member.story_id for member in members if member.story_id is not None})
    stories = {}
    for start in range(0, len(ids), CHUNK):
        for story in session.scalars(select(Story).where(Story.id.in_(ids[start : start + CHUNK]))):
            stories[story.id] = story
    return stories


def _heads(session: Session, keys: Sequence[str]) -> dict[str, _Member]:
    heads = {}
    for start in range(0, len(keys), CHUNK):
        for article in session.scalars(select(Article).where(Article.url.in_(keys[start : start + CHUNK]))):
            heads[article.url] = _member(article)
    return heads


def _members(session: Session, article_ids: set[int]) -> dict[int, _Member]:
    found = load_by_id(session, Article, sorted(article_ids))
    return {article.id: _member(article) for article in found}


def _member(article: Article) -> _Member:
    return _Member(
        article.id,
        article.url,
        article.published_at,
        article.first_seen_at,
        article.story_id,
        article.story_score,
    )
