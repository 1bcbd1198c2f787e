"""Stories come out the same in whatever order pages arrive."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from ingest.near_duplicates import shingles, sign
from ingest.stages import ReadingRules, tell_stories
from ingest.stories import spans_around
from models import Article, ArticleState, ArticleVersion, Role, Sessions, Source, Story, pack_text, writing

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WORDS = [f"từ{n}" for n in range(3_000)]
BASE = random.Random(1).choices(WORDS, k=300)
# Each is near the next, the first and the last are not near each other.
CHAIN = [" ".join(random.Random(9).choices(WORDS, k=70 * n) + BASE[70 * n :]) for n in range(3)]
OTHER = " ".join(random.Random(2).choices(WORDS, k=300))
TEXTS = {
    "https://c.vn/1": (CHAIN[0], NOW - timedelta(hours=3)),
    "https://a.vn/1": (CHAIN[1], NOW - timedelta(hours=2)),
    "https://b.vn/1": (CHAIN[2], NOW - timedelta(hours=4)),
    "https://d.vn/1": (OTHER, NOW - timedelta(hours=1)),
    "https://e.vn/1": (CHAIN[0], None),
    "https://f.vn/1": (CHAIN[0], NOW - timedelta(days=40)),
}


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def add(sessions: Sessions, url: str, text: str, at: datetime | None) -> None:
    with writing(sessions) as session:
        source = session.scalar(select(Source))
        if source is None:
            source = Source(url="https://a.vn/rss", title="A", role=Role.MONITORED, created_at=NOW)
            session.add(source)
            session.flush()
        article = Article(
            url=url,
            link=url,
            source_id=source.id,
            first_seen_at=NOW,
            state=ArticleState.READ,
            published_at=at,
        )
        session.add(article)
        session.flush()
        session.add(
            ArticleVersion(
                article_id=article.id,
                number=1,
                title="",
                text_zstd=pack_text(text),
                text_sha256="",
                language="vi",
                fetched_at=NOW,
                published_at=at,
            )
        )


def stories(sessions: Sessions) -> dict[str, str]:
    with sessions() as session:
        rows = session.execute(select(Article.url, Story.key).join(Story, Story.id == Article.story_id))
        return dict(rows.all())


EXPECTED = {
    "https://c.vn/1": "https://b.vn/1",
    "https://a.vn/1": "https://b.vn/1",
    "https://b.vn/1": "https://b.vn/1",
    "https://d.vn/1": "https://d.vn/1",
    "https://e.vn/1": "https://b.vn/1",
    "https://f.vn/1": "https://f.vn/1",
}


def test_the_chain_is_a_chain() -> None:
    def alike(one: str, other: str) -> bool:
        first, second = shingles(one), shingles(other)
        return len(first & second) / len(first | second) >= 0.5

    assert alike(CHAIN[0], CHAIN[1])
    assert alike(CHAIN[1], CHAIN[2])
    assert not alike(CHAIN[0], CHAIN[2])


@on_sqlite
@pytest.mark.parametrize("step", [1, 2, 6], ids=["one by one", "two at a time", "all at once"])
@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_does_not_matter(sessions: Sessions, seed: int, step: int) -> None:
    order = random.Random(seed).sample(sorted(TEXTS), k=len(TEXTS))
    for start in range(0, len(order), step):
        for url in order[start : start + step]:
            add(sessions, url, *TEXTS[url])
        tell_stories(sessions, clock=lambda: NOW)
    assert stories(sessions) == EXPECTED
    with sessions() as session:
        assert session.scalar(select(func.count(Story.id))) == 3


@on_sqlite
def test_a_story_says_why_an_article_belongs_to_it(sessions: Sessions) -> None:
    add(sessions, "https://a.vn/1", CHAIN[0], NOW)
    add(sessions, "https://b.vn/1", CHAIN[0], NOW)
    counts = tell_stories(sessions, clock=lambda: NOW)
    assert counts.grouped == 2
    with sessions() as session:
        article = session.scalars(select(Article).where(Article.url == "https://b.vn/1")).one()
        assert article.story_score == 1.0
        assert article.story_reason == "100% of the four-word sequences are those of https://a.vn/1"


@on_sqlite
def test_telling_again_changes_nothing(sessions: Sessions) -> None:
    for url, (text, at) in TEXTS.items():
        add(sessions, url, text, at)
    tell_stories(sessions, clock=lambda: NOW)
    assert tell_stories(sessions, clock=lambda: NOW).grouped == 0
    assert stories(sessions) == EXPECTED


@on_sqlite
def test_the_signature_is_kept_for_later_comparisons(sessions: Sessions) -> None:
    add(sessions, "https://a.vn/1", OTHER, NOW)
    tell_stories(sessions, clock=lambda: NOW, rules=ReadingRules())
    with sessions() as session:
        assert session.scalar(select(ArticleVersion.signature)) == sign(shingles(OTHER))


@pytest.mark.parametrize(
    ("days", "spans"),
    [
        pytest.param([], [], id="nothing new"),
        pytest.param([0], [(-14, 14)], id="one"),
        pytest.param([9, 0, 3], [(-14, 23)], id="of one fortnight, in any order"),
        pytest.param([28, 0], [(-14, 42)], id="spans that touch"),
        pytest.param([-200, 0, 1], [(-214, -186), (-14, 15)], id="an old page among new ones"),
    ],
)
def test_only_what_is_near_something_new_is_looked_at(days: list[int], spans: list[tuple[int, int]]) -> None:
    found = spans_around([NOW + timedelta(days=day) for day in days], timedelta(days=14))
    assert [((begins - NOW).days, (ends - NOW).days) for begins, ends in found] == spans
