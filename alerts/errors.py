"""What can go wrong in this folder, and what the caller can do about it. Nothing was changed when one is raised."""

from collections.abc import Sequence

from sqlalchemy.orm import object_session

from alerts.approval import Problem
from models import Base


class AlertsError(Exception):
    """Base of this folder's errors; its message is one line for a person."""


class NotFound(AlertsError):
    """There is no such row: look at the list again."""

    def __init__(self, kind: str, identifier: int | str) -> None:
        super().__init__(f"there is no {kind} {identifier}")
        self.kind = kind
        self.identifier = identifier


class NotAllowed(AlertsError):
    """This person may not do that; somebody else can."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(AlertsError):
    """The row has moved on: look at `current` and decide again. It is detached, so it outlives the rollback."""

    def __init__(self, message: str, current: Base) -> None:
        super().__init__(message)
        session = object_session(current)
        if session is not None:
            session.expunge(current)
        self.current = current


class NotReady(AlertsError):
    """The text cannot be approved, or published as it was approved: mend everything that `problems` names."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Invalid(AlertsError):
    """A value cannot be used: `field` names it, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.reason = message
