"""Who may do what: one table of act and role, and the rule of the own desk."""

import enum

from alerts.errors import NotAllowed
from models import User, UserRole


class Act(enum.StrEnum):
    """What a member of staff, or a subscribing editor, may be allowed to do here."""

    RAISE = "raise an alert"
    HOLD = "hold an alert"
    TAKE_OVER = "take an alert over"
    DECIDE = "decide an alert"
    REROUTE = "give an alert to another desk"
    CLOSE = "close an alert"
    RESOLVE = "settle a task about the record"
    REOPEN = "reopen an alert"
    WRITE = "write a brief"
    COMMENT = "comment on a brief"
    FILE = "file a fact sheet"
    APPROVE = "approve a brief"
    PUBLISH = "publish a brief"
    WITHDRAW = "withdraw a brief"
    ANSWER_REPORTS = "answer reports of errors"
    DISPUTE = "dispute a published brief"
    ANSWER_DISPUTES = "answer disputes"
    SUBSCRIBE = "keep subscriptions"
    SUBSCRIBE_FOR_OTHERS = "keep other people's subscriptions"


_DESK = frozenset(
    {UserRole.ANALYST, UserRole.PRESS_OFFICER, UserRole.APPROVER, UserRole.DESK_CHIEF, UserRole.ADMIN}
)
_CHIEFS = frozenset({UserRole.DESK_CHIEF, UserRole.ADMIN})
_APPROVERS = frozenset({UserRole.APPROVER}) | _CHIEFS
_WRITERS = frozenset({UserRole.PRESS_OFFICER}) | _APPROVERS

ROLES: dict[Act, frozenset[UserRole]] = {
    Act.RAISE: _DESK,
    Act.HOLD: _DESK,
    Act.TAKE_OVER: _CHIEFS,
    Act.DECIDE: _DESK,
    Act.REROUTE: _DESK,
    Act.CLOSE: _DESK,
    Act.RESOLVE: _DESK,
    Act.REOPEN: _APPROVERS,
    Act.WRITE: _WRITERS,
    Act.COMMENT: _DESK,
    Act.FILE: _WRITERS,
    Act.APPROVE: _APPROVERS,
    Act.PUBLISH: _WRITERS,
    Act.WITHDRAW: _WRITERS,
    Act.ANSWER_REPORTS: _WRITERS,
    Act.DISPUTE: frozenset(UserRole),
    Act.ANSWER_DISPUTES: _WRITERS,
    Act.SUBSCRIBE: frozenset(UserRole),
    Act.SUBSCRIBE_FOR_OTHERS: frozenset({UserRole.ADMIN}),
}


def may(role: UserRole, act: Act) -> bool:
    """Whether a role may do something at all."""
    return role in ROLES[act]


def require(actor: User, act: Act, *, desk_id: int | None = None) -> None:
    """Raise NotAllowed unless the actor may do this for that desk.

    A row without a desk is everybody's, and a person without a desk works for all of them.
    """
    if not actor.is_active:
        raise NotAllowed("the account is switched off")
    if not may(actor.role, act):
        raise NotAllowed(f"the role {actor.role} may not {act}")
    other_desk = desk_id is not None and actor.desk_id is not None and actor.desk_id != desk_id
    if other_desk and actor.role is not UserRole.ADMIN:
        raise NotAllowed(f"this belongs to another desk; only its own people may {act}")
