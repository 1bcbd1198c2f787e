"""One act on many alerts: each as it was seen, and what has changed since is named and left alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import Invalid, decide_many, hold_alert, snooze_many, verify_chain
from models import Alert, AuditEntry, Decision, Outcome, Sessions, writing
from tests.alerts.office import NOON, Office


def test_many_are_decided_alike_and_those_that_moved_on_are_left(office: Office, sessions: Sessions) -> None:
    waiting, stale, held, mine = (office.raise_alert(group=group) for group in "abcd")
    with writing(sessions) as session:
        hold_alert(session, held.id, actor=office.second_analyst, version=1, now=NOON)
        hold_alert(session, mine.id, actor=office.analyst, version=1, now=NOON)
    seen = [(waiting.id, 1), (stale.id, 7), (held.id, 2), (mine.id, 2), (999, 1)]
    with writing(sessions) as session:
        done = decide_many(session, seen, actor=office.analyst, outcome=Outcome.NOT_ABOUT_US, now=NOON)
    assert done.done == (waiting.id, mine.id)
    assert {one.alert_id: one.reason.split(":")[0] for one in done.left} == {
        stale.id: f"alert {stale.id} is at version 1, not 7",
        held.id: "somebody else holds it",
        999: "there is no alert 999",
    }
    with sessions() as session:
        states = dict(session.execute(select(Alert.id, Alert.state)).all())
        decisions = session.scalars(select(Decision.alert_id).order_by(Decision.id)).all()
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert verify_chain(session).ok
    assert (states[waiting.id], states[stale.id], states[held.id]) == ("closed", "new", "held")
    assert decisions == [waiting.id, mine.id]
    assert (last.details["done"], last.details["left"]) == ([waiting.id, mine.id], [stale.id, held.id, 999])


def test_the_same_act_again_says_that_it_is_done_and_not_that_they_want_to_be_held(
    office: Office, sessions: Sessions
) -> None:
    seen = [(office.raise_alert(group=group).id, 1) for group in "ab"]
    for _ in range(2):
        with writing(sessions) as session:
            done = decide_many(session, seen, actor=office.analyst, outcome=Outcome.NOT_ABOUT_US, now=NOON)
    assert done.done == ()
    assert {one.reason for one in done.left} == {"it is closed"}


def test_nobody_decides_on_many_answers_at_once(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with pytest.raises(Invalid, match="one alert at a time"), writing(sessions) as session:
        decide_many(session, [(alert.id, 1)], actor=office.analyst, outcome=Outcome.RESPOND, now=NOON)


def test_what_an_outcome_lacks_refuses_the_whole_and_changes_nothing(
    office: Office, sessions: Sessions
) -> None:
    alert = office.raise_alert()
    with pytest.raises(Invalid, match="note"), writing(sessions) as session:
        decide_many(session, [(alert.id, 1)], actor=office.analyst, outcome=Outcome.NO_RESPONSE, now=NOON)
    with sessions() as session:
        assert session.get_one(Alert, alert.id).version == 1


def test_many_are_snoozed_alike(office: Office, sessions: Sessions) -> None:
    seen = [(office.raise_alert(group=group).id, 1) for group in "ab"]
    until = NOON + timedelta(days=2)
    with writing(sessions) as session:
        done = snooze_many(session, seen, actor=office.analyst, until=until, note="one list", now=NOON)
    with sessions() as session:
        assert set(session.scalars(select(Alert.snoozed_until))) == {until}
    assert (len(done.done), done.left) == (2, ())
