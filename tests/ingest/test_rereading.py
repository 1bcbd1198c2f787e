"""When an article is read again."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.rereading import Rereading, next_reading, next_watch
from models import Article

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rereading(after=(HOUR, 6 * HOUR, DAY), younger_than=3 * DAY)


def article(*, published: timedelta | None = timedelta(0), watched: timedelta | None = None) -> Article:
    """First seen at noon, published so long before, and watched from so long after noon."""
    return Article(
        url="https://a.vn/1.htm",
        link="https://a.vn/1.htm",
        source_id=1,
        first_seen_at=NOON,
        published_at=None if published is None else NOON - published,
        watched_since=None if watched is None else NOON + watched,
    )


@pytest.mark.parametrize(
    ("age", "again"),
    [
        pytest.param(timedelta(0), HOUR, id="just seen"),
        pytest.param(HOUR, 6 * HOUR, id="read once more"),
        pytest.param(7 * HOUR, DAY, id="in the evening"),
        pytest.param(DAY, 2 * DAY, id="the next day"),
        pytest.param(50 * HOUR, 3 * DAY, id="the day after"),
        pytest.param(3 * DAY, None, id="old"),
        pytest.param(300 * DAY, None, id="long old"),
    ],
)
def test_a_young_article_is_read_again_at_growing_distances(age: timedelta, again: timedelta | None) -> None:
    expected = None if again is None else NOON + again
    assert next_reading(article(), NOON + age, RULES) == expected
    assert next_reading(article(published=None), NOON + age, RULES) == expected


@pytest.mark.parametrize(
    ("published", "again"),
    [
        pytest.param(2 * DAY, HOUR, id="two days old"),
        pytest.param(3 * DAY - HOUR, HOUR, id="just young when it is read again"),
        pytest.param(3 * DAY, None, id="old by then"),
        pytest.param(400 * DAY, None, id="from the archive"),
    ],
)
def test_age_counts_from_publication(published: timedelta, again: timedelta | None) -> None:
    expected = None if again is None else NOON + again
    assert next_reading(article(published=published), NOON, RULES) == expected


def test_how_long_an_article_is_young_can_be_set() -> None:
    assert next_reading(article(), NOON + 5 * DAY, Rereading(younger_than=7 * DAY)) == NOON + 6 * DAY
    assert next_reading(article(), NOON, Rereading(younger_than=timedelta(0))) is None


@pytest.mark.parametrize(
    ("watched_for", "pace"),
    [
        pytest.param(timedelta(0), HOUR, id="at first"),
        pytest.param(DAY - HOUR, HOUR, id="within a day"),
        pytest.param(DAY, 6 * HOUR, id="after a day"),
        pytest.param(7 * DAY, DAY, id="after a week"),
        pytest.param(100 * DAY, DAY, id="as long as it takes"),
    ],
)
def test_a_watched_page_is_looked_at_often_and_then_daily(watched_for: timedelta, pace: timedelta) -> None:
    assert next_watch(NOON, NOON + watched_for) == NOON + watched_for + pace


@pytest.mark.parametrize(
    ("watched", "now", "again"),
    [
        pytest.param(timedelta(0), 2 * HOUR, 3 * HOUR, id="sooner than its age asks for"),
        pytest.param(10 * DAY, 10 * DAY, 10 * DAY + HOUR, id="long after it was young"),
        pytest.param(-20 * DAY, 5 * HOUR, 6 * HOUR, id="its age asks for it sooner"),
    ],
)
def test_the_sooner_of_age_and_alert_counts(watched: timedelta, now: timedelta, again: timedelta) -> None:
    assert next_reading(article(watched=watched), NOON + now, RULES) == NOON + again
