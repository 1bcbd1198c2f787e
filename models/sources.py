"""Where the news comes from: sources, their recent fetches, and what is known of each host."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Role(enum.StrEnum):
    """What a source is read for."""

    MONITORED = "monitored"
    OFFICIAL = "official"
    REFERENCE = "reference"

    @property
    def is_evidence(self) -> bool:
        """Whether its articles are filed as passages instead of being searched for claims."""
        return self is not Role.MONITORED


class Scope(enum.StrEnum):
    """How much of a source is in scope: all it prints, or only what is about the country."""

    ALL = "all"
    COUNTRY = "country"


class PublisherKind(enum.StrEnum):
    """Who stands behind a passage; shown as a badge, never used as a weight."""

    OFFICIAL = "official"
    INDEPENDENT = "independent"
    INTERNATIONAL = "international"


class SourceKind(enum.StrEnum):
    """What is polled."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"


class SourceState(enum.StrEnum):
    """How reading a source goes; it says nothing about what the source prints."""

    NEW = "new"
    WORKING = "working"
    SLOW = "slow"
    LIMITED = "limited"
    LYING = "lying"
    BLOCKED = "blocked"
    FAILING = "failing"
    SILENT = "silent"
    DEAD = "dead"


class Validators(enum.StrEnum):
    """Whether a source's ETag and Last-Modified are believed."""

    PROBATION = "probation"
    TRUSTED = "trusted"
    LYING = "lying"


class Source(Base):
    """A feed, sitemap or listing page that is polled.

    `failures` counts points (a passing fault weighs less than a hard one), `hour_profile` new items by UTC
    hour (24 counts), `items_per_poll` is a moving average. A changed body with the same `entries_sha256` is
    no proof that a validator lies. `index_url` is the sitemap index that named it, `pushed_at` when a hub last
    said that there is something new.
    """

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    role: Mapped[Role]
    created_at: Mapped[datetime]
    home_url: Mapped[str | None] = mapped_column(default=None)
    kind: Mapped[SourceKind] = mapped_column(default=SourceKind.FEED)
    scope: Mapped[Scope] = mapped_column(default=Scope.ALL)
    publisher_kind: Mapped[PublisherKind] = mapped_column(default=PublisherKind.INDEPENDENT)
    language: Mapped[str | None] = mapped_column(default=None)
    country: Mapped[str | None] = mapped_column(default=None)
    time_zone: Mapped[str | None] = mapped_column(default=None)
    link_pattern: Mapped[str | None] = mapped_column(default=None)
    is_active: Mapped[bool] = mapped_column(default=True)
    index_url: Mapped[str | None] = mapped_column(default=None, index=True)

    state: Mapped[SourceState] = mapped_column(default=SourceState.NEW)
    state_reason: Mapped[str] = mapped_column(default="not polled yet")
    next_poll_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    pushed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_polled_at: Mapped[datetime | None] = mapped_column(default=None)
    last_success_at: Mapped[datetime | None] = mapped_column(default=None)
    last_new_item_at: Mapped[datetime | None] = mapped_column(default=None)
    interval_seconds: Mapped[int] = mapped_column(default=1800)
    items_per_poll: Mapped[float] = mapped_column(default=0.0)
    polls: Mapped[int] = mapped_column(default=0)
    failures: Mapped[float] = mapped_column(default=0.0)
    failures_in_row: Mapped[int] = mapped_column(default=0)
    hour_profile: Mapped[list[Any]] = mapped_column(default_factory=list)

    etag: Mapped[str | None] = mapped_column(default=None)
    last_modified: Mapped[str | None] = mapped_column(default=None)
    validators: Mapped[Validators] = mapped_column(default=Validators.PROBATION)
    body_sha256: Mapped[str | None] = mapped_column(default=None)
    entries_sha256: Mapped[str | None] = mapped_column(default=None)
    unconditional_at: Mapped[datetime | None] = mapped_column(default=None)
    polls_since_unconditional: Mapped[int] = mapped_column(default=0)
    redirect_to: Mapped[str | None] = mapped_column(default=None)
    redirect_sightings: Mapped[int] = mapped_column(default=0)
    redirect_first_seen_at: Mapped[datetime | None] = mapped_column(default=None)


class SourceFetch(Base):
    """One poll of a source; the latest thirty are kept."""

    __tablename__ = "source_fetch"
    __table_args__ = (Index(None, "source_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    outcome: Mapped[str]
    reason: Mapped[str]
    http_status: Mapped[int | None] = mapped_column(default=None)
    elapsed_ms: Mapped[int] = mapped_column(default=0)
    body_bytes: Mapped[int] = mapped_column(default=0)
    items: Mapped[int] = mapped_column(default=0)
    new_items: Mapped[int] = mapped_column(default=0)


class Host(Base):
    """What is remembered of a host between requests: its robots.txt, and until when it wants to be left alone."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(primary_key=True)
    robots_txt: Mapped[str | None] = mapped_column(default=None)
    robots_status: Mapped[int | None] = mapped_column(default=None)
    robots_fetched_at: Mapped[datetime | None] = mapped_column(default=None)
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    limited_urls: Mapped[int] = mapped_column(default=0)
    latency_ms: Mapped[float | None] = mapped_column(default=None)
