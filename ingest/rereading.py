"""When an article is read again: pure decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import Article

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# While an alert is open its page is looked at hourly for a day, then every six hours for a week, then daily.
_WATCH = ((DAY, HOUR), (7 * DAY, 6 * HOUR))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """A young article is read again after each span since it was first seen, and then every last span.

    Young means younger than `younger_than`: outlets correct their texts in the first days.
    """

    after: tuple[timedelta, ...] = (HOUR, 6 * HOUR, DAY)
    younger_than: timedelta = 3 * DAY


def next_reading(article: Article, now: datetime, rules: Rereading) -> datetime | None:
    """When to look whether an article has changed: the sooner of what its age and an open alert ask for.

    None when it is old and no alert is open.
    """
    watched = None if article.watched_since is None else next_watch(article.watched_since, now)
    return min(filter(None, (next_reread(article, now, rules), watched)), default=None)


def next_reread(article: Article, now: datetime, rules: Rereading) -> datetime | None:
    """When a young article is looked at again; None when it will be old by then."""
    seen_at = article.first_seen_at
    at = next((at for at in (seen_at + span for span in rules.after) if at > now), None)
    if at is None and rules.after:
        last = rules.after[-1]
        at = seen_at + ((now - seen_at) // last + 1) * last
    born_at = article.published_at or seen_at
    return at if at is not None and at - born_at <= rules.younger_than else None


def next_watch(watched_since: datetime, now: datetime) -> datetime:
    """When the page of an article with an open alert is looked at again."""
    return now + next((pace for span, pace in _WATCH if now - watched_since < span), DAY)
