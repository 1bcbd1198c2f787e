"""The queue: a contradicted claim group waiting for a decision, and what was decided."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AlertState(enum.StrEnum):
    """Where an alert is in its life; `alerts.lifecycle` says which act leads where."""

    NEW = "new"
    HELD = "held"
    SNOOZED = "snoozed"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


UNANSWERED = (
    AlertState.NEW,
    AlertState.HELD,
    AlertState.SNOOZED,
    AlertState.DRAFTING,
    AlertState.IN_REVIEW,
)
"""Nothing has gone out about it yet, so that its claims are judged anew whenever the evidence for them changes."""


class Outcome(enum.StrEnum):
    """What an analyst decided. That the claim is right, or the record wrong, are ordinary answers."""

    RESPOND = "respond"
    NO_RESPONSE = "no_response"
    CLAIM_IS_RIGHT = "claim_is_right"
    RECORD_IS_WRONG = "record_is_wrong"
    NOT_A_CLAIM = "not_a_claim"
    DUPLICATE_OF = "duplicate_of"
    NOT_ABOUT_US = "not_about_us"


class Ground(enum.StrEnum):
    """Why an office does not respond: silence is a decision too, and is accounted for."""

    SMALL_REACH = "small_reach"
    WOULD_AMPLIFY = "would_amplify"
    OUTLET_CORRECTED = "outlet_corrected"
    ANSWERED_ALREADY = "answered_already"
    OTHER = "other"


class TaskResolution(enum.StrEnum):
    """What the desk that owns a record made of the finding that it is wrong."""

    CORRECTED = "corrected"
    STANDS = "stands"


_REPEATS = text("duplicate_of_id IS NOT NULL")


class Alert(Base):
    """A claim group in the queue. `version` grows by one with every transition, which is compare-and-set.

    `priority` is the sum of `priority_parts`. `raised_by_id` is empty when an assessment raised it. `route_reason` says
    why the rules sent it to its first desk; each `Reroute` since was a person's act.
    """

    __tablename__ = "alert"
    # A page of the queue walks one of the first two for each state, so that it costs the same however long it is.
    # Few alerts repeat another: SQLite would take an index over all of them for worthless, and read the whole table.
    __table_args__ = (
        Index(None, "state", "priority", "id"),
        Index(None, "state", "desk_id", "priority", "id"),
        Index(None, "duplicate_of_id", sqlite_where=_REPEATS, postgresql_where=_REPEATS),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    group_id: Mapped[int] = mapped_column(ForeignKey("claim_group.id"), unique=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    raised_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    priority: Mapped[float]
    priority_parts: Mapped[dict[str, float]]
    state: Mapped[AlertState] = mapped_column(default=AlertState.NEW)
    version: Mapped[int] = mapped_column(default=1)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), default=None, index=True)
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    held_until: Mapped[datetime | None] = mapped_column(default=None)
    snoozed_until: Mapped[datetime | None] = mapped_column(default=None, index=True)
    outlet_changed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    route_reason: Mapped[str] = mapped_column(default="", server_default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), default=None)


class Reroute(Base):
    """An undecided alert that a person gave to another desk, and why; `version` is the alert's after that."""

    __tablename__ = "reroute"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    from_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    to_desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    rerouted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    rerouted_at: Mapped[datetime]
    note: Mapped[str]
    version: Mapped[int]


class OutletChange(Base):
    """What an outlet made of a claim's sentence in a later version of its page; `after` is empty where it is gone."""

    __tablename__ = "outlet_change"
    __table_args__ = (UniqueConstraint("claim_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"))
    version: Mapped[int]
    changed_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    before: Mapped[str]
    after: Mapped[str | None] = mapped_column(default=None)


class AlertViewer(Base):
    """A colleague who has an alert's page open; `seen_at` is the page's last sign of life."""

    __tablename__ = "alert_viewer"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Decision(Base):
    """Who decided what about an alert, when and why."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    outcome: Mapped[Outcome]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class DecisionForm(Base):
    """What an outcome's own form adds to a decision: why there is no response, or which passage is in question."""

    __tablename__ = "decision_form"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True)
    ground: Mapped[Ground | None] = mapped_column(default=None)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id"), default=None)


class RecordTask(Base):
    """What a desk has to put right or to stand by: a passage of the record that a decision found to be wrong, or a
    published brief that cites what its source does not say any more.

    One of the two has the decision, the other the brief. `resolved_by_id` is empty where the ground of an open task was
    gone by itself.
    """

    __tablename__ = "record_task"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    opened_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", ondelete="CASCADE"), default=None, index=True
    )
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), default=None, index=True)
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("brief.id"), default=None, index=True)
    resolution: Mapped[TaskResolution | None] = mapped_column(default=None)
    resolution_note: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
