"""Being told of news instead of asking for it: our subscriptions at the hubs that sources name (W3C WebSub)."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

SILENT_AFTER = 3


class HubState(enum.StrEnum):
    """How a subscription stands. A source without an active one is simply polled."""

    OFFERED = "offered"
    REQUESTED = "requested"
    ACTIVE = "active"
    DENIED = "denied"
    LAPSED = "lapsed"
    LEAVING = "leaving"
    ENDED = "ended"


class HubSubscription(Base):
    """One topic at one hub, for one source.

    `token` is the last part of the callback address, which only we and the hub know; `offered_at` is since when
    the source names this hub and topic. `next_attempt_at` is when
    something is to be done: the hub asked, asked again, asked to renew or to let go, an ended row forgotten.
    `attempts` counts requests since the hub last confirmed. `announced_in_row` counts polls whose new items the
    hub had told of, `unannounced_in_row` those whose it had not; each ends the other. `bad_signatures` counts
    deliveries that were ignored because we could not tell that they were the hub's.
    """

    __tablename__ = "hub_subscription"
    __table_args__ = (UniqueConstraint("source_id", "hub", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    hub: Mapped[str]
    topic: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True, repr=False)
    offered_at: Mapped[datetime]
    secret_encrypted: Mapped[bytes | None] = mapped_column(default=None, repr=False)
    state: Mapped[HubState] = mapped_column(default=HubState.OFFERED)
    reason: Mapped[str] = mapped_column(default="")
    next_attempt_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    last_delivery_at: Mapped[datetime | None] = mapped_column(default=None)
    deliveries: Mapped[int] = mapped_column(default=0)
    bad_signatures: Mapped[int] = mapped_column(default=0)
    announced_in_row: Mapped[int] = mapped_column(default=0)
    unannounced_in_row: Mapped[int] = mapped_column(default=0)

    def is_active(self, now: datetime) -> bool:
        """Whether the hub has promised to tell us, and the promise still holds."""
        return self.state is HubState.ACTIVE and self.lease_until is not None and self.lease_until > now

    @property
    def is_silent(self) -> bool:
        """Whether polls keep finding what the hub had not told of."""
        return self.unannounced_in_row >= SILENT_AFTER
