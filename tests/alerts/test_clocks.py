"""Clocks in working time: they follow an alert's acts, and what waits too long is told once a step, whatever happens."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerts import (
    LEASE,
    Policy,
    Weights,
    decide_alert,
    escalate_due,
    hold_alert,
    look_again,
    put_on_duty,
    raise_due,
    release_alert,
    reopen_alert,
    reweigh_open,
    set_calendar,
    set_day_off,
    snooze_alert,
    split_alert,
    undo_decision,
    verify_chain,
    wake_due,
)
from alerts.clocks import find_clocks
from alerts.escalation import GRACE
from models import (
    Alert,
    AlertClock,
    AuditEntry,
    ChatRoom,
    Claim,
    ClockKind,
    Escalation,
    Notice,
    Outcome,
    Sessions,
    Urgency,
    writing,
)
from tests.alerts.office import MINUTE, NOON, Office

HOUR = timedelta(hours=1)
MORNING = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Nine o'clock on a Wednesday in Hanoi."""


def raise_at(office: Office, moment: datetime, probability: float = 0.97) -> Alert:
    office.assess(probability=probability, at=moment)
    raise_due(office.sessions, now=moment)
    with office.sessions() as session:
        alert = session.query(Alert).one()
        alert_id = alert.id
    with writing(office.sessions) as session:
        session.get_one(Alert, alert_id).desk_id = office.desk.id
        return session.get_one(Alert, alert_id)


def clock(sessions: Sessions, alert: Alert, kind: ClockKind) -> AlertClock:
    with sessions() as session:
        (found,) = [one for one in find_clocks(session, alert.id) if one.kind is kind]
        return found


def hold(office: Office, alert: Alert, at: datetime) -> Alert:
    with writing(office.sessions) as session:
        current = session.get_one(Alert, alert.id)
        return hold_alert(session, alert.id, actor=office.analyst, version=current.version, now=at)


def decide(office: Office, alert: Alert, outcome: Outcome, at: datetime) -> Alert:
    with writing(office.sessions) as session:
        current = session.get_one(Alert, alert.id)
        return decide_alert(
            session, alert.id, actor=office.analyst, version=current.version, outcome=outcome, now=at
        )


def test_each_class_of_priority_has_its_own_allowance(office: Office, sessions: Sessions) -> None:
    alert = raise_at(office, MORNING)
    decision = clock(sessions, alert, ClockKind.DECISION)
    assert (decision.urgency, decision.allowed_seconds, decision.due_at) == (
        Urgency.HIGH,
        4 * 3600,
        MORNING + 4 * HOUR,
    )
    assert clock(sessions, alert, ClockKind.FIRST_LOOK).due_at == MORNING + HOUR
    response = clock(sessions, alert, ClockKind.RESPONSE)
    assert (response.running_since, response.due_at) == (None, None)


def test_clocks_stop_at_what_they_wait_for(office: Office, sessions: Sessions) -> None:
    alert = hold(office, raise_at(office, MORNING), MORNING + 30 * MINUTE)
    look = clock(sessions, alert, ClockKind.FIRST_LOOK)
    assert (look.stopped_at, look.spent_seconds, look.due_at) == (MORNING + 30 * MINUTE, 1800.0, None)
    assert clock(sessions, alert, ClockKind.DECISION).due_at == MORNING + 4 * HOUR
    decide(office, alert, Outcome.RESPOND, MORNING + HOUR)
    assert clock(sessions, alert, ClockKind.DECISION).spent_seconds == 3600.0
    # Seven hours remain of that day, and eleven of eighteen fall on the next two.
    due_at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert clock(sessions, alert, ClockKind.RESPONSE).due_at == due_at


def test_the_answer_stops_the_last_clock(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    with sessions() as session:
        alert = session.query(Alert).one()
    assert brief.alert_id == alert.id
    assert clock(sessions, alert, ClockKind.RESPONSE).stopped_at == NOON


def test_a_snoozed_alert_uses_up_no_time(office: Office, sessions: Sessions) -> None:
    alert = raise_at(office, MORNING)
    until = MORNING + timedelta(days=2)
    with writing(sessions) as session:
        snooze_alert(
            session,
            alert.id,
            actor=office.analyst,
            version=1,
            until=until,
            note="yearbook",
            now=MORNING + HOUR,
        )
    standing = clock(sessions, alert, ClockKind.DECISION)
    assert (standing.running_since, standing.due_at, standing.spent_seconds) == (None, None, 3600.0)
    assert escalate_due(sessions, now=until) == 0
    wake_due(sessions, now=until)
    assert clock(sessions, alert, ClockKind.DECISION).due_at == until + 3 * HOUR


def test_an_undone_decision_has_its_clock_run_on(office: Office, sessions: Sessions) -> None:
    alert = hold(office, raise_at(office, MORNING), MORNING + HOUR)
    decided = decide(office, alert, Outcome.RESPOND, MORNING + 2 * HOUR)
    undone_at = MORNING + 2 * HOUR + 5 * MINUTE
    with writing(sessions) as session:
        undo_decision(session, alert.id, actor=office.analyst, version=decided.version, now=undone_at)
    assert clock(sessions, alert, ClockKind.DECISION).due_at == undone_at + 2 * HOUR
    response = clock(sessions, alert, ClockKind.RESPONSE)
    assert (response.running_since, response.spent_seconds) == (None, 0.0)


def test_a_reopened_alert_begins_anew(office: Office, sessions: Sessions) -> None:
    alert = hold(office, raise_at(office, MORNING), MORNING + HOUR)
    closed = decide(office, alert, Outcome.NOT_A_CLAIM, MORNING + 2 * HOUR)
    with writing(sessions) as session:
        reopen_alert(
            session,
            alert.id,
            actor=office.chief,
            version=closed.version,
            now=MORNING + 3 * HOUR,
            note="look again",
        )
    assert clock(sessions, alert, ClockKind.FIRST_LOOK).due_at == MORNING + 4 * HOUR
    assert clock(sessions, alert, ClockKind.DECISION).spent_seconds == 0.0
    with sessions() as session:
        assert len(session.scalars(select(AlertClock.id)).all()) == 2 * len(ClockKind)


def test_whoever_had_decided_and_whoever_is_on_duty_hear_that_it_was_reopened(
    office: Office, sessions: Sessions
) -> None:
    closed = decide(office, hold(office, raise_at(office, MORNING), MORNING), Outcome.NOT_A_CLAIM, MORNING)
    with writing(sessions) as session:
        for officer in (office.officer, office.chief):
            put_on_duty(
                session,
                office.desk.id,
                user_id=officer.id,
                starts_at=MORNING,
                ends_at=None,
                actor="command",
                now=MORNING,
            )
        reopen_alert(
            session,
            closed.id,
            actor=office.chief,
            version=closed.version,
            now=MORNING,
            note="look again",
        )
    with sessions() as session:
        notices = session.scalars(select(Notice).order_by(Notice.user_id)).all()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    told = [office.analyst.id, office.officer.id]
    assert [one.user_id for one in notices] == told
    assert "has been reopened: look again" in notices[0].text
    assert entry is not None
    assert entry.details["told"] == told


def test_what_becomes_more_urgent_is_due_sooner_and_never_later(office: Office, sessions: Sessions) -> None:
    alert = raise_at(office, MORNING)
    heavy = Policy(weights=Weights(probability=0.9))
    reweigh_open(sessions, now=MORNING, policy=heavy)
    decision = clock(sessions, alert, ClockKind.DECISION)
    assert (decision.urgency, decision.due_at) == (Urgency.URGENT, MORNING + HOUR)
    reweigh_open(sessions, now=MORNING, policy=Policy(weights=Weights(probability=0.0)))
    assert clock(sessions, alert, ClockKind.DECISION).due_at == MORNING + HOUR


def test_a_desks_other_hours_and_days_move_what_is_due(office: Office, sessions: Sessions) -> None:
    alert = raise_at(office, MORNING)
    with writing(sessions) as session:
        set_calendar(
            session,
            office.desk.id,
            time_zone="Asia/Ho_Chi_Minh",
            hours="mon-fri 08:00-11:00",
            holidays="VN",
            actor=office.admin,
            now=MORNING,
        )
    assert clock(sessions, alert, ClockKind.DECISION).due_at == MORNING + timedelta(days=1) + HOUR
    with writing(sessions) as session:
        set_day_off(
            session,
            date(2026, 11, 19),
            name="storm",
            desk_id=None,
            is_worked=False,
            actor="command",
            now=MORNING,
        )
    assert clock(sessions, alert, ClockKind.DECISION).due_at == MORNING + timedelta(days=2) + HOUR


def test_an_alert_split_off_keeps_the_hours_of_its_desk(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        set_calendar(
            session,
            office.desk.id,
            time_zone="UTC",
            hours="always",
            holidays=None,
            actor="command",
            now=NOON,
        )
    raise_at(office, MORNING)
    office.assess(outlet="Báo B", at=MORNING)
    raise_due(sessions, now=MORNING)
    evening = MORNING + 10 * HOUR
    with writing(sessions) as session:
        alert = session.query(Alert).one()
        claim = session.query(Claim).order_by(Claim.id.desc()).first()
        assert claim is not None
        split = split_alert(
            session,
            alert.id,
            claim_ids=[claim.id],
            actor=office.analyst,
            version=alert.version,
            note="another month",
            now=evening,
        )
    assert clock(sessions, split, ClockKind.FIRST_LOOK).due_at == evening + HOUR


def told(sessions: Sessions) -> list[tuple[int, list[int]]]:
    with sessions() as session:
        assert verify_chain(session).ok
        return [(row.step, row.told) for row in session.query(Escalation).order_by(Escalation.id)]


def test_a_breach_goes_up_the_chain_once_a_step(office: Office, sessions: Sessions) -> None:
    raise_at(office, MORNING)
    with writing(sessions) as session:
        put_on_duty(
            session,
            office.desk.id,
            user_id=office.officer.id,
            starts_at=MORNING,
            ends_at=None,
            actor="command",
            now=MORNING,
        )
    assert escalate_due(sessions, now=MORNING + HOUR - MINUTE) == 0
    for minutes, step, who in [(60, 1, office.officer), (90, 2, office.chief), (120, 3, office.admin)]:
        now = MORNING + minutes * MINUTE
        assert escalate_due(sessions, now=now) == 1
        assert escalate_due(sessions, now=now) == 0
        assert told(sessions)[-1] == (step, [who.id])
    assert escalate_due(sessions, now=MORNING + 3 * HOUR) == 0
    with sessions() as session:
        mails = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [mail.user_id for mail in mails] == [office.officer.id, office.chief.id, office.admin.id]
    assert {mail.subject for mail in mails} == {"Cảnh báo 1 trễ hạn: xem lần đầu"}


def test_where_nobody_is_on_duty_the_chief_hears_of_it_at_once(office: Office, sessions: Sessions) -> None:
    raise_at(office, MORNING)
    assert escalate_due(sessions, now=MORNING + HOUR) == 2
    assert told(sessions) == [(1, []), (2, [office.chief.id])]


def test_a_breach_is_told_once_in_the_desks_room(office: Office, sessions: Sessions) -> None:
    raise_at(office, MORNING)
    with writing(sessions) as session:
        session.add(ChatRoom(desk_id=office.desk.id, url_encrypted=b"", host="chat.example", set_at=MORNING))
    for minutes in (60, 90, 120):
        escalate_due(sessions, now=MORNING + minutes * MINUTE)
    with sessions() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(one.user_id, one.desk_id) for one in notices] == [
        (None, office.desk.id),
        (office.chief.id, None),
        (office.admin.id, None),
    ]
    assert {notice.subject for notice in notices} == {"Cảnh báo 1 trễ hạn: xem lần đầu"}


def test_a_program_that_was_down_tells_every_step_that_it_missed_once(
    office: Office, sessions: Sessions
) -> None:
    raise_at(office, MORNING)
    assert escalate_due(sessions, now=MORNING + timedelta(days=1)) == 6
    assert escalate_due(sessions, now=MORNING + timedelta(days=1)) == 0
    assert sorted(step for step, _ in told(sessions)) == [1, 1, 2, 2, 3, 3]


def test_a_machine_whose_time_jumps_tells_no_step_twice(office: Office, sessions: Sessions) -> None:
    alert = raise_at(office, MORNING)
    steps = escalate_due(sessions, now=MORNING + 2 * HOUR)
    assert steps == 3
    back = MORNING - 5 * HOUR
    assert escalate_due(sessions, now=back) == 0
    held = hold(office, alert, back)
    assert clock(sessions, alert, ClockKind.FIRST_LOOK).spent_seconds == 0.0
    with writing(sessions) as session:
        release_alert(session, alert.id, actor=office.analyst, version=held.version, now=back + LEASE)
    assert escalate_due(sessions, now=MORNING + 2 * HOUR) == 0


def test_a_second_look_finds_what_was_not_told_and_makes_up_for_it(
    office: Office, sessions: Sessions
) -> None:
    raise_at(office, MORNING)
    with writing(sessions) as session:
        # As if a moment had been worked out wrongly, or lost.
        session.execute(update(AlertClock).values(due_at=None, next_step_at=None))
    late = MORNING + HOUR + GRACE
    assert escalate_due(sessions, now=late) == 0
    assert look_again(sessions, now=late - MINUTE).missed == ()
    found = look_again(sessions, now=late)
    assert (found.clocks, [step for _, step in found.missed]) == (2, [1])
    assert told(sessions) == [(1, [])]
    assert look_again(sessions, now=late).missed == ()
    # The clock is in order again, and the next step is told in its own time.
    assert escalate_due(sessions, now=MORNING + 90 * MINUTE) == 1
    with sessions() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions.count("alert.escalated") == 2


@pytest.mark.parametrize("act", ["hold", "decide"])
def test_what_was_looked_at_or_decided_in_time_is_never_escalated(
    office: Office, sessions: Sessions, act: str
) -> None:
    alert = hold(office, raise_at(office, MORNING), MORNING + 10 * MINUTE)
    if act == "decide":
        decide(office, alert, Outcome.NOT_A_CLAIM, MORNING + 20 * MINUTE)
    assert escalate_due(sessions, now=MORNING + 3 * HOUR) == 0
    assert look_again(sessions, now=MORNING + 3 * HOUR).missed == ()
