"""That a claim will be answered: told once it cannot be undone any more, and taken back when it will not be."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import select, update

from alerts import (
    UNDO_FOR,
    Conflict,
    Invalid,
    announce_due,
    create_subscription,
    decide_alert,
    hold_alert,
    raise_due,
    reopen_alert,
    replay_delivery,
    replay_range,
    resume_subscription,
    undo_decision,
)
from alerts.announcements import waits_for_person
from models import (
    Alert,
    AlertClock,
    Assessment,
    AuditEntry,
    ClockKind,
    Decision,
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Label,
    Outcome,
    Sessions,
    Subscription,
    SubscriptionState,
    writing,
)
from tests.alerts.office import MINUTE, NOON, Office

TOO_LATE = NOON + UNDO_FOR + timedelta(seconds=1)


@pytest.fixture
def paper(office: Office, sessions: Sessions, cipher: MultiFernet) -> int:
    """A newspaper that subscribes to everything."""
    return subscribe(office, sessions, cipher)


def subscribe(office: Office, sessions: Sessions, cipher: MultiFernet, **filters: Any) -> int:
    with writing(sessions) as session:
        url = "https://paper.example/hook"
        made = create_subscription(
            session, actor=office.editor, url=url, cipher=cipher, now=NOON, **filters
        ).subscription
        made.state = SubscriptionState.ACTIVE
        return made.id


def told(sessions: Sessions, subscription_id: int) -> list[tuple[str, str]]:
    """What stands in the ledger for a subscription: the event and where its delivery stands."""
    with sessions() as session:
        rows = session.execute(
            select(Event.type, Delivery.state)
            .join(Delivery, Delivery.event_id == Event.id)
            .where(Delivery.subscription_id == subscription_id, Event.type != EventType.CHALLENGE)
            .order_by(Event.id)
        )
        return [(event_type.value, state.value) for event_type, state in rows]


def arrive(sessions: Sessions) -> None:
    with writing(sessions) as session:
        session.execute(update(Delivery).values(state=DeliveryState.DELIVERED, next_attempt_at=None))


def revise(
    office: Office,
    sessions: Sessions,
    alert: Alert,
    *,
    outcome: Outcome = Outcome.CLAIM_IS_RIGHT,
    by: str = "officer",
    note: str = "the paper has the newer figure",
    at: datetime = TOO_LATE,
) -> Alert:
    with writing(sessions) as session:
        return decide_alert(
            session,
            alert.id,
            actor=office.people[by],
            version=alert.version,
            outcome=outcome,
            note=note,
            now=at,
        )


def test_nobody_is_told_of_an_answer_while_the_decision_can_be_undone(
    office: Office, sessions: Sessions, paper: int
) -> None:
    decided = office.respond(office.raise_alert())
    assert announce_due(sessions, now=NOON + UNDO_FOR) == 0
    assert told(sessions, paper) == []
    with writing(sessions) as session:
        at = NOON + UNDO_FOR
        undo_decision(session, decided.id, actor=office.analyst, version=decided.version, now=at)
    assert announce_due(sessions, now=TOO_LATE) == 0
    assert told(sessions, paper) == []


def test_after_ten_minutes_subscribers_are_told_once_and_it_cannot_be_undone(
    office: Office, sessions: Sessions, paper: int
) -> None:
    decided = office.respond(office.raise_alert())
    assert [announce_due(sessions, now=TOO_LATE) for _ in range(2)] == [1, 0]
    assert told(sessions, paper) == [("alert.confirmed", "pending")]
    with pytest.raises(Conflict, match="ten minutes"), writing(sessions) as session:
        undo_decision(session, decided.id, actor=office.analyst, version=decided.version, now=TOO_LATE)
    with sessions() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (last.action, last.details) == (
            "alert.announced",
            {"event": session.scalars(select(Event.message_id).order_by(Event.id.desc())).first()},
        )
        assert session.get_one(Alert, decided.id).version == decided.version


def test_a_brief_that_is_begun_ends_the_wait(office: Office, sessions: Sessions, paper: int) -> None:
    office.open(office.respond(office.raise_alert()))
    assert told(sessions, paper) == [("alert.confirmed", "pending")]
    assert announce_due(sessions, now=TOO_LATE) == 0


def test_a_claim_that_proves_right_is_decided_so_while_it_is_being_answered(
    office: Office, sessions: Sessions
) -> None:
    drafting = office.respond(office.raise_alert())
    revised = revise(office, sessions, drafting)
    assert (revised.state, revised.outcome, revised.held_by_id) == ("closed", "claim_is_right", None)
    with sessions() as session:
        outcomes = session.scalars(select(Decision.outcome).order_by(Decision.id)).all()
        clock = session.scalars(select(AlertClock).where(AlertClock.kind == ClockKind.RESPONSE)).one()
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert outcomes == [Outcome.RESPOND, Outcome.CLAIM_IS_RIGHT]
    assert clock.running_since is None
    assert last.action == "alert.decision_revised"


def test_another_decision_needs_a_reason_and_is_not_once_more_to_answer(
    office: Office, sessions: Sessions
) -> None:
    drafting = office.respond(office.raise_alert())
    with pytest.raises(Invalid, match="note"):
        revise(office, sessions, drafting, outcome=Outcome.NOT_A_CLAIM, note=" ")
    with pytest.raises(Conflict, match="cannot take the act respond"):
        revise(office, sessions, drafting, outcome=Outcome.RESPOND)


def test_a_text_in_review_is_refused_before_another_decision(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    office.write(brief)
    office.submit(brief)
    with sessions() as session:
        alert = session.get_one(Alert, brief.alert_id)
    with pytest.raises(Conflict, match="hold it first"):
        revise(office, sessions, alert)


def test_a_brief_of_a_claim_that_proved_right_goes_no_further(office: Office, sessions: Sessions) -> None:
    drafting = office.respond(office.raise_alert())
    brief = office.open(drafting)
    office.write(brief)
    revise(office, sessions, drafting)
    with pytest.raises(Conflict, match="alert that is closed cannot take the act submit"):
        office.submit(brief)


def test_whoever_was_told_of_an_answer_is_told_that_there_is_none_and_why(
    office: Office, sessions: Sessions, cipher: MultiFernet, paper: int
) -> None:
    drafting = office.respond(office.raise_alert())
    announce_due(sessions, now=TOO_LATE)
    arrive(sessions)
    newcomer = subscribe(office, sessions, cipher)
    with writing(sessions) as session:
        # Whatever the filters say by then.
        session.get_one(Subscription, paper).event_types = ["brief.published"]
    revise(office, sessions, drafting)
    assert told(sessions, paper) == [("alert.confirmed", "delivered"), ("alert.retracted", "pending")]
    assert told(sessions, newcomer) == []
    with sessions() as session:
        confirmed, retracted = session.scalars(
            select(Event).where(Event.alert_id == drafting.id).order_by(Event.id)
        )
    data = json.loads(retracted.body)["data"]
    assert data == {
        "alert": drafting.id,
        "claim": json.loads(confirmed.body)["data"]["claim"],
        "article": json.loads(confirmed.body)["data"]["article"],
        "language": "vi",
        "subject": json.loads(confirmed.body)["data"]["subject"],
        "desk": json.loads(confirmed.body)["data"]["desk"],
        "status": "no response",
        "outcome": "claim_is_right",
        "announced": confirmed.message_id,
    }


def test_what_nobody_was_told_needs_no_taking_back(office: Office, sessions: Sessions, paper: int) -> None:
    drafting = office.respond(office.raise_alert())
    revise(office, sessions, drafting, at=NOON + MINUTE)
    assert announce_due(sessions, now=TOO_LATE) == 0
    assert told(sessions, paper) == []


def test_an_announcement_that_is_still_on_its_way_is_stopped_and_never_replayed(
    office: Office, sessions: Sessions, paper: int
) -> None:
    drafting = office.respond(office.raise_alert())
    announce_due(sessions, now=TOO_LATE)
    revise(office, sessions, drafting, at=TOO_LATE + MINUTE)
    assert told(sessions, paper) == [("alert.confirmed", "cancelled"), ("alert.retracted", "pending")]
    with writing(sessions) as session:
        replay_range(
            session,
            paper,
            since=NOON - MINUTE,
            until=NOON + 60 * MINUTE,
            actor=office.editor,
            now=TOO_LATE + 2 * MINUTE,
            only_missed=True,
        )
    assert told(sessions, paper) == [("alert.confirmed", "cancelled"), ("alert.retracted", "pending")]


def test_one_announcement_that_was_taken_back_is_not_sent_again(
    office: Office, sessions: Sessions, paper: int
) -> None:
    drafting = office.respond(office.raise_alert())
    announce_due(sessions, now=TOO_LATE)
    arrive(sessions)
    revise(office, sessions, drafting, at=TOO_LATE + MINUTE)
    with sessions() as session:
        confirmed = session.scalars(select(Delivery.id).order_by(Delivery.id)).first()
    assert confirmed is not None
    with pytest.raises(Conflict, match="announced was taken back since"), writing(sessions) as session:
        replay_delivery(session, confirmed, actor=office.editor, now=TOO_LATE + 2 * MINUTE)
    assert told(sessions, paper) == [("alert.confirmed", "delivered"), ("alert.retracted", "pending")]


def test_whoever_was_paused_meanwhile_hears_that_there_is_no_answer_when_told_again(
    office: Office, sessions: Sessions, paper: int
) -> None:
    drafting = office.respond(office.raise_alert())
    announce_due(sessions, now=TOO_LATE)
    arrive(sessions)
    with writing(sessions) as session:
        session.get_one(Subscription, paper).state = SubscriptionState.PAUSED
    revise(office, sessions, drafting)
    assert told(sessions, paper) == [("alert.confirmed", "delivered")]
    with writing(sessions) as session:
        version = session.get_one(Subscription, paper).version
        resume_subscription(session, paper, actor=office.editor, version=version, now=TOO_LATE + MINUTE)
    assert told(sessions, paper)[1:] == [("alert.retracted", "pending")]


def test_what_was_told_cannot_be_undone_but_the_alert_can_be_reopened_and_answered_again(
    office: Office, sessions: Sessions, paper: int
) -> None:
    drafting = office.respond(office.raise_alert())
    announce_due(sessions, now=TOO_LATE)
    arrive(sessions)
    revised = revise(office, sessions, drafting, by="analyst", at=TOO_LATE + MINUTE)
    with pytest.raises(Conflict, match="have been told"), writing(sessions) as session:
        undo_decision(
            session, revised.id, actor=office.analyst, version=revised.version, now=TOO_LATE + 2 * MINUTE
        )
    at = TOO_LATE + 3 * MINUTE
    with writing(sessions) as session:
        again = reopen_alert(
            session, revised.id, actor=office.chief, version=revised.version, now=at, note="look again"
        )
        held = hold_alert(session, again.id, actor=office.analyst, version=again.version, now=at)
        decide_alert(
            session,
            again.id,
            actor=office.analyst,
            version=held.version,
            outcome=Outcome.RESPOND,
            now=at,
        )
    assert announce_due(sessions, now=at + UNDO_FOR + MINUTE) == 1
    assert [event_type for event_type, _ in told(sessions, paper)] == [
        "alert.confirmed",
        "alert.retracted",
        "alert.confirmed",
    ]


@pytest.mark.parametrize(
    ("label", "worthy", "minutes", "waits"),
    [
        (Label.SUPPORTED, False, 5, True),
        (Label.NOT_ENOUGH_EVIDENCE, False, 5, True),
        (Label.MISSING_CONTEXT, False, 5, True),
        (Label.CONTRADICTED, False, 5, True),
        (Label.CONTRADICTED, True, 5, False),
        # Whoever decided had it before them.
        (Label.SUPPORTED, False, 0, False),
        (Label.SUPPORTED, False, -5, False),
    ],
)
def test_what_is_no_contradiction_any_more_since_the_decision_waits_for_a_person(
    label: Label, worthy: bool, minutes: int, waits: bool
) -> None:
    assessment = Assessment(
        claim_id=1,
        label=label,
        probability=0.5,
        probabilities={},
        threshold=0.9,
        alert_worthy=worthy,
        differences=[],
        model="test",
        assessed_at=NOON + minutes * MINUTE,
    )
    assert waits_for_person(assessment, decided_at=NOON) is waits
    assert not waits_for_person(None, decided_at=NOON)


def find_anew(office: Office, alert: Alert, label: Label) -> None:
    """Since the decision the claim was held against another record."""
    with office.sessions() as session:
        claim_id = session.scalars(
            select(Assessment.claim_id).where(Assessment.id == alert.assessment_id)
        ).one()
    office.assess_claim(
        claim_id, label=label, alert_worthy=label is Label.CONTRADICTED, at=NOON + MINUTE, probability=0.95
    )
    raise_due(office.sessions, now=NOON + MINUTE)


def announced_labels(sessions: Sessions) -> list[str | None]:
    with sessions() as session:
        bodies = session.scalars(
            select(Event.body).where(Event.type == EventType.ALERT_CONFIRMED).order_by(Event.id)
        )
        return [json.loads(body)["data"]["label"] for body in bodies]


def test_an_answer_whose_reason_is_gone_is_announced_only_by_whoever_begins_the_brief(
    office: Office, sessions: Sessions, paper: int
) -> None:
    alert = office.respond(office.raise_alert())
    find_anew(office, alert, Label.SUPPORTED)
    assert announce_due(sessions, now=TOO_LATE) == 0
    assert told(sessions, paper) == []
    office.open(alert)
    assert announced_labels(sessions) == [None], "what was found since nobody has decided by"


def test_an_answer_is_announced_by_what_is_found_last(office: Office, sessions: Sessions, paper: int) -> None:
    alert = office.respond(office.raise_alert())
    find_anew(office, alert, Label.SUPPORTED)
    find_anew(office, alert, Label.CONTRADICTED)
    assert announce_due(sessions, now=TOO_LATE) == 1
    assert announced_labels(sessions) == ["contradicted"]
