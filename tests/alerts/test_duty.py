"""Who is on duty for a desk, which desks have nobody, and when a desk works."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from alerts import (
    Invalid,
    NotFound,
    end_duty,
    put_on_duty,
    read_coverage,
    set_calendar,
    set_day_off,
    verify_chain,
    write_handover,
)
from alerts.calendars import read_calendar
from alerts.duty import LOOK_AHEAD, find_gap, find_on_duty
from alerts.working_time import is_worked
from models import Desk, DutyTurn, HandoverNote, Sessions, User, writing
from tests.alerts.office import NOON, Office

HOUR = timedelta(hours=1)


def put(office: Office, user: User, starts_at: datetime = NOON, ends_at: datetime | None = None) -> DutyTurn:
    with writing(office.sessions) as session:
        return put_on_duty(
            session,
            office.desk.id,
            user_id=user.id,
            starts_at=starts_at,
            ends_at=ends_at,
            actor=office.chief,
            now=NOON,
        )


def test_desks_without_a_duty_officer_come_first(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        session.add(Desk(slug="health", name="Health desk", created_at=NOON))
    put(office, office.analyst, NOON, NOON + 8 * HOUR)
    put(office, office.officer, NOON + 8 * HOUR, NOON + 16 * HOUR)
    with sessions() as session:
        empty, covered = read_coverage(session, at=NOON)
    assert (empty.desk.slug, empty.on_duty, empty.uncovered_from) == ("health", (), NOON)
    assert (covered.desk.slug, [user.name for user in covered.on_duty]) == ("trade", ["analyst"])
    assert covered.uncovered_from == NOON + 16 * HOUR


@pytest.mark.parametrize(
    ("begins", "ends", "is_refused"),
    [
        (1, 2, False),
        (1, 3, True),
        (3, 4, True),
        (1, 9, True),
        (6, 8, False),
        (5, None, True),
        (0, None, True),
        (6, None, False),
    ],
)
def test_nobody_has_the_same_hours_twice_at_a_desk(
    begins: int, ends: int | None, is_refused: bool, office: Office, sessions: Sessions
) -> None:
    put(office, office.analyst, NOON + 2 * HOUR, NOON + 6 * HOUR)
    hours = (NOON + begins * HOUR, NOON + ends * HOUR if ends else None)
    put(office, office.officer, *hours)
    if is_refused:
        with pytest.raises(Invalid, match="already from 2026-11-18T14:00:00"):
            put(office, office.analyst, *hours)
    else:
        put(office, office.analyst, *hours)
    with sessions() as session:
        assert session.query(DutyTurn).count() == 3 - is_refused


def test_an_ended_turn_leaves_its_hours_free(office: Office, sessions: Sessions) -> None:
    for starts_at in (NOON, NOON + HOUR):
        turn = put(office, office.analyst, starts_at)
        with writing(sessions) as session:
            end_duty(session, turn.id, actor=office.chief, now=NOON)
    put(office, office.analyst)


def test_of_two_who_put_the_same_person_on_duty_at_once_one_is_refused(
    office: Office, sessions: Sessions
) -> None:
    def try_it(_: int) -> bool:
        try:
            put(office, office.analyst)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, range(4))) == 1


def test_somebody_switched_off_or_of_another_desk_covers_nothing(office: Office, sessions: Sessions) -> None:
    put(office, office.analyst)
    with writing(sessions) as session:
        session.get_one(User, office.analyst.id).is_active = False
        other = Desk(slug="health", name="Health desk", created_at=NOON)
        session.add(other)
        session.flush()
        session.get_one(User, office.officer.id).desk_id = other.id
    with sessions() as session:
        assert all(not one.on_duty for one in read_coverage(session, at=NOON))
        assert find_on_duty(session, office.desk.id, at=NOON) == []
    for user in (office.analyst, office.officer):
        with pytest.raises(Invalid, match="user_id"):
            put(office, user)


def test_whoever_goes_to_another_desk_is_on_duty_for_the_former_no_more(
    office: Office, sessions: Sessions
) -> None:
    put(office, office.analyst)
    with writing(sessions) as session:
        other = Desk(slug="health", name="Health desk", created_at=NOON)
        session.add(other)
        session.flush()
        session.get_one(User, office.analyst.id).desk_id = other.id
    with sessions() as session:
        assert find_on_duty(session, office.desk.id, at=NOON) == []
        assert all(not one.on_duty and one.uncovered_from == NOON for one in read_coverage(session, at=NOON))


def test_a_turn_is_ended_now_or_before_it_begins(office: Office, sessions: Sessions) -> None:
    running, coming = put(office, office.analyst), put(office, office.officer, NOON + HOUR)
    with writing(sessions) as session:
        assert end_duty(session, running.id, actor=office.chief, now=NOON + HOUR).ends_at == NOON + HOUR
        assert end_duty(session, coming.id, actor=office.chief, now=NOON).ends_at == NOON + HOUR
    with sessions() as session:
        assert find_on_duty(session, office.desk.id, at=NOON + HOUR) == []
        assert verify_chain(session).ok
    with pytest.raises(Invalid, match="ends_at"):
        put(office, office.analyst, NOON, NOON - HOUR)


def turn(begins: int, ends: int | None) -> DutyTurn:
    end = None if ends is None else NOON + ends * HOUR
    return DutyTurn(desk_id=1, user_id=1, starts_at=NOON + begins * HOUR, ends_at=end)


@pytest.mark.parametrize(
    ("turns", "gap"),
    [
        pytest.param([], 0, id="nobody"),
        pytest.param([turn(-1, None)], None, id="somebody for good"),
        pytest.param([turn(1, None)], 0, id="not yet"),
        pytest.param([turn(-1, 4), turn(4, None)], None, id="one after the other"),
        pytest.param([turn(-1, 4), turn(5, None)], 4, id="an hour between"),
        pytest.param([turn(-1, 9), turn(0, 3), turn(8, 10)], 10, id="one within another"),
        pytest.param([turn(-1, 24 * 8)], None, id="beyond the week"),
    ],
)
def test_the_first_moment_without_an_officer(turns: list[DutyTurn], gap: int | None) -> None:
    found = find_gap(reversed(turns), NOON, NOON + LOOK_AHEAD)
    assert found == (None if gap is None else NOON + gap * HOUR)


def test_one_shift_tells_the_next(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        write_handover(session, office.desk.id, text=" the yearbook is due ", actor=office.analyst, now=NOON)
    with sessions() as session:
        assert session.query(HandoverNote).one().text == "the yearbook is due"
    with pytest.raises(Invalid), writing(sessions) as session:
        write_handover(session, office.desk.id, text=" ", actor=office.analyst, now=NOON)
    with pytest.raises(NotFound), writing(sessions) as session:
        write_handover(session, 99, text="x", actor=office.analyst, now=NOON)


def test_a_desk_keeps_the_days_of_its_country_its_office_and_its_own(
    office: Office, sessions: Sessions
) -> None:
    tet, workday, swapped = date(2027, 2, 8), date(2027, 2, 15), date(2027, 2, 20)
    with writing(sessions) as session:
        set_day_off(session, workday, name="swap", desk_id=None, is_worked=False, actor="command", now=NOON)
        set_day_off(session, swapped, name="swap", desk_id=None, is_worked=True, actor="command", now=NOON)
        set_day_off(
            session, workday, name="duty", desk_id=office.desk.id, is_worked=True, actor="command", now=NOON
        )
        set_day_off(session, swapped, name="swap!", desk_id=None, is_worked=True, actor="command", now=NOON)
    with sessions() as session:
        own, others = read_calendar(session, office.desk.id), read_calendar(session, None)
    assert [is_worked(own, day) for day in (tet, workday, swapped)] == [False, True, True]
    assert [is_worked(others, day) for day in (tet, workday, swapped)] == [False, False, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"hours": "whenever"}, "hours"),
        ({"holidays": "XX"}, "holidays"),
    ],
)
def test_a_calendar_that_cannot_be_understood_is_refused(
    office: Office, sessions: Sessions, changes: dict[str, str], field: str
) -> None:
    wanted = {"time_zone": "Europe/Paris", "hours": "mon-fri 09:00-18:00", "holidays": "fr"}
    with pytest.raises(Invalid) as refused, writing(sessions) as session:
        set_calendar(session, office.desk.id, **(wanted | changes), actor=office.admin, now=NOON)
    assert refused.value.field == field
    with writing(sessions) as session:
        desk = set_calendar(session, office.desk.id, **wanted, actor=office.admin, now=NOON)
        assert (desk.time_zone, desk.hours, desk.holidays) == ("Europe/Paris", "mon-fri 09:00-18:00", "FR")
        assert not is_worked(read_calendar(session, desk.id), date(2026, 7, 14))
