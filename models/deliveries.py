"""Telling subscribers: who is told, what happened, and each attempt series to tell them."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class EventType(enum.StrEnum):
    """What subscribers are told. An unreviewed suggestion is not among them."""

    ALERT_CONFIRMED = "alert.confirmed"
    ALERT_RETRACTED = "alert.retracted"
    BRIEF_PUBLISHED = "brief.published"
    BRIEF_UPDATED = "brief.updated"
    BRIEF_CORRECTED = "brief.corrected"
    BRIEF_WITHDRAWN = "brief.withdrawn"
    TEST = "subscription.test"
    CHALLENGE = "subscription.challenge"


class SubscriptionState(enum.StrEnum):
    """Whether an endpoint is being told; an unverified one has yet to answer its challenge."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class DeliveryState(enum.StrEnum):
    """Where one delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class SigningScheme(enum.StrEnum):
    """How messages are signed: with a shared secret (HMAC-SHA256), or with a key pair of ours (Ed25519)."""

    V1 = "v1"
    V1A = "v1a"


class Envelope(enum.StrEnum):
    """What is around an event's data."""

    STANDARD = "standard"
    CLOUDEVENTS = "cloudevents"


class Subscription(Base):
    """An editor's endpoint. Signing secrets are encrypted with the key named in the settings.

    `old_secrets` are pairs: a secret that was replaced, encrypted, and until when (ISO) it signs too. `failures` have
    come one after the other, over all messages; until `resting_until` nothing is sent.
    """

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
    least_priority: Mapped[float | None] = mapped_column(default=None)
    signing: Mapped[SigningScheme] = mapped_column(default=SigningScheme.V1)
    envelope: Mapped[Envelope] = mapped_column(default=Envelope.STANDARD)
    is_ordered: Mapped[bool] = mapped_column(default=False)
    challenge: Mapped[str | None] = mapped_column(default=None, repr=False)
    state: Mapped[SubscriptionState] = mapped_column(default=SubscriptionState.ACTIVE)
    state_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    resting_until: Mapped[datetime | None] = mapped_column(default=None)
    old_secrets: Mapped[list[Any]] = mapped_column(default_factory=list, repr=False)

    @property
    def old_secret_until(self) -> datetime | None:
        """Until when at least one replaced secret signs beside the newest."""
        return max((datetime.fromisoformat(until) for _, until in self.old_secrets), default=None)


class Event(Base):
    """Something subscribers may be told of. The body is serialised once, so every attempt signs the same bytes."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    message_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[EventType]
    body: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    priority: Mapped[float | None] = mapped_column(default=None)
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
        Index(None, "subscription_id", "state", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
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
