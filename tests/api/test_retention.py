"""Old rows on which nothing rests are thrown away, and what people did never is."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from alerts import Invalid, verify_chain
from api.credentials import create_key, open_sign_in
from api.retention import count_prunable, prune
from models import (
    ApiKey,
    Article,
    ArticleVersion,
    AuditEntry,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Event,
    EventType,
    KeptAnswer,
    Notice,
    NoticeState,
    Sessions,
    SignIn,
    Subscription,
    pack_text,
    writing,
)
from tests.api.conftest import MORNING, Person, World

LATER = MORNING + timedelta(days=400)


@pytest.fixture
def old_rows(sessions: Sessions, world: World, admin: Person, analyst: Person) -> dict[str, int]:
    """Rows of every kind that may go, beside others like them that may not; how many of each may."""
    with writing(sessions) as session:
        article = session.get_one(Article, world.article_id)
        # The first version has a claim and stays; the second has none and is not the last; the third is.
        for number in (2, 3):
            session.add(
                ArticleVersion(
                    article_id=article.id,
                    number=number,
                    title=article.title,
                    text_zstd=pack_text(f"Bản {number}"),
                    text_sha256=str(number) * 64,
                    language="vi",
                    fetched_at=MORNING,
                )
            )
        article.versions = 3
        subscription = Subscription(
            owner_id=admin.user.id, url="https://a.example", secret_encrypted=b"", created_at=MORNING
        )
        session.add(subscription)
        session.flush()
        for state in (DeliveryState.DELIVERED, DeliveryState.PENDING):
            event = Event(message_id=state, type=EventType.TEST, body="{}", occurred_at=MORNING)
            session.add(event)
            session.flush()
            delivery = Delivery(
                event_id=event.id, subscription_id=subscription.id, next_attempt_at=None, state=state
            )
            session.add(delivery)
            session.flush()
            session.add(DeliveryAttempt(delivery_id=delivery.id, at=MORNING, elapsed_ms=1))
        for ended in NoticeState:
            session.add(
                Notice(
                    subject="Khiếu nại",
                    text=ended,
                    created_at=MORNING,
                    next_attempt_at=None,
                    user_id=admin.user.id,
                    state=ended,
                )
            )
        create_key(session, admin.user, label="short", now=MORNING, life=timedelta(days=1))
        create_key(session, admin.user, label="for ever", now=MORNING, life=None)
        open_sign_in(session, admin.user, now=MORNING)
        open_sign_in(session, analyst.user, now=LATER)
    return {
        "article_versions": 1,
        "delivery_attempts": 1,
        "notices": 2,
        "keys": 1,
        "sign_ins": 0,
        "kept_answers": 0,
    }


def test_a_dry_run_counts_and_throws_nothing_away(sessions: Sessions, old_rows: dict[str, int]) -> None:
    with sessions() as session:
        first = count_prunable(session, days=365, now=LATER)
        second = count_prunable(session, days=365, now=LATER)
    assert first == second == old_rows


def test_what_is_old_goes_once_and_all_else_stays(sessions: Sessions, old_rows: dict[str, int]) -> None:
    assert prune(sessions, days=365, now=LATER) == old_rows
    assert not any(prune(sessions, days=365, now=LATER).values())
    with sessions() as session:
        numbers = session.scalars(select(ArticleVersion.number).where(ArticleVersion.number > 1)).all()
        assert numbers == [3]
        assert session.scalar(select(func.count()).select_from(DeliveryAttempt)) == 1
        assert session.scalars(select(Notice.text)).all() == [NoticeState.PENDING]
        assert "for ever" in session.scalars(select(ApiKey.label)).all()
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_what_is_said_to_have_gone_is_what_went_though_two_people_named_their_requests_alike(
    sessions: Sessions, admin: Person, analyst: Person
) -> None:
    with writing(sessions) as session:
        for person in (admin, analyst):
            session.add_all(
                KeptAnswer(
                    user_id=person.user.id,
                    key=f"request-{number:04}",
                    route="POST /keys",
                    request_sha256="0" * 64,
                    status=201,
                    headers={},
                    body=b"",
                    expires_at=MORNING,
                )
                for number in range(1_100)
            )
            session.flush()
    with sessions() as session:
        counted = count_prunable(session, days=365, now=LATER)
    assert prune(sessions, days=365, now=LATER) == counted
    assert counted["kept_answers"] == 2_200


def test_the_audit_log_keeps_every_entry_and_says_what_went(
    sessions: Sessions, old_rows: dict[str, int]
) -> None:
    with sessions() as session:
        before = verify_chain(session)
    prune(sessions, days=365, now=LATER + timedelta(days=10_000))
    with sessions() as session:
        after = verify_chain(session, known_hash=before.head)
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (after.ok, after.entries) == (True, before.entries + 1)
    assert (last.action, last.details["article_versions"]) == ("rows.pruned", 1)


def test_nothing_young_can_be_thrown_away(sessions: Sessions, old_rows: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        prune(sessions, days=29, now=LATER)
    recent = prune(sessions, days=365, now=MORNING + timedelta(days=364))
    assert recent["article_versions"] == recent["delivery_attempts"] == recent["notices"] == 0
    assert recent["keys"] == 0


def test_an_admin_does_it_over_http(client: TestClient, admin: Person, analyst: Person) -> None:
    shown = client.get("/retention", headers=admin.headers).json()
    done = client.post("/retention/prune", headers=admin.headers, json={"days": 365})
    assert [one["name"] for one in done.json()] == [one["name"] for one in shown]
    assert client.post("/retention/prune", headers=admin.headers, json={"days": 1}).status_code == 422
    assert client.get("/retention", headers=analyst.headers).status_code == 403
