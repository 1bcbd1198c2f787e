"""Sources and articles. Nothing here says who wrote a page, or what anyone thinks of an outlet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from api.views.changes import ReadingOut
from ingest.diagnosis import diagnose
from ingest.fetch_log import load_fetches
from models import (
    Article,
    ArticleState,
    ArticleVersion,
    HubState,
    HubSubscription,
    PublisherKind,
    Role,
    Scope,
    Source,
    SourceFetch,
    SourceKind,
    SourceState,
    Validators,
)


class SourceOut(Out):
    """What is polled, what for, and how that goes."""

    id: int
    url: str
    title: str
    home_url: str | None
    kind: SourceKind
    role: Role
    scope: Scope
    publisher_kind: PublisherKind
    language: str | None
    country: str | None
    is_active: bool
    state: SourceState
    state_reason: str
    validators: Validators
    polls: int
    interval_seconds: int
    next_poll_at: Moment | None
    last_polled_at: Moment | None
    last_success_at: Moment | None
    last_new_item_at: Moment | None


class FetchOut(Out):
    """One poll."""

    at: Moment
    outcome: str
    reason: str
    http_status: int | None
    elapsed_ms: int
    body_bytes: int
    items: int
    new_items: int


class SourceHealthOut(SourceOut):
    """A source with what its latest polls say.

    `strip` has one character a poll, oldest first: `+` new items, `-` nothing new, `.` unchanged, a letter for
    each way to fail. `seen_items` came since `watched_since`, `expected_items` should have, by its usual day.
    """

    strip: str
    failed_polls: int
    watched_since: Moment | None
    seen_items: int
    expected_items: float | None
    validators_in_words: str
    advice: str


class HubOut(Out):
    """What we have with a hub that the source names: whether it tells us of news, until when, and how well."""

    hub: str
    topic: str
    state: HubState
    reason: str
    lease_until: Moment | None
    next_attempt_at: Moment | None
    last_delivery_at: Moment | None
    deliveries: int
    bad_signatures: int
    is_silent: bool


class SourceDetailOut(SourceHealthOut):
    """A source with its latest polls, newest first, and the hubs it names."""

    pushed_at: Moment | None
    hubs: list[HubOut]
    fetches: list[FetchOut]


class ArticleOut(Out):
    """One published page."""

    id: int
    url: str
    title: str
    outlet: str
    source_id: int
    role: Role
    state: ArticleState
    state_reason: str
    language: str | None
    published_at: Moment | None
    first_seen_at: Moment
    versions: int
    story_id: int | None
    story_reason: str | None
    story_score: float | None


class ArticleDetailOut(ArticleOut):
    """An article with its text as last read."""

    text: str
    readings: list[ReadingOut]


def describe_sources(rows: Sequence[Source]) -> list[SourceOut]:
    """A page of sources."""
    return [SourceOut.model_validate(row) for row in rows]


def describe_health(session: Session, rows: Sequence[Source], now: datetime) -> list[SourceHealthOut]:
    """A page of sources with what their latest polls say."""
    fetches = load_fetches(session, [row.id for row in rows])
    return [_health(row, fetches[row.id], now) for row in rows]


def describe_source(session: Session, row: Source, now: datetime) -> SourceDetailOut:
    """One source."""
    hubs = session.scalars(
        select(HubSubscription).where(HubSubscription.source_id == row.id).order_by(HubSubscription.id.desc())
    )
    fetches = load_fetches(session, [row.id])[row.id]
    return SourceDetailOut(
        **_health(row, fetches, now).model_dump(),
        pushed_at=row.pushed_at,
        hubs=[HubOut.model_validate(one) for one in hubs],
        fetches=[FetchOut.model_validate(one) for one in reversed(fetches)],
    )


def describe_articles(session: Session, rows: Sequence[Article]) -> list[ArticleOut]:
    """A page of articles."""
    sources = {
        source.id: source
        for source in session.scalars(select(Source).where(Source.id.in_({row.source_id for row in rows})))
    }
    return [_article(row, sources[row.source_id]) for row in rows]


def describe_article(session: Session, row: Article) -> ArticleDetailOut:
    """One article."""
    versions = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == row.id)
        .order_by(ArticleVersion.number.desc())
    ).all()
    return ArticleDetailOut(
        **_article(row, session.get_one(Source, row.source_id)).model_dump(),
        text=versions[0].text if versions else "",
        readings=[ReadingOut.model_validate(one) for one in versions],
    )


def _health(row: Source, fetches: Sequence[SourceFetch], now: datetime) -> SourceHealthOut:
    found = diagnose(row, fetches, now)
    return SourceHealthOut(
        **SourceOut.model_validate(row).model_dump(),
        strip=found.strip,
        failed_polls=found.failed_polls,
        watched_since=found.watched_since,
        seen_items=found.seen_items,
        expected_items=found.expected_items,
        validators_in_words=found.validators,
        advice=found.advice,
    )


def _article(row: Article, source: Source) -> ArticleOut:
    own = {name: getattr(row, name) for name in ArticleOut.model_fields if name not in ("outlet", "role")}
    return ArticleOut(
        **own | {"title": row.title or row.entry_title, "outlet": source.title, "role": source.role}
    )
