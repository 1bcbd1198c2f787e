"""Telling subscribers: who is told, what happened, and each attempt series to tell them."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class EventType(enum.StrEnum):
    """What subscribers are told. An unreviewed suggestion is not among them."""

    ALERT_CONFIRMED = "alert.confirmed"
    BRIEF_PUBLISHED = "brief.published"
    BRIEF_UPDATED = "brief.updated"
    BRIEF_CORRECTED = "brief.corrected"
    BRIEF_WITHDRAWN = "brief.withdrawn"
    TEST = "subscription.test"


class SubscriptionState(enum.StrEnum):
    """Whether an endpoint is being told."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class DeliveryState(enum.StrEnum):
    """Where one delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class Subscription(Base):
    """An editor's endpoint. The signing secret is encrypted with the key named in the settings."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    url: Mapped[str]
    secret_encrypted: Mapped[bytes] = mapped_column(repr=False)
    created_at: Mapped[datetime]
    description: Mapped[str] = mapped_column(default="")
    event_types: Mapped[list[str]] = mapped_column(default_factory=list)
    languages: Mapped[list[str]] = mapped_column(default_factory=list)
    subjects: Mapped[list[str]] = mapped_column(default_factory=list)
    desks: Mapped[list[str]] = mapped_column(default_factory=list)
    state: Mapped[SubscriptionState] = mapped_column(default=SubscriptionState.ACTIVE)
    state_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    old_secret_encrypted: Mapped[bytes | None] = mapped_column(default=None, repr=False)
    old_secret_until: Mapped[datetime | None] = mapped_column(default=None)


class Event(Base):
    """Something subscribers may be told of. The body is serialised once, so every attempt signs the same bytes."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    message_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[EventType]
    body: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    brief_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("brief_version.id"), default=None, index=True
    )
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), default=None, index=True)


class Delivery(Base):
    """One event on its way to one subscription."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "subscription_id"),
        Index(None, "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    next_attempt_at: Mapped[datetime | None]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    state_reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class DeliveryAttempt(Base):
    """One request to an endpoint, and what came back (capped)."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    elapsed_ms: Mapped[int]
    http_status: Mapped[int | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(default="")
    response_body: Mapped[str] = mapped_column(default="")
