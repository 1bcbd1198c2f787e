"""An alert that went to the wrong desk is given to the right one, with everything that hangs on its desk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts import (
    AlertsError,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    decide_alert,
    escalate_due,
    find_own_reroutes,
    hold_alert,
    look_again,
    put_on_duty,
    raise_due,
    reroute_alert,
    snooze_alert,
    split_alert,
    undo_reroute,
    verify_chain,
)
from alerts.clocks import find_clocks
from api.views.clocks import ClockOut, describe_clocks
from models import (
    Alert,
    AlertClock,
    AlertState,
    AuditEntry,
    Claim,
    ClockKind,
    Desk,
    Escalation,
    Notice,
    Outcome,
    Reroute,
    RoutingRule,
    Sessions,
    User,
    UserRole,
    writing,
)
from tests.alerts.office import Office

HOUR = timedelta(hours=1)
MORNING = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Nine o'clock on a Wednesday in Hanoi, three in the morning in Paris."""


@pytest.fixture
def paris(office: Office, sessions: Sessions) -> Desk:
    """An embassy's desk with a duty officer, in another zone."""
    with writing(sessions) as session:
        desk = Desk(
            slug="paris",
            name="Paris",
            created_at=MORNING,
            time_zone="Europe/Paris",
            hours="mon-fri 09:00-17:00",
            holidays="FR",
        )
        session.add(desk)
        session.flush()
        for name, role in (("claire", UserRole.ANALYST), ("paul", UserRole.DESK_CHIEF)):
            office.people[name] = User(
                email=f"{name}@desk.example", name=name, role=role, created_at=MORNING, desk_id=desk.id
            )
            session.add(office.people[name])
        session.flush()
        put_on_duty(
            session,
            desk.id,
            user_id=office.claire.id,
            starts_at=MORNING - HOUR,
            ends_at=None,
            actor="command",
            now=MORNING,
        )
        return desk


@pytest.fixture
def alert(office: Office, sessions: Sessions) -> Alert:
    """Two claims of one outlet in one alert, of the desk that everything is routed to."""
    with writing(sessions) as session:
        session.add(RoutingRule(position=1, desk_id=office.desk.id))
    for _ in range(2):
        office.assess(at=MORNING)
    raise_due(sessions, now=MORNING)
    with sessions() as session:
        return session.scalars(select(Alert)).one()


def hold(sessions: Sessions, alert: Alert, actor: User, at: datetime = MORNING) -> Alert:
    with writing(sessions) as session:
        version = session.get_one(Alert, alert.id).version
        return hold_alert(session, alert.id, actor=actor, version=version, now=at)


def reroute(
    sessions: Sessions, alert: Alert, desk: Desk, actor: User, at: datetime = MORNING, note: str = "Theirs."
) -> Alert:
    with writing(sessions) as session:
        return reroute_alert(
            session, alert.id, desk_id=desk.id, actor=actor, version=alert.version, note=note, now=at
        )


def take_back(sessions: Sessions, alert: Alert, actor: User, at: datetime = MORNING) -> Alert:
    with writing(sessions) as session:
        return undo_reroute(session, alert.id, actor=actor, version=alert.version, now=at)


def describe(sessions: Sessions, alert: Alert, at: datetime) -> list[ClockOut]:
    with sessions() as session:
        return describe_clocks(session, [alert.id], at)[alert.id]


def clocks(sessions: Sessions, alert: Alert) -> dict[ClockKind, AlertClock]:
    with sessions() as session:
        return {clock.kind: clock for clock in find_clocks(session, alert.id)}


def test_the_only_first_look_is_kept_when_an_alert_is_taken_back(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    given = reroute(sessions, alert, paris, office.analyst)
    looks = select(AlertClock).where(AlertClock.kind == ClockKind.FIRST_LOOK).order_by(AlertClock.id)
    with writing(sessions) as session:
        # As it was when both desks had the same.
        session.delete(session.scalars(looks).all()[0])
    take_back(sessions, given, office.analyst)
    with sessions() as session:
        assert len(session.scalars(looks).all()) == 1


def test_a_rerouted_alert_is_new_at_the_other_desk_and_says_who_gave_it_there_and_why(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    given = reroute(sessions, hold(sessions, alert, office.analyst), paris, office.analyst)
    assert (given.state, given.desk_id, given.held_by_id, given.version) == ("new", paris.id, None, 3)
    assert given.route_reason == "rule 1: everything"
    with sessions() as session:
        (kept,) = session.scalars(select(Reroute)).all()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        (notice,) = session.scalars(select(Notice)).all()
        assert verify_chain(session).ok
    assert (kept.from_desk_id, kept.to_desk_id, kept.note) == (office.desk.id, paris.id, "Theirs.")
    assert kept.rerouted_by_id == office.analyst.id
    assert entry is not None
    assert (entry.action, entry.actor) == ("alert.rerouted", f"user:{office.analyst.id}")
    assert (entry.details["from_desk"], entry.details["desk"]) == (office.desk.id, paris.id)
    assert (notice.user_id, entry.details["told"]) == (office.claire.id, [office.claire.id])


def test_its_clocks_go_by_the_hours_of_the_desk_that_has_it(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    """An hour of the decision's four is spent in Hanoi; the other three begin at nine in Paris."""
    held = hold(sessions, alert, office.analyst)
    given = reroute(sessions, held, paris, office.analyst, MORNING + HOUR)
    at_nine = datetime(2026, 11, 18, 8, tzinfo=UTC)
    found = clocks(sessions, given)
    assert found[ClockKind.DECISION].spent_seconds == 3600
    assert found[ClockKind.DECISION].due_at == at_nine + 3 * HOUR
    look = found[ClockKind.FIRST_LOOK]
    assert (look.stopped_at, look.spent_seconds, look.due_at) == (None, 0, at_nine + HOUR)


def test_a_first_look_that_one_desk_is_late_with_is_in_time_at_the_next_and_stays_on_record(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    late_at = MORNING + HOUR
    escalate_due(sessions, now=late_at)
    given = reroute(sessions, alert, paris, office.analyst, late_at)
    at_nine = datetime(2026, 11, 18, 8, tzinfo=UTC)
    look = clocks(sessions, given)[ClockKind.FIRST_LOOK]
    assert (look.spent_seconds, look.next_step, look.due_at) == (0, 1, at_nine + HOUR)
    described = describe(sessions, given, late_at)
    assert [one.kind for one in described] == list(ClockKind)
    assert described[0].is_late is False
    with sessions() as session:
        former = session.scalars(
            select(AlertClock).where(AlertClock.kind == ClockKind.FIRST_LOOK).order_by(AlertClock.id)
        ).first()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "alert.rerouted")).one()
        assert former is not None
        told = session.execute(select(Escalation.clock_id, Escalation.step).order_by(Escalation.id)).all()
    assert (former.stopped_at, former.spent_seconds) == (late_at, 3600)
    assert entry.details["late"] == ["first_look"]
    assert (former.id, 1) in [tuple(one) for one in told]
    # The other desk's chain is told of its own lateness, from the first step on.
    assert escalate_due(sessions, now=at_nine + HOUR - timedelta(minutes=1)) == 0
    assert escalate_due(sessions, now=at_nine + HOUR) == 1
    with sessions() as session:
        last = session.scalars(select(Escalation).order_by(Escalation.id.desc())).first()
    assert last is not None
    assert (last.clock_id, last.step, last.told) == (look.id, 1, [office.claire.id])


def test_what_comes_back_is_as_late_as_it_was_and_who_was_told_of_it_is_told(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    late_at = MORNING + HOUR + timedelta(minutes=1)
    given = reroute(sessions, alert, paris, office.analyst, late_at)
    back = take_back(sessions, given, office.analyst, late_at + timedelta(minutes=5))
    look = clocks(sessions, back)[ClockKind.FIRST_LOOK]
    assert (look.stopped_at, look.spent_seconds) == (late_at, 3660)
    with sessions() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert [one.user_id for one in notices] == [office.claire.id, office.claire.id]
    assert notices[1].subject == f"Cảnh báo {alert.id} không còn ở Paris"
    assert "has been taken back from Paris" in notices[1].text
    assert entry is not None
    assert (entry.action, entry.details["told"]) == ("alert.reroute_undone", [office.claire.id])


def test_whoever_is_late_with_it_is_told_at_the_desk_that_has_it(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    reroute(sessions, hold(sessions, alert, office.analyst), paris, office.analyst)
    night = MORNING + 5 * HOUR
    assert escalate_due(sessions, now=night) == 0
    assert look_again(sessions, now=night).missed == ()
    evening = datetime(2026, 11, 18, 16, tzinfo=UTC)
    escalate_due(sessions, now=evening)
    with sessions() as session:
        steps = session.execute(select(Escalation.step, Escalation.told).order_by(Escalation.step)).all()
    told: dict[int, list[int]] = dict(steps)
    assert (told[1], told[2]) == ([office.claire.id], [office.paul.id])


def test_a_snoozed_alert_is_awake_at_the_other_desk(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    with writing(sessions) as session:
        snoozed = snooze_alert(
            session,
            alert.id,
            actor=office.analyst,
            version=1,
            until=MORNING + HOUR,
            note="Who is it?",
            now=MORNING,
        )
    given = reroute(sessions, snoozed, paris, office.analyst)
    assert (given.state, given.snoozed_until) == (AlertState.NEW, None)
    assert clocks(sessions, given)[ClockKind.DECISION].running_since == MORNING


def test_it_is_taken_back_within_ten_minutes_by_whoever_gave_it_away(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    given = reroute(sessions, hold(sessions, alert, office.analyst), paris, office.analyst)
    with sessions() as session:
        ((_, offered),) = find_own_reroutes(session, office.analyst, now=MORNING)
        assert offered.id == alert.id
        assert find_own_reroutes(session, office.second_analyst, now=MORNING) == []
    back = take_back(sessions, given, office.analyst, MORNING + timedelta(minutes=10))
    assert (back.state, back.desk_id, back.held_by_id) == ("held", office.desk.id, office.analyst.id)
    decision = clocks(sessions, back)[ClockKind.DECISION]
    assert decision.due_at == MORNING + 4 * HOUR + timedelta(minutes=10)
    with sessions() as session:
        assert session.scalars(select(Reroute)).all() == []
        assert verify_chain(session).ok


@pytest.mark.parametrize(
    ("who", "minutes", "begun", "error"),
    [
        ("analyst", 11, False, Conflict),
        ("analyst", 1, True, Conflict),
        ("second_analyst", 1, False, NotAllowed),
        ("claire", 1, False, NotAllowed),
        ("admin", 1, False, NotAllowed),
    ],
)
def test_it_is_not_taken_back_later_by_others_or_from_under_the_other_desks_hands(
    office: Office,
    sessions: Sessions,
    alert: Alert,
    paris: Desk,
    who: str,
    minutes: int,
    begun: bool,
    error: type[AlertsError],
) -> None:
    given = reroute(sessions, alert, paris, office.analyst)
    if begun:
        given = hold(sessions, given, office.claire)
    at = MORNING + timedelta(minutes=minutes)
    with sessions() as session:
        offered = find_own_reroutes(session, office.people[who], now=at)
    assert offered == []
    with pytest.raises(error):
        take_back(sessions, given, office.people[who], at)


def decided(office: Office, sessions: Sessions, alert: Alert) -> Alert:
    version = hold(sessions, alert, office.analyst).version
    with writing(sessions) as session:
        outcome = Outcome.NOT_ABOUT_US
        return decide_alert(
            session, alert.id, actor=office.analyst, version=version, outcome=outcome, now=MORNING
        )


@pytest.mark.parametrize(
    ("prepare", "who", "note", "error"),
    [
        (lambda office, sessions, alert: hold(sessions, alert, office.officer), "analyst", "Why.", Conflict),
        (decided, "analyst", "Why.", Conflict),
        (None, "analyst", "  ", Invalid),
        (None, "analyst", "\u200b \u2060\ufeff", Invalid),
        (None, "analyst", "\u3164\u2800\ufe0f", Invalid),
        (None, "claire", "Why.", NotAllowed),
        (None, "editor", "Why.", NotAllowed),
    ],
    ids=[
        "held by somebody else",
        "decided",
        "no reason",
        "a reason that nobody can see",
        "a reason of empty shapes",
        "another desk's",
        "an editor",
    ],
)
def test_what_stands_in_the_way_of_giving_an_alert_away(
    office: Office,
    sessions: Sessions,
    alert: Alert,
    paris: Desk,
    prepare: Callable[[Office, Sessions, Alert], Alert] | None,
    who: str,
    note: str,
    error: type[AlertsError],
) -> None:
    current = prepare(office, sessions, alert) if prepare else alert
    with pytest.raises(error):
        reroute(sessions, current, paris, office.people[who], note=note)
    with sessions() as session:
        assert session.get_one(Alert, alert.id).desk_id == office.desk.id


def test_it_goes_to_a_desk_that_there_is_and_that_does_not_have_it(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    with pytest.raises(Invalid):
        reroute(sessions, alert, office.desk, office.analyst)
    with pytest.raises(NotFound), writing(sessions) as session:
        reroute_alert(
            session, alert.id, desk_id=99, actor=office.analyst, version=1, note="Why.", now=MORNING
        )
    with pytest.raises(Conflict), writing(sessions) as session:
        reroute_alert(
            session, alert.id, desk_id=paris.id, actor=office.analyst, version=7, note="Why.", now=MORNING
        )


def test_what_is_split_off_a_rerouted_alert_stays_where_the_person_had_sent_it(
    office: Office, sessions: Sessions, alert: Alert, paris: Desk
) -> None:
    given = hold(sessions, reroute(sessions, alert, paris, office.analyst), office.claire)
    with writing(sessions) as session:
        first = session.scalars(select(Claim.id).order_by(Claim.id)).first()
        assert first is not None
        split = split_alert(
            session,
            given.id,
            claim_ids=[first],
            actor=office.claire,
            version=given.version,
            note="Another month.",
            now=MORNING,
        )
    assert (split.desk_id, split.route_reason) == (paris.id, f"split from alert {alert.id}")
