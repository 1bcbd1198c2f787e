"""Sending again: one delivery, or all that an endpoint missed."""

from datetime import datetime, timedelta

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import select

from alerts import (
    Conflict,
    Invalid,
    NotAllowed,
    create_subscription,
    disable_subscription,
    may_send_now,
    pause_subscription,
    record_event,
    replay_delivery,
    replay_range,
    resume_subscription,
    send_test,
)
from alerts.parcels import take_due
from models import Delivery, DeliveryState, Event, EventType, Sessions, Subscription, writing
from tests.alerts.office import NOON, Office

HOUR = timedelta(hours=1)


@pytest.fixture
def subscription(office: Office, cipher: MultiFernet) -> Subscription:
    """Told of Vietnamese texts alone."""
    with writing(office.sessions) as session:
        return create_subscription(
            session,
            actor=office.editor,
            url="https://paper.example/hook",
            cipher=cipher,
            now=NOON,
            languages=["vi"],
        ).subscription


def tell(sessions: Sessions, at: datetime, language: str = "vi") -> int:
    with writing(sessions) as session:
        data = {"language": language, "subject": None, "desk": None}
        return record_event(session, EventType.BRIEF_PUBLISHED, data, now=at, language=language).id


def replay(office: Office, subscription: Subscription, since: datetime, until: datetime) -> int:
    with writing(office.sessions) as session:
        return replay_range(
            session,
            subscription.id,
            since=since,
            until=until,
            actor=office.editor,
            now=NOON + 9 * HOUR,
            only_missed=True,
        )


def pending(sessions: Sessions) -> list[int]:
    with sessions() as session:
        due = select(Event.id).join(Delivery, Delivery.event_id == Event.id)
        return list(session.scalars(due.where(Delivery.state == DeliveryState.PENDING).order_by(Event.id)))


def settle(sessions: Sessions, event_id: int, state: DeliveryState) -> int:
    with writing(sessions) as session:
        delivery = session.scalars(select(Delivery).where(Delivery.event_id == event_id)).one()
        delivery.state, delivery.attempts, delivery.next_attempt_at = state, 3, None
        return delivery.id


def test_only_what_was_missed_in_the_range_is_sent_again(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    before, arrived, lost = (tell(sessions, NOON + hour * HOUR) for hour in range(3))
    settle(sessions, before, DeliveryState.GIVEN_UP)
    settle(sessions, arrived, DeliveryState.DELIVERED)
    settle(sessions, lost, DeliveryState.GIVEN_UP)
    with writing(sessions) as session:
        pause_subscription(session, subscription.id, actor=office.editor, version=1, now=NOON)
    unseen = tell(sessions, NOON + 3 * HOUR)
    tell(sessions, NOON + 3 * HOUR, language="en")
    after = tell(sessions, NOON + 4 * HOUR)
    assert pending(sessions) == []
    assert replay(office, subscription, NOON + HOUR, NOON + 4 * HOUR) == 2
    assert pending(sessions) == [lost, unseen]
    assert replay(office, subscription, NOON + HOUR, NOON + 4 * HOUR) == 0
    assert replay(office, subscription, NOON, NOON + 5 * HOUR) == 2
    assert pending(sessions) == [before, lost, unseen, after]


def test_a_whole_range_is_sent_again_what_arrived_included(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    arrived, lost, under_way, after = (tell(sessions, NOON + hour * HOUR) for hour in range(4))
    settle(sessions, arrived, DeliveryState.DELIVERED)
    settle(sessions, lost, DeliveryState.GIVEN_UP)
    settle(sessions, after, DeliveryState.DELIVERED)
    with writing(sessions) as session:
        again = replay_range(
            session,
            subscription.id,
            since=NOON,
            until=NOON + 3 * HOUR,
            actor=office.editor,
            now=NOON + 9 * HOUR,
        )
    assert again == 2
    assert pending(sessions) == [arrived, lost, under_way]


def test_one_delivery_is_replayed_with_its_schedule_begun_anew(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    event_id = tell(sessions, NOON)
    with sessions() as session:
        delivery_id = session.scalars(select(Delivery.id)).one()
    with pytest.raises(Conflict, match="under way"), writing(sessions) as session:
        replay_delivery(session, delivery_id, actor=office.editor, now=NOON)
    settle(sessions, event_id, DeliveryState.DELIVERED)
    with writing(sessions) as session:
        again = replay_delivery(session, delivery_id, actor=office.editor, now=NOON)
    assert (again.state, again.attempts, again.next_attempt_at) == (DeliveryState.PENDING, 0, NOON)


def test_a_disabled_subscription_is_resumed_before_anything_is_replayed(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    event_id = tell(sessions, NOON)
    with writing(sessions) as session:
        disable_subscription(session, subscription.id, reason="gone", actor="system", now=NOON)
    with pytest.raises(Conflict, match="resume it first"):
        replay(office, subscription, NOON, NOON + HOUR)
    with writing(sessions) as session:
        resume_subscription(session, subscription.id, actor=office.editor, version=2, now=NOON)
    assert replay(office, subscription, NOON, NOON + HOUR) == 1
    assert pending(sessions) == [event_id]


def test_test_events_are_not_missed(office: Office, sessions: Sessions, subscription: Subscription) -> None:
    with writing(sessions) as session:
        event = send_test(session, subscription.id, actor=office.editor, now=NOON)
    settle(sessions, event.id, DeliveryState.GIVEN_UP)
    assert replay(office, subscription, NOON, NOON + HOUR) == 0


def test_a_range_runs_forward_and_belongs_to_the_owner(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    with pytest.raises(Invalid, match="since"):
        replay(office, subscription, NOON, NOON)
    with pytest.raises(NotAllowed), writing(sessions) as session:
        replay_range(session, subscription.id, since=NOON, until=NOON + HOUR, actor=office.approver, now=NOON)


def wait(sessions: Sessions, event_id: int, until: datetime) -> int:
    """A delivery that failed and waits for its next attempt."""
    with writing(sessions) as session:
        delivery = session.scalars(select(Delivery).where(Delivery.event_id == event_id)).one()
        delivery.attempts, delivery.next_attempt_at = 3, until
        return delivery.id


def due(sessions: Sessions, at: datetime) -> list[int]:
    """The events that an endpoint is sent at a moment."""
    series = take_due(sessions, now=at, limit=10, busy=frozenset(), read_secret=lambda secret: "")
    with sessions() as session:
        return [
            session.get_one(Delivery, parcel.delivery_id).event_id for one in series for parcel in one.parcels
        ]


def test_what_waits_for_its_next_attempt_is_sent_with_what_was_missed(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    lost, waiting = (tell(sessions, NOON + hour * HOUR) for hour in range(2))
    settle(sessions, lost, DeliveryState.GIVEN_UP)
    wait(sessions, waiting, NOON + 20 * HOUR)
    with writing(sessions) as session:
        resting = session.get_one(Subscription, subscription.id)
        resting.failures, resting.resting_until = 8, NOON + 10 * HOUR
    assert replay(office, subscription, NOON, NOON + 2 * HOUR) == 2
    assert due(sessions, NOON + 9 * HOUR) == [lost, waiting]
    with sessions() as session:
        kept = session.scalars(select(Delivery).where(Delivery.event_id == waiting)).one()
        assert kept.attempts == 3, "its schedule goes on where it was"


@pytest.mark.parametrize(
    ("waits", "rests", "may"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_a_delivery_that_waits_or_whose_endpoint_rests_can_be_sent_now(
    office: Office, sessions: Sessions, subscription: Subscription, waits: bool, rests: bool, may: bool
) -> None:
    event_id = tell(sessions, NOON)
    delivery_id = wait(sessions, event_id, NOON + HOUR if waits else NOON)
    with writing(sessions) as session:
        session.get_one(Subscription, subscription.id).resting_until = NOON + HOUR if rests else None
    with sessions() as session:
        delivery = session.get_one(Delivery, delivery_id)
        assert may_send_now(delivery, session.get_one(Subscription, subscription.id), NOON) is may
    if may:
        with writing(sessions) as session:
            replay_delivery(session, delivery_id, actor=office.editor, now=NOON)
    assert due(sessions, NOON) == [event_id]


def test_to_an_ordered_endpoint_what_comes_before_it_is_sent_now_as_well(
    office: Office, sessions: Sessions, subscription: Subscription
) -> None:
    first, second, third = (tell(sessions, NOON + hour * HOUR) for hour in range(3))
    with writing(sessions) as session:
        session.get_one(Subscription, subscription.id).is_ordered = True
    ids = [wait(sessions, event_id, NOON + 20 * HOUR) for event_id in (first, second, third)]
    with writing(sessions) as session:
        replay_delivery(session, ids[1], actor=office.editor, now=NOON + 9 * HOUR)
    assert due(sessions, NOON + 9 * HOUR) == [first, second]
