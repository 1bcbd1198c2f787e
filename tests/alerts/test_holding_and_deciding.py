"""Holding an alert, deciding it, and two people who want the same one."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import (
    LEASE,
    AlertsError,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    close_alert,
    decide_alert,
    extend_hold,
    free_lapsed,
    hold_alert,
    release_alert,
    reopen_alert,
    standing,
    undo_decision,
    verify_chain,
)
from models import (
    Alert,
    AlertState,
    AuditEntry,
    Decision,
    Delivery,
    Desk,
    Event,
    Outcome,
    Sessions,
    User,
    writing,
)
from tests.alerts.office import MINUTE, NOON, Office


def reload(sessions: Sessions, alert: Alert) -> Alert:
    with sessions() as session:
        return session.get_one(Alert, alert.id)


def hold(
    sessions: Sessions, alert: Alert, actor: User, *, later: timedelta = timedelta(), **how: bool
) -> Alert:
    with writing(sessions) as session:
        return hold_alert(session, alert.id, actor=actor, version=alert.version, now=NOON + later, **how)


def decide(
    sessions: Sessions,
    alert: Alert,
    actor: User,
    outcome: Outcome,
    *,
    note: str = "",
    duplicate_of: int | None = None,
) -> Alert:
    with writing(sessions) as session:
        return decide_alert(
            session,
            alert.id,
            actor=actor,
            version=alert.version,
            outcome=outcome,
            note=note,
            duplicate_of=duplicate_of,
            now=NOON,
        )


def actions(sessions: Sessions) -> list[str]:
    with sessions() as session:
        assert verify_chain(session).ok
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_held_alert_is_its_holders_for_a_lease(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    held = hold(sessions, alert, office.analyst)
    assert (held.state, held.held_by_id, held.held_until) == ("held", office.analyst.id, NOON + LEASE)
    assert held.version == alert.version + 1
    with pytest.raises(Conflict, match="held by somebody else") as conflict:
        hold(sessions, held, office.second_analyst)
    assert isinstance(conflict.value.current, Alert)
    assert conflict.value.current.held_by_id == office.analyst.id


def test_a_lease_that_has_run_out_reads_as_free_and_may_be_taken(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    assert standing(held, NOON + LEASE - MINUTE) is AlertState.HELD
    assert standing(held, NOON + LEASE) is AlertState.NEW
    taken = hold(sessions, held, office.second_analyst, later=LEASE)
    assert taken.held_by_id == office.second_analyst.id


def test_a_heartbeat_keeps_the_lease_and_the_version(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    with writing(sessions) as session:
        extended = extend_hold(session, held.id, actor=office.analyst, now=NOON + 10 * MINUTE)
    assert (extended.held_until, extended.version) == (NOON + 10 * MINUTE + LEASE, held.version)
    with pytest.raises(Conflict), writing(sessions) as session:
        extend_hold(session, held.id, actor=office.second_analyst, now=NOON)


def test_lapsed_alerts_return_to_the_queue_and_the_log_says_so(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    assert free_lapsed(sessions, now=NOON + LEASE - MINUTE) == 0
    assert free_lapsed(sessions, now=NOON + LEASE) == 1
    assert free_lapsed(sessions, now=NOON + LEASE) == 0
    freed = reload(sessions, held)
    assert (freed.state, freed.held_by_id, freed.held_until) == ("new", None, None)
    assert actions(sessions) == ["alert.raised", "alert.held", "alert.hold_lapsed"]


def test_only_the_holder_releases(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    with pytest.raises(Conflict), writing(sessions) as session:
        release_alert(session, held.id, actor=office.second_analyst, version=held.version, now=NOON)
    with writing(sessions) as session:
        free = release_alert(session, held.id, actor=office.analyst, version=held.version, now=NOON)
    assert (free.state, free.held_by_id) == ("new", None)


def test_a_chief_may_take_over_and_an_analyst_may_not(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    with pytest.raises(NotAllowed, match="take an alert over"):
        hold(sessions, held, office.second_analyst, take_over=True)
    taken = hold(sessions, held, office.chief, take_over=True)
    assert taken.held_by_id == office.chief.id
    with sessions() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert last.details["held_before_by"] == office.analyst.id


@pytest.mark.parametrize(
    ("outcome", "note", "state"),
    [
        (Outcome.RESPOND, "", AlertState.DRAFTING),
        (Outcome.NO_RESPONSE, "too small to repeat", AlertState.CLOSED),
        (Outcome.CLAIM_IS_RIGHT, "the customs bulletin agrees", AlertState.CLOSED),
        (Outcome.RECORD_IS_WRONG, "our table was of September", AlertState.CLOSED),
        (Outcome.NOT_A_CLAIM, "", AlertState.CLOSED),
        (Outcome.NOT_ABOUT_US, "", AlertState.CLOSED),
    ],
)
def test_every_outcome_has_its_lane(
    office: Office, sessions: Sessions, outcome: Outcome, note: str, state: AlertState
) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    decided = decide(sessions, held, office.analyst, outcome, note=note)
    assert (decided.state, decided.outcome, decided.held_by_id) == (state, outcome, None)
    with sessions() as session:
        decision = session.scalars(select(Decision)).one()
    assert (decision.outcome, decision.decided_by_id, decision.note) == (outcome, office.analyst.id, note)
    assert actions(sessions)[-1] == "alert.decided"


@pytest.mark.parametrize("outcome", [Outcome.NO_RESPONSE, Outcome.CLAIM_IS_RIGHT, Outcome.RECORD_IS_WRONG])
def test_an_outcome_that_needs_a_note_is_refused_without_one(
    office: Office, sessions: Sessions, outcome: Outcome
) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    with pytest.raises(Invalid, match="note"):
        decide(sessions, held, office.analyst, outcome, note="  ")
    assert reload(sessions, held).version == held.version


def test_a_repeat_names_the_alert_that_it_repeats(office: Office, sessions: Sessions) -> None:
    first = office.raise_alert(group="g1")
    second = hold(sessions, office.raise_alert(group="g2"), office.analyst)
    third = hold(sessions, office.raise_alert(group="g3"), office.analyst)
    with pytest.raises(Invalid, match="duplicate_of"):
        decide(sessions, second, office.analyst, Outcome.DUPLICATE_OF)
    with pytest.raises(Invalid, match="itself"):
        decide(sessions, second, office.analyst, Outcome.DUPLICATE_OF, duplicate_of=second.id)
    with pytest.raises(NotFound):
        decide(sessions, second, office.analyst, Outcome.DUPLICATE_OF, duplicate_of=10_000)
    with pytest.raises(Invalid, match="belongs to"):
        decide(sessions, second, office.analyst, Outcome.NOT_A_CLAIM, duplicate_of=first.id)
    closed = decide(sessions, second, office.analyst, Outcome.DUPLICATE_OF, duplicate_of=first.id)
    assert closed.duplicate_of_id == first.id
    with pytest.raises(Invalid, match=f"repeat of {first.id}"):
        decide(sessions, third, office.analyst, Outcome.DUPLICATE_OF, duplicate_of=second.id)


def test_an_alert_is_held_before_it_is_decided(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with pytest.raises(Conflict, match="hold it first"):
        decide(sessions, alert, office.analyst, Outcome.NOT_A_CLAIM)
    held = hold(sessions, alert, office.second_analyst)
    with pytest.raises(Conflict, match="hold it first"):
        decide(sessions, held, office.analyst, Outcome.NOT_A_CLAIM)


def test_a_decision_taken_on_a_stale_page_is_refused_with_the_present_state(
    office: Office, sessions: Sessions
) -> None:
    stale = hold(sessions, office.raise_alert(), office.analyst)
    current = hold(sessions, stale, office.analyst)
    with pytest.raises(Conflict, match=f"at version {current.version}, not {stale.version}") as conflict:
        decide(sessions, stale, office.analyst, Outcome.NOT_A_CLAIM)
    assert isinstance(conflict.value.current, Alert)
    assert conflict.value.current.version == current.version


def test_a_settled_alert_is_reopened_with_a_reason_and_an_answered_one_is_not(
    office: Office, sessions: Sessions
) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    closed = decide(sessions, held, office.analyst, Outcome.NOT_A_CLAIM)
    with pytest.raises(NotAllowed), writing(sessions) as session:
        reopen_alert(
            session, closed.id, actor=office.analyst, version=closed.version, now=NOON, note="look again"
        )
    with writing(sessions) as session:
        reopened = reopen_alert(
            session, closed.id, actor=office.chief, version=closed.version, now=NOON, note="look again"
        )
    assert (reopened.state, reopened.outcome) == ("new", None)
    answered = office.respond(reopened)
    with pytest.raises(Invalid, match="correct or withdraw"), writing(sessions) as session:
        reopen_alert(session, answered.id, actor=office.chief, version=answered.version, now=NOON, note="x")


def test_an_alert_is_not_closed_before_its_answer_is_out(office: Office, sessions: Sessions) -> None:
    drafting = office.respond(office.raise_alert())
    with pytest.raises(Conflict, match="drafting"), writing(sessions) as session:
        close_alert(session, drafting.id, actor=office.analyst, version=drafting.version, now=NOON)


def test_another_desks_alert_is_out_of_reach_except_for_an_admin(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with writing(sessions) as session:
        session.get_one(Alert, alert.id).desk_id = office.desk.id
        elsewhere = session.get_one(User, office.second_analyst.id)
        elsewhere.desk_id = None
        admin = session.get_one(User, office.admin.id)
    with writing(sessions) as session:
        other = Desk(slug="sea", name="Sea desk", created_at=NOON)
        session.add(other)
        session.flush()
        for user in (elsewhere, admin):
            user.desk_id = other.id
            session.merge(user)
    with pytest.raises(NotAllowed, match="another desk"):
        hold(sessions, alert, elsewhere)
    assert hold(sessions, alert, admin).held_by_id == admin.id


def test_somebody_who_has_left_may_do_nothing(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    office.analyst.is_active = False
    with pytest.raises(NotAllowed, match="switched off"):
        hold(sessions, alert, office.analyst)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised when all began at the same moment."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(position: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[position] = act()
        except AlertsError as error:
            results[position] = error

    threads = [Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_eight_who_hold_at_once_one_holds_and_seven_are_told(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    people = [office.analyst, office.second_analyst, office.officer, office.approver] * 2
    results = together(*(lambda person=person: hold(sessions, alert, person) for person in people))
    winners = [result for result in results if isinstance(result, Alert)]
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert (len(winners), len(conflicts)) == (1, 7)
    current = reload(sessions, alert)
    assert current.version == alert.version + 1
    assert current.held_by_id == winners[0].held_by_id
    assert actions(sessions) == ["alert.raised", "alert.held"]


def test_of_two_decisions_from_the_same_page_one_counts(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    results = together(
        lambda: decide(sessions, held, office.analyst, Outcome.NOT_A_CLAIM),
        lambda: decide(sessions, held, office.analyst, Outcome.NOT_ABOUT_US),
    )
    assert sorted(type(result).__name__ for result in results) == ["Alert", "Conflict"]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1


def count_rows(session: Session, table: type[Event] | type[Delivery]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.RESPOND])
def test_only_the_decision_to_respond_is_told(office: Office, sessions: Sessions, outcome: Outcome) -> None:
    other = office.raise_alert(group="other")
    held = hold(sessions, office.raise_alert(), office.analyst)
    repeats = other.id if outcome is Outcome.DUPLICATE_OF else None
    decide(sessions, held, office.analyst, outcome, note="because", duplicate_of=repeats)
    with sessions() as session:
        assert count_rows(session, Event) == 0


def undo(sessions: Sessions, alert: Alert, actor: User, *, later: timedelta = timedelta()) -> Alert:
    with writing(sessions) as session:
        return undo_decision(session, alert.id, actor=actor, version=alert.version, now=NOON + later)


def test_a_slip_is_undone_within_ten_minutes_and_the_log_keeps_both(
    office: Office, sessions: Sessions
) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    decided = decide(sessions, held, office.analyst, Outcome.NOT_A_CLAIM)
    with pytest.raises(NotAllowed, match="whoever took it"):
        undo(sessions, decided, office.chief)
    undone = undo(sessions, decided, office.analyst, later=10 * MINUTE)
    assert (undone.state, undone.outcome, undone.held_by_id) == ("held", None, office.analyst.id)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 0
    assert actions(sessions)[-2:] == ["alert.decided", "alert.decision_undone"]
    with pytest.raises(Conflict, match="no decision to undo"):
        undo(sessions, undone, office.analyst)


def test_after_ten_minutes_a_decision_stands(office: Office, sessions: Sessions) -> None:
    held = hold(sessions, office.raise_alert(), office.analyst)
    decided = decide(sessions, held, office.analyst, Outcome.NOT_A_CLAIM)
    with pytest.raises(Conflict, match="are over"):
        undo(sessions, decided, office.analyst, later=10 * MINUTE + timedelta(seconds=1))


def test_a_decision_that_a_brief_rests_on_cannot_be_undone(office: Office, sessions: Sessions) -> None:
    decided = office.respond(office.raise_alert())
    office.open(decided)
    with pytest.raises(Conflict, match="a brief"):
        undo(sessions, decided, office.analyst)
