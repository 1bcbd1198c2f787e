"""The alert's life: every act in every state."""

import pytest

from alerts import needs_note
from alerts.lifecycle import AlertAct, Refusal, next_state, step_brief
from models import AlertState, BriefState, ChangeGrade, Outcome

POSSIBLE = {
    ("new", "hold"): "held",
    ("held", "hold"): "held",
    ("held", "release"): "new",
    ("held", "lapse"): "new",
    ("new", "snooze"): "snoozed",
    ("held", "snooze"): "snoozed",
    ("snoozed", "snooze"): "snoozed",
    ("snoozed", "wake"): "new",
    ("snoozed", "hold"): "held",
    ("new", "reroute"): "new",
    ("held", "reroute"): "new",
    ("snoozed", "reroute"): "new",
    ("held", "respond"): "drafting",
    ("held", "settle"): "closed",
    ("drafting", "revise"): "closed",
    ("drafting", "undo"): "held",
    ("closed", "undo"): "held",
    ("drafting", "submit"): "in_review",
    ("in_review", "refuse"): "drafting",
    ("in_review", "publish"): "published",
    ("published", "correct"): "corrected",
    ("corrected", "correct"): "corrected",
    ("closed", "correct"): "corrected",
    ("published", "withdraw"): "withdrawn",
    ("corrected", "withdraw"): "withdrawn",
    ("closed", "withdraw"): "withdrawn",
    ("published", "close"): "closed",
    ("corrected", "close"): "closed",
    ("withdrawn", "close"): "closed",
    ("closed", "reopen"): "new",
}


@pytest.mark.parametrize("act", list(AlertAct))
@pytest.mark.parametrize("state", list(AlertState))
def test_an_act_leads_where_the_table_says_or_is_refused_with_the_reason(
    state: AlertState, act: AlertAct
) -> None:
    expected = POSSIBLE.get((state.value, act.value))
    after = next_state(state, act)
    if expected is None:
        assert isinstance(after, Refusal)
        assert state.value in after.reason
        assert act.value in after.reason
    else:
        assert after == AlertState(expected)


@pytest.mark.parametrize(
    ("outcome", "needed"),
    [
        (Outcome.RESPOND, False),
        (Outcome.NO_RESPONSE, True),
        (Outcome.CLAIM_IS_RIGHT, True),
        (Outcome.RECORD_IS_WRONG, True),
        (Outcome.NOT_A_CLAIM, False),
        (Outcome.DUPLICATE_OF, False),
        (Outcome.NOT_ABOUT_US, False),
    ],
)
def test_silence_a_right_claim_and_a_wrong_record_need_a_note(outcome: Outcome, needed: bool) -> None:
    assert needs_note(outcome) is needed


@pytest.mark.parametrize(
    ("state", "in_review", "published", "after", "act"),
    [
        pytest.param("draft", False, None, "draft", None, id="written"),
        pytest.param("draft", True, None, "in_review", "submit", id="submitted"),
        pytest.param(
            "in_review", True, None, "in_review", None, id="the second language submitted, or approved"
        ),
        pytest.param("in_review", False, None, "draft", "refuse", id="refused"),
        pytest.param("in_review", True, "first", "published", "publish", id="published"),
        pytest.param("published", False, None, "published", None, id="a correction written"),
        pytest.param("published", True, "first", "published", None, id="the second language published"),
        pytest.param("published", True, "typo", "published", None, id="a typo"),
        pytest.param("published", True, "clarification", "published", None, id="a clarification"),
        pytest.param("published", True, "correction", "corrected", "correct", id="corrected"),
        pytest.param("corrected", True, "typo", "corrected", None, id="a typo after a correction"),
        pytest.param(
            "corrected", True, "first", "corrected", None, id="the second language after a correction"
        ),
        pytest.param("corrected", True, "correction", "corrected", "correct", id="corrected again"),
        pytest.param("published", True, "withdrawal", "withdrawn", "withdraw", id="withdrawn"),
        pytest.param(
            "corrected", True, "withdrawal", "withdrawn", "withdraw", id="withdrawn after a correction"
        ),
    ],
)
def test_a_briefs_steps_and_what_they_mean_for_its_alert(
    state: str, in_review: bool, published: str | None, after: str, act: str | None
) -> None:
    grade = None if published is None else ChangeGrade(published)
    step = step_brief(BriefState(state), in_review=in_review, published=grade)
    assert (step.state, step.act) == (after, act)
