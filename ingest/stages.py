"""The stages from due sources to stories, and from offers to subscriptions, as the pipeline calls them.

Each takes up the rows that are due, works until none is left, commits in small batches and returns what it
did. Rows stay due until their answer is written: a crash loses nothing, and any stage can be run again.
"""

from collections.abc import Callable
from datetime import timedelta

from ingest.crawl import Clock, Crawl, ReadingRules
from ingest.fetch import Fetcher
from ingest.stories import group_new_versions
from ingest.subscribing import Subscribed, subscribe_due
from ingest.values import Counts
from ingest.workers import Workers
from models import Sessions, writing

__all__ = [
    "Clock",
    "ReadingRules",
    "Subscribed",
    "crawl",
    "poll_due",
    "read_due",
    "subscribe_due",
    "tell_stories",
]

STORY_BATCH = 500


def poll_due(
    sessions: Sessions, fetcher: Fetcher, workers: Workers, *, clock: Clock, rules: ReadingRules | None = None
) -> Counts:
    """Polls every source that is due and stores its new entries as wanted articles."""
    return Crawl(sessions, fetcher, workers, clock=clock, rules=rules or ReadingRules(), reads=False).run(
        patience=timedelta(0)
    )


def read_due(
    sessions: Sessions,
    fetcher: Fetcher,
    workers: Workers,
    *,
    clock: Clock,
    rules: ReadingRules | None = None,
    on_progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Fetches and reads every article that is due and stores its text as a version when it is new."""
    rules = rules or ReadingRules()
    run = Crawl(sessions, fetcher, workers, clock=clock, rules=rules, polls=False, on_progress=on_progress)
    return run.run(patience=timedelta(0))


def tell_stories(sessions: Sessions, *, clock: Clock, rules: ReadingRules | None = None) -> Counts:
    """Puts every article with an ungrouped version into a story."""
    rules = rules or ReadingRules()
    counts = Counts()
    while True:
        with writing(sessions) as session:
            grouped = group_new_versions(
                session,
                clock(),
                window=rules.story_window,
                threshold=rules.story_threshold,
                limit=STORY_BATCH,
            )
        if not grouped:
            return counts
        counts += Counts(grouped=grouped)


def crawl(
    sessions: Sessions,
    fetcher: Fetcher,
    workers: Workers,
    *,
    clock: Clock,
    rules: ReadingRules | None = None,
    patience: timedelta = timedelta(seconds=15),
    on_progress: Callable[[Counts], None] | None = None,
    until: Callable[[], bool] = lambda: False,
) -> Counts:
    """Polls and reads side by side until nothing is due nor will be within `patience`, then tells the stories.

    A new source is polled twice within it, ten seconds apart, to see whether its validators can be believed.
    """
    rules = rules or ReadingRules()
    run = Crawl(sessions, fetcher, workers, clock=clock, rules=rules, on_progress=on_progress)
    return run.run(patience=patience, until=until) + tell_stories(sessions, clock=clock, rules=rules)
