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
    pause_subscription,
    record_event,
    replay_delivery,
    replay_range,
    resume_subscription,
    send_test,
)
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
