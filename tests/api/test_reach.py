"""What one desk, one key and one person cannot do to another's, and what the machine cannot say in the office's name."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    UNDO_FOR,
    announce_due,
    approve_version,
    open_brief,
    recall_approval,
    submit_brief,
    write_version,
)
from api.accounts import create_desk
from api.credentials import create_key
from models import (
    Alert,
    AlertState,
    Assessment,
    Brief,
    BriefVersion,
    ClaimGroup,
    Event,
    Role,
    Sessions,
    Source,
    User,
    UserRole,
    writing,
)
from tests.api.conftest import Clock, People, Person, World, add_claim
from tests.api.publishing import Publisher


def add_desk(sessions: Sessions, clock: Clock) -> int:
    with writing(sessions) as session:
        return create_desk(session, slug="ca-mau", name="Tỉnh Cà Mau", now=clock.now).id


def decide(client: TestClient, world: World, person: Person, **decision: object) -> int:
    """Hold the alert and decide it; the status of the decision's answer."""
    held = client.post(f"/alerts/{world.alert_id}/hold", headers=person.headers | {"If-Match": '"1"'})
    return client.post(
        f"/alerts/{world.alert_id}/decide",
        json=decision,
        headers=person.headers | {"If-Match": held.headers["etag"]},
    ).status_code


def submit(session: Session, publisher: Publisher, clock: Clock) -> tuple[Brief, BriefVersion]:
    """A fact sheet of the press officer's, in review."""
    actor, now = publisher.officer, clock.now
    brief = open_brief(session, actor=actor, now=now, subject="other")
    text = write_version(
        session,
        brief.id,
        language="vi",
        title="Xuất khẩu gạo",
        blocks=publisher.blocks(),
        actor=actor,
        version=brief.version,
        now=now,
    )
    submit_brief(session, brief.id, language="vi", actor=actor, version=brief.version, now=now)
    return brief, text


def test_nobody_answers_another_desks_alert_for_their_own(
    client: TestClient, sessions: Sessions, clock: Clock, world: World, officer: Person, people: People
) -> None:
    outsider = people.add("la", UserRole.PRESS_OFFICER, add_desk(sessions, clock))
    wanted = {"alert_id": world.alert_id}
    refused = client.post("/briefs", json=wanted, headers=outsider.headers)
    assert refused.status_code == 404
    assert "current" not in refused.json()
    assert decide(client, world, officer, outcome="respond") == 200
    assert client.post("/briefs", json=wanted, headers=outsider.headers).status_code == 404
    taken = client.post("/briefs", json=wanted | {"desk": "ca-mau"}, headers=outsider.headers)
    assert taken.status_code == 404
    assert client.post("/briefs", json=wanted, headers=officer.headers).status_code == 201


def test_an_alert_is_no_repeat_of_one_that_one_may_not_see(
    client: TestClient, sessions: Sessions, clock: Clock, world: World, officer: Person
) -> None:
    desk_id = add_desk(sessions, clock)
    with writing(sessions) as session:
        group = ClaimGroup(
            key="theirs", text="…", language="vi", first_seen_at=clock.now, last_seen_at=clock.now
        )
        session.add(group)
        session.flush()
        theirs = Alert(
            group_id=group.id,
            assessment_id=None,
            raised_at=clock.now,
            updated_at=clock.now,
            priority=0.5,
            priority_parts={},
            desk_id=desk_id,
        )
        session.add(theirs)
        session.flush()
    status = decide(client, world, officer, outcome="duplicate_of", duplicate_of=theirs.id)
    assert status == 404
    with sessions() as session:
        assert session.get_one(Alert, world.alert_id).state is AlertState.HELD


def test_a_key_made_for_writing_sends_back_ones_own_text_alone(
    client: TestClient, sessions: Sessions, clock: Clock, publisher: Publisher, approver: Person
) -> None:
    with writing(sessions) as session:
        key = create_key(session, approver.user, label="drafts", now=clock.now, scopes=["write"]).key
        brief, text = submit(session, publisher, clock)
    path, body = f"/briefs/{brief.id}/versions/{text.id}/refuse", {"reason": "Not yet."}
    seen = {"If-Match": f'"{brief.version}"'}
    refused = client.post(path, json=body, headers=seen | {"Authorization": f"Bearer {key}"})
    assert refused.status_code == 403
    assert client.post(path, json=body, headers=seen | approver.headers).status_code == 200


def test_a_key_made_for_holding_takes_nothing_over(
    client: TestClient, sessions: Sessions, clock: Clock, world: World, officer: Person, admin: Person
) -> None:
    held = client.post(f"/alerts/{world.alert_id}/hold", headers=officer.headers | {"If-Match": '"1"'})
    seen = {"If-Match": held.headers["etag"]}
    with writing(sessions) as session:
        key = create_key(session, admin.user, label="holds", now=clock.now, scopes=["hold"]).key
    path, body = f"/alerts/{world.alert_id}/hold", {"take_over": True}
    refused = client.post(path, json=body, headers=seen | {"Authorization": f"Bearer {key}"})
    assert refused.status_code == 403
    assert client.post(path, json=body, headers=seen | admin.headers).status_code == 200


def test_no_outlet_is_named_in_public_that_nobody_had_seen_when_the_text_was_approved(
    client: TestClient, sessions: Sessions, clock: Clock, world: World, publisher: Publisher
) -> None:
    brief = publisher.answer()
    clock.pass_by(timedelta(hours=5))
    with writing(sessions) as session:
        group = session.get_one(ClaimGroup, session.get_one(Alert, world.alert_id).group_id)
        outlet = Source(
            url="https://late.example/rss", title="Báo Đến Sau", role=Role.MONITORED, created_at=clock.now
        )
        session.add(outlet)
        session.flush()
        add_claim(session, outlet, "Bài đến sau", group, clock.now)
    page = client.get(f"/published/{brief}/vi").text
    assert "The Monsoon Courier" in page
    assert "Báo Đến Sau" not in page
    publisher.correct(brief, note="Thêm một tờ báo.")
    assert "Báo Đến Sau" in client.get(f"/published/{brief}/vi").text


def test_subscribers_hear_of_no_contradiction_below_the_threshold(
    client: TestClient, sessions: Sessions, world: World, officer: Person, clock: Clock
) -> None:
    with writing(sessions) as session:
        session.get_one(Assessment, world.claim_id).alert_worthy = False
    assert decide(client, world, officer, outcome="respond") == 200
    assert announce_due(sessions, now=clock.now + UNDO_FOR + timedelta(seconds=1)) == 1
    with sessions() as session:
        (body,) = session.scalars(select(Event.body)).all()
    assert json.loads(body)["data"]["label"] is None


def test_an_address_with_a_nul_signs_nobody_in(client: TestClient) -> None:
    sent = {"email": "an\0@facts.example", "password": "bốn con trâu gặm cỏ"}
    assert client.post("/desk/sign-in", data=sent).status_code == 401


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_other_zones_cannot_show_is_refused(
    client: TestClient, publisher: Publisher, officer: Person, at: str
) -> None:
    brief, headers = publisher.tell("other", title="Gạo"), officer.headers
    seen = client.get(f"/briefs/{brief}", headers=headers).headers["etag"]
    sheet = {"desk": "trung-uong", "language": "vi", "title": "t", "text": "x", "valid_from": at}
    answers = [
        client.get("/search", params={"q": "gao", "since": at}, headers=headers),
        client.get("/passages", params={"question": "gao", "as_of": at}, headers=headers),
        client.post("/fact-sheets", json=sheet, headers=headers),
        client.post(
            f"/briefs/{brief}/schedule",
            json={"language": "vi", "at": at},
            headers=headers | {"If-Match": seen},
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)


def test_the_approval_of_an_account_that_was_switched_off_publishes_nothing(
    client: TestClient, sessions: Sessions, clock: Clock, publisher: Publisher, officer: Person, admin: Person
) -> None:
    with writing(sessions) as session:
        brief, text = submit(session, publisher, clock)
        approve_version(session, text.id, actor=publisher.approver, version=brief.version, now=clock.now)
        session.get_one(User, publisher.approver.id).is_active = False
    seen = {"If-Match": f'"{brief.version}"'}
    path, body = f"/briefs/{brief.id}/publish", {"language": "vi"}
    assert client.post(path, json=body, headers=officer.headers | seen).status_code == 409
    with writing(sessions) as session:
        recall_approval(
            session, text.id, reason="Left.", actor=admin.user, version=brief.version, now=clock.now
        )
        brief = session.get_one(Brief, brief.id)
        approve_version(session, text.id, actor=admin.user, version=brief.version, now=clock.now)
    seen = {"If-Match": f'"{brief.version}"'}
    assert client.post(path, json=body, headers=officer.headers | seen).status_code == 200
