"""Alerts that wait for something leave the queue, come back by themselves, and lose nothing meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from alerts import (
    LEASE,
    LONGEST_SNOOZE,
    Conflict,
    Invalid,
    NotAllowed,
    hold_alert,
    raise_due,
    snooze_alert,
    verify_chain,
    wake_alert,
    wake_due,
)
from models import Alert, AuditEntry, Sessions, User, writing
from tests.alerts.office import MINUTE, NOON, Office

TOMORROW = NOON + timedelta(days=1)


def snooze(
    sessions: Sessions, alert: Alert, actor: User, until: datetime = TOMORROW, note: str = "the yearbook"
) -> Alert:
    with writing(sessions) as session:
        return snooze_alert(
            session, alert.id, actor=actor, version=alert.version, until=until, note=note, now=NOON
        )


def reload(sessions: Sessions, alert: Alert) -> Alert:
    with sessions() as session:
        return session.get_one(Alert, alert.id)


def test_a_snoozed_alert_comes_back_when_its_time_is_over(office: Office, sessions: Sessions) -> None:
    snoozed = snooze(sessions, office.raise_alert(), office.analyst)
    assert (snoozed.state, snoozed.snoozed_until, snoozed.version) == ("snoozed", TOMORROW, 2)
    assert wake_due(sessions, now=TOMORROW - MINUTE) == 0
    assert wake_due(sessions, now=TOMORROW) == 1
    assert wake_due(sessions, now=TOMORROW) == 0
    back = reload(sessions, snoozed)
    assert (back.state, back.snoozed_until, back.version) == ("new", None, 3)
    with sessions() as session:
        assert verify_chain(session).ok
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["alert.raised", "alert.snoozed", "alert.woken"]


def test_a_new_sighting_of_a_snoozed_claim_joins_its_alert(office: Office, sessions: Sessions) -> None:
    snoozed = snooze(sessions, office.raise_alert(outlet="Báo A"), office.analyst)
    office.assess(outlet="Báo B")
    joined = raise_due(sessions, now=NOON)
    assert (joined.raised, joined.joined) == (0, 1)
    assert reload(sessions, snoozed).priority_parts["outlets"] > snoozed.priority_parts["outlets"]


def test_whoever_needs_it_sooner_wakes_it_or_holds_it(office: Office, sessions: Sessions) -> None:
    first = snooze(sessions, office.raise_alert(group="a"), office.analyst)
    with writing(sessions) as session:
        woken = wake_alert(session, first.id, actor=office.second_analyst, version=first.version, now=NOON)
    assert (woken.state, woken.snoozed_until) == ("new", None)
    second = snooze(sessions, office.raise_alert(group="b"), office.analyst)
    with writing(sessions) as session:
        held = hold_alert(session, second.id, actor=office.second_analyst, version=second.version, now=NOON)
    assert (held.state, held.snoozed_until) == ("held", None)
    assert wake_due(sessions, now=TOMORROW) == 0
    with pytest.raises(Conflict), writing(sessions) as session:
        wake_alert(session, held.id, actor=office.analyst, version=held.version, now=NOON)


def test_only_its_holder_snoozes_a_held_alert(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with writing(sessions) as session:
        held = hold_alert(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
    with pytest.raises(Conflict, match="somebody else"):
        snooze(sessions, held, office.second_analyst)
    snoozed = snooze(sessions, held, office.analyst)
    assert (snoozed.held_by_id, snoozed.held_until) == (None, None)


@pytest.mark.parametrize(
    ("until", "note", "field"),
    [
        pytest.param(NOON, "x", "until", id="now"),
        pytest.param(NOON - LEASE, "x", "until", id="past"),
        pytest.param(NOON + LONGEST_SNOOZE + MINUTE, "x", "until", id="too long"),
        pytest.param(TOMORROW, "  ", "note", id="no reason"),
    ],
)
def test_a_snooze_has_an_end_and_a_reason(
    office: Office, sessions: Sessions, until: datetime, note: str, field: str
) -> None:
    alert = office.raise_alert()
    with pytest.raises(Invalid) as refused:
        snooze(sessions, alert, office.analyst, until, note)
    assert refused.value.field == field
    assert reload(sessions, alert).version == alert.version


def test_an_editor_of_another_house_snoozes_nothing(office: Office, sessions: Sessions) -> None:
    with pytest.raises(NotAllowed):
        snooze(sessions, office.raise_alert(), office.editor)
