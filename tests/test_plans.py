"""What is asked every few seconds, or at every scrape, reads no long table whole. SQLite says how it would go about it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from alerts import find_newly_outdated, note_outdated
from alerts.corrections import note_changes
from api.metrics import WaitingRows
from classify.stages import reassess_due
from ingest.rereading import Rereading
from ingest.stages import ReadingRules, tell_stories
from ingest.watching import watch_alerted
from models import Article, ArticleState, ArticleVersion, Role, Sessions, Source, pack_text, writing

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
# An index that has all the columns is read instead of the rows, which are twenty times as wide.
WHOLE = re.compile(r"SCAN (article|article_version|assessment|claim)( USING INDEX \w+)?$")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def tell(sessions: Sessions) -> None:
    with writing(sessions) as session:
        source = Source(url="https://a.vn/rss", title="A", role=Role.MONITORED, created_at=NOON)
        session.add(source)
        session.flush()
        for days in (0, 200):
            at = NOON - timedelta(days=days)
            article = Article(
                url=f"https://a.vn/{days}",
                link=f"https://a.vn/{days}",
                source_id=source.id,
                first_seen_at=NOON,
                state=ArticleState.READ,
            )
            session.add(article)
            session.flush()
            session.add(
                ArticleVersion(
                    article_id=article.id,
                    number=1,
                    title="",
                    text_zstd=pack_text("Một bài báo."),
                    text_sha256="",
                    language="vi",
                    fetched_at=NOON,
                    published_at=at,
                )
            )
    tell_stories(sessions, clock=lambda: NOON, rules=ReadingRules())


def watch(sessions: Sessions) -> None:
    watch_alerted(sessions, now=NOON, rereading=Rereading())


def follow(sessions: Sessions) -> None:
    note_changes(sessions, lambda session, claims: {}, now=NOON)


def scrape(sessions: Sessions) -> None:
    services: Any = SimpleNamespace(sessions=sessions, clock=lambda: NOON)
    list(WaitingRows(services).collect())


def judge_again(sessions: Sessions) -> None:
    unused: Any = SimpleNamespace(verifier=None)
    reassess_due(sessions, library=unused, models=unused, now=NOON, window=timedelta(days=7))


def look_after_briefs(sessions: Sessions) -> None:
    find_newly_outdated(sessions)
    note_outdated(sessions, now=NOON)


@pytest.fixture
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that were asked, with what they were asked of."""
    statements: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("act", [tell, watch, follow, scrape, judge_again, look_after_briefs])
def test_nothing_long_is_read_whole(
    act: Callable[[Sessions], None], engine: Engine, sessions: Sessions, asked: list[tuple[str, Any]]
) -> None:
    act(sessions)
    questions = [one for one in asked if one[0].startswith(("SELECT", "WITH"))]
    with engine.connect() as connection:
        steps = [
            step[3]
            for statement, parameters in questions
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any(step.startswith("SEARCH") for step in steps)
    assert [step for step in steps if WHOLE.match(step)] == []


def test_how_long_its_tables_are_is_counted_when_a_connection_that_read_them_is_closed(
    engine: Engine, sessions: Sessions
) -> None:
    tell(sessions)
    engine.dispose()
    counted = text("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_article_version_grouped_at'")
    with engine.connect() as connection:
        assert connection.execute(counted).scalar_one().startswith("2 ")


def test_nobody_waits_for_the_counting(engine: Engine, sessions: Sessions) -> None:
    tell(sessions)
    other = engine.raw_connection()
    other.detach()
    other.cursor().execute("BEGIN IMMEDIATE")
    # A connection waits half a minute for another that writes; this one would close after an error.
    engine.dispose()
    other.cursor().execute("ROLLBACK")
    other.close()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM article")).scalar() == 2
