"""One brief from its first draft to its withdrawal; at each step what readers can have, and what subscribers are told.

The public formats are whatever the application offers under /published, so that a new one is held to the same.
"""

import json
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import select

from alerts import verify_chain
from models import Delivery, Event, Sessions
from tests.api.conftest import CLAIM, RECORD, Person, World
from tests.api.test_briefs_api import Office
from tests.api.test_permissions import OPEN, routes_of

UNCITED = "Ai cũng biết điều đó."
FIRST = "Cả nước xuất khẩu 9,18 triệu tấn gạo trong năm 2024."
CORRECTED = "Cả nước xuất khẩu 9,18 triệu tấn gạo, không kể gạo nếp."
NOTE = "Bản đầu chưa nói rõ là không kể gạo nếp."
REASON = "Cục Thống kê đã công bố lại toàn bộ số liệu."


@dataclass
class Public:
    """What a stranger finds of one brief, in every format there is."""

    app: FastAPI
    client: TestClient
    brief_id: int
    paths: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        of_a_text = {
            route.path.format(brief_id=self.brief_id, language="vi", number=1)
            for route in routes_of(self.app)
            if route.path in OPEN
            and "GET" in (route.methods or ())
            and "{brief_id}" in route.path
            and "{number}" not in route.path
        }
        feeds = {route.path for route in routes_of(self.app) if route.path.startswith("/published/feed.")}
        self.paths = tuple(sorted(of_a_text | feeds))

    def read(self) -> dict[str, str]:
        """By path, what it says; only what is there."""
        found = {path: self.client.get(path) for path in self.paths}
        return {path: words_of(answer) for path, answer in found.items() if answer.status_code == 200}

    def say(self, words: str) -> set[str]:
        """The paths that say these words."""
        return {path for path, said in self.read().items() if plain(words) in said}


def words_of(answer: Any) -> str:
    if answer.headers["content-type"].startswith("application/pdf"):
        return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages))
    if "json" in answer.headers["content-type"]:
        return plain(json.dumps(answer.json(), ensure_ascii=False))
    return plain(re.sub(r"&(amp;)?\w+;", " ", answer.text))


def plain(text: str) -> str:
    return " ".join(text.split())


def told(sessions: Sessions) -> list[str]:
    """The events so far, each told to the one subscriber there is."""
    with sessions() as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
        deliveries = session.scalars(select(Delivery.event_id).order_by(Delivery.event_id)).all()
        assert verify_chain(session).ok
    assert list(deliveries) == [event.id for event in events]
    return [str(event.type) for event in events]


def newest_event(sessions: Sessions) -> Any:
    with sessions() as session:
        body = session.scalars(select(Event.body).order_by(Event.id.desc()).limit(1)).one()
    return json.loads(body)["data"]


def test_a_brief_is_drafted_refused_mended_approved_published_corrected_and_withdrawn(
    app: FastAPI,
    client: TestClient,
    sessions: Sessions,
    world: World,
    officer: Person,
    approver: Person,
    editor: Person,
) -> None:
    client.post("/subscriptions", headers=editor.headers, json={"url": "https://paper.example/hook"})
    cited = [world.passage_id]

    # Decided, and drafted from the passages alone: subscribers know that an answer comes, readers see nothing.
    alert = f"/alerts/{world.alert_id}"
    client.post(f"{alert}/hold", headers=officer.headers | {"If-Match": '"1"'})
    client.post(f"{alert}/decide", headers=officer.headers | {"If-Match": '"2"'}, json={"outcome": "respond"})
    drafted = client.post(f"{alert}/draft", headers=officer.headers, json={"language": "vi"}).json()
    office = Office(client, drafted["id"])
    public = Public(app, client, office.id)
    assert {"/published/feed.atom", f"/published/{office.id}.json", f"/published/{office.id}/vi"} <= set(
        public.paths
    )
    assert [block["kind"] for block in drafted["texts"][0]["blocks"]] == [
        "fact",
        "claim",
        "difference",
        "fact",
    ]
    assert f"“{RECORD}”" in drafted["texts"][0]["blocks"][0]["text"]
    of_nobody = {path for path in public.paths if "feed" not in path}
    assert of_nobody & set(public.read()) == set()
    assert told(sessions) == ["alert.confirmed"]

    def write(path: str, *extra: dict[str, Any], **more: Any) -> Any:
        text = CORRECTED if path == "correct" else FIRST
        blocks = [
            {"kind": "fact", "text": text, "passage_ids": cited},
            {"kind": "claim", "text": f"Có báo viết: {CLAIM}", "is_statement": True},
            *extra,
        ]
        return office.act(officer, path, language="vi", title="Gạo năm 2024", blocks=blocks, **more)

    def approve(by: Person) -> Any:
        return office.act(by, f"versions/{office.newest(by)}/approve")

    # A block that cites nothing: the approval is refused and says which.
    assert write("versions", {"kind": "fact", "text": UNCITED}).status_code == 201
    assert office.act(officer, "submit", language="vi").json()["state"] == "in_review"
    refused = approve(approver)
    assert (refused.status_code, refused.json()["type"]) == (422, "http://facts.example/problems#not-ready")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/blocks/2"]
    assert UNCITED in refused.json()["detail"]
    assert office.act(officer, "publish", language="vi").status_code == 409
    assert public.say(UNCITED) == set()
    assert told(sessions) == ["alert.confirmed"]

    # Mended, and approved by somebody else: still nobody outside sees it.
    assert write("versions").json()["state"] == "draft"
    office.act(officer, "submit", language="vi")
    assert approve(officer).status_code == 403
    assert approve(approver).status_code == 200
    assert public.say(FIRST) == set()
    assert told(sessions) == ["alert.confirmed"]

    # Published: every format says it, with its source.
    assert office.act(officer, "publish", language="vi").json()["state"] == "published"
    assert public.say(FIRST) == set(public.paths)
    assert of_nobody <= public.say(RECORD)
    assert told(sessions) == ["alert.confirmed", "brief.published"]
    event = newest_event(sessions)
    assert (event["url"], event["grade"]) == (f"http://facts.example/published/{office.id}/vi", "first")
    assert event["blocks"][0]["sources"][0]["text"] == RECORD

    # Corrected: written, approved and published like the first; the first stays at its own address.
    assert write("correct", grade="correction", change_note=NOTE).status_code == 201
    office.act(officer, "submit", language="vi")
    assert public.say(CORRECTED) == set()
    assert approve(officer).status_code == 403
    approve(approver)
    assert office.act(officer, "publish", language="vi").json()["state"] == "corrected"
    assert public.say(CORRECTED) == set(public.paths)
    assert public.say(FIRST) == set()
    assert of_nobody <= public.say(NOTE)
    assert FIRST in client.get(f"/published/{office.id}/vi/3").text
    assert told(sessions) == ["alert.confirmed", "brief.published", "brief.corrected"]
    assert newest_event(sessions)["change_note"] == NOTE

    # Withdrawn: proposed with a reason, approved by another; the page stays and says why.
    assert office.act(officer, "withdraw", reason=REASON).status_code == 201
    assert public.say(REASON) == set()
    assert approve(officer).status_code == 403
    approve(approver)
    assert office.act(officer, "publish", language="vi").json()["state"] == "withdrawn"
    assert public.say(REASON) == set(public.paths)
    assert told(sessions) == [
        "alert.confirmed",
        "brief.published",
        "brief.corrected",
        "brief.withdrawn",
    ]
    assert (newest_event(sessions)["change_note"], newest_event(sessions)["languages"]) == (REASON, ["vi"])
    assert write("correct", grade="typo", change_note="x").status_code == 409
    assert client.get(alert, headers=officer.headers).json()["state"] == "withdrawn"
