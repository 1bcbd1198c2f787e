"""From assessments to alerts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from alerts import (
    Conflict,
    Invalid,
    NotAllowed,
    decide_alert,
    hold_alert,
    raise_by_hand,
    raise_due,
    reopen_alert,
    replace_rules,
    reweigh_open,
    verify_chain,
)
from models import (
    Alert,
    AlertClock,
    Assessment,
    AuditEntry,
    Claim,
    ClaimGroup,
    ClockKind,
    Event,
    Label,
    Outcome,
    RoutingRule,
    Sessions,
    writing,
)
from tests.alerts.office import NOON, Office


def alerts(sessions: Sessions) -> list[Alert]:
    with sessions() as session:
        return list(session.scalars(select(Alert).order_by(Alert.id)))


def waiting(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).where(Assessment.considered_at.is_(None))) or 0


def test_reprints_of_one_claim_are_one_alert(office: Office, sessions: Sessions) -> None:
    for outlet in ("Báo A", "Báo B", "Báo C"):
        office.assess(group="exports", outlet=outlet)
    office.assess(group="rice", text="Gạo xuất khẩu đạt 12 triệu tấn.")
    raised = raise_due(sessions, now=NOON)
    assert (raised.considered, raised.raised) == (4, 2)
    assert len(alerts(sessions)) == 2
    assert waiting(sessions) == 0


@pytest.mark.parametrize("label", Label)
def test_what_is_not_surely_contradicted_is_considered_and_raises_nothing(
    label: Label, office: Office, sessions: Sessions
) -> None:
    office.assess(alert_worthy=False, label=label)
    raised = raise_due(sessions, now=NOON)
    assert (raised.considered, raised.raised) == (1, 0)
    assert alerts(sessions) == []
    assert waiting(sessions) == 0


def test_a_second_pass_finds_nothing_to_do(office: Office, sessions: Sessions) -> None:
    office.assess()
    raise_due(sessions, now=NOON)
    again = raise_due(sessions, now=NOON)
    assert (again.considered, again.raised, again.joined) == (0, 0, 0)


def test_small_batches_raise_the_same_alerts_as_large_ones(office: Office, sessions: Sessions) -> None:
    for number in range(7):
        office.assess(group=f"g{number % 3}", outlet=f"Báo {number}")
    raised = raise_due(sessions, now=NOON, batch=2)
    assert (raised.considered, raised.raised) == (7, 3)


def test_a_batch_asks_no_more_of_the_database_for_ten_alerts_than_for_two(
    office: Office, sessions: Sessions, engine: Engine
) -> None:
    office.raise_alert(group="standing")
    counts = []
    for size in (2, 10):
        for number in range(size):
            office.assess(group=f"g{size}-{number}", outlet=f"Báo {number}")
        # One that joins an alert and makes it more urgent is among them.
        office.assess(group="standing", outlet=f"Báo {size}")
        office.assess(group="standing", outlet=f"Báo {size} chiều")
        statements: list[str] = []

        def note(*seen: Any, statements: list[str] = statements) -> None:
            statements.append(seen[2])

        event.listen(engine, "before_cursor_execute", note)
        raised = raise_due(sessions, now=NOON)
        event.remove(engine, "before_cursor_execute", note)
        assert (raised.raised, raised.joined) == (size, 1)
        counts.append(len(statements))
    few, many = counts
    assert many <= few
    assert few <= 22
    with sessions() as session:
        assert verify_chain(session).ok
        clocks = select(func.count(AlertClock.id)).group_by(AlertClock.alert_id)
        assert set(session.scalars(clocks)) == {len(ClockKind)}
        raised_in_log = select(AuditEntry.object_id).where(AuditEntry.action == "alert.raised")
        ids = session.scalars(select(Alert.id).order_by(Alert.id)).all()
        assert session.scalars(raised_in_log.order_by(AuditEntry.id)).all() == [str(one) for one in ids]


def test_the_alert_shows_the_earliest_claim_in_whatever_order_they_arrived(
    office: Office, sessions: Sessions
) -> None:
    office.assess(outlet="Báo sau", at=NOON)
    raise_due(sessions, now=NOON)
    earlier = office.assess(outlet="Báo trước", at=NOON - timedelta(hours=3))
    joined = raise_due(sessions, now=NOON)
    assert (joined.raised, joined.joined) == (0, 1)
    assert [alert.assessment_id for alert in alerts(sessions)] == [earlier.id]


def test_a_claim_decided_by_later_evidence_raises_its_alert_then(office: Office, sessions: Sessions) -> None:
    first = office.assess(alert_worthy=False, probability=0.2)
    assert raise_due(sessions, now=NOON).raised == 0
    second = office.assess_claim(first.claim_id)
    assert raise_due(sessions, now=NOON).raised == 1
    assert [alert.assessment_id for alert in alerts(sessions)] == [second.id]


def test_of_a_claims_assessments_the_latest_leads(office: Office, sessions: Sessions) -> None:
    earlier = office.assess(outlet="Báo trước", at=NOON - timedelta(hours=3))
    later = office.assess(outlet="Báo sau")
    raise_due(sessions, now=NOON)
    assert [alert.assessment_id for alert in alerts(sessions)] == [earlier.id]
    office.assess_claim(earlier.claim_id, alert_worthy=False)
    office.assess(outlet="Báo khác")
    raise_due(sessions, now=NOON)
    assert [alert.assessment_id for alert in alerts(sessions)] == [later.id]


def test_a_sentence_that_a_new_version_repeats_raises_no_second_alert(
    office: Office, sessions: Sessions
) -> None:
    before = office.raise_alert()
    with sessions() as session:
        claim_id = session.scalars(select(Assessment.claim_id)).one()
    again = office.assess_claim(office.say_again(claim_id).id)
    raised = raise_due(sessions, now=NOON)
    assert (raised.raised, raised.joined) == (0, 1)
    (after,) = alerts(sessions)
    # It shows the sentence as it stands in the newest version, and one outlet stays one.
    assert after.assessment_id == again.id
    assert after.priority_parts["outlets"] == before.priority_parts["outlets"]


def find_otherwise(office: Office, alert: Alert, label: Label = Label.SUPPORTED, **found: Any) -> Assessment:
    """The alert's claim is held against the record again, a day later; the queue takes it in."""
    with office.sessions() as session:
        claim_id = session.scalars(
            select(Assessment.claim_id).where(Assessment.id == alert.assessment_id)
        ).one()
    found = {"alert_worthy": False, "probability": 0.02} | found
    anew = office.assess_claim(claim_id, label=label, at=NOON + timedelta(days=1), **found)
    raise_due(office.sessions, now=NOON + timedelta(days=1))
    return anew


@pytest.mark.parametrize(
    ("label", "found"),
    [
        (Label.SUPPORTED, {}),
        (Label.NOT_ENOUGH_EVIDENCE, {}),
        (Label.MISSING_CONTEXT, {}),
        (Label.CONTRADICTED, {"probability": 0.6}),
    ],
)
def test_an_alert_of_which_something_else_is_found_stays_where_it_is_and_says_so(
    label: Label, found: dict[str, Any], office: Office, sessions: Sessions
) -> None:
    before = office.raise_alert()
    anew = find_otherwise(office, before, label, **found)
    (after,) = alerts(sessions)
    assert (after.assessment_id, after.state, after.outcome) == (anew.id, "new", None)
    assert after.version == before.version + 1
    assert after.priority_parts["probability"] < before.priority_parts["probability"]
    with sessions() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert verify_chain(session).ok
    assert (entry.actor, entry.action) == ("system", "alert.found_otherwise")
    assert entry.details["label"] == label
    assert entry.details["assessment_before"] == before.assessment_id
    assert raise_due(sessions, now=NOON).considered == 0
    reweigh_open(sessions, now=NOON + timedelta(days=1))
    assert alerts(sessions)[0].assessment_id == anew.id


def test_the_same_found_by_other_passages_makes_nobodys_page_stale(
    office: Office, sessions: Sessions
) -> None:
    before = office.raise_alert()
    anew = find_otherwise(office, before, Label.CONTRADICTED, alert_worthy=True, probability=0.95)
    (after,) = alerts(sessions)
    assert (after.assessment_id, after.version) == (anew.id, before.version)


def test_an_alert_that_another_outlet_keeps_contradicted_stays_so(office: Office, sessions: Sessions) -> None:
    before = office.raise_alert(outlet="Báo trước", at=NOON - timedelta(hours=3))
    later = office.assess(outlet="Báo sau")
    raise_due(sessions, now=NOON)
    find_otherwise(office, before)
    (after,) = alerts(sessions)
    assert (after.assessment_id, after.version) == (later.id, before.version)


def test_a_claim_that_is_contradicted_again_leads_its_alert_again(office: Office, sessions: Sessions) -> None:
    before = office.raise_alert()
    find_otherwise(office, before)
    again = find_otherwise(office, alerts(sessions)[0], Label.CONTRADICTED, alert_worthy=True)
    (after,) = alerts(sessions)
    assert (after.assessment_id, after.version) == (again.id, before.version + 2)


def test_what_its_newest_version_says_decides_and_not_what_an_earlier_one_said(
    office: Office, sessions: Sessions
) -> None:
    before = office.raise_alert()
    with sessions() as session:
        claim_id = session.scalars(select(Assessment.claim_id)).one()
    said_again = office.say_again(claim_id)
    raise_due(sessions, now=NOON)
    assert alerts(sessions)[0].assessment_id == before.assessment_id
    anew = office.assess_claim(said_again.id, label=Label.SUPPORTED, alert_worthy=False)
    raise_due(sessions, now=NOON)
    assert alerts(sessions)[0].assessment_id == anew.id


def test_an_alert_that_is_being_answered_rests_on_what_is_found_last_and_keeps_its_priority(
    office: Office, sessions: Sessions
) -> None:
    before = office.respond(office.raise_alert())
    anew = find_otherwise(office, before)
    (after,) = alerts(sessions)
    assert (after.assessment_id, after.state, after.outcome) == (anew.id, "drafting", "respond")
    assert (after.version, after.priority) == (before.version + 1, before.priority)


def test_a_decided_alert_keeps_what_it_was_decided_by_until_it_is_reopened(
    office: Office, sessions: Sessions
) -> None:
    standing = office.raise_alert()
    with writing(sessions) as session:
        held = hold_alert(session, standing.id, actor=office.analyst, version=1, now=NOON)
        decide_alert(
            session,
            standing.id,
            actor=office.analyst,
            version=held.version,
            outcome=Outcome.NO_RESPONSE,
            note="small",
            now=NOON,
        )
    anew = find_otherwise(office, standing)
    (closed,) = alerts(sessions)
    assert (closed.assessment_id, closed.version) == (standing.assessment_id, 3)
    with writing(sessions) as session:
        reopen_alert(session, standing.id, actor=office.chief, version=3, note="look again", now=NOON)
    reweigh_open(sessions, now=NOON)
    (reopened,) = alerts(sessions)
    assert (reopened.assessment_id, reopened.state, reopened.version) == (anew.id, "new", 5)


def test_what_a_person_raised_shows_what_is_found_last_of_its_claim(
    office: Office, sessions: Sessions
) -> None:
    first = office.assess(alert_worthy=False, probability=0.4)
    with writing(sessions) as session:
        raise_by_hand(session, first.claim_id, actor=office.analyst, note="they called", now=NOON)
    raise_due(sessions, now=NOON)
    anew = find_otherwise(office, alerts(sessions)[0])
    assert alerts(sessions)[0].assessment_id == anew.id


def test_another_outlet_raises_the_priority_and_not_the_version(office: Office, sessions: Sessions) -> None:
    before = office.raise_alert()
    office.assess(outlet="Báo B")
    raise_due(sessions, now=NOON)
    (after,) = alerts(sessions)
    assert after.priority > before.priority
    assert after.priority == pytest.approx(sum(after.priority_parts.values()))
    assert after.version == before.version


def test_a_claim_that_is_not_grouped_yet_keeps_waiting(office: Office, sessions: Sessions) -> None:
    assessment = office.assess()
    with writing(sessions) as session:
        session.get_one(Claim, assessment.claim_id).group_id = None
    assert raise_due(sessions, now=NOON).considered == 0
    assert waiting(sessions) == 1


def test_an_alert_goes_to_the_desk_that_its_subject_is_routed_to(office: Office, sessions: Sessions) -> None:
    office.assess(text="Kim ngạch xuất khẩu đạt 49,5 tỷ USD.")
    with writing(sessions) as session:
        rule = RoutingRule(position=1, desk_id=office.desk.id, subjects=["economy_and_statistics"])
        replace_rules(session, [rule], actor=office.admin, now=NOON)
    raise_due(sessions, now=NOON)
    (alert,) = alerts(sessions)
    assert alert.desk_id == office.desk.id
    with sessions() as session:
        assert session.scalar(select(ClaimGroup.subject)) == "economy_and_statistics"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "alert")).one()
    assert (entry.actor, entry.action) == ("system", "alert.raised")
    assert entry.details["route"] == "rule 1: subject economy_and_statistics"


def test_raising_alerts_tells_nobody_outside(office: Office, sessions: Sessions) -> None:
    office.assess()
    raise_due(sessions, now=NOON)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_an_alert_fades_with_its_age_while_nobody_decides(office: Office, sessions: Sessions) -> None:
    before = office.raise_alert()
    assert reweigh_open(sessions, now=NOON + timedelta(days=2)) == 1
    (after,) = alerts(sessions)
    assert after.priority_parts["age"] < before.priority_parts["age"]
    assert after.version == before.version
    assert reweigh_open(sessions, now=NOON + timedelta(days=2)) == 0


def test_a_person_may_raise_what_the_machine_did_not(office: Office, sessions: Sessions) -> None:
    assessment = office.assess(alert_worthy=False, probability=0.4)
    with writing(sessions) as session:
        alert = raise_by_hand(
            session, assessment.claim_id, actor=office.analyst, note="the ministry called", now=NOON
        )
    assert (alert.raised_by_id, alert.assessment_id) == (office.analyst.id, assessment.id)
    with sessions() as session:
        assert session.scalars(select(AuditEntry)).one().details["why"] == "the ministry called"
        assert verify_chain(session).ok


def test_raising_twice_shows_the_alert_there_is(office: Office, sessions: Sessions) -> None:
    standing = office.raise_alert()
    with sessions() as session:
        claim_id = session.scalars(select(Assessment.claim_id)).one()
    with pytest.raises(Conflict) as conflict, writing(sessions) as session:
        raise_by_hand(session, claim_id, actor=office.analyst, note="again", now=NOON)
    assert isinstance(conflict.value.current, Alert)
    assert conflict.value.current.id == standing.id


def test_raising_by_hand_needs_a_note_and_a_desk_role(office: Office, sessions: Sessions) -> None:
    claim_id = office.assess(alert_worthy=False).claim_id
    with pytest.raises(Invalid, match="note"), writing(sessions) as session:
        raise_by_hand(session, claim_id, actor=office.analyst, note=" ", now=NOON)
    with pytest.raises(NotAllowed), writing(sessions) as session:
        raise_by_hand(session, claim_id, actor=office.editor, note="please", now=NOON)


def test_what_a_person_raised_before_the_queue_looked_keeps_what_it_shows(
    office: Office, sessions: Sessions
) -> None:
    assessment = office.assess(alert_worthy=False, probability=0.4)
    with writing(sessions) as session:
        raise_by_hand(session, assessment.claim_id, actor=office.analyst, note="they called", now=NOON)
    reweigh_open(sessions, now=NOON)
    assert [alert.assessment_id for alert in alerts(sessions)] == [assessment.id]
