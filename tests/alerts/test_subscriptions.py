"""Subscriptions: addresses, filters, secrets, and whose they are."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import select

from alerts import (
    Conflict,
    Invalid,
    NewSecret,
    NotAllowed,
    change_subscription,
    create_subscription,
    disable_subscription,
    pause_subscription,
    record_event,
    resume_subscription,
    rotate_secret,
    send_test,
)
from alerts.addresses import check_url
from alerts.filters import wants
from models import (
    AuditEntry,
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Sessions,
    Subscription,
    writing,
)
from models.network import parse_networks
from tests.alerts.office import NOON, Office

URL = "https://paper.example/hook"
LOOPBACK = parse_networks(["127.0.0.0/8"])


def subscribe(office: Office, cipher: MultiFernet, **filters: Sequence[str]) -> NewSecret:
    with writing(office.sessions) as session:
        return create_subscription(session, actor=office.editor, url=URL, cipher=cipher, now=NOON, **filters)  # type: ignore[arg-type]  # keywords of a test


@pytest.mark.parametrize(
    "url",
    [
        "https://paper.example/hook",
        "https://paper.example:8443/hook?desk=a",
        "https://203.0.113.9/hook",
        "http://127.0.0.1:9000/hook",
    ],
)
def test_an_address_that_may_be_told(url: str) -> None:
    assert check_url(url, LOOPBACK) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://paper.example/hook", "https", id="plain http"),
        pytest.param("http://10.0.0.1/hook", "https", id="plain http to another private network"),
        pytest.param("ftp://paper.example/hook", "https", id="another scheme"),
        pytest.param("https:///hook", "no host", id="no host"),
        pytest.param("paper.example/hook", "no host", id="no scheme"),
        pytest.param("https://me:secret@paper.example/", "user name", id="credentials"),
        pytest.param("https://paper.example/#top", "fragment", id="fragment"),
        pytest.param("https://paper.example:22/", "port 22", id="another service's port"),
        pytest.param("https://paper.example:99999/", "ort", id="no port"),
        pytest.param("https://paper.example/a b", "spaces", id="a space"),
        pytest.param("https://paper.example/\r\nx: y", "control", id="a line break"),
        pytest.param("https://[::1/", "IPv6", id="a broken address"),
        pytest.param("https://paper.example/" + "a" * 2000, "longer", id="too long"),
    ],
)
def test_an_address_that_may_not_be_told_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        check_url(url, LOOPBACK)


def test_the_secret_is_shown_once_and_kept_encrypted(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    made = subscribe(office, cipher)
    with sessions() as session:
        kept = session.get_one(Subscription, made.subscription.id)
        logged = json.dumps([entry.details for entry in session.scalars(select(AuditEntry))])
    assert made.secret.startswith("whsec_")
    assert made.secret.encode() not in kept.secret_encrypted
    assert cipher.decrypt(kept.secret_encrypted).decode() == made.secret
    assert made.secret not in logged
    assert made.secret not in repr(made)


def test_the_old_secret_lives_a_day_beside_the_new(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    made = subscribe(office, cipher)
    with writing(sessions) as session:
        rotated = rotate_secret(
            session, made.subscription.id, actor=office.editor, cipher=cipher, version=1, now=NOON
        )
    kept = rotated.subscription
    ((old, _),) = kept.old_secrets
    assert cipher.decrypt(old.encode()).decode() == made.secret
    assert cipher.decrypt(kept.secret_encrypted).decode() == rotated.secret != made.secret
    assert kept.old_secret_until == NOON + timedelta(hours=24)
    with pytest.raises(Conflict), writing(sessions) as session:
        rotate_secret(session, kept.id, actor=office.editor, cipher=cipher, version=1, now=NOON)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        pytest.param({}, True, id="no filter"),
        pytest.param({"event_types": ["brief.published"]}, True, id="this event"),
        pytest.param({"event_types": ["brief.withdrawn"]}, False, id="another event"),
        pytest.param({"languages": ["vi", "en"]}, True, id="one of two languages"),
        pytest.param({"languages": ["en"]}, False, id="another language"),
        pytest.param({"subjects": ["health"]}, True, id="an event without subject is not kept back"),
        pytest.param({"desks": ["trade"]}, True, id="this desk"),
        pytest.param({"desks": ["sea"], "languages": ["vi"]}, False, id="every filter must let it through"),
    ],
)
def test_filters_choose_what_is_told(filters: dict[str, list[str]], wanted: bool) -> None:
    subscription = Subscription(owner_id=1, url=URL, secret_encrypted=b"", created_at=NOON, **filters)  # type: ignore[arg-type]  # keywords from a table
    assert wants(subscription, EventType.BRIEF_PUBLISHED, language="vi", desk="trade") is wanted


def test_unknown_event_types_subjects_and_desks_are_refused(office: Office, cipher: MultiFernet) -> None:
    with pytest.raises(Invalid, match=r"event_types: does not know alert\.raised"):
        subscribe(office, cipher, event_types=["alert.raised"])
    with pytest.raises(Invalid, match="subjects"):
        subscribe(office, cipher, subjects=["enemies"])
    with pytest.raises(Invalid, match="desks: does not know nope"):
        subscribe(office, cipher, desks=["nope"])
    assert subscribe(office, cipher, desks=[office.desk.slug]).subscription.desks == [office.desk.slug]


def test_an_event_and_its_deliveries_are_written_in_one_transaction(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    first = subscribe(office, cipher).subscription.id
    subscribe(office, cipher, event_types=["brief.withdrawn"])
    paused = subscribe(office, cipher).subscription.id
    with writing(sessions) as session:
        pause_subscription(session, paused, actor=office.editor, version=1, now=NOON)
    with sessions() as session:
        record_event(session, EventType.BRIEF_PUBLISHED, {"brief": 1}, now=NOON)
        session.rollback()
    with writing(sessions) as session:
        event = record_event(session, EventType.BRIEF_PUBLISHED, {"tựa": "Xuất khẩu"}, now=NOON)
    with sessions() as session:
        deliveries = session.scalars(select(Delivery)).all()
        assert [kept.id for kept in session.scalars(select(Event))] == [event.id]
    assert [(row.event_id, row.subscription_id, row.next_attempt_at) for row in deliveries] == [
        (event.id, first, NOON)
    ]
    assert (
        event.body
        == '{"type":"brief.published","timestamp":"2026-11-18T12:00:00+00:00","data":{"tựa":"Xuất khẩu"}}'
    )
    assert event.message_id.startswith("msg_")


def test_a_test_event_goes_to_one_subscription(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    chosen = subscribe(office, cipher).subscription.id
    subscribe(office, cipher)
    with writing(sessions) as session:
        send_test(session, chosen, actor=office.editor, now=NOON)
    with sessions() as session:
        assert list(session.scalars(select(Delivery.subscription_id))) == [chosen]


def test_a_subscription_is_its_owners_and_the_admins(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    made = subscribe(office, cipher).subscription
    with pytest.raises(NotAllowed, match="somebody else"), writing(sessions) as session:
        send_test(session, made.id, actor=office.approver, now=NOON)
    with writing(sessions) as session:
        changed = change_subscription(
            session, made.id, actor=office.admin, version=1, now=NOON, languages=["en"], description="Desk"
        )
    assert (changed.languages, changed.description, changed.version) == (["en"], "Desk", 2)


def test_a_disabled_subscription_loses_what_was_under_way(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    made = subscribe(office, cipher).subscription
    with writing(sessions) as session:
        send_test(session, made.id, actor=office.editor, now=NOON)
    with writing(sessions) as session:
        disable_subscription(session, made.id, reason="no longer wanted", actor=office.editor, now=NOON)
    with sessions() as session:
        delivery = session.scalars(select(Delivery)).one()
    assert (delivery.state, delivery.next_attempt_at) == (DeliveryState.CANCELLED, None)
    with writing(sessions) as session:
        resumed = resume_subscription(session, made.id, actor=office.editor, version=2, now=NOON)
    assert (resumed.state, resumed.state_reason) == ("active", "")
