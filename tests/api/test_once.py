"""A request that is sent twice is carried out once, and its answer and its act are kept or lost together."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from alerts import BlockDraft, open_brief, write_version
from api.app import create_app
from api.once import LIFE, REPLAYED, OnceRoute
from api.services import Services
from classify.weighing import Weighed
from ingest.documents import Document
from models import (
    Alert,
    ApiKey,
    AuditEntry,
    BlockKind,
    FactSheet,
    HandoverNote,
    KeptAnswer,
    Sessions,
    User,
    UserRole,
    writing,
)
from tests.api.conftest import MORNING, Clock, People, Person, World
from tests.api.test_permissions import routes_of

SENT = {"label": "terminal"}


def post(client: TestClient, person: Person, key: str, sent: Any = SENT, path: str = "/keys") -> Any:
    return client.post(path, headers=person.headers | {"Idempotency-Key": key}, json=sent)


def count_keys(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(ApiKey).where(ApiKey.label == "terminal")) or 0


def test_the_same_request_again_gives_the_same_answer_and_does_nothing(
    client: TestClient, analyst: Person, sessions: Sessions
) -> None:
    first = post(client, analyst, "a-1")
    again = [post(client, analyst, key) for key in ("a-1", '"a-1"')]
    assert first.status_code == 201
    assert REPLAYED not in first.headers
    for answer in again:
        assert (answer.status_code, answer.content) == (first.status_code, first.content)
        assert answer.headers["location"] == first.headers["location"]
        assert answer.headers["content-type"] == first.headers["content-type"]
        assert answer.headers[REPLAYED] == "true"
    assert count_keys(sessions) == 1
    assert post(client, analyst, "a-2").json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("sent", "path"),
    [({"label": "other"}, "/keys"), (SENT, "/keys?x=1"), ({"slug": "a", "name": "A"}, "/desks")],
)
def test_another_request_under_the_same_key_is_refused(
    client: TestClient, admin: Person, sent: Any, path: str
) -> None:
    post(client, admin, "a-1")
    refused = post(client, admin, "a-1", sent, path)
    assert (refused.status_code, refused.json()["type"]) == (422, "http://facts.example/problems#key-reused")


def test_a_key_is_its_senders_own(
    client: TestClient, analyst: Person, officer: Person, sessions: Sessions
) -> None:
    post(client, analyst, "a-1")
    assert REPLAYED not in post(client, officer, "a-1").headers
    assert count_keys(sessions) == 2
    # An answer made for one credential is not read with another, which may be a limited one.
    other = client.post(
        "/keys", headers=analyst.headers, json={"label": "x", "scopes": ["keep_own_keys"]}
    ).json()
    limited = {"Authorization": f"Bearer {other['key']}", "Idempotency-Key": "a-1"}
    assert client.post("/keys", headers=limited, json=SENT).status_code == 422


def test_it_is_forgotten_after_a_day(
    client: TestClient, analyst: Person, clock: Clock, sessions: Sessions
) -> None:
    post(client, analyst, "a-1")
    clock.pass_by(LIFE - timedelta(seconds=1))
    assert post(client, analyst, "a-1").headers[REPLAYED] == "true"
    clock.pass_by(timedelta(seconds=1))
    assert REPLAYED not in post(client, analyst, "a-1").headers
    with sessions() as session:
        assert len(session.scalars(select(KeptAnswer)).all()) == 1


def test_what_was_refused_is_not_kept_and_may_be_tried_again(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    path = f"/alerts/{world.alert_id}/hold"
    headers = analyst.headers | {"Idempotency-Key": "h-1"}
    stale = client.post(path, headers=headers | {"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 1)
    held = client.post(path, headers=headers | {"If-Match": '"1"'})
    again = client.post(path, headers=headers | {"If-Match": '"1"'})
    assert (held.status_code, again.status_code, again.headers["etag"]) == (200, 200, held.headers["etag"])
    with sessions() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "alert")).all()
    assert acts == ["alert.held"]


def test_a_secret_in_a_kept_answer_is_sealed(client: TestClient, analyst: Person, sessions: Sessions) -> None:
    key = post(client, analyst, "a-1").json()["key"]
    with sessions() as session:
        assert key.encode() not in session.scalars(select(KeptAnswer.body)).one()


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 101, '"', "a,b"])
def test_a_key_that_is_none_is_refused(
    client: TestClient, analyst: Person, key: str, sessions: Sessions
) -> None:
    assert post(client, analyst, key).status_code == 422
    assert count_keys(sessions) == 0


def test_strangers_learn_nothing_from_a_key(client: TestClient, analyst: Person) -> None:
    post(client, analyst, "a-1")
    assert client.post("/keys", headers={"Idempotency-Key": "a-1"}, json=SENT).status_code == 401


class StoppingClock:
    """A clock that, once armed, stops whoever asks it the second time: inside the act, after who it is was found."""

    def __init__(self) -> None:
        self.armed, self.inside, self.go_on = threading.Event(), threading.Event(), threading.Event()
        self._asked = 0

    def __call__(self) -> datetime:
        if self.armed.is_set():
            self._asked += 1
            if self._asked == 2:
                self.inside.set()
                assert self.go_on.wait(60)
        return MORNING


def test_while_it_is_carried_out_a_second_one_is_told_to_wait(
    services: Services, analyst: Person, sessions: Sessions
) -> None:
    clock = StoppingClock()
    answers: list[Any] = []
    with TestClient(create_app(replace(services, clock=clock))) as client:
        # The key was just used, so that no request stops to note that.
        client.get("/me", headers=analyst.headers)
        clock.armed.set()
        sending = threading.Thread(target=lambda: answers.append(post(client, analyst, "a-1")))
        sending.start()
        assert clock.inside.wait(60)
        second = post(client, analyst, "a-1")
        clock.go_on.set()
        sending.join()
        assert (second.status_code, second.json()["type"]) == (409, "http://facts.example/problems#under-way")
        assert second.headers["retry-after"] == "1"
        third = post(client, analyst, "a-1")
    assert (answers[0].status_code, third.content) == (201, answers[0].content)
    assert count_keys(sessions) == 1


def test_many_at_once_are_carried_out_once(app: FastAPI, analyst: Person, sessions: Sessions) -> None:
    answers: list[int] = []
    with TestClient(app) as client:
        threads = [
            threading.Thread(target=lambda: answers.append(post(client, analyst, "a-1").status_code))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert count_keys(sessions) == 1
    assert set(answers) <= {201, 409}
    assert 201 in answers


def test_a_failure_of_the_service_leaves_neither_act_nor_answer(
    services: Services, people: People, sessions: Sessions
) -> None:
    """The act succeeds, and what should be kept of it cannot be: both are undone."""
    admin = people.add("quan", UserRole.ADMIN)

    class BrokenCipher:
        def encrypt(self, data: bytes) -> bytes:
            raise RuntimeError("the key is lost")

    broken: Any = BrokenCipher()
    sent = {"email": "moi@facts.example", "name": "Mới", "role": "editor"}
    with TestClient(create_app(replace(services, cipher=broken)), raise_server_exceptions=False) as client:
        assert post(client, admin, "u-1", sent, "/users").status_code == 500
    with sessions() as session:
        assert session.scalars(select(User.email)).all() == ["quan@facts.example"]
        assert "user.created" not in session.scalars(select(AuditEntry.action)).all()[2:]
    with TestClient(create_app(services)) as client:
        assert post(client, admin, "u-1", sent, "/users").status_code == 201


def test_whatever_creates_something_may_carry_a_key(app: FastAPI) -> None:
    creating = [
        route
        for route in routes_of(app)
        if "POST" in (route.methods or ()) and route.status_code in (201, 202)
    ]
    assert len(creating) > 20
    # A hub's delivery proves itself by its signature, and is read again where it comes again.
    assert [route.path for route in creating if not isinstance(route, OnceRoute)] == ["/websub/{token}"]


def test_a_note_that_is_sent_twice_is_left_once(
    client: TestClient, analyst: Person, sessions: Sessions, world: World
) -> None:
    path, sent = f"/desks/{world.desk_id}/handover", {"text": "Bộ gọi lại lúc chín giờ."}
    first, again = post(client, analyst, "a-1", sent, path), post(client, analyst, "a-1", sent, path)
    assert (first.status_code, again.json()) == (201, first.json())
    with sessions() as session:
        assert len(session.scalars(select(HandoverNote)).all()) == 1


def test_a_split_that_is_sent_twice_makes_one_alert(
    client: TestClient, analyst: Person, sessions: Sessions, world: World
) -> None:
    path, sent = f"/alerts/{world.alert_id}/split", {"claim_ids": [world.claim_id], "note": "Tháng Chín."}
    headers = analyst.headers | {"Idempotency-Key": "a-1", "If-Match": '"1"'}
    first, again = (client.post(path, headers=headers, json=sent) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    with sessions() as session:
        assert len(session.scalars(select(Alert)).all()) == 2


SHEET = {
    "desk": "trung-uong",
    "language": "vi",
    "valid_from": "2026-11-01T00:00:00+07:00",
    "title": "Gạo",
    "text": "Một.",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_models_judge_and_documents_are_read_others_can_write(
    services: Services, officer: Person, engine: Engine, sessions: Sessions
) -> None:
    wrote: list[str] = []

    def write(what: str) -> None:
        other = sqlite3.connect(engine.url.database or "", timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.close()
        wrote.append(what)

    def read(body: bytes) -> Document:
        write("read")
        return services.read_document(body)

    def weigh(session: Session, texts: Sequence[str]) -> list[list[Weighed]]:
        write("weighed")
        return services.weigh(session, texts)

    with TestClient(create_app(replace(services, read_document=read, weigh=weigh))) as client:
        assert post(client, officer, "a-1", SHEET, "/fact-sheets").status_code == 201
        path, sent = f"/briefs/{_draft(sessions, officer)}/submit", {"language": "vi"}
        headers = officer.headers | {"Idempotency-Key": "a-2", "If-Match": '"2"'}
        submitted = client.post(path, headers=headers, json=sent)
        assert submitted.status_code == 200, submitted.text
    assert wrote == ["read", "weighed"]


def _draft(sessions: Sessions, officer: Person) -> int:
    with writing(sessions) as session:
        actor, block = officer.user, BlockDraft(kind=BlockKind.FACT, text="Một.", passage_ids=(1,))
        brief = open_brief(session, actor=actor, now=MORNING, subject="economy_and_statistics")
        write_version(
            session,
            brief.id,
            language="vi",
            title="Gạo",
            blocks=[block],
            actor=actor,
            version=brief.version,
            now=MORNING,
        )
    return brief.id


def test_what_another_process_carried_out_meanwhile_is_answered_and_not_done_again(
    services: Services, officer: Person, sessions: Sessions
) -> None:
    """Two applications on one database; the second is asked while the first still reads the document."""
    answers: list[Any] = []

    def read(body: bytes) -> Document:
        with TestClient(create_app(services)) as other:
            answers.append(post(other, officer, "a-1", SHEET, "/fact-sheets"))
        return services.read_document(body)

    with TestClient(create_app(replace(services, read_document=read))) as client:
        answers.append(post(client, officer, "a-1", SHEET, "/fact-sheets"))
    quick, slow = answers
    assert (quick.status_code, slow.status_code, slow.content) == (201, 201, quick.content)
    assert (REPLAYED in quick.headers, slow.headers[REPLAYED]) == (False, "true")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(FactSheet)) == 1
