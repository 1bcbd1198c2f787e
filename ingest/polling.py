"""Due sources to polls, polls to rows: what is asked, and what is written of the answer."""

import hashlib
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ingest.answers import judge_answer
from ingest.cadence import (
    LONGEST,
    POINTS,
    RETIRED_AFTER,
    REVIVAL,
    Answer,
    LimitScope,
    NextPoll,
    adopts_redirect,
    choose_condition,
    judge_validators,
    learn_hours,
    limit_scope,
    next_after_failure,
    next_after_success,
    retires,
)
from ingest.entries import store_entries
from ingest.errors import Failure, IngestError
from ingest.feed import FeedHints
from ingest.fetch_log import prune_fetches
from ingest.health import judge_failure, judge_success
from ingest.hosts import rest_until, store_robots
from ingest.offers import find_offer
from ingest.pushes import Told, heed_hub, load_told
from ingest.rows import load_by_id
from ingest.sources import follow_sitemaps, indexes_among
from ingest.subscribing import note_offer
from ingest.urls import NotAnAddress, canonical_url, host_key, registered_domain
from ingest.values import Counts, Entry, Feed, Fetched, Purpose, Request
from models import Source, SourceFetch, SourceKind, SourceState, Validators

_PURPOSES = {
    SourceKind.FEED: Purpose.FEED,
    SourceKind.SITEMAP: Purpose.SITEMAP,
    SourceKind.LISTING: Purpose.PAGE,
}
_POLL_COLUMNS = (
    "url",
    "state",
    "state_reason",
    "next_poll_at",
    "last_polled_at",
    "last_success_at",
    "last_new_item_at",
    "interval_seconds",
    "items_per_poll",
    "polls",
    "failures",
    "failures_in_row",
    "hour_profile",
    "etag",
    "last_modified",
    "validators",
    "body_sha256",
    "entries_sha256",
    "polls_since_unconditional",
    "unconditional_at",
    "redirect_to",
    "redirect_sightings",
    "redirect_first_seen_at",
)


@dataclass(frozen=True, slots=True)
class Poll:
    """One answered poll: the source as it was, what came, and what was read in it."""

    source: Source
    answer: Fetched
    was_unconditional: bool
    outcome: Feed | IngestError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What a poll brought: articles and, from an index, sitemaps that were not known."""

    new: int = 0
    named: int = 0
    is_index: bool = False


def due_sources(session: Session, now: datetime, *, limit: int, leave_out: Collection[int]) -> list[Source]:
    """Active sources whose time has come, the longest overdue first."""
    due = (
        select(Source.id)
        .where(Source.is_active, Source.next_poll_at <= now)
        .order_by(Source.next_poll_at, Source.id)
        .limit(limit + len(leave_out))
    )
    # What is under way stays due until it is answered, so rows are loaded only after it has been left out.
    fresh = [source_id for source_id in session.scalars(due) if source_id not in leave_out][:limit]
    return load_by_id(session, Source, fresh)


def poll_request(source: Source, now: datetime) -> Request:
    """What to ask of a source that is due."""
    condition = choose_condition(source, now)
    return Request(
        key=source.id,
        url=source.url,
        purpose=_PURPOSES[source.kind],
        etag=condition.etag,
        last_modified=condition.last_modified,
    )


def needs_reading(source: Source, answer: Fetched) -> bool:
    """Whether an answer has a body that was not seen before."""
    return answer.failure is None and answer.status == 200 and body_digest(answer.body) != source.body_sha256


def feed_hints(source: Source, answer: Fetched) -> FeedHints:
    """What is known of a feed before its bytes are read."""
    return FeedHints(
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        language=source.language,
        time_zone=source.time_zone,
        link_pattern=source.link_pattern,
    )


def record_polls(session: Session, polls: Sequence[Poll], now: datetime) -> Counts:
    """Writes a batch of answered polls: the sources, their log, new articles, hosts that want rest."""
    others = _other_sources(session, polls)
    told = load_told(session, [poll.source.id for poll in polls])
    indexes = indexes_among(session, [poll.source for poll in polls])
    counts, rows, log = Counts(), [], []
    for poll in polls:
        store_robots(session, poll.answer.robots)
        failed = _failure(poll)
        feed = poll.outcome if isinstance(poll.outcome, Feed) else None
        other = others.get(_canonical(poll.answer.url))
        if other is not None and other.id == poll.source.id:
            other = None
        # One that is not polled counts nothing, but keeps its address.
        twin = other if other is not None and other.is_active else None
        stored = _Stored(is_index=poll.source.url in indexes)
        if feed and not failed and not twin:
            stored = _store_feed(session, poll, feed, told[poll.source.id], now)
        if failed:
            _note_failure(poll, *failed, now=now)
        else:
            _note_success(
                poll, feed, other=other, twin=twin, stored=stored, told=told[poll.source.id], now=now
            )
            # Two sources that moved to one address may be answered together, and only one can have it.
            others.setdefault(poll.source.url, poll.source)
        rows.append({"id": poll.source.id, **{name: getattr(poll.source, name) for name in _POLL_COLUMNS}})
        log.append(_log_line(poll, failed, feed, stored.new, now))
        counts += Counts(
            due=1,
            unchanged=int(not failed and feed is None),
            new_articles=stored.new,
            failed=int(bool(failed)),
        )
    session.execute(update(Source), rows)
    session.execute(insert(SourceFetch), log)
    for source in (
        poll.source for poll in polls if poll.source.state is SourceState.LIMITED and poll.answer.asked
    ):
        _spread_limit(session, source, now)
    prune_fetches(session, [poll.source for poll in polls])
    return counts


def _store_feed(session: Session, poll: Poll, feed: Feed, told: Told, now: datetime) -> _Stored:
    source, answer = poll.source, poll.answer
    named = follow_sitemaps(session, source, feed.sitemaps, now)
    note_offer(session, source, told.subscriptions, find_offer(answer.url, answer.headers, feed), now)
    new = store_entries(session, source, feed.entries, now)
    return _Stored(new=new, named=named, is_index=bool(feed.sitemaps))


def body_digest(body: bytes) -> str:
    """SHA-256 of a body, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def entries_digest(entries: Iterable[Entry]) -> str:
    """SHA-256 over what the entries of a feed say, whatever the feed around them says."""
    lines = sorted(f"{entry.guid}\n{entry.link}\n{entry.title}" for entry in entries)
    return hashlib.sha256("\n\n".join(lines).encode()).hexdigest()


def _log_line(
    poll: Poll, failed: tuple[Failure, str] | None, feed: Feed | None, new: int, now: datetime
) -> dict[str, Any]:
    return {
        "source_id": poll.source.id,
        "at": now,
        "outcome": failed[0].value if failed else "read" if feed else "unchanged",
        "reason": failed[1] if failed else poll.source.state_reason,
        "http_status": poll.answer.status or None,
        "elapsed_ms": round(poll.answer.elapsed / timedelta(milliseconds=1)),
        "body_bytes": len(poll.answer.body),
        "items": len(feed.entries) if feed else 0,
        "new_items": new,
    }


def _failure(poll: Poll) -> tuple[Failure, str] | None:
    if isinstance(poll.outcome, IngestError):
        return poll.outcome.failure, poll.outcome.reason
    return judge_answer(poll.answer)


def _note_failure(poll: Poll, failure: Failure, reason: str, *, now: datetime) -> None:
    source = poll.source
    source.failures += POINTS.get(failure, 1.0)
    source.failures_in_row += 1
    following = next_after_failure(source, failure, headers=poll.answer.headers, now=now, jitter=_jitter())
    health = judge_failure(source, failure, reason)
    _set_state(source, health.state, f"{health.reason}; {following.reason}")
    _schedule(source, following, now)


def _note_success(
    poll: Poll,
    feed: Feed | None,
    *,
    other: Source | None,
    twin: Source | None,
    stored: _Stored,
    told: Told,
    now: datetime,
) -> None:
    source, answer = poll.source, poll.answer
    following = next_after_success(
        source,
        Answer(
            entries=len(feed.entries) + len(feed.sitemaps) if feed else 0,
            new=stored.new + stored.named,
            asked_interval=feed.interval if feed else None,
            published=_dates(feed),
            is_index=stored.is_index,
        ),
        headers=answer.headers,
        now=now,
        jitter=_jitter(),
    )
    following = heed_hub(
        following, source, told, is_unchanged=feed is None, new=stored.new, now=now, jitter=_jitter()
    )
    remark = feed.remark if feed else _standing_remark(source)
    if answer.status == 200:
        digest = entries_digest(feed.entries) if feed else source.entries_sha256 or ""
        etag, last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        source.validators, why = judge_validators(
            source, etag=etag, last_modified=last_modified, entries_sha256=digest
        )
        if source.validators is Validators.LYING:
            remark = why
        source.etag, source.last_modified = etag, last_modified
        source.body_sha256, source.entries_sha256 = body_digest(answer.body), digest
    if poll.was_unconditional:
        source.polls_since_unconditional, source.unconditional_at = 0, now
    else:
        source.polls_since_unconditional += 1
    if source.polls:
        source.hour_profile = learn_hours(
            source.hour_profile, new=stored.new, now=now, last_new_at=source.last_new_item_at
        )
        source.items_per_poll = 0.8 * source.items_per_poll + 0.2 * stored.new
    if stored.new or stored.named:
        source.last_new_item_at = now
    source.failures, source.failures_in_row, source.last_success_at = 0.0, 0, now
    remark = _note_redirect(source, answer, other, now) or remark
    if twin is not None:
        following = NextPoll(
            now + LONGEST * (1 + 0.1 * _jitter()), LONGEST, "a second name of another source"
        )
    elif not stored.is_index and retires(source, now):
        following = NextPoll(now + REVIVAL, LONGEST, "retired")
        remark = f"an archive: nothing new for {RETIRED_AFTER.days} days; looked at once a month"
    health = judge_success(source, elapsed=answer.elapsed, remark=remark, now=now)
    _set_state(source, health.state, health.reason)
    _schedule(source, following, now)


def _dates(feed: Feed | None) -> list[datetime]:
    return [entry.published_at for entry in feed.entries if entry.published_at] if feed else []


def _standing_remark(source: Source) -> str:
    """What was said of the body when it was last read, which holds while it does not change."""
    return source.state_reason if source.state is SourceState.WORKING and not source.failures_in_row else ""


def _note_redirect(source: Source, answer: Fetched, other: Source | None, now: datetime) -> str:
    """Counts sightings of a permanent redirect, and adopts it in the end; what there is to say about it."""
    if other is not None and other.is_active:
        return f"moved to {answer.url}, which is the source {other.title!r}; its items are counted there"
    if other is not None:
        return f"moved to {answer.url}, which is the source {other.title!r} that is not polled"
    target = answer.permanent_redirect_to
    if target is None:
        source.redirect_to, source.redirect_sightings, source.redirect_first_seen_at = None, 0, None
        return f"redirected for now to {answer.url}" if answer.url != source.url else ""
    if source.redirect_to != target or source.redirect_first_seen_at is None:
        source.redirect_to, source.redirect_sightings, source.redirect_first_seen_at = target, 0, now
    source.redirect_sightings += 1
    if adopts_redirect(
        sightings=source.redirect_sightings, first_seen_at=source.redirect_first_seen_at, now=now
    ):
        try:
            source.url = canonical_url(target)
        except NotAnAddress as error:
            return f"says it has moved, but cannot: {error}"
        source.redirect_to, source.redirect_sightings, source.redirect_first_seen_at = None, 0, None
        return f"moved for good to {source.url}"
    return f"says it has moved to {target} (seen {source.redirect_sightings} times; adopted when that lasts)"


def _set_state(source: Source, state: SourceState, reason: str) -> None:
    source.state, source.state_reason = state, reason


def _schedule(source: Source, following: NextPoll, now: datetime) -> None:
    source.next_poll_at = following.at
    source.interval_seconds = int(following.interval.total_seconds())
    source.last_polled_at = now
    source.polls += 1


def _spread_limit(session: Session, source: Source, now: datetime) -> None:
    """Lets the host, or its whole domain, rest too when the limit is plainly not this address's alone."""
    host = host_key(source.url)
    domain = registered_domain(host)
    limited = {source.url} | set(
        session.scalars(
            select(Source.url).where(Source.state == SourceState.LIMITED, Source.next_poll_at > now)
        )
    )
    hosts = {host_key(url) for url in limited if registered_domain(host_key(url)) == domain}
    scope = limit_scope(
        urls_limited_on_host=sum(host_key(url) == host for url in limited), hosts_limited_in_domain=len(hosts)
    )
    if scope is not LimitScope.URL:
        rest_until(session, host if scope is LimitScope.HOST else domain, source.next_poll_at or now)


def _other_sources(session: Session, polls: Sequence[Poll]) -> dict[str, Source]:
    """The sources at the addresses where redirected polls ended, by address."""
    ended = {_canonical(poll.answer.url) for poll in polls if poll.answer.url != poll.source.url}
    found = session.scalars(select(Source).where(Source.url.in_(ended))) if ended else ()
    return {source.url: source for source in found}


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except NotAnAddress:
        return url


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311  # spreads polls, guards nothing
