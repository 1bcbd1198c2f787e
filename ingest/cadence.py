"""When to ask a source again, and how: pure decisions, each with its reason.

A source is asked so often that an answer brings one to three new items and overlaps the one before; never
more often than it asks for, and with jitter, because a thousand sources added together would otherwise be
polled together for ever.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from ingest.errors import Failure
from models import Source, SourceKind, Validators

FIRST_INTERVAL = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
# An index says nothing itself, but names the day's new sitemap once a day.
LONGEST_FOR_INDEX = timedelta(hours=2)
SHORTEST = {
    SourceKind.FEED: timedelta(minutes=5),
    SourceKind.SITEMAP: timedelta(minutes=10),
    SourceKind.LISTING: timedelta(minutes=15),
}
# Long enough for a feed to change under an unchanged validator, short enough to catch it in the same crawl.
PROBATION = timedelta(seconds=10)
REVIVAL = timedelta(days=30)
GIVEN_UP_AT = 30.0
RETIRED_AFTER = timedelta(days=14)
UNCONDITIONAL_EVERY = 24
UNCONDITIONAL_AFTER = timedelta(hours=24)
SIGHTINGS_TO_ADOPT = 3
SIGHTINGS_OVER = timedelta(hours=24)
LONGEST_RETRY_AFTER = timedelta(hours=24)

# What a failure counts towards giving a source up: the temporary least.
POINTS = {
    Failure.TIMEOUT: 0.25,
    Failure.UNREACHABLE: 0.5,
    Failure.SERVER_ERROR: 0.25,
    Failure.LIMITED: 0.25,
    Failure.BROKEN_BODY: 0.5,
    Failure.CHALLENGE: 0.5,
    Failure.NOT_A_FEED: 0.5,
}
_SLOW_TO_MEND = {
    Failure.ROBOTS_DENIED: (LONGEST, "robots.txt is looked at again in a day"),
    Failure.ADDRESS_REFUSED: (LONGEST, "the address is tried again in a day"),
    Failure.GONE: (REVIVAL, "gone; tried again in 30 days"),
}


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is due next. `interval` is its usual pace, which a single wait does not change."""

    at: datetime
    interval: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Which validators to send with a poll, exactly as received; none makes it unconditional."""

    etag: str | None
    last_modified: str | None
    reason: str

    @property
    def is_unconditional(self) -> bool:
        return self.etag is None and self.last_modified is None


class LimitScope(StrEnum):
    """How far a "not now" reaches."""

    URL = "url"
    HOST = "host"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a successful poll showed, as far as the cadence is concerned.

    `published` are the items' dates; the items of an index are the sitemaps it names.
    """

    entries: int = 0
    new: int = 0
    is_unchanged: bool = False
    asked_interval: timedelta | None = None
    published: Sequence[datetime] = ()
    is_index: bool = False


def host_delay(
    *, latency: float | None, crawl_delay: timedelta, least: timedelta, times: float = 5.0
) -> timedelta:
    """The pause after a request: `times` what the host took to answer, within `least` and five seconds.

    A robots.txt Crawl-delay is honoured up to a minute. `latency` is in seconds.
    """
    adaptive = min(timedelta(seconds=times * (latency or 0.0)), timedelta(seconds=5))
    return max(least, adaptive, min(crawl_delay, timedelta(seconds=60)))


def next_after_success(
    source: Source, answer: Answer, *, headers: Mapping[str, str], now: datetime, jitter: float
) -> NextPoll:
    """The next poll of a source that answered. `jitter` is drawn by the caller from -1..1.

    `source` is as it was before this poll.
    """
    shortest = SHORTEST[source.kind]
    if source.polls == 0:
        return NextPoll(
            now + PROBATION,
            first_interval(answer.published, now, shortest=shortest)[0],
            "asked again at once to see whether its validators can be believed",
        )
    if source.polls == 1 and answer.published:
        interval, reason = first_interval(answer.published, now, shortest=shortest)
    else:
        interval, reason = adapt_interval(
            timedelta(seconds=source.interval_seconds), answer, shortest=shortest
        )
    floor, why = requested_floor(answer.asked_interval, headers, now)
    wait = interval / hour_weight(source.hour_profile, now)
    wait = min(max(wait, shortest), LONGEST_FOR_INDEX if answer.is_index else LONGEST)
    if floor > wait:
        wait, reason = floor, why
    return NextPoll(now + wait * (1 + 0.1 * jitter), interval, reason)


def is_answer_to_push(source: Source) -> bool:
    """Whether the poll of a source is the first since its hub said that there is something new."""
    return source.pushed_at is not None and (
        source.last_polled_at is None or source.pushed_at > source.last_polled_at
    )


def retires(source: Source, now: datetime) -> bool:
    """Whether a sitemap has had nothing new for so long that it is an archive by now.

    Outlets rotate their sitemaps by week or number and never take the old ones away; judged by what they
    bring and not by what their address looks like. A retired one is looked at once a month.
    """
    return (
        source.kind is SourceKind.SITEMAP
        and now - (source.last_new_item_at or source.created_at) > RETIRED_AFTER
    )


def first_interval(
    published: Sequence[datetime], now: datetime, *, shortest: timedelta
) -> tuple[timedelta, str]:
    """The pace to begin with, by the dates a new source lists, and why; half an hour at most.

    The latest ten items until now give a rate, and an answer should bring one or two. Found by trying alone, a wire
    that prints every few minutes would be half an hour late on its first day; slow ones are found by trying.
    """
    latest = sorted((moment for moment in published if moment <= now), reverse=True)[:10]
    if not latest:
        return FIRST_INTERVAL, "no dates to go by yet"
    apart = (now - latest[-1]) / len(latest)
    return min(max(apart * 1.5, shortest), FIRST_INTERVAL), f"lately an item every {_words(apart)}"


def adapt_interval(interval: timedelta, answer: Answer, *, shortest: timedelta) -> tuple[timedelta, str]:
    """The pace after an answer, and why it changed or did not."""
    if answer.new and answer.new == answer.entries and answer.entries > 1:
        wanted, reason = interval * 0.5, "every item was new: some may have been missed"
    elif answer.new > 3:
        wanted, reason = interval * 0.75, f"{answer.new} new items at once"
    elif answer.new:
        wanted, reason = interval, f"{answer.new} new, the pace is right"
    else:
        wanted, reason = interval * 1.25, "nothing new"
    return min(max(wanted, shortest), LONGEST), reason


def hour_weight(profile: Sequence[float], now: datetime) -> float:
    """How busy the present hour usually is for a source, 0.25..4, from its `learn_hours` profile.

    The neighbouring hours are blended in; a thin record says nothing and weighs 1.
    """
    total = sum(profile)
    if len(profile) != 24 or total < 4:
        return 1.0
    hour = now.astimezone(UTC).hour
    near = (profile[hour - 1] + 2 * profile[hour] + profile[(hour + 1) % 24]) / 4
    return min(max((near + 0.1) / (total / 24 + 0.1), 0.25), 4.0)


def learn_hours(
    profile: Sequence[float], *, new: int, now: datetime, last_new_at: datetime | None
) -> list[float]:
    """The profile after `new` items: items a day by UTC hour, a moving average over about a week.

    It fades only when something new comes: a source that falls silent must still be expected to speak.
    """
    counts = list(profile) if len(profile) == 24 else [0.0] * 24
    if new <= 0:
        return counts
    days = max((now - last_new_at) / timedelta(days=1), 0.0) if last_new_at else 0.0
    faded = [round(count * math.exp(-days / 7), 6) for count in counts]
    faded[now.astimezone(UTC).hour] += new / 7
    return faded


def requested_floor(
    asked: timedelta | None, headers: Mapping[str, str], now: datetime
) -> tuple[timedelta, str]:
    """The shortest pause a source itself asks for, by its ttl, Cache-Control or Retry-After; a day at most."""
    floors = [(timedelta(0), "")]
    if asked:
        floors.append((asked, f"the feed asks for {_words(asked)} between polls"))
    age = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""))
    if age:
        fresh = timedelta(seconds=int(age.group(1)))
        floors.append((fresh, f"fresh for {_words(fresh)} by Cache-Control"))
    wait = retry_after(headers, now)
    if wait:
        floors.append((wait, f"Retry-After asks for {_words(wait)}"))
    floor, why = max(floors)
    return min(floor, LONGEST), why


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The Retry-After header, seconds or a date, as a pause of at most a day; None without a usable one."""
    raw = headers.get("retry-after", "").strip()
    if raw.isdecimal() and len(raw) < 10:
        wait = timedelta(seconds=int(raw))
    else:
        try:
            moment = parsedate_to_datetime(raw)
        except (ValueError, OverflowError):
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), LONGEST_RETRY_AFTER)


def next_after_failure(
    source: Source, failure: Failure, *, headers: Mapping[str, str], now: datetime, jitter: float
) -> NextPoll:
    """The next poll of a source that did not answer usefully. The counts on `source` include this failure.

    Backing off is linear: doubled waits turn a bad afternoon into a lost week.
    """
    interval = timedelta(seconds=source.interval_seconds)
    if failure in _SLOW_TO_MEND:
        wait, reason = _SLOW_TO_MEND[failure]
    elif source.failures >= GIVEN_UP_AT:
        wait, reason = REVIVAL, "failing for long; tried again in 30 days"
    elif failure is Failure.LIMITED:
        asked = retry_after(headers, now)
        if asked is not None:
            # "0", or a date gone by, is no leave to ask without a pause.
            asked = max(asked, SHORTEST[source.kind])
            # Not a second earlier than asked, and not all together when it is over.
            return NextPoll(now + asked * (1 + 0.1 * abs(jitter)), interval, f"asked to wait {_words(asked)}")
        wait = min(timedelta(minutes=5) * 2 ** min(source.failures_in_row - 1, 10), timedelta(hours=12))
        return NextPoll(
            now + wait * (1 + 0.5 * jitter),
            interval,
            f"limited without saying for how long; waiting {_words(wait)}",
        )
    else:
        step = timedelta(minutes=5) if POINTS.get(failure, 1.0) < 0.5 else timedelta(minutes=30)
        wait = min(max(step * source.failures_in_row, SHORTEST[source.kind]), LONGEST)
        times = "once" if source.failures_in_row == 1 else f"{source.failures_in_row} times in a row"
        reason = f"failed {times}; tried again in {_words(wait)}"
    return NextPoll(now + wait * (1 + 0.1 * jitter), interval, reason)


def limit_scope(*, urls_limited_on_host: int, hosts_limited_in_domain: int) -> LimitScope:
    """How far to apply a 429 or 503: one bad address must not silence a host, nor one host its domain."""
    if hosts_limited_in_domain >= 2:
        return LimitScope.DOMAIN
    return LimitScope.HOST if urls_limited_on_host >= 2 else LimitScope.URL


def choose_condition(source: Source, now: datetime) -> Condition:
    """Which validators to send. Some hosts answer "unchanged" whatever happened, so they are tested now and then."""
    if is_answer_to_push(source):
        return Condition(None, None, "its hub says that there is something new")
    if source.etag is None and source.last_modified is None:
        return Condition(None, None, "no validators known")
    if source.validators is Validators.LYING:
        return Condition(None, None, "its validators lie")
    if source.validators is Validators.PROBATION:
        return Condition(None, None, "its validators are on probation")
    if source.polls_since_unconditional >= UNCONDITIONAL_EVERY - 1:
        return Condition(None, None, f"every {UNCONDITIONAL_EVERY}th poll is unconditional")
    if source.unconditional_at is None or now - source.unconditional_at >= UNCONDITIONAL_AFTER:
        return Condition(None, None, "unconditional once a day")
    return Condition(source.etag, source.last_modified, "conditional")


def judge_validators(
    source: Source, *, etag: str | None, last_modified: str | None, entries_sha256: str
) -> tuple[Validators, str]:
    """Whether validators can be believed after a full answer; `source` is as it was before this poll.

    Only the entries count: a feed that stamps the time of day into its head has not changed.
    """
    if source.validators is Validators.LYING:
        return Validators.LYING, "its validators were caught lying"
    if source.entries_sha256 is None:
        return Validators.PROBATION, "seen once"
    same_etag = etag is not None and etag == source.etag
    same_date = etag is None and last_modified is not None and last_modified == source.last_modified
    if entries_sha256 != source.entries_sha256 and (same_etag or same_date):
        shown = etag or last_modified
        return Validators.LYING, f"the items changed although the validator {shown!r} did not"
    return Validators.TRUSTED, "validators and items agree"


def adopts_redirect(*, sightings: int, first_seen_at: datetime, now: datetime) -> bool:
    """Whether a permanent redirect has been seen often and long enough to become the source's address."""
    return sightings >= SIGHTINGS_TO_ADOPT and now - first_seen_at >= SIGHTINGS_OVER


def _words(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} s"
