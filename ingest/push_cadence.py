"""When to ask a source whose hub tells us of news: the cadence's pure decisions, with pushes taken into account."""

from datetime import datetime, timedelta

from ingest.cadence import LONGEST, SHORTEST, NextPoll
from models import Source

# By how much longer a source is left alone after none, one, two and more announcements in a row came true.
STRETCH = (1, 2, 4, 8)


def poll_after_push(source: Source, now: datetime) -> datetime | None:
    """When to poll a source of which its hub says that there is something new.

    Not sooner after the last poll than the kind of source allows, however often the hub says so; but sooner
    than ttl or Cache-Control ask, because it is the publisher's own later word. A source that fails, or asked
    for rest, keeps its time.
    """
    if source.next_poll_at is None or source.last_polled_at is None or source.failures_in_row:
        return source.next_poll_at
    return min(source.next_poll_at, max(now, source.last_polled_at + SHORTEST[source.kind]))


def was_pushed_lately(source: Source, now: datetime) -> bool:
    """Whether what is found now is what the hub spoke of: caches can show the old feed for a while."""
    return source.pushed_at is not None and now - source.pushed_at <= 3 * SHORTEST[source.kind]


def next_when_pushed(
    following: NextPoll,
    source: Source,
    *,
    announced_in_row: int,
    expects_more: bool,
    now: datetime,
    jitter: float,
) -> NextPoll:
    """The next poll of a source whose hub tells us of news; `following` is what it would be without.

    Up to eight times as long, and a day at most, as soon as several announcements in a row came true; at once
    when the hub `expects_more` to be found than was. The usual pace stays what it was, to be there when the hub
    falls silent: polls that find nothing because all was announced say nothing about how much is new.
    """
    interval = timedelta(seconds=source.interval_seconds)
    if expects_more:
        soon = now + SHORTEST[source.kind] * (1 + 0.1 * abs(jitter))
        return NextPoll(min(soon, following.at), interval, "its hub told of more than was found")
    factor = STRETCH[min(announced_in_row, len(STRETCH) - 1)]
    if factor == 1:
        return following
    wait = min((following.at - now) * factor, LONGEST * (1 + 0.1 * jitter))
    return NextPoll(max(now + wait, following.at), interval, "its hub tells what is new")
