"""The alert's life as one table: which act is possible where, and where it leads.

snoozed ◀─snooze─ new | held                    new | held | snoozed ─reroute─▶ new, at another desk
   └──wake──▶ new, or ─hold─▶ held

new ─hold─▶ held ─decide─▶ drafting ─submit─▶ in_review ─publish─▶ published ─close─▶ closed
 ▲           │   │          └─revise, any outcome but respond────────────────────────▲
 │           │   └─any outcome but respond──────────────────────────────────────────▲
 └──release, lapse                                       published ─▶ corrected | withdrawn
"""

import enum
from dataclasses import dataclass

from models import AlertState, BriefState, ChangeGrade, Outcome


class AlertAct(enum.StrEnum):
    """What can happen to an alert. The brief's acts arrive here when the brief answers an alert."""

    HOLD = "hold"
    RELEASE = "release"
    LAPSE = "lapse"
    SNOOZE = "snooze"
    WAKE = "wake"
    REROUTE = "reroute"
    RESPOND = "respond"
    SETTLE = "settle"
    REVISE = "revise"
    UNDO = "undo"
    SUBMIT = "submit"
    REFUSE = "refuse"
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not possible in this state."""

    reason: str


_NEW, _HELD, _SNOOZED = AlertState.NEW, AlertState.HELD, AlertState.SNOOZED
_DRAFTING, _IN_REVIEW = AlertState.DRAFTING, AlertState.IN_REVIEW
_PUBLISHED, _CORRECTED = AlertState.PUBLISHED, AlertState.CORRECTED
_WITHDRAWN, _CLOSED = AlertState.WITHDRAWN, AlertState.CLOSED

_TABLE: dict[AlertAct, dict[AlertState, AlertState]] = {
    # From held to held: its own holder again, a lapsed lease, or a chief taking over. `holding` knows which.
    AlertAct.HOLD: {_NEW: _HELD, _HELD: _HELD, _SNOOZED: _HELD},
    AlertAct.RELEASE: {_HELD: _NEW},
    AlertAct.LAPSE: {_HELD: _NEW},
    AlertAct.SNOOZE: {_NEW: _SNOOZED, _HELD: _SNOOZED, _SNOOZED: _SNOOZED},
    AlertAct.WAKE: {_SNOOZED: _NEW},
    AlertAct.REROUTE: {_NEW: _NEW, _HELD: _NEW, _SNOOZED: _NEW},
    AlertAct.RESPOND: {_HELD: _DRAFTING},
    AlertAct.SETTLE: {_HELD: _CLOSED},
    # The answer was decided, and then the claim turned out to be right, or nobody's business.
    AlertAct.REVISE: {_DRAFTING: _CLOSED},
    AlertAct.UNDO: {_DRAFTING: _HELD, _CLOSED: _HELD},
    AlertAct.SUBMIT: {_DRAFTING: _IN_REVIEW},
    AlertAct.REFUSE: {_IN_REVIEW: _DRAFTING},
    AlertAct.PUBLISH: {_IN_REVIEW: _PUBLISHED},
    # The brief of an alert that was closed long ago can still be corrected or withdrawn.
    AlertAct.CORRECT: {_PUBLISHED: _CORRECTED, _CORRECTED: _CORRECTED, _CLOSED: _CORRECTED},
    AlertAct.WITHDRAW: {_PUBLISHED: _WITHDRAWN, _CORRECTED: _WITHDRAWN, _CLOSED: _WITHDRAWN},
    AlertAct.CLOSE: {_PUBLISHED: _CLOSED, _CORRECTED: _CLOSED, _WITHDRAWN: _CLOSED},
    AlertAct.REOPEN: {_CLOSED: _NEW},
}


def next_state(state: AlertState, act: AlertAct) -> AlertState | Refusal:
    """Where an act leads from a state, or why it is not possible there."""
    after = _TABLE[act].get(state)
    if after is None:
        allowed = ", ".join(_TABLE[act])
        return Refusal(f"an alert that is {state} cannot take the act {act}; it must be {allowed}")
    return after


def act_of(outcome: Outcome) -> AlertAct:
    """Responding opens a draft; every other outcome settles the alert."""
    return AlertAct.RESPOND if outcome is Outcome.RESPOND else AlertAct.SETTLE


# The lanes in which somebody later asks "why": silence, a right claim, a wrong record of our own.
_NOTE_REQUIRED = frozenset({Outcome.NO_RESPONSE, Outcome.CLAIM_IS_RIGHT, Outcome.RECORD_IS_WRONG})


def needs_note(outcome: Outcome) -> bool:
    """Whether a decision must say why in words."""
    return outcome in _NOTE_REQUIRED


ON_THE_SITE = (BriefState.PUBLISHED, BriefState.CORRECTED)


@dataclass(frozen=True, slots=True)
class BriefStep:
    """Where a brief stands after an act, and what that means for the alert that it answers, if anything."""

    state: BriefState
    act: AlertAct | None = None


def step_brief(state: BriefState, *, in_review: bool, published: ChangeGrade | None) -> BriefStep:
    """A brief's next step, from whether a text of it is in review and the grade of one just published.

    A brief has texts in two languages: what happens to one while the other is published leaves it where it is.
    """
    if published is ChangeGrade.WITHDRAWAL:
        return BriefStep(BriefState.WITHDRAWN, AlertAct.WITHDRAW)
    if published is ChangeGrade.CORRECTION:
        return BriefStep(BriefState.CORRECTED, AlertAct.CORRECT)
    if state not in (BriefState.DRAFT, BriefState.IN_REVIEW):
        return BriefStep(state)
    if published is not None:
        return BriefStep(BriefState.PUBLISHED, AlertAct.PUBLISH)
    if in_review:
        return BriefStep(BriefState.IN_REVIEW, AlertAct.SUBMIT if state is BriefState.DRAFT else None)
    return BriefStep(BriefState.DRAFT, AlertAct.REFUSE if state is BriefState.IN_REVIEW else None)
