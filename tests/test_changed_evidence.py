"""A house whose record changes: alerts that wait and briefs that are out are held against it again, and people are told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dinhchinh import pipeline
from dinhchinh.home import now
from models import (
    Article,
    ArticleState,
    ArticleVersion,
    AuditEntry,
    Desk,
    Event,
    EventType,
    Role,
    Source,
    UserRole,
    pack_text,
    writing,
)
from tests.house import OpenHouse, opened_house

TITLE = "Đường giao thông nông thôn"
SHEET = "Đến hết năm 2025, tỉnh Thanh Lam có 1.340 km đường giao thông nông thôn được bê tông hóa."
REVISED = "Đến hết năm 2025, tỉnh Thanh Lam có 3.140 km đường giao thông nông thôn được bê tông hóa."
CLAIM = "Đến hết năm 2025, tỉnh Thanh Lam có 3.140 km đường giao thông nông thôn được bê tông hóa."
HOUR = timedelta(hours=1)


class Desk2025:
    """A house with a sheet on rural roads, whose clock is set forward by hand."""

    def __init__(self, opened: OpenHouse) -> None:
        self._now = now()
        self.house = replace(opened.house, clock=lambda: self._now)
        self._opened = OpenHouse(opened.settings, self.house)
        with writing(self.house.sessions) as session:
            desk = Desk(slug="roads", name="Sở Xây dựng", created_at=self._now)
            outlet = Source(
                url="https://moi.example/rss",
                title="Báo Thanh Lam Mới",
                role=Role.MONITORED,
                created_at=self._now,
            )
            session.add_all([desk, outlet])
            session.flush()
            self._outlet = outlet.id
        self.chief = self._client(UserRole.ADMIN, "chief")
        self.colleague = self._client(UserRole.ADMIN, "colleague")
        self.sheet = self.file(SHEET)

    def _client(self, role: UserRole, name: str) -> TestClient:
        return self._opened.as_(role, name)

    def work(self) -> None:
        self._now += HOUR
        pipeline.judge(self.house)

    def file(self, text: str, **sheet: Any) -> int:
        sent: dict[str, Any] = {"desk": "roads", "title": TITLE, "text": text, "language": "vi"} | sheet
        sent["valid_from"] = self._now.isoformat()
        filed = self.chief.post("/fact-sheets", json=sent)
        assert filed.status_code == 201, filed.text
        self.work()
        return int(filed.json()["id"])

    def print_news(self) -> None:
        with writing(self.house.sessions) as session:
            article = Article(
                url="https://moi.example/1",
                link="https://moi.example/1",
                source_id=self._outlet,
                first_seen_at=self._now,
                state=ArticleState.READ,
                title="Nông thôn mới",
                language="vi",
                published_at=self._now,
                versions=1,
            )
            session.add(article)
            session.flush()
            session.add(
                ArticleVersion(
                    article_id=article.id,
                    number=1,
                    title=article.title,
                    text_zstd=pack_text(CLAIM),
                    text_sha256="a" * 64,
                    language="vi",
                    fetched_at=self._now,
                    published_at=self._now,
                )
            )
        self.work()

    def alert(self) -> dict[str, Any]:
        (alert,) = self.chief.get("/alerts").json()
        return dict(alert)

    def announced(self) -> list[str | None]:
        with self.house.sessions() as session:
            bodies = session.scalars(select(Event.body).where(Event.type == EventType.ALERT_CONFIRMED))
            return [json.loads(body)["data"]["label"] for body in bodies]

    def act(self, path: str, version: int, client: TestClient | None = None, **sent: Any) -> dict[str, Any]:
        answer = (client or self.chief).post(path, json=sent or None, headers={"If-Match": f'"{version}"'})
        assert answer.is_success, answer.text
        return dict(answer.json())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk2025]:
    with opened_house(tmp_path, networks="127.0.0.0/8") as opened:
        desk = Desk2025(opened)
        desk.print_news()
        yield desk


def test_a_waiting_alert_says_what_the_record_says_now_and_so_do_subscribers_hear_it(desk: Desk2025) -> None:
    before = desk.alert()
    assert (before["label"], before["record_change"]) == ("contradicted", None)
    held = desk.act(f"/alerts/{before['id']}/hold", before["version"])
    decided = desk.act(f"/alerts/{before['id']}/decide", held["version"], outcome="respond")

    corrected = desk.file(REVISED, replaces=desk.sheet)
    after = desk.chief.get(f"/alerts/{before['id']}").json()
    assert after["label"] == "supported"
    assert after["record_change"]["is_still_contradicted"] is False
    assert after["record_change"]["passage_before"]["text"] == SHEET
    assert [one["passage"]["text"] for one in after["evidence"]] == [REVISED]
    # A person decides what follows.
    assert (after["state"], after["outcome"]) == ("drafting", "respond")
    assert after["version"] == decided["version"] + 1
    again = pipeline.judge(desk.house).again
    assert (again.claims, again.failed) == (0, 0)

    pipeline.tell(desk.house)
    assert desk.announced() == []
    opened = desk.chief.post("/briefs", json={"alert_id": before["id"]})
    assert opened.status_code == 201, opened.text
    assert desk.announced() == [None], "what was found since nobody has decided by"

    retired = desk.chief.post(f"/fact-sheets/{corrected}/retire", json={"reason": "sai bảng"})
    assert retired.is_success, retired.text
    desk.work()
    left = desk.chief.get(f"/alerts/{before['id']}").json()
    assert (left["label"], left["evidence"]) == ("not_enough_evidence", [])


def test_a_published_brief_whose_source_says_otherwise_is_a_task_and_what_contradicts_it_is_found(
    desk: Desk2025,
) -> None:
    opened = desk.chief.post("/briefs", json={"subject": "other", "desk": "roads"})
    assert opened.status_code == 201, opened.text
    brief = opened.json()
    (cited,) = desk.chief.get("/passages").json()
    block = {"kind": "fact", "text": SHEET, "passage_ids": [cited["id"]]}
    path = f"/briefs/{brief['id']}"
    text: dict[str, Any] = {"language": "vi", "title": TITLE, "blocks": [block]}
    brief = desk.act(f"{path}/versions", brief["version"], **text)
    brief = desk.chief.get(path).json()
    brief = desk.act(f"{path}/submit", brief["version"], language="vi")
    version_id = brief["texts"][0]["id"]
    brief = desk.act(f"{path}/versions/{version_id}/approve", brief["version"], desk.colleague)
    brief = desk.act(f"{path}/publish", brief["version"], language="vi")
    desk.work()
    assert (brief["state"], brief["source_changed_at"]) == ("published", None)
    assert desk.chief.get("/record-tasks").json() == []

    desk.file(REVISED, replaces=desk.sheet)
    (task,) = desk.chief.get("/record-tasks").json()
    assert (task["brief_id"], task["brief_title"], task["is_said_otherwise"]) == (brief["id"], TITLE, True)
    assert (task["passage"]["id"], task["opened_by"], task["alert_id"]) == (cited["id"], None, None)
    shown = desk.chief.get(path).json()
    assert shown["source_changed_at"] == task["opened_at"]
    assert shown["state"] == "published"
    (against,) = shown["undermining"]
    assert (against["passage"]["text"], against["reason"]) == (REVISED, "contradicts_text")
    desk.work()
    assert len(desk.chief.get("/record-tasks").json()) == 1
    with desk.house.sessions() as session:
        said = select(AuditEntry.id).where(AuditEntry.action == "brief.source_changed")
        assert len(session.scalars(said).all()) == 1

    settled = {"resolution": "stands", "note": "Số của năm 2025 khi công bố."}
    assert desk.chief.post(f"/record-tasks/{task['id']}/resolve", json=settled).status_code == 200
    assert desk.chief.get(path).json()["source_changed_at"] is None
